"""Find, authorize and note for the audit trail in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pathway.accounts.access import seen
from pathway.clinic.emergency_access import patients_open_to
from pathway.clinic.models import Visit
from pathway.clinic.views.find import note_emergency, visit
from pathway.plans.models import Plan

__all__ = ("plan", "plan_even_elsewhere", "plan_of", "visit")


def plan(request: HttpRequest, pk: UUID) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    seen(request, "plan", pk, plan.patient_id)
    return plan


def plan_even_elsewhere(request: HttpRequest, pk: UUID, *, only_paper: str = "") -> Plan:
    """For a page that only shows: also a plan of another clinic's patient who was opened in an emergency."""
    plans = Plan.objects.of(patients_open_to(request.user, timezone.now()))
    if only_paper:
        plans = plans.with_paper_only(only_paper)
    plan = get_object_or_404(plans, pk=pk)
    seen(request, "plan", pk, plan.patient_id)
    note_emergency(request, plan.patient)
    return plan


def plan_of(visit: Visit) -> Plan | None:
    return Plan.objects.filter(visit=visit).without_bytes().first()
