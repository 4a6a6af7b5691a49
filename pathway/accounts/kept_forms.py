"""What someone sends after their session ended waits on the server until the same person signs in, and nobody else.

It lies in the session that replaces theirs, never in the browser, and is sent again only when they say so.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from .adapter import home_of

KEPT, SIGNED_OUT = "kept_form", "signed_out_here"
NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}


def sent_to_its_page(view):
    """Of a view that answers with a fragment: what it is sent is sent again to the page that it belongs to."""
    view.sent_to_its_page = True
    return view


def forget_all_but(request: HttpRequest, person: str) -> None:
    """On signing in: what someone else left here goes."""
    if request.session.get(SIGNED_OUT) != person:
        request.session.pop(SIGNED_OUT, None)
        request.session.pop(KEPT, None)


def fields_to_keep(request: HttpRequest, view=None) -> dict | None:
    """The address and the fields of this form; None where there is nothing to send again, or a password in it."""
    from .middleware import page_of

    if request.method != "POST" or request.path.startswith(("/account/", "/demo/")):
        return None
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in NOT_SENT_AGAIN]
    if any("password" in name for name, _ in fields):
        return None
    to = page_of(request) if getattr(view, "sent_to_its_page", False) else request.get_full_path()
    return {"to": to, "page": page_of(request), "fields": fields}


def keep(request: HttpRequest, person: str, form: dict | None) -> None:
    if form is not None:
        request.session[KEPT] = {**form, "person": person}


def keep_from_before(request: HttpRequest) -> bool:
    """Keep a form whose session ended in another tab. Only what our own page sent, for who was signed out here."""
    person = request.session.get(SIGNED_OUT)
    is_theirs = person and (not request.user.is_authenticated or str(request.user.pk) == person)
    form = fields_to_keep(request, _view_of(request)) if is_theirs and _is_from_us(request) else None
    keep(request, person, form)
    return form is not None


def _view_of(request: HttpRequest):
    return request.resolver_match.func if request.resolver_match else None


def _is_from_us(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.get_host() or origin in settings.CSRF_TRUSTED_ORIGINS


def is_waiting(request: HttpRequest) -> bool:
    return KEPT in request.session


def kept_for(request: HttpRequest) -> dict | None:
    form = request.session.get(KEPT)
    return form if form is not None and form["person"] == str(request.user.pk) else None


@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """After signing in again: send what was kept, or leave it and open its page."""
    form = kept_for(request)
    if form is None:
        return redirect(home_of(request.user))
    return render(request, "accounts/kept_form.html", {"kept": form})
