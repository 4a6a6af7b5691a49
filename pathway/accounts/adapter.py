import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import audit
from .models import User

WAYS_TO_CONFIRM = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your app"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
NO_ADDRESS = "::"
LOCKED = ("too_many_login_attempts", "rate_limited")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs themselves up."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """A program that signs someone in, such as a test, has no address. A browser without one is refused."""
        return super().get_client_ip(request) if request.META else NO_ADDRESS

    def get_login_redirect_url(self, request) -> str:
        return home_of(request.user)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not to set up a second factor right after signing in: that was the password just now."""
        if app != "allauth.mfa":
            return super().is_reauthentication_required(app=app)
        records = get_authentication_records(context.request, context.request.user)
        latest = max((record["at"] for record in records), default=0)
        return time.time() - latest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user) -> list[dict]:
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": WAYS_TO_CONFIRM[way["id"]]} for way in ways]

    def validation_error(self, code: str, *args):
        """Being locked out after too many attempts is an event."""
        if code in LOCKED:
            user = context.request.user
            actor = user if user.is_authenticated else None
            reason, outcome = "too many attempts", audit.Outcome.REFUSED
            audit.record(audit.Action.SIGN_IN_FAILED, actor=actor, at=timezone.now(), reason=reason, outcome=outcome)
        return super().validation_error(code, *args)


def home_of(user: User) -> str:
    """Where a person's work begins: the worklist, the audit trail, the admin, or the page that says what this is."""
    if user.is_clinician:
        return reverse("followup:worklist")
    if user.is_auditor:
        return reverse("audit")
    return reverse("admin:index") if user.is_staff else reverse("about")
