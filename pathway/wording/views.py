"""The pathway, its open interpretations, its statements and its sources, for everyone who works here."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pathway.accounts.access import signed_in
from pathway.guideline.actions import ACTIONS, Action
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evidence import BIBLIOGRAPHY, EFFECTS, POSITIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import Limits, edition_for
from pathway.guideline.notices import NOTICES
from pathway.guideline.proof.result import load
from pathway.guideline.readings import READINGS
from pathway.guideline.sources import CONFIDENCE, SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.wording.body import printed_names
from pathway.wording.book import Book, Sentence, effective_book
from pathway.wording.chart import whole
from pathway.wording.flow import flow
from pathway.wording.outline import Line, outline
from pathway.wording.registry import CLINICIAN, LEAFLET, PATIENT
from pathway.wording.sign_offs import is_reviewer, standing

BEYOND = "beyond"


@dataclass(frozen=True)
class RuleList:
    """A titled list of rules of one entry: when it holds, what stops it, what is checked first."""

    title: str
    lines: tuple[Line, ...]

    @property
    def single(self) -> Line | None:
        """The one rule without parts, where that is all."""
        return self.lines[0] if len(self.lines) == 1 and not self.lines[0].parts else None


@dataclass(frozen=True)
class Entry:
    """One headline, criterion, action, notice or part of the leaflet as the page shows it."""

    kind: str
    name: str
    clinician: Sentence | None
    patient: Sentence | None
    rules: tuple[RuleList, ...]
    beyond: bool = False

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.name}"

    @property
    def sentence(self) -> Sentence:
        return self.clinician or self.patient


@signed_in
@require_safe
def pathway(request):
    limits = edition_for(timezone.localdate())
    book = effective_book(limits)
    read = flow(limits)
    context = {
        "section": "pathway",
        "book": book,
        "edition": limits,
        "flow": read,
        "chart": whole(read),
        "groups": _groups(book, limits),
        "limits": _limits(limits),
        "positions": POSITIONS,
    }
    return render(request, "wording/pathway.html", context)


def _groups(book: Book, limits: Limits) -> list[tuple[str, str, list[Entry]]]:
    """Id, title and entries of each part of the page, in the order of the pathway."""
    return [
        ("headlines", _("Headlines"), [_ruled(book, "headline", h.name, h.rule(limits)) for h in HEADLINES.values()]),
        ("criteria", _("Criteria"), [_ruled(book, "criterion", c.name, c.rule(limits)) for c in CRITERIA.values()]),
        ("actions", _("Actions"), [_action(book, action, limits) for action in ACTIONS.values()]),
        ("notices", _("Notices"), [_ruled(book, "notice", n.name, n.rule(limits)) for n in NOTICES.values()]),
        ("leaflet", _("The patient's leaflet"), [_leaflet(book, key) for key in LEAFLET]),
    ]


def _ruled(book: Book, kind: str, name: str, rule) -> Entry:
    rules = (RuleList(_("When"), (outline(rule),)),)
    return Entry(kind, name, book.sentence(kind, name, CLINICIAN), book.sentence(kind, name, PATIENT), rules)


def _action(book: Book, action: Action, limits: Limits) -> Entry:
    rules = (
        RuleList(_("Indicated when"), (outline(action.indications(limits)),)),
        RuleList(_("Stopped by"), tuple(outline(rule) for rule in action.stops(limits))),
        RuleList(_("Checked first"), tuple(outline(rule) for rule in action.checks(limits))),
    )
    return Entry(
        "action",
        action.name,
        book.sentence("action", action.name, CLINICIAN),
        book.sentence("action", action.name, PATIENT),
        tuple(one for one in rules if one.lines),
        action.origin == BEYOND,
    )


def _leaflet(book: Book, key: str) -> Entry:
    return Entry("leaflet", key, None, book.sentence("leaflet", key, PATIENT), ())


def _limits(limits: Limits) -> list[tuple]:
    """Each limit with what its name prints and the registry keys it comes from."""
    printed = printed_names(limits)
    return [(limit, printed[limit.name], limit.source.split()) for limit in limits.by_name.values()]


@signed_in
@require_safe
def interpretations(request):
    edition = edition_for(timezone.localdate()).edition
    signed = standing(edition)
    context = {
        "section": "pathway",
        "decisions": [(decision, signed.get(key)) for key, decision in DECISIONS.items()],
        "readings": READINGS,
        "signed": len(signed),
        "edition": edition,
        "may_sign": is_reviewer(request.user),
    }
    return render(request, "wording/interpretations.html", context)


@signed_in
@require_safe
def statements(request):
    return render(request, "wording/statements.html", {"section": "pathway", "statements": STATEMENTS.values()})


@signed_in
@require_safe
def sources(request):
    context = {
        "section": "pathway",
        "sources": [(source, CONFIDENCE[source.confidence]) for source in SOURCES.values()],
        "bibliography": [(entry, [SOURCES[key] for key in entry.likely]) for entry in BIBLIOGRAPHY.values()],
        "positions": POSITIONS,
        "effects": EFFECTS,
    }
    return render(request, "wording/sources.html", context)


@signed_in
@require_safe
def proof(request):
    return render(request, "wording/proof.html", {"section": "pathway", "result": load()})
