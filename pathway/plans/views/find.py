"""Find and authorize in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from pathway.clinic.models import Visit
from pathway.plans.models import Plan


def visit(request: HttpRequest, pk: UUID) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)


def plan(request: HttpRequest, pk: UUID) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)


def plan_of(visit: Visit) -> Plan | None:
    return Plan.objects.filter(visit=visit).without_bytes().first()
