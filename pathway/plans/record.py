"""The one record behind both papers and the page of a signed plan: everything that was known, advised and decided.

A plain dictionary of text, whole numbers, lists and dictionaries. From the moment it is signed it is only read: nothing
in it points to a row, a rule or a sentence that could change later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pathway import __version__
from pathway.guideline.changes import all_changes
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.evidence import POSITIONS
from pathway.guideline.explain import in_words, leaves_open, missing_for, open_questions
from pathway.guideline.facts import FACTS, GROUPS
from pathway.guideline.quantities import QUANTITIES, show
from pathway.plans import criteria_opened
from pathway.plans.evidence import Evidence, named
from pathway.plans.few_words import DECISIONS_IN_BRIEF, POSITIONS_IN_BRIEF
from pathway.plans.kinds import is_decidable, kind_of, must_be_decided
from pathway.plans.layout import IN_FULL, is_brief
from pathway.wording.book import Book, Sentence
from pathway.wording.policy import EDITORIAL_POLICY

RECORD_FORMAT = 2
"""2 added what opens each criterion, the trends, and who disagrees on augmentation; records of 1 lack them."""
LEAFLET_PARTS = (
    "what_you_have",
    "healing",
    "what_we_agreed",
    "this_week",
    "get_help_now",
    "next_appointment",
    "questions",
    "about_leaflet",
)


def build(
    ev: Evaluation,
    book: Book,
    *,
    patient: dict,
    clinic: dict,
    visit: dict,
    decisions: Mapping[str, dict],
    answers: list[dict],
    fictional: bool,
    emergency_answers: Sequence[str] = (),
    open_decisions: Collection[str] = tuple(DECISIONS),
    carried: Mapping[str, tuple] | None = None,
    trends: dict | None = None,
    since: str = "",
) -> dict:
    """The record of one visit: the draft that a preview prints. Signing puts in what only it knows.

    `answers` are groups of rows (see `grouped`), `decisions` maps actions to their decision (see `of_decision`);
    `emergency_answers` say what was answered when an emergency finding interrupted the visit; `open_decisions` are
    the interpretations (D1-D13) that nobody has signed off: those that shaped the plan are named on it. `carried` maps
    facts of earlier visits to their value and day; `trends` are the measurements over time, as plain data, and `since`
    says in a sentence what changed since the last visit.
    """
    evidence = Evidence()
    return {
        "record_format": RECORD_FORMAT,
        "fictional": fictional,
        "software": f"Vertebra Pathway {__version__}",
        "plan": {"id": "", "number": "", "previous_sha256": ""},
        "supersedes": None,
        "signature": None,
        "clinic": clinic,
        "patient": patient,
        "visit": visit,
        "release": {
            "number": book.release_number,
            "label": book.release_label,
            "as_of": book.as_of.isoformat(),
            "review_by": book.review_by.isoformat(),
            "review_status": book.review_status,
            "policy": str(EDITORIAL_POLICY),
        },
        "rules": {"edition": ev.edition, "first_day": ev.rules.at.first_day.isoformat()},
        "next_review_on": "",
        "headline": _headline(ev, book, evidence),
        "emergency_answers": list(emergency_answers),
        "bone_density": ev.bone_density or "",
        "notices": [_notice(name, book, evidence) for name in ev.notices],
        "actions": _actions(ev, book, decisions, evidence),
        "criteria": criteria_opened.frozen(ev, carried or {}),
        "trends": trends or {"charts": [], "events": []},
        "since": since,
        "positions": _positions(ev),
        "derived": _derived(ev),
        "questions": _questions(ev),
        "facts": {name: _fact_value(name, value) for name, value in ev.facts.items()},
        "answers": answers,
        "evidence": evidence.listed(),
        "interpretations": _interpretations(ev, open_decisions),
        "leaflet": {key: said(book.sentence("leaflet", key, "patient")) for key in LEAFLET_PARTS},
    }


def said(sentence: Sentence) -> dict:
    return {
        "heading": sentence.heading,
        "revision": sentence.revision,
        "blocks": [{"kind": block.kind, "lines": list(block.lines)} for block in sentence.blocks],
    }


def _headline(ev: Evaluation, book: Book, evidence: Evidence) -> dict:
    sentence = book.sentence("headline", ev.headline, "clinician")
    return {
        "name": ev.headline,
        **said(sentence),
        "references": evidence.numbers(sentence.cites),
        "patient": said(book.sentence("headline", ev.headline, "patient")),
    }


def _notice(name: str, book: Book, evidence: Evidence) -> dict:
    sentence = book.sentence("notice", name, "clinician")
    return {
        "name": name,
        **said(sentence),
        "references": evidence.numbers(sentence.cites),
        "patient": said(book.sentence("notice", name, "patient")),
    }


def _actions(ev: Evaluation, book: Book, decisions: Mapping[str, dict], evidence: Evidence) -> list[dict]:
    changes = all_changes(ev)
    actions = {name: _action(ev, name, book, changes[name], decisions.get(name)) for name in ev.actions}
    # What is printed in brief is numbered last, so that the numbers on paper have no gaps.
    for made in sorted(actions.values(), key=is_brief):
        made["references"] = evidence.numbers(made["cites"])
    return list(actions.values())


def _action(ev: Evaluation, name: str, book: Book, changes, decision: dict | None) -> dict:
    result = ev.actions[name]
    status = str(result.status)
    sentence = book.sentence("action", name, "clinician")
    cites = list(dict.fromkeys((*result.cites, *sentence.cites)))
    kind = kind_of(name)
    return {
        "name": name,
        "kind": kind,
        "urgent": kind == "urgent",
        "must_be_decided": must_be_decided(ev, name),
        "origin": result.origin,
        "status": status,
        **said(sentence),
        "strength": sentence.strength,
        "statements": list(result.statements),
        "cites": cites,
        "references": [],
        "based_on": [{"id": cite, "label": named(cite)} for cite in cites],
        "because": list(result.because),
        "stops": [_finding(finding) for finding in result.stops],
        "checks": [_finding(finding) for finding in result.checks],
        "missing": [FACTS[fact].label for fact in missing_for(ev, result)],
        "leaves_open": list(leaves_open(result)),
        "would_change": [" and ".join(in_words(change) for change in together) for together in changes],
        "due_on": result.due_on.isoformat() if result.due_on else "",
        "decision": decision if is_decidable(ev, name) else None,
        "patient": said(book.sentence("action", name, "patient")),
    }


def _finding(finding) -> dict:
    return {"text": finding.text, "state": finding.state, "reasons": list(finding.reasons)}


def _positions(ev: Evaluation) -> list[dict]:
    """Who disagrees on augmentation, where it is a question for this patient."""
    if ev.actions["refer.augmentation"].status not in IN_FULL:
        return []
    return [{**asdict(position), "brief": POSITIONS_IN_BRIEF[position.source]} for position in POSITIONS]


def _derived(ev: Evaluation) -> list[dict]:
    return [
        {"name": name, "label": QUANTITIES[name].label, "text": show(name, value), "formula": QUANTITIES[name].formula}
        for name, value in ev.derived.items()
        if value is not None
    ]


def _questions(ev: Evaluation) -> list[dict]:
    """Open questions in the order to ask them, with whether each can still change the headline."""
    return [question._asdict() for question in open_questions(ev)]


def _fact_value(name: str, value: Any) -> dict:
    """A recorded value for a machine: exact text with its unit; levels as a list."""
    unit = FACTS[name].unit
    if isinstance(value, tuple | list):
        return {"value": list(value), "unit": unit}
    if isinstance(value, date):
        return {"value": value.isoformat(), "unit": unit}
    return {"value": format(value, "f") if isinstance(value, Decimal) else str(value), "unit": unit}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as answered: `state` is known, not_known (chosen) or not_recorded; `text` shows what was typed."""

    name: str
    state: str
    text: str = ""


