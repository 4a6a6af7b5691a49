"""Where a person is signed in, with a button that ends one of them and one that ends all but this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from . import audit
from .access import signed_in
from .adapter import NO_ADDRESS
from .models import User

BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS X": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip
"""What a browser calls itself holds several of these; the first that is found is the one."""


@dataclass(frozen=True, slots=True)
class Place:
    """One session: since when, from which address, with what. `pk` is that of its row, not the key that opens it."""

    pk: int
    since: datetime
    address: str
    browser: str
    is_this: bool


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
        if "one" in request.POST:
            others = others.filter(pk=_number(request.POST["one"]))
        count = end(others, by=request.user)
        said = ngettext("%(count)d other session was ended.", "%(count)d other sessions were ended.", count)
        messages.success(request, said % {"count": count})
        return redirect("own_sessions")
    sessions = UserSession.objects.purge_and_list(request.user)
    places = [_place(one) for one in sorted(sessions, key=lambda one: one.created_at, reverse=True)]
    return render(request, "accounts/own_sessions.html", {"places": places})


def end(sessions: QuerySet[UserSession], *, by: User) -> int:
    """Sign out wherever these are; whoever sits there is asked to sign in. Returns how many there were."""
    with transaction.atomic():
        count = 0
        for count, session in enumerate(sessions, 1):  # noqa: B007 - the count is returned after the loop
            about = ("user", session.user_id)
            session.end()
            audit.record(audit.Action.SIGN_OUT, actor=by, at=timezone.now(), about=about, reason="ended elsewhere")
    return count


def _number(text: str) -> int:
    """What a button sends; a number of no session where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _place(session: UserSession) -> Place:
    address = _("Not known") if session.ip == NO_ADDRESS else session.ip
    return Place(session.pk, session.created_at, address, named(session.user_agent), session.is_current())


def named(user_agent: str) -> str:
    """The browser and the system in plain words."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), _("A browser"))
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
