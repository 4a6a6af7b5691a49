"""Translations of a release: which are there, which are stale, and their way to translators and back as a spreadsheet.

A translation names the English text that it says. Once that is another, it is stale and is not printed.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language_info, to_locale
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from pathway.accounts import audit, cells
from pathway.guideline.limits import Limits
from pathway.wording.body import NAME, problems
from pathway.wording.models import BODY_LENGTH, HEADING_LENGTH, LanguageReview, Release, Statement
from pathway.wording.releasing import ENGLISH

CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?", re.ASCII)
HEAD = (
    "kind",
    "name",
    "audience",
    "English text number",
    "English heading",
    "English text",
    "heading",
    "text",
    "state",
)
MOST_BYTES, MOST_UNPACKED_BYTES, MOST_ROWS = 2_000_000, 10_000_000, 2000
ON_LEAFLET = ("leaflet", "headline", "action")
"""The kinds of sentences that a leaflet can print."""
CURRENT, STALE, MISSING = "current", "stale", "missing"


class SheetRefusedError(Exception):
    """A file that is no sheet of translations; its text says what is accepted."""


@dataclass(frozen=True)
class Row:
    """A sentence with its translation, where it has one."""

    english: Statement
    said: Statement | None

    @property
    def state(self) -> str:
        if self.said is None:
            return MISSING
        return CURRENT if self.said.english_revision == self.english.revision else STALE

    @property
    def is_on_leaflet(self) -> bool:
        return self.english.audience == "patient" and self.english.kind in ON_LEAFLET


@dataclass
class Taken:
    """What an import did. `refused` are sentences that name the row."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[str] = field(default_factory=list)


