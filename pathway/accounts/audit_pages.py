"""The audit trail as auditors read it: the latest first, by day and by person."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import audit
from .access import auditor_required
from .models import AuditEvent, User
from .refusals import refuse

PAGE = 50
LARGEST_SEQ = 2**63 - 1


class TrailForm(forms.Form):
    """Which part of the audit trail is shown; everything where a box is empty."""

    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("printed_name", "username"), label=gettext_lazy("Person"), required=False
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_SEQ, widget=forms.HiddenInput)


@auditor_required
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, _("Choose a day such as 2026-11-22 and a person from the list."))
    asked = form.cleaned_data
    events = AuditEvent.objects.all()
    if asked["day"]:
        events = events.filter(at__gte=_start_of(asked["day"]), at__lt=_start_of(asked["day"] + timedelta(days=1)))
    if asked["person"]:
        events = events.filter(actor=asked["person"])
    audit.record(audit.Action.READ, actor=request.user, at=timezone.now(), about=("audit trail", ""))
    context = {**page_of(events, asked["before"]), "form": form, "section": "audit"}
    return render(request, "accounts/audit.html", context)


def page_of(events: QuerySet[AuditEvent], before: int | None) -> dict:
    """A page of events, the latest first, and `older`: what the next page begins before, or None."""
    if before is not None:
        events = events.filter(seq__lt=before)
    listed = list(events.order_by("-seq").select_related("actor", "clinic")[: PAGE + 1])
    return {"events": listed[:PAGE], "older": listed[PAGE - 1].seq if len(listed) > PAGE else None}


def _start_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
