"""Signing in with the hospital's own account (OpenID Connect), for people whom an administrator added here before.

Who it is follows from the provider's subject, once linked; the first time, from an address that the provider verified
and that one active person here has. Nobody is added by signing in. A second factor is asked for here as well: it is
what confirms a signature.
"""

from __future__ import annotations

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from requests import RequestException

from . import audit
from .models import User
from .refusals import refuse

PROVIDER = "sso"


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin) -> bool:
        """Reached by whoever is nobody here."""
        note_failure()
        return False

    def pre_social_login(self, request, sociallogin) -> None:
        """The first time: link the subject to the one active person with this verified address."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        people = [person for email in verified for person in User.objects.filter(email__iexact=email, is_active=True)]
        if len(people) != 1:
            return
        sociallogin.connect(request, people[0])
        about, reason = ("user", people[0].pk), "single sign-on linked"
        audit.record(audit.Action.CREDENTIALS, actor=people[0], at=timezone.now(), about=about, reason=reason)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        note_failure()


def note_failure() -> None:
    reason, refused = "single sign-on", audit.Outcome.REFUSED
    audit.record(audit.Action.SIGN_IN_FAILED, actor=None, at=timezone.now(), reason=reason, outcome=refused)


@login_not_required
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A link, not a form: our content policy lets no form end at another site. Only our own page's link counts."""
    if request.GET.get("process", "login") != "login":
        raise Http404
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        return redirect("account_login")
    return _answered(request, views.login, provider_id)


@login_not_required
@require_safe
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answered(request, views.callback, provider_id)


def _answered(request: HttpRequest, view, provider_id: str) -> HttpResponse:
    """What the provider answers is another's: where it is not as agreed, or missing, nobody is signed in."""
    try:
        return view(request, provider_id)
    except RequestException:
        return refuse(request, 503, _("The single sign-on does not answer. Wait a moment, or use your password."))
    except (LookupError, TypeError, ValueError):
        note_failure()
        return refuse(request, 400, _("The single sign-on answered what cannot be read. Use your password."))
