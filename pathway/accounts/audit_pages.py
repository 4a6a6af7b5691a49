"""The audit trail, the latest first: all of it for auditors, who signed in and who may do what for administrators, and
for everybody what they did themselves."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from itertools import chain

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import audit
from .access import confirmed, overseer_required, signed_in
from .cells import safe
from .models import AuditEvent, User
from .refusals import refuse

PAGE = 50
LARGEST_SEQ = 2**63 - 1
NOT_CHOSEN = gettext_lazy("Choose a day such as 2026-11-22 and a person from the list.")
ABOUT_ACCOUNTS = (
    audit.Action.SIGN_IN, audit.Action.SIGN_IN_FAILED, audit.Action.SIGN_OUT, audit.Action.ROLE_CHANGE,
    audit.Action.CREDENTIALS, audit.Action.CONFIRM,
)  # fmt: skip
"""What administrators see: nothing about any patient."""
COLUMNS = (
    "seq", "at", "actor_id", "role", "clinic_id", "patient", "object_type", "object_id", "action", "outcome", "reason",
    "request_id", "previous_hash", "hash",
)  # fmt: skip


class TrailForm(forms.Form):
    """Which part of the audit trail is shown; everything where a box is empty."""

    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("printed_name", "username"),
        label=gettext_lazy("Person"),
        required=False,
        empty_label=gettext_lazy("Everyone"),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_SEQ, widget=forms.HiddenInput)


@overseer_required
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, NOT_CHOSEN)
    _note(request, audit.Action.READ)
    page = page_of(_asked_for(request, form), form.cleaned_data["before"])
    return render(request, "accounts/audit.html", {**page, "form": form, "section": "audit"})


@overseer_required
@confirmed
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same events as a file for a spreadsheet, with ids instead of names."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, NOT_CHOSEN)
    _note(request, audit.Action.EXPORT)
    rows = _asked_for(request, form).order_by("seq").values_list(*COLUMNS).iterator(chunk_size=1000)
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    lines = (writer.writerow(["" if one is None else safe(str(one)) for one in row]) for row in chain([COLUMNS], rows))
    headers = {"Content-Disposition": 'attachment; filename="audit-trail.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    """Hands each line of a CSV file on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I did and what was tried in my name."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, NOT_CHOSEN)
    own = Q(actor=request.user) | Q(object_type="user", object_id=str(request.user.pk))
    page = page_of(AuditEvent.objects.filter(own), form.cleaned_data["before"])
    return render(request, "accounts/my_activity.html", page)


def _note(request: HttpRequest, action: str) -> None:
    audit.record(action, actor=request.user, at=timezone.now(), about=("audit trail", ""))


def _asked_for(request: HttpRequest, form: TrailForm) -> QuerySet[AuditEvent]:
    asked, events = form.cleaned_data, AuditEvent.objects.all()
    if not request.user.is_auditor:
        events = events.filter(action__in=ABOUT_ACCOUNTS)
    if asked["day"]:
        events = events.filter(at__gte=_start_of(asked["day"]), at__lt=_start_of(asked["day"] + timedelta(days=1)))
    if asked["person"]:
        events = events.filter(actor=asked["person"])
    return events


def page_of(events: QuerySet[AuditEvent], before: int | None) -> dict:
    """A page of events, the latest first, and `older`: what the next page begins before, or None."""
    if before is not None:
        events = events.filter(seq__lt=before)
    listed = list(events.order_by("-seq").select_related("actor", "clinic")[: PAGE + 1])
    return {"events": listed[:PAGE], "older": listed[PAGE - 1].seq if len(listed) > PAGE else None}


def _start_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
