"""Find, authorize and note for the audit trail in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from pathway.accounts.access import seen
from pathway.clinic.models import Fracture, Patient, Visit


def patient(request: HttpRequest, pk: UUID) -> Patient:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    seen(request, "patient", pk, patient.pk)
    return patient


def fracture(request: HttpRequest, pk: UUID) -> Fracture:
    fracture = get_object_or_404(Fracture.objects.visible_to(request.user).select_related("patient__clinic"), pk=pk)
    seen(request, "fracture", pk, fracture.patient_id)
    return fracture


def visit(request: HttpRequest, pk: UUID) -> Visit:
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    seen(request, "visit", pk, visit.patient.pk)
    return visit
