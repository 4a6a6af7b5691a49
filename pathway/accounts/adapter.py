from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs themselves up."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return home_of(request.user)


def home_of(user: User) -> str:
    """Where a person's work begins: the worklist, the audit trail, the admin, or the page that says what this is."""
    if user.is_clinician:
        return reverse("clinic:worklist")
    if user.is_auditor:
        return reverse("audit")
    return reverse("admin:index") if user.is_staff else reverse("about")
