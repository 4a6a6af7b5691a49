"""The effective release as a book to read sentences from, with the limits printed in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pathway.guideline.limits import Limits
from pathway.wording.body import Block, blocks, printed_names, substitute
from pathway.wording.models import LanguageReview, Release, Statement
from pathway.wording.policy import review_status

BOOKS_KEPT = 4
_kept: OrderedDict[tuple, Book] = OrderedDict()


class NoReleaseError(LookupError):
    """The database holds no effective release of the wording."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the pathway says to one audience: a heading, blocks of text, and what they rest on."""

    heading: str
    blocks: tuple[Block, ...]
    cites: tuple[str, ...]
    strength: str
    evidence: str
    revision: int


@dataclass(frozen=True)
class Book:
    """Every sentence of one release in one language. `as_of` is the day of its last change."""

    release_number: int
    release_label: str
    as_of: date
    review_by: date
    review_status: str
    in_force_since: datetime | None
    sentences: dict[tuple[str, str, str], Sentence]

    def sentence(self, kind: str, key: str, audience: str) -> Sentence:
        """What one action, notice, headline, criterion or leaflet part says. Raises KeyError when it says nothing."""
        return self.sentences[kind, key, audience]


def effective_book(limits: Limits, language: str = "en") -> Book:
    """The book that plans print from now on. One query when nothing changed since it was last read.

    Raises NoReleaseError, with a sentence, on a database without wording.
    """
    stamps = Release.objects.filter(is_effective=True).values_list("pk", "status", "stamp").first()
    if stamps is None:
        raise NoReleaseError(_("No wording is in force. Load it with: python manage.py load_wording"))
    edition = (*stamps, limits.edition, language)
    if edition not in _kept:
        release = Release.objects.select_related("author", "approver").get(pk=stamps[0])
        _kept[edition] = read(release, limits, language)
        if len(_kept) > BOOKS_KEPT:
            _kept.popitem(last=False)
    return _kept[edition]


def translated_books(limits: Limits) -> dict[str, Book]:
    """The languages that are switched on, each with the sentences that say what the English says now."""
    on = LanguageReview.objects.filter(release__is_effective=True).select_related(
        "release__author", "release__approver"
    )
    return {made.language: current(made.release, limits, made.language) for made in on}


def current(release: Release, limits: Limits, language: str) -> Book:
    """A translation without what is stale."""
    book = read(release, limits, language)
    statements = release.statements.all()
    english = {(s.kind, s.key, s.audience): s.revision for s in statements if s.language == "en"}
    said = [s for s in statements if s.language == language]
    kept = {name for s in said if english.get(name := (s.kind, s.key, s.audience)) == s.english_revision}
    return replace(book, sentences={name: text for name, text in book.sentences.items() if name in kept})


def read(release: Release, limits: Limits, language: str = "en") -> Book:
    """The book of any release, effective or not."""
    names = in_language(printed_names(limits), language)
    with override(language):
        label = str(release)
    statements = [said for said in release.statements.all() if said.language == language]
    return Book(
        release_number=release.number,
        release_label=label,
        as_of=timezone.localdate(release.changed_at),
        review_by=release.review_by,
        review_status=review_status(release),
        in_force_since=release.approved_at,
        sentences={(s.kind, s.key, s.audience): _sentence(s, names) for s in statements},
    )


UNITS = {"es": {"weeks": "semanas", "days": "días", "years": "años", "points": "puntos", "of 10": "de 10"}}


def in_language(names: dict[str, str], language: str) -> dict[str, str]:
    """What names print, with the words of their units in the language of the text."""
    words = UNITS.get(language, {})
    return {name: " ".join(words.get(word, word) for word in printed.split(" ")) for name, printed in names.items()}


def _sentence(statement: Statement, names: dict[str, str]) -> Sentence:
    return Sentence(
        heading=substitute(statement.heading, names),
        blocks=blocks(substitute(statement.body, names)),
        cites=tuple(statement.cites.split()),
        strength=str(statement.get_strength_display()),
        evidence=substitute(statement.evidence, names),
        revision=statement.revision,
    )
