"""Patients from a CSV file: every row is checked first, and either all of them are added or none.

A row passes the form that a clinician fills in, so that the file can bring nothing that could not be typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pathway.accounts import audit
from pathway.accounts.models import Clinic, User
from pathway.clinic.models import Patient
from pathway.clinic.numbers import day_text
from pathway.clinic.patient_forms import PatientForm
from pathway.clinic.signals import patient_saved
from pathway.clinic.text import fold
from pathway.exchange.patient_file import COLUMNS, MOST_ROWS, DateOrder, Line, boxes, read

BEGINNING, ALIKE_RATIO, MOST_ALIKE = 3, 0.8, 3
SEXES = ("female", "male", "not_known")
ROWS_AT_ONCE = 500
Passed = Callable[[int], None]


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
    notes: list[str] = field(default_factory=list)

    def counted(self, fate: Fate) -> int:
        return sum(row.fate == fate for row in self.rows)

    def may_be_added(self, *, alike_too: bool) -> bool:
        """Whether nothing stands in the way: no row refused, and none alike unless someone looked at them."""
        refused = self.counted(Fate.REFUSED) or (self.counted(Fate.ALIKE) and not alike_too)
        return not self.unreadable and not refused and bool(self.rows)


def check(
    content: bytes,
    clinic: Clinic,
    by: User,
    today: date,
    passed: Passed = lambda line: None,
    order: DateOrder = DateOrder.YEAR,
    most: int = MOST_ROWS,
) -> Report:
    """Read and check a whole file without writing anything. `passed` is told the number of each line."""
    try:
        found = read(content)
    except ValueError as error:
        return Report(unreadable=str(error))
    if len(found.lines) > most:
        sentence = _("The file holds more than %(most)d patients. Split it, or have it added by the command "
                     "import_patients, which shows how far it is.") % {"most": most}  # fmt: skip
        return Report(unreadable=sentence)
    form = PatientForm({}, instance=Patient(clinic=clinic, created_by=by), today=today)
    seen: dict[str, Row] = {}
    born: dict[date, list[Row]] = defaultdict(list)
    rows = []
    lines = iter(found.lines)
    while some := list(islice(lines, ROWS_AT_ONCE)):
        new = []
        for line in some:
            new.append(_checked(line, form, Patient(clinic=clinic, created_by=by), order))
            passed(line.number)
        others = _Others(clinic, [row.patient for row in new if row.patient])
        for row in new:
            if row.patient:
                others.look_for(row)
                _look_above(row, seen, born)
        rows += new
    return Report(rows, notes=found.notes)


def _checked(line: Line, form: PatientForm, patient: Patient, order: DateOrder) -> Row:
    """By itself, as the form takes it for a new patient; without a patient where it is refused."""
    said = {name: line.told.get(name, "") for name in COLUMNS}
    row = Row(line.number, f"{said['family_name'].upper()}, {said['given_name']}", Fate.REFUSED)
    if not line.fits:
        row.sentences = [_("The line has more or fewer columns than the first line.")]
        return row
    born = boxes(said["date_of_birth"], order)
    if isinstance(born, str):
        row.sentences.append(born)
    if said["sex"].lower() not in SEXES:
        row.sentences.append(_("Sex: write female, male or not_known."))
    if line.told.get("deceased_on"):
        row.sentences.append(_("The patient has died."))
    if row.sentences:
        return row
    typed = dict(zip(("date_of_birth_day", "date_of_birth_month", "date_of_birth_year"), born, strict=True))
    form.take({**said, **typed, "sex": said["sex"].lower()}, patient)
    if not form.is_valid():
        row.sentences = [str(error) for errors in form.errors.values() for error in errors]
        return row
    return Row(line.number, patient.name, Fate.NEW, patient=patient)


class _Others:
    """The clinic's patients who have a number or a birthday of these, read at once."""

    def __init__(self, clinic: Clinic, patients: list[Patient]):
        numbers = {fold(number) for patient in patients for number in _numbers(patient)}
        found = Patient.objects.filter(clinic=clinic).filter(
            Q(folded_national_id__in=numbers)
            | Q(folded_hospital_number__in=numbers)
            | Q(date_of_birth__in={patient.date_of_birth for patient in patients})
        )
        self.by_number: dict[str, list[Patient]] = defaultdict(list)
        self.by_birthday: dict[date, list[Patient]] = defaultdict(list)
        for other in found.order_by("folded_family", "folded_given", "pk"):
            self.by_birthday[other.date_of_birth].append(other)
            for number in {other.folded_national_id, other.folded_hospital_number} - {""}:
                self.by_number[number].append(other)

    def look_for(self, row: Row) -> None:
        """The same person, another person with the number, or someone alike."""
        patient = row.patient
        for number in _numbers(patient):
            for other in self.by_number[fold(number)]:
                if _is_same(other, patient):
                    row.fate = Fate.KNOWN
                    row.sentences = [_("This patient is here already.")]
                    return
                row.fate = Fate.REFUSED
                row.sentences.append(_("%(number)s belongs to %(name)s, born %(born)s.") % {
                    "number": number, "name": other.name, "born": day_text(other.date_of_birth)})  # fmt: skip
        if row.fate == Fate.NEW:
            for other in self._alike(patient):
                row.fate = Fate.ALIKE
                numbers = ", ".join(number for _label, number in other.identifiers)
                row.sentences.append(_("Alike: %(name)s, %(numbers)s.") % {"name": other.name, "numbers": numbers})

    def _alike(self, patient: Patient) -> list[Patient]:
        """Born on the same day, with a family name spelled much like theirs, or with both names exchanged."""
        names = _names(patient)
        same_day = self.by_birthday[patient.date_of_birth]
        return [one for one in same_day if _are_alike(names, (one.folded_family, one.folded_given))][:MOST_ALIKE]