def name_of(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def has_frame(code: str) -> bool:
    """Whether the program has the fixed words of the leaflet in a language: its dates, its head and foot."""
    return any(
        (Path(folder) / to_locale(code) / "LC_MESSAGES" / "django.mo").exists() for folder in settings.LOCALE_PATHS
    )


def rows(release: Release, code: str) -> list[Row]:
    """Every English sentence of a release, in the order of the list, with its translation."""
    found = {(s.kind, s.key, s.audience): s for s in release.statements.filter(language=code)}
    return [Row(s, found.get((s.kind, s.key, s.audience))) for s in release.statements.filter(language=ENGLISH)]


def overview(release: Release) -> list[dict[str, Any]]:
    """Each language of a release: how much is current, stale and missing, whether a leaflet could lack some of it, and
    who switched it on."""
    codes = release.statements.exclude(language=ENGLISH).order_by().values_list("language", flat=True).distinct()
    on = {review.language: review for review in release.languages_on.select_related("by")}
    return [_seen(code, rows(release, code), on.get(code)) for code in sorted({*codes, *on})]


def _seen(code: str, found: list[Row], on: LanguageReview | None) -> dict[str, Any]:
    return {
        "code": code,
        "name": name_of(code),
        "on": on,
        "has_frame": has_frame(code),
        "leaflet_lacks": sum(row.is_on_leaflet and row.state != CURRENT for row in found),
        **Counter(row.state for row in found),
    }


def switch(release: Release, code: str, *, is_on: bool, by, at: datetime) -> None:
    """Let a language be printed, or stop it."""
    with transaction.atomic():
        if is_on:
            LanguageReview.objects.get_or_create(release=release, language=code, defaults={"by": by, "at": at})
        else:
            release.languages_on.filter(language=code).delete()
        said = f"{code} switched {'on' if is_on else 'off'}"
        audit.record(audit.Action.CHANGE, actor=by, at=at, about=("release", release.pk), reason=said)


# --------------------------------------------------------------------------------------------------------- spreadsheet


def neutral(text: str) -> str:
    """Text that a spreadsheet program could take for a formula, with an apostrophe before it."""
    return f"'{text}" if cells.is_formula(text) or text.startswith("'") else text


def typed(cell: Any) -> str:
    """What a cell says, without that apostrophe; line ends as everywhere here."""
    text = "" if cell is None else str(cell)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith("'") else text


def sheet(release: Release, code: str) -> bytes:
    """An XLSX of every sentence with its translation, to be filled in by a translator."""
    book = Workbook(write_only=True)
    page = book.create_sheet(code)
    page.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHI", (10, 30, 10, 8, 40, 70, 40, 70, 10), strict=True):
        page.column_dimensions[column].width = width
    page.append([_cell(page, text, Font(bold=True)) for text in HEAD])
    for row in rows(release, code):
        said = row.said
        texts = (row.english.heading, row.english.body, said.heading if said else "", said.body if said else "")
        page.append(
            [
                _cell(page, row.english.kind), _cell(page, row.english.key), _cell(page, row.english.audience),
                row.english.revision, *(_cell(page, neutral(text)) for text in texts), _cell(page, row.state),
            ]
        )  # fmt: skip
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(page, text: str, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font:
        cell.font = font
    return cell


def read_sheet(content: bytes) -> list[dict[str, Any]]:
    """The rows of a sheet as `sheet` writes it. Raises SheetRefusedError."""
    wanted = _("A spreadsheet (XLSX) as it was exported here is accepted.")
    if len(content) > MOST_BYTES:
        raise SheetRefusedError(_("The file is larger than 2 MB."))
    try:
        _refuse_bomb(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        lines = list(book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS, max_col=len(HEAD)))
    except Exception as error:  # whatever its unpacking or its XML trips over, it is no sheet of ours
        raise SheetRefusedError(wanted) from error
    if not lines or tuple(lines[0]) != HEAD:
        raise SheetRefusedError(wanted)
    return [dict(zip(HEAD, line, strict=True)) for line in lines[1:] if any(line)]


def _refuse_bomb(content: bytes) -> None:
    """Two megabytes can unpack to gigabytes, and so can entities of a document type. Raises SheetRefusedError.

    A part never unpacks to more than the size that it declares.
    """
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise SheetRefusedError
        if any(b"<!DOCTYPE" in packed.read(part).replace(b"\0", b"") for part in parts):
            raise SheetRefusedError


@transaction.atomic
def take(release: Release, code: str, content: bytes, *, limits: Limits, by, at: datetime) -> Taken:
    """Put the translations of a sheet into a draft. A row that is refused changes nothing, and is named.

    Raises SheetRefusedError for a file that is no such sheet. A change switches the language off in this release.
    """
    taken = Taken()
    known = {(row.english.kind, row.english.key, row.english.audience): row for row in rows(release, code)}
    for number, line in enumerate(read_sheet(content), 2):
        heading, body = typed(line["heading"]).strip(), typed(line["text"]).strip("\n")
        if not heading and not body:
            continue
        row = known.get((line["kind"], line["name"], line["audience"]))
        faults = _faults(row, line, heading, body, limits)
        if faults:
            taken.refused += [_("Row %(number)s: %(fault)s") % {"number": number, "fault": said} for said in faults]
        else:
            _put(row, code, heading, body, int(line["English text number"]), taken, by, at)
    if taken.added or taken.changed:
        release.languages_on.filter(language=code).delete()
        said = f"{code}: {taken.added} translations added, {taken.changed} changed"
        audit.record(audit.Action.CHANGE, actor=by, at=at, about=("release", release.pk), reason=said)
    return taken


def _faults(row: Row | None, line: dict, heading: str, body: str, limits: Limits) -> list[str]:
    if row is None:
        return [_("the release has no such sentence.")]
    number = line["English text number"]
    if not isinstance(number, int) or not row.english.texts_of_all_releases.filter(number=number).exists():
        return [_("its English text number is not one of this sentence.")]
    if not heading or not body:
        return [_("heading and text are both needed.")]
    if len(heading) > HEADING_LENGTH or len(body) > BODY_LENGTH:
        return [_("the heading has at most 120 characters, the text 4000.")]
    found = problems(heading, limits) + problems(body, limits)
    if (
        not found
        and number == row.english.revision
        and _names(heading, body) != _names(row.english.heading, row.english.body)
    ):
        found.append(_("it must name the same limits as the English text."))
    return found


def _names(heading: str, body: str) -> Counter:
    return Counter(match[0] for match in NAME.finditer(f"{heading}\n{body}") if match[1] != "$")


def _put(row: Row, code: str, heading: str, body: str, english: int, taken: Taken, by, at: datetime) -> None:
    said = row.said
    if said and (said.heading, said.body, said.english_revision) == (heading, body, english):
        taken.same += 1
        return
    reason = _("Translated from text %(number)s.") % {"number": english}
    if said is None:
        add(row.english, code, heading, body, english, by=by, at=at, reason=reason)
        taken.added += 1
        return
    texts = {"heading": heading, "body": body, "english_revision": english}
    said.rewrite(by=by, at=at, reason=reason, seen_revision=said.revision, **texts)
    taken.changed += 1


def add(english: Statement, code: str, heading: str, body: str, revision: int | None, *, by, at, reason) -> Statement:
    """A first translation of a sentence; what it rests on is what the English rests on."""
    said = Statement(
        release=english.release, kind=english.kind, key=english.key, audience=english.audience, language=code,
        **{**english.texts(), "heading": heading, "body": body}, english_revision=revision,
    )  # fmt: skip
    said.revision = said._next_number()
    said.save()
    said.keep(by=by, at=at, reason=reason)
    return said