def grouped(rows: Iterable[Row]) -> list[dict]:
    """Rows by the group of their fact; what is not known and what was not recorded stay apart, and visible."""
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(FACTS[row.name].group or "clinic", []).append(row)
    return [_group(key, found) for key in GROUPS if (found := by_group.get(key))]


def _group(key: str, rows: list[Row]) -> dict:
    def labels(state: str) -> list[str]:
        return [FACTS[row.name].label for row in rows if row.state == state]

    return {
        "key": key,
        "label": GROUPS[key],
        "recorded": [
            {"name": row.name, "label": FACTS[row.name].label, "text": row.text} for row in rows if row.state == "known"
        ],
        "not_known": labels("not_known"),
        "not_recorded": labels("not_recorded"),
    }


def rows_of(ev: Evaluation) -> list[Row]:
    """The facts of an evaluation without a visit: known, or not recorded."""
    return [
        Row(name, "known", show(name, ev.facts[name])) if name in ev.facts else Row(name, "not_recorded")
        for name in FACTS
    ]


def _interpretations(ev: Evaluation, still_open: Collection[str]) -> list[dict]:
    """The open questions of the source whose answer shaped this plan: by its headline, its advice, its notices."""
    shaped = {ev.headline, *ev.notices, f"bmd_{ev.bone_density}"}
    shaped |= {name for name, result in ev.actions.items() if result.status in IN_FULL}
    shaped |= {name for name, check in ev.criteria.items() if check.truth}
    return [
        {
            "id": decision.id,
            "question": decision.question,
            "decision": decision.decision,
            "brief": DECISIONS_IN_BRIEF[decision.id],
        }
        for decision in DECISIONS.values()
        if decision.id in still_open and shaped.intersection(decision.depends)
    ]


def of_decision(choice: str, *, reason: str = "", words: str = "", by: str, at: str) -> dict:
    """A decision as the record keeps it; `reason` in words, `at` ISO 8601."""
    return {"choice": choice, "reason": reason, "words": words, "by": by, "at": at}
