"""The clinic's records, one module a noun."""

from .emergency_access import EmergencyAccess, EmergencyReview
from .fractures import Fracture
from .parts_of_visits import Entry, FracturedLevel, Interruption, StepSave, VisitDraft
from .patients import Patient
from .visits import Visit

__all__ = [
    "EmergencyAccess",
    "EmergencyReview",
    "Entry",
    "Fracture",
    "FracturedLevel",
    "Interruption",
    "Patient",
    "StepSave",
    "Visit",
    "VisitDraft",
]
