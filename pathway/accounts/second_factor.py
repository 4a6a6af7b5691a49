"""A code from an app, or a passkey: what a person has beside what they know. Required where the setting says so."""

from __future__ import annotations

import base64
from hashlib import sha256

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from .models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes stand in for one of these; alone they are none."""
ALWAYS_OPEN = ("account_logout", "account_session", "account_reauthenticate")
TO_CONFIRM = ("mfa_reauthenticate", "mfa_reauthenticate_webauthn")


def factors_of(user: User):
    return Authenticator.objects.filter(user=user, type__in=FACTORS)


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's, with secrets that a copy of the database does not give away."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is required, the last one is replaced, not removed."""
        others = factors_of(authenticator.user).exclude(pk=authenticator.pk)
        return not settings.REQUIRE_SECOND_FACTOR or others.exists()

    def generate_authenticator_name(self, user, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}


def _cipher() -> MultiFernet:
    """The newest secret key encrypts; earlier ones still decrypt."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (sha256(f"second factor {key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


# ---------------------------------------------------------------------------------------------------------- required


def was_used(request: HttpRequest) -> bool:
    """Did this person use a second factor in this very session, or set it up in it?"""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def note_use(request: HttpRequest, authenticator: Authenticator) -> None:
    """Setting one up proves that the person holds it. Confirmed by it is only who was asked for it."""
    record_authentication(request, request.user, "mfa", type=authenticator.type, id=authenticator.pk)


class SecondFactorRequired:
    """Before any other page, whoever has no second factor sets one up, and whoever has one uses it.

    A session from before it was set up counts as without: it may be another's.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.htmx and response.status_code == 302 and response.url.startswith("/account/"):
            return HttpResponseClientRedirect(response.url, status=204)  # a page of its own, with its own scripts
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.resolver_match.url_name == "mfa_remove_webauthn" and request.user.is_authenticated:
            return _last_stays(request, kwargs["pk"])
        is_open = not getattr(view, "login_required", True) or request.resolver_match.url_name in ALWAYS_OPEN
        if not settings.REQUIRE_SECOND_FACTOR or is_open or not request.user.is_authenticated or was_used(request):
            return None
        return self._without_it(request, request.resolver_match.url_name)

    def _without_it(self, request: HttpRequest, name: str | None) -> HttpResponse | None:
        types = set(factors_of(request.user).values_list("type", flat=True))
        if types:
            return None if name in TO_CONFIRM else _to_use_it(request, types)
        return None if name and name.startswith("mfa_") else _to_set_it_up(request)


def _last_stays(request: HttpRequest, pk: int) -> HttpResponse | None:
    """allauth asks `can_delete_authenticator` for an app only."""
    passkey = factors_of(request.user).filter(pk=pk).first()
    if passkey is None or SecondFactorAdapter().can_delete_authenticator(passkey):
        return None
    messages.error(request, _("A second factor is required, so the last one stays. Add another one first."))
    return redirect("mfa_index")


def _to_use_it(request: HttpRequest, types: set[str]) -> HttpResponse:
    messages.info(request, _("Confirm with your second factor first: this session began without it."))
    name = "mfa_reauthenticate" if Authenticator.Type.TOTP in types else "mfa_reauthenticate_webauthn"
    to = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse(name)}?{urlencode({'next': to})}")


def _to_set_it_up(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Your clinic requires a second factor beside the password. Set one up to go on."))
    return redirect("mfa_index")
