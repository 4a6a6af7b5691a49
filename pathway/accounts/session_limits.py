"""A session ends after a while without a request, and after a working day at most: others use the same computer."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

STARTED, LAST = "session_started", "session_last_request"
NOTED_EVERY_SECONDS = 30
"""Noting each request would write the session each time."""


class SessionLimits:
    """Signs out whoever stayed away too long. What they typed is kept as a draft, and they come back to their page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if _is_over(request.session, now):
                logout(request)
                messages.info(request, _("You were signed out because nothing was done for a while."))
            else:
                _note(request.session, now)
        return self.get_response(request)


def _is_over(session, now: int) -> bool:
    idle = now - session.get(LAST, now)
    age = now - session.get(STARTED, now)
    return idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_COOKIE_AGE


def _note(session, now: int) -> None:
    session.setdefault(STARTED, now)
    if now - session.get(LAST, 0) >= NOTED_EVERY_SECONDS:
        session[LAST] = now
