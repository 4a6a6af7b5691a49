"""A small OpenID Connect provider on this computer: what a hospital's own sign-in answers, over real HTTP."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pathway", "a secret between the two"


class Provider:
    """Recognizes one person, whose claims a test sets. Codes work once, and only with the verifier of their request."""

    def __init__(self):
        self.claims = {"sub": "4711", "email": "ada@example.org", "email_verified": True}
        self.token_says: dict = {}
        self.is_broken = False
        self.asked: dict[str, dict] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, {})

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                provider.answer(self, parse_qs(self.rfile.read(length).decode()))

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, form) -> None:
        at = urlsplit(handler.path)
        page = at.path.strip("/").replace(".well-known/openid-configuration", "discovery")
        reply = getattr(self, f"_{page}", None)
        status, headers, body = (404, {}, {}) if reply is None else reply(parse_qs(at.query), form, handler.headers)
        text = b"not what was agreed" if self.is_broken else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    def _discovery(self, query, form, headers):
        pages = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        config = {name: f"{self.issuer}/{page}" for name, page in pages.items()}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return 200, {}, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **config, **methods}

    def _authorize(self, query, form, headers):
        code = secrets.token_urlsafe()
        self.asked[code] = query
        back = f"{query['redirect_uri'][0]}?{urlencode({'code': code, 'state': query['state'][0]})}"
        return 302, {"Location": back}, {}

    def _token(self, query, form, headers):
        asked = self.asked.pop(form["code"][0], None)
        if asked is None or form["client_secret"] != [SECRET]:
            return 400, {}, {"error": "invalid_grant"}
        digest = sha256(form["code_verifier"][0].encode()).digest()
        if asked["code_challenge"] != [base64.urlsafe_b64encode(digest).rstrip(b"=").decode()]:
            return 400, {}, {"error": "invalid_grant"}
        now = int(time.time())
        says = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims, **self.token_says}
        token = jwt.encode(says, self.key, "RS256", headers={"kid": "1"})
        return 200, {}, {"access_token": "access", "token_type": "Bearer", "id_token": token}

    def _userinfo(self, query, form, headers):
        return (200, {}, self.claims) if headers["Authorization"] == "Bearer access" else (401, {}, {})

    def _keys(self, query, form, headers):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return 200, {}, {"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]}
