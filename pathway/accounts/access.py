"""Who may open a page. Everyone must be signed in (the SignInRequired middleware); these add a role.

Whoever passes `clinician_required`, the only way to patients, leaves a mark in the audit trail, and so does whoever is
refused there: a page cannot forget it. What a form changes is recorded by what changes it, in its transaction.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import audit

View = Callable
READING = ("GET", "HEAD")


def _role_required(may_enter: Callable) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may_enter(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(checked)

    return decorate


signed_in = login_required
editor_required = _role_required(lambda user: user.is_wording_editor)
author_required = _role_required(lambda user: user.is_wording_editor or user.is_administrator)
administrator_required = _role_required(lambda user: user.is_administrator)
overseer_required = _role_required(lambda user: user.is_auditor or user.is_administrator)


def clinician_required(view: View) -> View:
    """For clinicians of a clinic. What was seen, or refused, is in the audit trail before the answer leaves."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            if not (request.user.is_clinician and request.user.clinic_id):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
        except (PermissionDenied, Http404) as refusal:
            reason = "role" if isinstance(refusal, PermissionDenied) else "not found"
            _note(request, ("", kwargs.get("pk", "")), None, audit.Outcome.REFUSED, reason)
            raise
        _note_answer(request, response.status_code)
        return response

    return login_required(checked)


def confirmed(view: View) -> View:
    """To sign, export or change roles: the person showed within five minutes that it is they, by password, code or
    passkey. What was sent is kept while they are asked, unless it holds a password."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if not settings.CONFIRM_TO_SIGN:
            return view(request, *args, **kwargs)
        ways = get_adapter().get_reauthentication_methods(request.user)
        if not ways:
            messages.info(request, _("To go on, set up a second factor: it shows that it is you."))
            return redirect("mfa_index")
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        if any("password" in name for name in request.POST):
            return redirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}")
        raise ReauthenticationRequired

    return asked


def audited_as(action: str) -> Callable[[View], View]:
    """Say that opening this page is a print or a search. Without it, it is a read."""

    def decorate(view: View) -> View:
        @wraps(view)
        def named(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            request.audited_as = action
            return view(request, *args, **kwargs)

        return named

    return decorate


def seen(request: HttpRequest, kind: str, key: object, patient=None) -> None:
    """Say what the page is about, for the audit trail. Whatever looks up a patient's data for a page calls this."""
    request.seen = ((kind, key), patient)


def _note_answer(request: HttpRequest, status: int) -> None:
    """A page that was shown, or a form that was refused; a form that was accepted is recorded with its change."""
    if not hasattr(request, "seen"):
        return
    about, patient = request.seen
    if request.method not in READING and status >= 400:
        _note(request, about, patient, audit.Outcome.REFUSED, str(status))
    elif request.method in READING:
        _note(request, about, patient, audit.Outcome.DONE)


def _note(request: HttpRequest, about: tuple[str, object], patient, outcome: str, reason: str = "") -> None:
    usual = audit.Action.READ if request.method in READING else audit.Action.CHANGE
    if getattr(request, "emergency_access", None) is not None:
        reason = reason or "emergency access"
    audit.record(
        getattr(request, "audited_as", usual),
        actor=request.user,
        at=timezone.now(),
        about=about,
        patient=patient,
        outcome=outcome,
        reason=reason,
    )
