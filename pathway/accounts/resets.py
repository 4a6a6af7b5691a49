"""How a person comes to sign in who cannot: a link that works once, with which they set a password themselves.

Nobody sets another person's password. For whoever signed in before, one administrator proposes it and another confirms
it; then the old password and second factors are gone, every session ends, and only the link is left. The person is told
at each sign-in of the next days. A first link needs one administrator only.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from . import audit
from .forms import FirstPasswordForm
from .models import Reset, User
from .own_sessions import end
from .refusals import refuse

LINK_LASTS = timedelta(hours=1)
SAID_FOR = timedelta(days=14)


def needs_two(person: User) -> bool:
    """Whoever never signed in has nothing to take over. An administrator's account could make its maker two people."""
    return person.last_login is not None or person.is_administrator or person.administrator_proposed_by_id is not None


@transaction.atomic
def propose(person: User, *, by: User, at: datetime) -> Reset:
    """Ask another administrator to confirm. What was proposed before stands."""
    waiting, is_new = Reset.objects.get_or_create(
        person=person, confirmed_at=None, defaults={"proposed_by": by, "proposed_at": at}
    )
    if is_new:
        _note(by, person, at, "new sign-in proposed")
    return waiting


@transaction.atomic
def confirm(waiting: Reset, *, by: User, at: datetime) -> str:
    """End what the person signs in with, and return the path of the link. The caller saw that `by` is another one."""
    waiting.confirmed_by, waiting.confirmed_at = by, at
    _note(by, waiting.person, at, f"new sign-in confirmed, proposed by {waiting.proposed_by_id}")
    return _begin(waiting, by=by)


@transaction.atomic
def begin_alone(person: User, *, by: User | None, at: datetime) -> str:
    """For a first sign-in, or by whoever runs the service (nobody): the path of the link."""
    made = Reset(person=person, proposed_by=by, proposed_at=at, confirmed_at=at, is_alone=True)
    _note(by, person, at, "link to sign in made" if by else "new sign-in by the service")
    return _begin(made, by=by)


def _begin(reset: Reset, *, by: User | None) -> str:
    person = reset.person
    person.set_unusable_password()
    person.save(update_fields=["password"])
    for factor in Authenticator.objects.filter(user=person):
        factor.delete()
    end(UserSession.objects.filter(user=person), by=by)
    person.resets.filter(used_at=None).exclude(link_hash="").update(link_hash="")
    token = secrets.token_urlsafe(24)
    reset.link_hash, reset.link_until = _hash(token), reset.confirmed_at + LINK_LASTS
    reset.save()
    return reverse("account_begin", args=[token])


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _note(by: User | None, person: User, at: datetime, reason: str) -> None:
    audit.record(audit.Action.CREDENTIALS, actor=by, at=at, about=("user", person.pk), reason=reason)


def waiting_names() -> Subquery:
    """Who proposed a new sign-in of a person, for the list of people."""
    found = Reset.objects.filter(person=OuterRef("pk"), confirmed_at=None)
    return Subquery(found.values("proposed_by__username")[:1])


def confirmable(people: QuerySet[User], by: User) -> QuerySet[Reset]:
    """Proposed by another administrator, who still is one, about a third person."""
    found = Reset.objects.filter(person__in=people, confirmed_at=None).exclude(proposed_by=by).exclude(person=by)
    return found.filter(proposed_by__is_administrator=True, proposed_by__is_active=True)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads: the person sets a password, once, and then signs in with it."""
    now = timezone.now()
    reset = Reset.objects.filter(
        link_hash=_hash(token), link_until__gt=now, used_at=None, person__is_active=True
    ).first()
    if reset is None:
        sentence = _(
            "This link was used before, or it is older than an hour. Ask an administrator for another one. "
            "If it was not you who used it, tell them so."
        )
        return refuse(request, 404, sentence)
    form = FirstPasswordForm(reset.person, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/begin.html", {"form": form}, status=200 if request.method != "POST" else 422)
    with transaction.atomic():
        if not Reset.objects.filter(pk=reset.pk, used_at=None).update(used_at=now):
            return redirect(request.path)
        form.save()
        _note(None, reset.person, now, "password set by the link")
    messages.success(request, _("Your password is set. Sign in with it."))
    return redirect("account_login")


def tell(request: HttpRequest, person: User) -> None:
    """Say at sign-in what was done to the account, for as many days that whoever used the link in bad faith cannot
    have been the only one to read it."""
    if not hasattr(request, "_messages"):
        return  # a program that signs someone in
    for reset in person.resets.filter(used_at__gt=timezone.now() - SAID_FOR).select_related(
        "proposed_by", "confirmed_by"
    ):
        by = [str(one) for one in (reset.proposed_by, reset.confirmed_by) if one] or [_("whoever runs the service")]
        said = {"day": f"{timezone.localtime(reset.used_at):%d-%b-%Y %H:%M}", "by": _(" and ").join(by)}
        messages.warning(
            request,
            _(
                "Your password was set by a link on %(day)s, after %(by)s let your sign-in begin anew. "
                "If that was not you, tell an auditor or whoever runs the service."
            )
            % said,
        )
