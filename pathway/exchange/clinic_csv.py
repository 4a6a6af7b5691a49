"""Everything of a clinic as CSV files in one ZIP, with a dictionary of every column made from the facts and models."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import RawIOBase, TextIOWrapper
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import QuerySet

from pathway.accounts.cells import safe
from pathway.accounts.models import Clinic
from pathway.clinic.models import Entry, Fracture, FracturedLevel, Interruption, Patient, Visit
from pathway.followup.models import Task, TaskEvent
from pathway.guideline.facts import FACTS, Fact
from pathway.plans.models import Addendum, Decision, Plan

NOT_EXPORTED = ("record", "clinician_pdf", "patient_pdf", "folded_family", "folded_given", "folded_national_id",
                "folded_hospital_number", "idempotency_key", "create_key")  # fmt: skip
DICTIONARY = "data_dictionary.csv"
ROWS_AT_ONCE, RECORDS_AT_ONCE = 500, 50
PIECE_BYTES = 64 * 1024
MISSING = "Empty: not recorded. not_known: chosen. For a number or a date, not_known stands in visit_entries."


@dataclass(frozen=True)
class Sheet:
    """One file: rows of a model that belong to the clinic. `clinic` is the way from a row to it."""

    name: str
    model: type
    clinic: str
    says: str

    def rows(self, clinic: Clinic) -> QuerySet:
        return self.model.objects.filter(**{self.clinic: clinic}).order_by("pk")

    @property
    def columns(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields if field.attname not in NOT_EXPORTED]


SHEETS = (
    Sheet("patients", Patient, "clinic", "A patient of the clinic"),
    Sheet("fractures", Fracture, "patient__clinic", "A fracture of a patient"),
    Sheet("visits", Visit, "fracture__patient__clinic", "A visit with its answers, one column a fact"),
    Sheet("visit_levels", FracturedLevel, "visit__fracture__patient__clinic", "A broken vertebra at a visit"),
    Sheet("visit_entries", Entry, "visit__fracture__patient__clinic", "What was typed in another unit, or not known"),
    Sheet("interruptions", Interruption, "visit__fracture__patient__clinic", "The answer to an emergency finding"),
    Sheet("decisions", Decision, "visit__fracture__patient__clinic", "What was decided about an action"),
    Sheet("plans", Plan, "patient__clinic", "A signed plan; what it says is in plan_records"),
    Sheet("addenda", Addendum, "plan__patient__clinic", "Words added to a signed plan"),
    Sheet("tasks", Task, "clinic", "Something to do after a signed plan"),
    Sheet("task_events", TaskEvent, "task__clinic", "What happened to a task"),
)
RECORDS = "plan_records.jsonl"


def write(clinic: Clinic, to: IO[bytes], passed: Callable[[int], None] = lambda rows: None) -> None:
    """Write the ZIP. `passed` is told how many rows were written since it was last told."""
    for piece in pieces(clinic, passed):
        to.write(piece)


def pieces(clinic: Clinic, passed: Callable[[int], None] = lambda rows: None) -> Iterator[bytes]:
    """The ZIP, bit by bit as the rows are read: however large the clinic, only a few hundred rows are held at once."""
    made = _Piece()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        yield from _write(archive, made, DICTIONARY, dictionary())
        for sheet in SHEETS:
            yield from _write(archive, made, f"{sheet.name}.csv", _with_heading(sheet, clinic), passed)
        yield from _write_records(archive, made, clinic, passed)
    yield made.take()


class _Piece(RawIOBase):
    """What the ZIP has written since it was last taken."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some) -> int:
        self.held += some
        return len(some)

    def take(self) -> bytes:
        taken = bytes(self.held)
        self.held.clear()
        return taken

    def take_if_enough(self) -> Iterator[bytes]:
        if len(self.held) >= PIECE_BYTES:
            yield self.take()


def rows_of(clinic: Clinic) -> int:
    """How many rows there are to write, for a progress bar."""
    return sum(sheet.rows(clinic).count() for sheet in SHEETS) + Plan.objects.filter(patient__clinic=clinic).count()


def _with_heading(sheet: Sheet, clinic: Clinic) -> Iterator[list[Any]]:
    yield sheet.columns
    for row in sheet.rows(clinic).values_list(*sheet.columns).iterator(chunk_size=ROWS_AT_ONCE):
        yield [safe(_text(value)) for value in row]


def _text(value: Any) -> Any:
    """As a program reads it back: empty for nothing, ISO 8601 for days and moments, decimals without trailing zeros."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "normalize"):
        return format(value.normalize(), "f")
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _write(
    archive: ZipFile, made: _Piece, name: str, rows: Iterator[list], passed: Callable[[int], None] = lambda rows: None
) -> Iterator[bytes]:
    with archive.open(name, "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(next(rows))
        while some := list(islice(rows, ROWS_AT_ONCE)):
            writer.writerows(some)
            passed(len(some))
            yield from made.take_if_enough()


def _write_records(archive: ZipFile, made: _Piece, clinic: Clinic, passed: Callable[[int], None]) -> Iterator[bytes]:
    """The signed records as they are stored, one JSON object a line, with the hash that shows them unchanged."""
    plans = Plan.objects.filter(patient__clinic=clinic).order_by("pk").values_list("id", "record_sha256", "record")
    with archive.open(RECORDS, "w", force_zip64=True) as lines:
        for pk, sha256, record in plans.iterator(chunk_size=RECORDS_AT_ONCE):
            head = json.dumps({"plan": str(pk), "sha256": sha256})[:-1]
            lines.write(head.encode() + b', "record": ' + bytes(record) + b"}\n")
            passed(1)
            yield from made.take_if_enough()


def dictionary() -> Iterator[list[Any]]:
    """One row a column of every file: what it means, its kind, unit, range and choices."""
    yield ["file", "file_says", "column", "meaning", "kind", "unit", "lowest", "highest", "choices", "missing"]
    for sheet in SHEETS:
        for name in sheet.columns:
            column = next(field for field in sheet.model._meta.concrete_fields if field.attname == name)
            about = [f"{sheet.name}.csv", sheet.says, name]
            if sheet.model is Visit and name in FACTS:
                yield [*about, *_of_fact(FACTS[name])]
            else:
                choices = " | ".join(f"{key}: {label}" for key, label in column.flatchoices if key != "")
                kind = type(column).__name__.removesuffix("Field").lower()
                meaning = str(column.help_text or column.verbose_name)
                yield [*about, meaning, kind, "", "", "", choices, "Empty: nothing"]


def _of_fact(fact: Fact) -> list[Any]:
    choices = " | ".join(f"{key}: {label}" for key, label in fact.choices)
    low, high = ("" if bound is None else format(bound, "f") for bound in (fact.low, fact.high))
    return [str(fact.label), str(fact.kind), fact.unit, low, high, choices, MISSING]
