"""Find, authorize and note for the audit trail in one move: what belongs to another clinic does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pathway.accounts.access import READING, seen
from pathway.clinic.emergency_access import patients_open_to
from pathway.clinic.models import EmergencyAccess, Fracture, Patient, Visit
from pathway.clinic.models.visits import has_namesake


def patient(request: HttpRequest, pk: UUID) -> Patient:
    patients = Patient.objects.visible_to(request.user).annotate(has_namesake=has_namesake(""))
    patient = get_object_or_404(patients, pk=pk)
    seen(request, "patient", pk, patient.pk)
    return patient


def patient_even_elsewhere(request: HttpRequest, pk: UUID) -> Patient:
    """For a page that only shows: also another clinic's patient who was opened in an emergency."""
    patient = get_object_or_404(patients_open_to(request.user, timezone.now()), pk=pk)
    seen(request, "patient", pk, patient.pk)
    note_emergency(request, patient)
    return patient


def note_emergency(request: HttpRequest, patient: Patient) -> None:
    """Another clinic's patient: every page says so while it lasts, and so does its event."""
    if patient.clinic_id != request.user.clinic_id:
        lasting = EmergencyAccess.objects.lasting(request.user, timezone.now())
        request.emergency_access = lasting.filter(patient=patient).select_related("patient__clinic").first()


def fracture(request: HttpRequest, pk: UUID) -> Fracture:
    fracture = get_object_or_404(Fracture.objects.visible_to(request.user).select_related("patient__clinic"), pk=pk)
    seen(request, "fracture", pk, fracture.patient_id)
    return fracture


def visit(request: HttpRequest, pk: UUID) -> Visit:
    """To show with all that belongs to it, in few queries; to write to, as a form sent by a browser does, by itself."""
    visits = Visit.objects.visible_to(request.user)
    visit = visits.with_course(pk) if request.method in READING else get_object_or_404(visits, pk=pk)
    if visit is None:
        raise Http404
    seen(request, "visit", pk, visit.patient.pk)
    return visit
