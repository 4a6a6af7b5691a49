"""Find and authorize in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from pathway.clinic.models import Fracture, Patient, Visit


def patient(request: HttpRequest, pk: UUID) -> Patient:
    return get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)


def fracture(request: HttpRequest, pk: UUID) -> Fracture:
    return get_object_or_404(Fracture.objects.visible_to(request.user).select_related("patient__clinic"), pk=pk)


def visit(request: HttpRequest, pk: UUID) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
