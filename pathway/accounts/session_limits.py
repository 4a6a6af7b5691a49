"""A session ends after a while without a request, and after a working day at most: others use the same computer."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from . import kept_forms

STARTED, LAST = "session_started", "session_last_request"
NOTED_EVERY_SECONDS = 30
"""Noting each request would write the session each time."""
READING = ("GET", "HEAD")


class SessionLimits:
    """Signs out whoever stayed away too long. What they typed is kept, and they come back to their page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.method in READING and seconds_left(request) < 0:
            _end(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Here, since the form's token was checked by now and is gone with the session. Asking is no activity."""
        if not request.user.is_authenticated:
            return
        if seconds_left(request) < 0:
            form = kept_forms.fields_to_keep(request, view)
            kept_forms.keep(request, _end(request), form)
        elif request.method not in READING or view is not session:
            _note(request.session)


def seconds_left(request: HttpRequest) -> int:
    """Until the session ends, if nothing is done; below zero once it is over."""
    now = int(time.time())
    idle = now - request.session.get(LAST, now)
    age = now - request.session.get(STARTED, now)
    return min(settings.SESSION_IDLE_SECONDS - idle, settings.SESSION_COOKIE_AGE - age)


def _end(request: HttpRequest) -> str:
    """Sign out, and say whom."""
    person = str(request.user.pk)
    logout(request)
    request.session[kept_forms.SIGNED_OUT] = person
    messages.info(request, _("You were signed out because nothing was done for a while."))
    return person


def _note(session) -> None:
    now = int(time.time())
    session.setdefault(STARTED, now)
    if now - session.get(LAST, 0) >= NOTED_EVERY_SECONDS:
        session[LAST] = now


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """How long the session lasts yet. A page asks in the background; a POST says that the person is there."""
    if request.user.is_authenticated and request.method == "POST":
        request.session[LAST] = int(time.time())
    is_in = request.user.is_authenticated
    return JsonResponse({"signed_in": is_in, "seconds_left": seconds_left(request) if is_in else 0})
