"""The lines of a file of patients, as clinics have them: commas, semicolons or tabs, in UTF-8 or what Excel writes.

Nothing is guessed that a look at the file would not show: a date whose day and month could be exchanged needs a word
about their order, and a file that is not UTF-8 says how it was read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from django.utils.translation import gettext as _

from pathway.accounts.cells import is_formula

REQUIRED = ("family_name", "given_name", "date_of_birth", "sex")
COLUMNS = (*REQUIRED, "title", "preferred_name", "hospital_number", "nhs_number", "other_number")
OF_EXPORT = ("id", "clinic_id", "national_id", "national_id_scheme", "deceased_on", "created_at", "created_by_id")
"""Further columns of patients.csv in the export of a clinic, which can be read again."""
SEPARATORS = (",", ";", "\t")
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of XLSX and ODS begin, and of XLS."""
MOST_ROWS = 20_000
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class DateOrder(StrEnum):
    """How a date such as 03/04/1948 is meant. A date that begins with the year needs no word."""

    YEAR = "year"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Line:
    """What stands in the columns of one line. `fits` is false where it has more or fewer columns than the first."""

    number: int
    told: dict[str, str]
    fits: bool = True


@dataclass(frozen=True)
class Read:
    lines: list[Line]
    notes: list[str]


def read(content: bytes) -> Read:
    """Every line that is not empty. Raises ValueError with a sentence."""
    text, notes = _decoded(content)
    said = re.match(r"sep=.\r?\n", text)  # Excel's own word for the separator
    text = text[said.end() :] if said else text
    lines = list(_lines(text, _separator(text), skipped=bool(said)))
    if not lines:
        raise ValueError(_("The file holds no patient."))
    if len(lines) > MOST_ROWS:
        raise ValueError(_("The file holds more than %(most)d patients. Split it.") % {"most": MOST_ROWS})
    return Read(lines, notes)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(SPREADSHEETS):
        raise ValueError(
            _("This is the file of a spreadsheet program. Open it there, save it as CSV UTF-8, and choose that file.")
        )
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), []
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(_("The file is not text that can be read here. Save it as CSV UTF-8."))
    return text, [_("The file is not UTF-8; it was read as Windows-1252. Look at names with accents before you add.")]


def _separator(text: str) -> str:
    """The one that finds the most of our columns in the first line; a comma where none does."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=lambda sign: len(set(_heading(first.split(sign))) & set(COLUMNS)))


def _heading(names: list[str]) -> list[str]:
    """ "Family name" and "family-name" are family_name."""
    return [re.sub(r"[\s-]+", "_", name.strip().strip('"').strip().lower()) for name in names]


def _lines(text: str, separator: str, *, skipped: int) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=separator)
    heading, after = [], 0
    try:
        heading = _heading(next(reader, []))
        _refuse_heading(heading)
        after = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                told = {name: _plain(cell) for name, cell in zip(heading, cells, strict=False)}
                yield Line(skipped + after + 1, _as_typed(told), len(cells) == len(heading))
            after = reader.line_num
    except csv.Error as error:
        raise ValueError(_("Line %(line)d cannot be read: %(error)s.") % {
            "line": skipped + after + 1, "error": error}) from None  # fmt: skip


def _refuse_heading(heading: list[str]) -> None:
    if missing := [name for name in REQUIRED if name not in heading]:
        raise ValueError(_("The first line has no column %(names)s.") % {"names": ", ".join(missing)})
    known = {*COLUMNS, *OF_EXPORT} if "national_id_scheme" in heading else {*COLUMNS}
    if unknown := [name or '""' for name in heading if name not in known]:
        names = {"names": ", ".join(unknown), "known": ", ".join(COLUMNS)}
        raise ValueError(
            _("The first line has unknown columns: %(names)s. Take them out. Known are: %(known)s.") % names
        )
    if twice := sorted({name for name in heading if heading.count(name) > 1}):
        raise ValueError(_("The first line names a column twice: %(names)s.") % {"names": ", ".join(twice)})


def _plain(cell: str) -> str:
    """Without the apostrophe that a spreadsheet keeps a text from being run with."""
    return cell[1:].strip() if cell.startswith("'") and is_formula(cell[1:]) else cell.strip()


def _as_typed(told: dict[str, str]) -> dict[str, str]:
    """A line of our own export, in the columns of the form."""
    if "national_id_scheme" in told:
        box = "nhs_number" if told["national_id_scheme"] == "gb.nhs" else "other_number"
        told = {**told, box: told.get("national_id", ""), "sex": told["sex"] or "not_known"}
    return told


def boxes(said: str, order: DateOrder) -> tuple[str, str, str] | str:
    """Day, month and year of a date as it stands in a file; or the sentence why it cannot be read."""
    if found := YEAR_FIRST.fullmatch(said):
        return found[3], found[2], found[1]
    if not (found := YEAR_LAST.fullmatch(said)):
        return _("Date of birth: %(said)s is not a date like 1948-03-09.") % {"said": said or '""'}
    if order == DateOrder.YEAR:
        return _("Date of birth: say above whether %(said)s begins with the day or with the month.") % {"said": said}
    return (found[1], found[2], found[3]) if order == DateOrder.DAY else (found[2], found[1], found[3])