Names = tuple[str, str]
"""Family and given name, folded."""


def _names(patient: Patient) -> Names:
    return fold(patient.family_name), fold(patient.given_name)


def _are_alike(one: Names, other: Names) -> bool:
    return _spelled_alike(one[0], other[0]) or one == other[::-1]


def _spelled_alike(one: str, other: str) -> bool:
    if one[:BEGINNING] == other[:BEGINNING]:
        return True
    compared = SequenceMatcher(None, one, other)
    bounds = (
        compared.real_quick_ratio,
        compared.quick_ratio,
        compared.ratio,
    )  # each lower, and slower
    return all(ratio() >= ALIKE_RATIO for ratio in bounds)


def _numbers(patient: Patient) -> list[str]:
    return [number for number in (patient.hospital_number, patient.national_id) if number]


def _is_same(one: Patient, other: Patient) -> bool:
    return _names(one) == _names(other) and one.date_of_birth == other.date_of_birth


def _look_above(row: Row, seen: dict[str, Row], born: dict[date, list[Row]]) -> None:
    """The same number, or the same name and birthday, on an earlier line of the file, or someone alike. The same in all
    is left out."""
    patient, names = row.patient, _names(row.patient)
    keys = [f"n{fold(number)}" for number in _numbers(patient)]
    keys.append(f"p{fold(patient.family_name)}/{fold(patient.given_name)}/{patient.date_of_birth}")
    earlier = next((seen[key] for key in keys if key in seen), None)
    if earlier and row.fate != Fate.KNOWN:
        if _is_same(earlier.patient, patient) and _numbers(earlier.patient) == _numbers(patient):
            row.fate, sentence = Fate.KNOWN, _("The same patient as on line %(line)d.")
        else:
            row.fate, sentence = Fate.REFUSED, _("The same patient or number stands on line %(line)d.")
        row.sentences.append(sentence % {"line": earlier.line})
    elif row.fate in (Fate.NEW, Fate.ALIKE):
        alike = (other for other in born[patient.date_of_birth] if _are_alike(names, _names(other.patient)))
        for other in islice(alike, MOST_ALIKE):
            row.fate = Fate.ALIKE
            said = {"name": other.patient.name, "line": other.line}
            row.sentences.append(_("Alike: %(name)s on line %(line)d.") % said)
    seen.update({key: row for key in keys if key not in seen})
    born[patient.date_of_birth].append(row)


@transaction.atomic
def add(report: Report, by: User, at: datetime, passed: Passed = lambda many: None) -> int:
    """Add every new or alike patient of a report, each with an event in the audit trail, or nobody.

    `passed` is told how many more were added.
    """
    added = [row.patient for row in report.rows if row.fate in (Fate.NEW, Fate.ALIKE)]
    waiting = iter(added)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        for patient in some:
            patient.fold()
        Patient.objects.bulk_create(some)
        for patient in some:
            patient_saved.send(Patient, patient=patient, before=None, user=by, at=at)
        passed(len(some))
    audit.record_added((patient.pk for patient in added), actor=by, at=at, reason="from a file")
    return len(added)
