"""The clinic's records, one module a noun."""

from .fractures import Fracture
from .patients import Patient
from .visits import Entry, FracturedLevel, Interruption, StepSave, Visit, VisitDraft

__all__ = [
    "Entry",
    "Fracture",
    "FracturedLevel",
    "Interruption",
    "Patient",
    "StepSave",
    "Visit",
    "VisitDraft",
]
