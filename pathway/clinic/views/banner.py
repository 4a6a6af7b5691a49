"""What the patient banner needs, on every page about one patient."""

from __future__ import annotations

from datetime import date
from typing import Any

from pathway.clinic.models import Patient
from pathway.clinic.models.visits import has_namesake


def banner(patient: Patient, on: date) -> dict[str, Any]:
    """The patient, the age in whole years on a day or at death, and whether a namesake is on the worklist."""
    same_name = getattr(patient, "has_namesake", None)  # where it was read with the patient
    if same_name is None:
        same_name = Patient.objects.filter(has_namesake(""), pk=patient.pk).exists()
    return {
        "patient": patient,
        "patient_age": patient.age_at_death if patient.is_deceased else patient.age_on(on),
        "same_name": same_name,
    }
