"""Getting into the demo without a password: links that work once, and changing between its people.

Both exist only while settings.DEMO is on and the database is marked as a demo; otherwise their addresses are not found.
"""

import secrets
from functools import wraps

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .adapter import home_of
from .models import SiteState, User
from .refusals import refuse

LINK_LASTS_SECONDS = 15 * 60
PREFIX = "demo-"


def people():
    """The demo's own people: their user names begin with "demo-" and they have no password."""
    return User.objects.filter(username__startswith=PREFIX, is_active=True).order_by("date_joined")


def one_time_link(user: User, to: str) -> str:
    """The path of a link that signs this person in on the page `to`, once, within 15 minutes."""
    token = secrets.token_urlsafe(12)
    cache.set(_key(token), {"user": user.pk, "to": to}, LINK_LASTS_SECONDS)
    return reverse("demo_enter", args=[token])


def _key(token: str) -> str:
    return f"demo-link-{token}"


def _demo_only(view):
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (settings.DEMO and SiteState.is_demo()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@require_safe
@_demo_only
def enter(request: HttpRequest, token: str) -> HttpResponse:
    link = cache.get(_key(token))
    if link is None or not cache.delete(_key(token)):
        return refuse(request, 404, _("This link was used before or is older than 15 minutes. Start the demo again."))
    return _become(request, get_object_or_404(people(), pk=link["user"]), link["to"])


@require_POST
@_demo_only
def switch(request: HttpRequest) -> HttpResponse:
    user = get_object_or_404(people(), username=request.POST.get("username", ""))
    return _become(request, user, home_of(user))


def _become(request: HttpRequest, user: User, to: str) -> HttpResponse:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    return redirect(to)
