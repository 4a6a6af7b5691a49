"""Patients from a CSV file: every row is checked first, and either all of them are added or none.

A row passes the form that a clinician fills in, so that the file can bring nothing that could not be typed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from pathway.accounts import audit
from pathway.accounts.models import Clinic, User
from pathway.clinic.models import Patient
from pathway.clinic.patient_forms import PatientForm
from pathway.clinic.signals import patient_saved
from pathway.clinic.text import fold

REQUIRED = ("family_name", "given_name", "date_of_birth", "sex")
COLUMNS = (*REQUIRED, "title", "preferred_name", "hospital_number", "nhs_number", "other_number")
IDENTIFIERS = ("hospital_number", "nhs_number", "other_number")
SEXES = ("female", "male", "not_known")
MOST_ROWS = 20_000
Passed = Callable[[], None]


class Fate(StrEnum):
    NEW = "new"
    KNOWN = "known"
    ALIKE = "alike"
    REFUSED = "refused"


@dataclass
class Row:
    """What becomes of one line: added, left out because the patient is here already, or why it cannot be added."""

    line: int
    name: str
    fate: Fate
    sentences: list[str] = field(default_factory=list)
    patient: Patient | None = None


@dataclass
class Report:
    """Every row, or the sentence why the file cannot be read."""

    rows: list[Row] = field(default_factory=list)
    unreadable: str = ""

    def counted(self, fate: Fate) -> int:
        return sum(row.fate == fate for row in self.rows)

    def may_be_added(self, *, alike_too: bool) -> bool:
        """Whether nothing stands in the way: no row refused, and none alike unless someone looked at them."""
        refused = self.counted(Fate.REFUSED) or (self.counted(Fate.ALIKE) and not alike_too)
        return not self.unreadable and not refused and bool(self.rows)


def check(content: bytes, clinic: Clinic, by: User, today: date, passed: Passed = lambda: None) -> Report:
    """Read and check a whole file without writing anything. `passed` is called after each row."""
    try:
        lines = list(_lines(content))
    except ValueError as error:
        return Report(unreadable=str(error))
    seen: dict[str, int] = {}
    rows = []
    for number, told in lines:
        rows.append(_checked(number, told, clinic, by, today, seen))
        passed()
    return Report(rows)


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each line and what stands in its columns. Raises ValueError with a sentence."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("The file is not UTF-8 text. Save it as CSV UTF-8.")) from None
    reader = csv.DictReader(StringIO(text, newline=""), strict=True)
    try:
        heading = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = heading
        _refuse_heading(heading)
        found = [(reader.line_num, row) for row in reader if any(_cells(row))]
    except csv.Error as error:
        raise ValueError(_("Line %(line)d cannot be read: %(error)s.") % {
            "line": reader.line_num, "error": error}) from None  # fmt: skip
    if not found:
        raise ValueError(_("The file holds no patient."))
    if len(found) > MOST_ROWS:
        raise ValueError(_("The file holds more than %(most)d patients. Split it.") % {"most": MOST_ROWS})
    yield from found


def _refuse_heading(heading: list[str]) -> None:
    if missing := [name for name in REQUIRED if name not in heading]:
        raise ValueError(_("The first line has no column %(names)s.") % {"names": ", ".join(missing)})
    if unknown := [name for name in heading if name not in COLUMNS]:
        names = {"names": ", ".join(unknown), "known": ", ".join(COLUMNS)}
        raise ValueError(_("The first line has unknown columns: %(names)s. Known are: %(known)s.") % names)
    if len(set(heading)) != len(heading):
        raise ValueError(_("The first line names a column twice."))


def _cells(row: dict) -> list[str]:
    return [cell for cell in row.values() if isinstance(cell, str) and cell.strip()]


def _checked(line: int, told: dict, clinic: Clinic, by: User, today: date, seen: dict[str, int]) -> Row:
    said = {name: (told.get(name) or "").strip() for name in COLUMNS}
    name = f"{said['family_name'].upper()}, {said['given_name']}"
    if None in told or None in told.values():
        sentence = _("The line has more or fewer columns than the first line.")
        return Row(line, name, Fate.REFUSED, [sentence])
    form = PatientForm(_typed(said), instance=Patient(clinic=clinic, created_by=by), today=today)
    if not form.is_valid():
        return Row(line, name, Fate.REFUSED, [str(error) for errors in form.errors.values() for error in errors])
    patient = form.instance
    row = Row(line, patient.name, Fate.NEW, patient=patient)
    _look_for_others(row, clinic)
    _look_above(row, seen)
    return row


def _typed(said: dict[str, str]) -> dict[str, str]:
    """As the form of the page would send it. A date that is not one goes to the form as it is, to be refused there."""
    year, month, day = (*said["date_of_birth"].split("-"), "", "", "")[:3]
    boxes = {"date_of_birth_day": day, "date_of_birth_month": month, "date_of_birth_year": year}
    sex = said["sex"].lower()
    return {**said, **boxes, "sex": sex if sex in SEXES else ""}


def _look_for_others(row: Row, clinic: Clinic) -> None:
    """The same person, another person with the number, or someone alike, among the clinic's patients."""
    patient, others = row.patient, Patient.objects.filter(clinic=clinic)
    for number in filter(None, (patient.hospital_number, patient.national_id)):
        for other in others.identified_by(number):
            if _is_same(other, patient):
                row.fate = Fate.KNOWN
                row.sentences = [_("This patient is here already.")]
                return
            row.fate = Fate.REFUSED
            row.sentences.append(_("%(number)s belongs to %(name)s, born %(born)s.") % {
                "number": number, "name": other.name, "born": f"{other.date_of_birth:%d-%b-%Y}"})  # fmt: skip
    if row.fate == Fate.NEW:
        for other in others.named(patient.family_name, patient.date_of_birth)[:3]:
            row.fate = Fate.ALIKE
            numbers = ", ".join(number for _label, number in other.identifiers)
            row.sentences.append(_("Alike: %(name)s, %(numbers)s.") % {"name": other.name, "numbers": numbers})


def _is_same(one: Patient, other: Patient) -> bool:
    same_name = fold(one.family_name) == fold(other.family_name) and fold(one.given_name) == fold(other.given_name)
    return same_name and one.date_of_birth == other.date_of_birth


def _look_above(row: Row, seen: dict[str, int]) -> None:
    """The same number, or the same name and birthday, on an earlier line of the file."""
    patient = row.patient
    numbers = [f"n{fold(number)}" for number in (patient.hospital_number, patient.national_id) if number]
    person = f"p{fold(patient.family_name)}/{fold(patient.given_name)}/{patient.date_of_birth}"
    for key in (*numbers, person):
        if key in seen and row.fate != Fate.KNOWN:
            row.fate = Fate.REFUSED
            row.sentences.append(_("The same patient or number stands on line %(line)d.") % {"line": seen[key]})
            break
    seen.update({key: row.line for key in (*numbers, person) if key not in seen})


@transaction.atomic
def add(report: Report, by: User, at: datetime, passed: Passed = lambda: None) -> int:
    """Add every new or alike patient of a report, each with an event in the audit trail, or nobody."""
    added = [row.patient for row in report.rows if row.fate in (Fate.NEW, Fate.ALIKE)]
    for patient in added:
        patient.save(force_insert=True)
        patient_saved.send(Patient, patient=patient, user=by, at=at)
        audit.record(audit.Action.CREATE, actor=by, at=at, about=("patient", patient.pk), patient=patient.pk,
                     reason="from a file")  # fmt: skip
        passed()
    return len(added)
