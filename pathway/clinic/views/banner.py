"""What the patient banner needs, on every page about one patient."""

from __future__ import annotations

from datetime import date
from typing import Any

from pathway.clinic.models import Patient, Visit


def banner(patient: Patient, on: date) -> dict[str, Any]:
    """The patient, the age in whole years on a day or at death, and whether a namesake is on the worklist."""
    namesakes = Visit.objects.open().filter(
        fracture__patient__clinic_id=patient.clinic_id, fracture__patient__folded_family=patient.folded_family
    )
    return {
        "patient": patient,
        "patient_age": patient.age_at_death if patient.is_deceased else patient.age_on(on),
        "same_name": namesakes.exclude(fracture__patient=patient).exists(),
    }
