"""Many patients in little time, for measuring: the rows of a small synthetic cohort, copied inside the database.

A copy has the ids of its original with other last digits, so that rows keep pointing to each other, and with a version
that no original has: an original that happened to end in the number of a copy would otherwise meet itself. The records
and papers of copied plans are empty: what is measured does not read them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, models, transaction

from pathway.clinic.models import Fracture, Patient, Visit
from pathway.followup.models import Task
from pathway.plans.models import Decision, Plan

COPIED = (Patient, Fracture, Decision, Visit, Plan, Task)
"""Decisions before their visits, which are signed: those are noted to be counted, not each decision."""
EMPTY = ("record", "clinician_pdf", "patient_pdf")
COPIES_VERSION = "c"
"""In place of the 4 of a random UUID."""
NONE_LEFT = ("national_id", "folded_national_id", "national_id_scheme")


def multiply(times: int, passed: Callable[[], None] = lambda: None) -> None:
    """Copy every patient of the database so often, with all that follow-up reads; then gather statistics."""
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(f"CREATE TEMP TABLE first_{model.__name__} AS SELECT * FROM {model._meta.db_table}")
        for number in range(1, times + 1):
            with transaction.atomic():
                for model in COPIED:
                    cursor.execute(_copy(model, f"{number:06x}"))
            passed()
        for model in COPIED:
            cursor.execute(f"DROP TABLE first_{model.__name__}")
        cursor.execute("ANALYZE")


def _copy(model: type[models.Model], digits: str) -> str:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_copied(field, digits) for field in fields)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM first_{model.__name__}"


def _copied(field: models.Field, digits: str) -> str:
    """The value of a column in the copy with these digits, as SQL."""
    column, name = f'"{field.column}"', field.name
    pointed_at = field.related_model if field.is_relation else field.model if field.primary_key else None
    if pointed_at in COPIED or name == "idempotency_key":
        return _id(column, digits)
    if name in EMPTY:
        return "X'7b7d'" if connection.vendor == "sqlite" else "'\\x7b7d'::bytea"
    if name in NONE_LEFT:
        return "''"
    if name == "record_sha256":
        return f"'{COPIES_VERSION}{digits}' || SUBSTR({column}, 1, 57)"
    if name in ("number", "hospital_number", "folded_hospital_number"):
        return f"'{digits.lstrip('0')}-' || SUBSTR({column}, 4)"
    return column


def _id(column: str, digits: str) -> str:
    if connection.vendor == "sqlite":
        return f"SUBSTR({column}, 1, 12) || '{COPIES_VERSION}' || SUBSTR({column}, 14, 13) || '{digits}'"
    return f"(OVERLAY(SUBSTR({column}::text, 1, 30) PLACING '{COPIES_VERSION}' FROM 15) || '{digits}')::uuid"
