"""The record over time, as one list."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathway.accounts.access import clinician_required
from pathway.clinic.views import find
from pathway.clinic.views.banner import banner
from pathway.followup.timeline import KINDS, open_tasks, timeline_of


@clinician_required
@require_safe
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    patient = find.patient(request, pk)
    wanted = request.GET.get("show", "")
    show = wanted if wanted in KINDS else ""
    context = {
        **banner(patient, timezone.localdate()),
        "open_tasks": open_tasks(patient),
        "months": timeline_of(patient, request.user, show),
        "kinds": KINDS.items(),
        "show": show,
        "today": timezone.localdate(),
        "section": "patients",
    }
    return render(request, "followup/timeline.html", context)
