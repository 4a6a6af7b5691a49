"""Takes the text of a case file into the database: first a report of each case, then all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from pathway.exchange.clinical_cases import CaseFileError, read_cases
from pathway.exchange.clinical_cases import ClinicalCase as Read
from pathway.exchange.models import ClinicalCase

PASTED = "Pasted text"
_COMPARED = {
    "story": "story",
    "on": "day of the visit",
    "facts": "facts",
    "expect": "expected",
    "covers": "covers",
    "checked_by": "checked by",
    "checked_on": "checked on",
}


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class Row(NamedTuple):
    """What becomes of one case of the text. `words` say what changes, or why it is refused."""

    title: str
    fate: Fate
    words: str = ""
    case: Read | None = None
    stored: ClinicalCase | None = None

    @property
    def seen(self) -> str:
        """What the report rests on: another value when the stored case was changed since."""
        return f"{self.fate}{self.stored.version if self.stored else ''}"


class ImportRefusedError(Exception):
    """Some case of the text cannot be taken, so none is."""


def report(text: str, bases: Mapping[str, Any], source: str = PASTED) -> list[Row]:
    """A row for each case of the text. A text that is no case file is one refused row."""
    try:
        cases = read_cases(text, source, bases)
    except CaseFileError as refusal:
        cases = [refusal]
    stored = {case.title: case for case in ClinicalCase.objects.all()}
    taken: set[str] = set()
    rows = []
    for case in cases:
        rows.append(_row(case, stored, taken))
        taken.add(rows[-1].title)
    return rows


def take(rows: Sequence[Row], written_by=None) -> int:
    """Stores what is new or changed and returns how many that are. Raises ImportRefusedError, StaleCaseError."""
    if not rows or any(row.fate is Fate.REFUSED for row in rows):
        raise ImportRefusedError
    wanted = [row for row in rows if row.fate in (Fate.NEW, Fate.CHANGED)]
    with transaction.atomic():
        for row in wanted:
            stored = row.stored or ClinicalCase(written_by=written_by)
            stored.take_case(row.case)
            if row.stored is None:
                stored.save()
            else:
                stored.save_after(stored.version)
    return len(wanted)


def _row(case: Read | CaseFileError, stored: Mapping[str, ClinicalCase], taken: set[str]) -> Row:
    if isinstance(case, CaseFileError):
        return Row(case.place, Fate.REFUSED, "; ".join(case.problems))
    if case.title in taken:
        return Row(case.title, Fate.REFUSED, "the title stands twice in this text; each case needs one of its own")
    if too_long := _too_long(case):
        return Row(case.title, Fate.REFUSED, too_long)
    earlier = stored.get(case.title)
    if earlier is None:
        return Row(case.title, Fate.NEW, case=case)
    if not (changes := _changes(earlier, case)):
        return Row(case.title, Fate.SAME, case=case, stored=earlier)
    return Row(case.title, Fate.CHANGED, ", ".join(changes), case, earlier)


def _too_long(case: Read) -> str:
    """What the database has no room for, in a sentence; blank where all fits."""
    trial = ClinicalCase()
    trial.take_case(case)
    try:
        trial.clean_fields()
    except ValidationError as refusal:
        return "; ".join(f"{_COMPARED[name]}: {' '.join(said)}" for name, said in refusal.message_dict.items())
    return ""


def _changes(earlier: ClinicalCase, case: Read) -> list[str]:
    """What differs, in words; everything where the stored case can no longer be read."""
    try:
        before = earlier.as_case()
    except CaseFileError:
        return list(_COMPARED.values())
    return [words for name, words in _COMPARED.items() if _plain(getattr(before, name)) != _plain(getattr(case, name))]


def _plain(value: Any) -> Any:
    """What is covered has no order."""
    return set(value) if isinstance(value, tuple) else value
