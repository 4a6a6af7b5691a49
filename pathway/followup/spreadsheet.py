"""Rows as CSV or XLSX. A cell that a spreadsheet program could take for a formula is made plain text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from itertools import chain, islice, zip_longest
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from pathway.accounts.cells import safe
from pathway.clinic.models import Fracture, Patient

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500
NARROWEST, WIDEST = 8, 60
Row = Sequence[Any]


def response(rows: Iterable[Row], name: str, kind: str) -> HttpResponseBase:
    """A download; `kind` is "csv", sent row by row, or else XLSX. The name says nothing about a patient."""
    if kind == "csv":
        answer = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        kind = "xlsx"
        answer = HttpResponse(as_xlsx(rows), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with the mark that spreadsheet programs recognize it by; days as 2026-11-22."""
    yield b"\xef\xbb\xbf"
    rest = iter(rows)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        text = StringIO()
        csv.writer(text).writerows([safe(cell) for cell in row] for row in some)
        yield text.getvalue().encode()


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """One sheet to read and to print: the first row stays in sight and on every page, in bold; columns are as wide as
    what they hold. Text stays text: a cell that starts with "=" is no formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rest = iter(rows)
    first = list(islice(rest, ROWS_AT_ONCE))
    for number, column in enumerate(zip_longest(*first), 1):
        longest = max(NARROWEST, *(len(str(value)) for value in column if value is not None))
        sheet.column_dimensions[get_column_letter(number)].width = min(longest, WIDEST) + 2
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for number, row in enumerate(chain(first, rest)):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet, value: Any, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value if isinstance(value, int | float | date) or value is None else str(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=len(cell.value) > WIDEST, vertical="top")
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def who_heading() -> Row:
    return (_("Family name"), _("Given name"), _("Born"), _("Hospital number"), _("National number"), _("Fracture"))


def who(patient: Patient, fracture: Fracture) -> Row:
    """A patient by name and two identifiers, and which fracture."""
    return (patient.family_name, patient.given_name, patient.date_of_birth, patient.hospital_number,
            patient.national_id_shown, fracture.label)  # fmt: skip


def worklist_rows(sections, today: date) -> list[Row]:
    """The rows of a worklist with a heading: two identifiers, what, why, when and who, and columns to fill in."""
    rows: list[Row] = [
        (_("Section"), *who_heading(), _("To do"), _("Why"), _("Due"), _("Days late"), _("Calls without answer"),
         _("Who"), _("Outcome"), _("Notes"))
    ]  # fmt: skip
    for section in sections:
        rows += [(str(section.title), *_row(section, row, today), "", "") for row in section.rows]
    return rows


def _row(section, row, today: date) -> Row:
    told = who(row.patient, row.fracture)
    if section.is_drafts:
        return (*told, _("Sign the visit"), "", row.on, (today - row.on).days, None, str(row.started_by))
    late = (today - row.due_on).days
    return (*told, str(row.get_kind_display()), row.reason, row.due_on, max(late, 0), row.tries, str(row.owner))
