"""The panel "pathway so far": the headline, what is urgent, advised or to note, and what is still needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathway.clinic.models import Visit
from pathway.clinic.questions import QUESTIONS
from pathway.clinic.steps import STEP_OF_FACT, is_asked
from pathway.guideline.actions import Status
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.explain import OpenQuestion, open_questions
from pathway.guideline.results import ActionResult
from pathway.wording.book import Book, Sentence, effective_book

URGENT_ACTIONS = ("refer.emergency_spine", "workup.infection", "workup.malignancy", "refer.surgery", "bone.rebound")
NEEDED_SHOWN, ALSO_SHOWN = 8, 4
REASONS_SHOWN, AUGMENTATION_REASONS_SHOWN = 2, 4
AUGMENTATION, OPTIONS = "refer.augmentation", ("augmentation.vertebroplasty", "augmentation.kyphoplasty")


@dataclass(frozen=True, slots=True)
class Item:
    """One line: `kind` is urgent, advised, check, blocked or note; `tag` is the word that says so."""

    name: str
    kind: str
    tag: str
    heading: str
    because: tuple[str, ...] = ()
    more_reasons: int = 0
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """A question still open, with the way to it."""

    fact: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Panel:
    headline_name: str
    headline: Sentence
    urgent: tuple[Item, ...]
    routine: tuple[Item, ...]
    needed: tuple[Needed, ...]
    also_needed: tuple[Needed, ...]
    more_needed: int
    deciding: tuple[str, ...]
    """The open questions that can still change the headline."""
    release_label: str
    release_number: int
    reworded_at: datetime | None
    """When this wording went into force, where the visit had begun by then."""

    @property
    def is_emergency(self) -> bool:
        return self.headline_name == "emergency_spine"

    @property
    def counts(self) -> str:
        advised = sum(item.kind in ("advised", "check") for item in self.routine)
        return ", ".join(
            (
                ngettext("%d urgent", "%d urgent", len(self.urgent)) % len(self.urgent),
                ngettext("%d advised", "%d advised", advised) % advised,
                ngettext("%d answer needed", "%d answers needed", len(self.deciding)) % len(self.deciding),
            )
        )

    @property
    def told(self) -> str:
        """To whoever has a page open from before."""
        said = _("New wording went into force while this page was open. The advice here is in the words of release %d.")
        return said % self.release_number

    @property
    def alert(self) -> str:
        """The sentence that is read out once when something urgent is new."""
        return _("Urgent: %(heading)s") % {"heading": self.urgent[0].heading} if self.urgent else ""


def panel_for(visit: Visit, ev: Evaluation) -> Panel:
    """The panel of an evaluation. What can change the headline is kept apart from what else is open.

    Raises KeyError when the wording in force lacks a sentence.
    """
    book = effective_book(ev.rules.at)
    scope = frozenset(leaf.reason() for leaf in ev.criteria["in_scope"].deciding_leaves())
    asked = [q for q in open_questions(ev) if q.fact not in QUESTIONS or is_asked(QUESTIONS[q.fact], visit)]
    needed = [question for question in asked if question.decisive]
    also = [question for question in asked if not question.decisive]
    return Panel(
        headline_name=ev.headline,
        headline=book.sentence("headline", ev.headline, "clinician"),
        urgent=tuple(
            _action(book, ev.actions[name], scope) for name in URGENT_ACTIONS if _is_indicated(ev.actions[name])
        ),
        routine=tuple(_routine(book, ev, scope)),
        needed=tuple(_needed(visit, question) for question in needed[:NEEDED_SHOWN]),
        also_needed=tuple(_needed(visit, question) for question in also[:ALSO_SHOWN]),
        more_needed=len(needed[NEEDED_SHOWN:]) + len(also[ALSO_SHOWN:]),
        deciding=tuple(question.fact for question in needed),
        release_label=book.release_label,
        release_number=book.release_number,
        reworded_at=since if (since := book.in_force_since) and since > visit.started_at else None,
    )


def _routine(book: Book, ev: Evaluation, scope: frozenset[str]) -> list[Item]:
    """Nothing routine is shown as advised while essential answers are missing. Augmentation comes first."""
    if ev.headline == "answers_needed":
        return []
    shown = [
        _action(book, result, scope)
        for name, result in ev.actions.items()
        if name not in (*URGENT_ACTIONS, AUGMENTATION, *OPTIONS) and _is_indicated(result)
    ]
    notices = [Item(name, "note", _("Note"), book.sentence("notice", name, "clinician").heading) for name in ev.notices]
    return [*_augmentation(book, ev, scope), *sorted(shown, key=lambda item: item.kind == "blocked"), *notices]


def _augmentation(book: Book, ev: Evaluation, scope: frozenset[str]) -> list[Item]:
    """The discussion, and the two procedures as options within it: never advised before its checks are met."""
    discussion = ev.actions[AUGMENTATION]
    if not _is_indicated(discussion):
        return []
    options = [_action(book, ev.actions[name], scope) for name in ev.actions if name in OPTIONS]
    if discussion.status == Status.RECOMMENDED:
        return [_action(book, discussion, scope), *options]
    if discussion.status == Status.BLOCKED:
        return [_action(book, discussion, scope)]
    headings = ", ".join(option.heading for option in options)
    later = _("Once the checks are met: %(options)s") % {"options": headings}
    return [_action(book, discussion, scope), Item("augmentation.options", "note", _("Note"), later)]


def _is_indicated(result: ActionResult) -> bool:
    return result.status in (Status.RECOMMENDED, Status.CHECK_FIRST, Status.BLOCKED)


def _action(book: Book, result: ActionResult, scope: frozenset[str]) -> Item:
    """What brought the patient into the scope of the pathway is the same for every action, and not repeated."""
    kind, tag = _kind(result)
    heading = book.sentence("action", result.name, "clinician").heading
    reasons = tuple(reason for reason in _reasons(result) if reason not in scope)
    most = AUGMENTATION_REASONS_SHOWN if result.name == AUGMENTATION else REASONS_SHOWN
    return Item(result.name, kind, tag, heading, reasons[:most], len(reasons[most:]), result.origin == "beyond")


def _kind(result: ActionResult) -> tuple[str, str]:
    if result.name in URGENT_ACTIONS:
        return "urgent", _("Urgent")
    if result.status == Status.BLOCKED:
        return "blocked", _("Not now")
    return ("check", _("Check first")) if result.status == Status.CHECK_FIRST else ("advised", _("Advised"))


def _reasons(result: ActionResult) -> Sequence[str]:
    """What stands in the way where something does, else why it is advised."""
    if result.status == Status.RECOMMENDED:
        return result.because
    stops = [stop for stop in result.stops if stop.state == "yes"]
    open_checks = [check for check in result.checks if check.state != "met"]
    open_stops = [stop for stop in result.stops if stop.state == "not_recorded"]
    return tuple(dict.fromkeys(reason for finding in (*stops, *open_checks, *open_stops) for reason in finding.reasons))


def _needed(visit: Visit, question: OpenQuestion) -> Needed:
    return Needed(question.fact, question.label, question_href(visit, question.fact))


def question_href(visit: Visit, fact: str) -> str:
    """The address of a question, at its first control: in its step, or among the details of the patient (the sex)."""
    step = STEP_OF_FACT.get(fact)
    page = _step_href(visit.pk, step.slug) if step else reverse("clinic:patient_edit", args=[visit.patient.pk])
    return f"{page}#id_{fact}_0"


@lru_cache(64)
def _step_href(visit: UUID, slug: str) -> str:
    """A panel names a dozen questions of a few steps."""
    return reverse("clinic:step", args=(visit, slug))
