"""Find, authorize and note for the audit trail in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from pathway.accounts.access import seen
from pathway.clinic.models import Visit
from pathway.clinic.views.find import visit
from pathway.plans.models import Plan

__all__ = ("plan", "plan_of", "visit")


def plan(request: HttpRequest, pk: UUID) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    seen(request, "plan", pk, plan.patient_id)
    return plan


def plan_of(visit: Visit) -> Plan | None:
    return Plan.objects.filter(visit=visit).without_bytes().first()
