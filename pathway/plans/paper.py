"""The one place where paper is made: a frozen record in, a tagged PDF out. The layout runs in processes of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.template import Context, Engine
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from . import fonts, layout
from .printing.pool import PrinterError, Printers, UnprintableError

AUDIENCES = ("clinician", "patient")
"""The papers that are printed and stored when a plan is signed."""
LARGE = "large"
"""The patient's leaflet in large print: from the same record, printed when it is asked for."""
TEMPLATES = {"clinician": "clinician", "patient": "patient", LARGE: "patient"}
TITLES = {"clinician": gettext_lazy("Vertebral fracture plan"), "patient": gettext_lazy("Leaflet for the patient")}


class MissingVariableError(Exception):
    """A print template names something that the record does not have."""


def render(record: dict, audience: str, draft: bool) -> bytes:
    """The PDF (A4, PDF/UA-1) of `record` for "clinician", "patient" or, in large print, "large".

    `draft` marks every page as not signed. Raises UnprintableError where a character of the record is in none of the
    bundled fonts, MissingVariableError where the record lacks what the template prints.
    """
    refuse_unprintable(record)
    return sealed(to_html(record, audience, draft))


def render_both(record: dict) -> dict[str, bytes]:
    """Both papers of a plan that is being signed, by audience, printed at the same time."""
    refuse_unprintable(record)
    with ThreadPoolExecutor(len(AUDIENCES)) as at_once:
        printed = at_once.map(lambda audience: sealed(to_html(record, audience, False)), AUDIENCES)
        return dict(zip(AUDIENCES, printed, strict=True))


def lay_out_both(record: dict) -> None:
    """Begin both papers of a plan that may be signed soon, in the background. What fails here is told at signing."""
    for audience in AUDIENCES:
        Thread(target=_lay_out, args=(record, audience), daemon=True).start()


def _lay_out(record: dict, audience: str) -> None:
    with suppress(UnprintableError, MissingVariableError, PrinterError):
        printers().lay_out_ahead(to_html(record, audience, False))


def sealed(html: str, seconds: float | None = None) -> bytes:
    """The PDF of a document that fetches nothing. Raises UnprintableError where it asks for anything."""
    return printers().print(html, seconds)


@cache
def printers() -> Printers:
    """The printing processes of this web process."""
    return Printers(most=settings.PRINT_PROCESSES, seconds=settings.PRINT_SECONDS)


def refuse_unprintable(record: dict) -> None:
    """Raise UnprintableError, naming the characters and the text they stand in, unless all of `record` can be drawn."""
    texts = list(_texts(record))
    if not fonts.unprintable(" ".join(texts)):
        return
    lacking: dict[str, str] = {}
    for text in texts:
        for character in fonts.unprintable(text):
            lacking.setdefault(character, text)
    if lacking:
        shown = [{"character": fonts.name_of(c), "text": _excerpt(text)} for c, text in list(lacking.items())[:5]]
        named = [_("%(character)s in “%(text)s”") % one for one in shown]
        named += [_("and %(count)d more") % {"count": len(lacking) - 5}] if len(lacking) > 5 else []
        said = _(
            "This cannot be printed, because the bundled fonts have no %(named)s. "
            "Write it in Latin letters, or in another script that the fonts have, and try again."
        )
        raise UnprintableError(said % {"named": "; ".join(named)})


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
    if audience not in TEMPLATES:
        raise ValueError(f"A paper is for one of {', '.join(TEMPLATES)}; not for {audience!r}.")
    missed: list[str] = []
    with override(record.get("language", "en")):
        page = _strict(layout.page(record, audience, draft), missed)
        template = _engine().get_template(f"plans/print/{TEMPLATES[audience]}.html")
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
        libraries={"i18n": "django.templatetags.i18n", "l10n": "django.templatetags.l10n"},
        string_if_invalid=_Raise("%s"),
    )


def problem() -> str:
    """Why no paper can be printed here, as a sentence; empty when papers can be printed."""
    try:
        sealed("<!DOCTYPE html><html lang='en'><title>-</title><p>-</p>")
    except UnprintableError as error:
        return str(error)
    return ""
