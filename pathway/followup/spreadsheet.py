"""Rows as CSV or XLSX. A cell that a spreadsheet program could take for a formula is made plain text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from pathway.accounts.cells import safe

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[Any]


def response(rows: Iterable[Row], name: str, kind: str) -> HttpResponse:
    """A download; `kind` is "csv", or anything else for XLSX. The name says nothing about a patient."""
    if kind == "csv":
        answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        kind = "xlsx"
        answer = HttpResponse(as_xlsx(rows), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def as_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark that spreadsheet programs recognize it by; days as 2026-11-22."""
    text = StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """One sheet; the first row in bold. Text stays text: a cell that starts with "=" is no formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet, value: Any, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value if isinstance(value, int | float | date) or value is None else str(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def worklist_rows(sections, today: date) -> list[Row]:
    """The rows of a worklist with a heading: two identifiers, what, why, when and who, and columns to fill in."""
    rows: list[Row] = [
        (_("Section"), _("Family name"), _("Given name"), _("Born"), _("Hospital number"), _("National number"),
         _("Fracture"), _("To do"), _("Why"), _("Due"), _("Days late"), _("Calls without answer"), _("Who"),
         _("Outcome"), _("Notes"))
    ]  # fmt: skip
    for section in sections:
        rows += [(str(section.title), *_row(section, row, today), "", "") for row in section.rows]
    return rows


def _row(section, row, today: date) -> Row:
    patient = row.patient
    who = (patient.family_name, patient.given_name, patient.date_of_birth, patient.hospital_number,
           patient.national_id_shown, row.fracture.label)  # fmt: skip
    if section.is_drafts:
        return (*who, _("Sign the visit"), "", row.on, (today - row.on).days, None, str(row.started_by))
    late = (today - row.due_on).days
    return (*who, str(row.get_kind_display()), row.reason, row.due_on, max(late, 0), row.tries, str(row.owner))
