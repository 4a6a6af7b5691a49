"""The pages at the bedside, measured on the production settings: bytes over the wire, and the time of a step's posts.

`python -m tests.load.bedside` prints the figures; `make bench` keeps them beside the others.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
POSTS = 120
WARMING = 10  # the first posts load templates, once in the life of a server
PAIN = {"pain_nrs": "7", "pain_course": "unchanged", "pain_at_fracture_level": "yes", "pain_pattern": "focal"}


def figures() -> dict[str, float]:
    with served() as (port, seeded, worker):
        browser = Browser(port, seeded["cookie"])
        step = f"/visits/{seeded['visit']}/pain/"
        page = browser.get(step)
        parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        first = page.size + sum(browser.get(part).size for part in parts)
        browser.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        later = browser.get(f"/visits/{seeded['visit']}/medicines/")
        for _ in range(WARMING):
            browser.post(f"{step}draft/", PAIN)
        before = processor_seconds(worker)
        drafts = [browser.post(f"{step}draft/", PAIN) for _ in range(POSTS)]
        processor_ms = (processor_seconds(worker) - before) / POSTS * 1000
        saves = [browser.post(step, PAIN | {"version": 10_000, "rev": 10_000}) for _ in range(POSTS)]
    return {
        "step_first_load_kb": first / 1000,
        "step_later_load_kb": later.size / 1000,
        "panel_reply_kb": drafts[-1].size / 1000,
        "draft_post_processor_ms": processor_ms,
        "draft_post_ms_median": statistics.median(reply.ms for reply in drafts),
        "draft_post_ms_p95": _p95(drafts),
        "step_post_ms_p95": _p95(saves),
    }


def processor_seconds(process: int) -> float:
    """What a process has used of the processor: the same on a busy machine."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p95(replies: list[Reply]) -> float:
    return sorted(reply.ms for reply in replies)[int(len(replies) * 0.95)]


class Reply:
    def __init__(self, body: bytes, encoding: str, ms: float):
        self.size, self.ms, self._body, self._encoding = len(body), ms, body, encoding

    @property
    def text(self) -> str:
        import brotli

        if self._encoding == "gzip":
            import gzip

            return gzip.decompress(self._body).decode()
        return (brotli.decompress(self._body) if self._encoding == "br" else self._body).decode()


class Browser:
    """One client on one connection, which takes compressed answers as browsers do."""

    def __init__(self, port: int, cookie: str):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Cookie": cookie, "Accept-Encoding": "br, gzip"}
        self.token = ""

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict) -> Reply:
        body = urlencode({"csrfmiddlewaretoken": self.token, "version": 10_000, "rev": 10_000, **fields})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, more: dict) -> Reply:
        started = time.perf_counter()
        self._connection.request(method, path, body, self._headers | more)
        answer = self._connection.getresponse()
        read = answer.read()
        ms = (time.perf_counter() - started) * 1000
        if answer.status not in (200, 302):
            raise SystemExit(f"{method} of a page answered {answer.status}.")
        return Reply(read, answer.headers.get("Content-Encoding", ""), ms)


@contextmanager
def served():
    """A server of one process on a database of its own, with the settings of production."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "0",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "REQUIRE_SECOND_FACTOR": "0",
            "LOG_LEVEL": "ERROR",
        }

        def manage(*command: str) -> str:
            ran = [sys.executable, *command]
            return subprocess.run(ran, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

        for command in (("migrate",), ("load_wording",), ("collectstatic", "--noinput")):
            manage("manage.py", *command)
        seeded = json.loads(manage("-m", "tests.load.bedside", "seed").splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--log-level", "error", "pathway.wsgi"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            _wait_for(port)
            Browser(port, seeded["cookie"]).get("/healthz")  # the server listens before it has its worker
            [worker] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            yield port, seeded, int(worker)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server for the measurements did not start.")


def seed() -> None:
    """An open visit, half answered, and a clinician's session; run under the settings that are measured."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from tests import make

    clinician = make.clinician(username="bench")
    visit = make.visit(by=clinician, **make.UNREMARKABLE)
    client = Client()
    client.force_login(clinician)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    print(json.dumps({"visit": str(visit.pk), "cookie": f"{cookie.key}={cookie.value}"}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    if sys.argv[1:] == ["seed"]:
        seed()
    else:
        for name, value in figures().items():
            print(f"{name:28}{value:>12,.1f}")
