"""The one place where paper is made: a frozen record in, a tagged PDF out.

WeasyPrint is sealed here. It is handed the style sheet and the fonts of this project and may fetch nothing: no network,
no file, no redirect. A document that asks for anything is not printed at all.
"""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from . import fonts, layout

AUDIENCES = ("clinician", "patient")
TITLES = {"clinician": "Vertebral fracture plan", "patient": "Leaflet for the patient"}

# A font configuration made anew for each paper leaks, and neither it nor the layout may be used by two threads at once.
_ONE_AT_A_TIME = threading.Lock()


class UnprintableError(Exception):
    """The record cannot be put on paper; the text is a sentence for the person who asked."""


class MissingVariableError(Exception):
    """A print template names something that the record does not have."""


def render(record: dict, audience: str, draft: bool) -> bytes:
    """The PDF (A4, PDF/UA-1) of `record` for "clinician" or "patient".

    `draft` marks every page as not signed. Raises UnprintableError where a character of the record is in none of the
    bundled fonts, MissingVariableError where the record lacks what the template prints.
    """
    refuse_unprintable(record)
    return sealed(to_html(record, audience, draft))


def sealed(html: str) -> bytes:
    """The PDF of a document that fetches nothing. Raises where it asks for anything."""
    with _ONE_AT_A_TIME:
        return _printer().pdf(html)


def refuse_unprintable(record: dict) -> None:
    """Raise UnprintableError, naming the characters and the text they stand in, unless all of `record` can be drawn."""
    lacking: dict[str, str] = {}
    for text in _texts(record):
        for character in fonts.unprintable(text):
            lacking.setdefault(character, text)
    if lacking:
        named = "; ".join(f"{fonts.name_of(c)} in “{_excerpt(text)}”" for c, text in list(lacking.items())[:5])
        more = f"; and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        raise UnprintableError(
            f"This cannot be printed, because the bundled fonts have no {named}{more}. "
            "Write it in Latin letters, or in another script that the fonts have, and try again."
        )


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def to_html(record: dict, audience: str, draft: bool) -> str:
    """The HTML of the paper. Every name that a print template uses must be in the record: a gap raises."""
    if audience not in AUDIENCES:
        raise ValueError(f"A paper is for one of {', '.join(AUDIENCES)}; not for {audience!r}.")
    missed: list[str] = []
    page = _strict(layout.page(record, audience, draft), missed)
    template = _engine().get_template(f"plans/print/{audience}.html")
    html = template.render(Context({"page": page}))
    if missed:
        raise MissingVariableError(f"The {audience} paper uses {', '.join(missed)}, which the record does not have.")
    return html


class _Strict(dict):
    """A dictionary whose gaps are noted: `{% if %}` and `{% for %}` swallow what a lookup raises."""

    def __init__(self, pairs, missed: list[str]):
        super().__init__(pairs)
        self._missed = missed

    def __missing__(self, key):
        self._missed.append(str(key))
        raise MissingVariableError(f"The record has no {key!r}.")


def _strict(value, missed: list[str]):
    if isinstance(value, dict):
        return _Strict({key: _strict(part, missed) for key, part in value.items()}, missed)
    if isinstance(value, (list, tuple)):
        return [_strict(part, missed) for part in value]
    return value


class _Raise(str):
    """As `string_if_invalid`: a variable that cannot be resolved raises instead of printing nothing."""

    def __contains__(self, part):
        return True

    def __mod__(self, variable):
        raise MissingVariableError(f"The print template names {variable}, which does not exist.")


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[Path(settings.BASE_DIR) / "templates"],
        libraries={"i18n": "django.templatetags.i18n"},
        string_if_invalid=_Raise("%s"),
    )


class _Printer:
    """Style sheet and fonts, parsed once and used for every paper."""

    def __init__(self):
        with _only_bundled_fonts():
            # Importing WeasyPrint takes a second, so a process that never prints does not pay for it.
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration

            self._fonts = FontConfiguration()
        self._html = HTML
        self._fetcher = _sealed_fetcher()
        sheet = (Path(settings.BASE_DIR) / "static" / "print.css").read_text("utf-8")
        self._sheet = CSS(string=sheet, url_fetcher=self._fetcher, font_config=self._fonts)

    def pdf(self, html: str) -> bytes:
        document = self._html(string=html, url_fetcher=self._fetcher, base_url=None)
        return document.write_pdf(stylesheets=[self._sheet], font_config=self._fonts, pdf_variant="pdf/ua-1")


@cache
def _printer() -> _Printer:
    """Raises UnprintableError, with a sentence, where the libraries that lay out text are not installed."""
    # Its font folder is removed when it goes, which must be before the interpreter is half gone.
    atexit.register(_printer.cache_clear)
    try:
        return _Printer()
    except OSError as error:
        raise UnprintableError(
            "Papers cannot be printed on this server: a library that WeasyPrint needs is missing. "
            "Tell your administrator to install Pango and HarfBuzz (on Debian: libpango-1.0-0, libpangoft2-1.0-0, "
            f"libharfbuzz-subset0). What failed: {error}"
        ) from error


def problem() -> str:
    """Why no paper can be printed here, as a sentence; empty when papers can be printed."""
    try:
        _printer()
    except UnprintableError as error:
        return str(error)
    return ""


def _sealed_fetcher():
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Sealed(URLFetcher):
        """Fetches nothing. Style sheet and fonts are handed in, so whatever a document asks for ends the print."""

        def fetch(self, url, headers=None):
            raise FatalURLFetchingError("A paper fetches nothing.")

    return Sealed(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


@contextmanager
def _only_bundled_fonts():
    """Keep the fonts of this machine out, so that the same record prints the same everywhere."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(fonts.folder() / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
