"""Why, why not, what would change it, and what is missing: an evaluation as words, for people and programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pathway.guideline.actions import Status
from pathway.guideline.changes import Change, Sets, all_changes
from pathway.guideline.criteria import ESSENTIALS
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.open_facts import as_asked
from pathway.guideline.quantities import label_of, show
from pathway.guideline.results import CHECK_STATE, ActionResult
from pathway.guideline.truth import IN_WORDS, Check

UNDONE = {"neuro_exam_done": "no", "myeloma_screen": "not_done"}
"""Answers that say that something was not done: what it would have shown stays as open as if they were blank."""
DAY_IN_WORDS = {"<=": "{} or earlier", ">=": "{} or later"}


def missing_for(ev: Evaluation, result: ActionResult) -> tuple[str, ...]:
    """The facts that could still change the status of one action, in the order they are asked."""
    return as_asked(ev.open_facts.for_action(result))


def headline_facts(ev: Evaluation) -> frozenset[str]:
    """The open questions that can still change the headline."""
    return ev.open_facts.for_headline()


class OpenQuestion(NamedTuple):
    """A question that can still decide something, and whether it can change the headline."""

    fact: str
    label: str
    decisive: bool


def open_questions(ev: Evaluation) -> list[OpenQuestion]:
    """What is not recorded, then what was recorded as not done: the essentials first, then what can change the
    headline."""
    undone_for_headline = _undone(ev.headlines.values())
    undone = undone_for_headline.union(*[_undone(_open_checks(result)) for result in ev.actions.values()])
    decisive = headline_facts(ev) | undone_for_headline
    asked = [OpenQuestion(name, _question(ev, name), name in decisive) for name in (*ev.missing, *as_asked(undone))]
    return sorted(asked, key=lambda question: (not question.decisive, question.fact not in ESSENTIALS))


def leaves_open(result: ActionResult) -> tuple[str, ...]:
    """Recorded answers that leave an action open: a screen that was not done, an angle that does not count."""
    leaves = [leaf for check in _open_checks(result) if check.truth is None for leaf in check.deciding_leaves()]
    return tuple(dict.fromkeys(leaf.reason() for leaf in leaves if leaf.raw is not None))


def _open_checks(result: ActionResult) -> tuple[Check, ...]:
    if result.status != Status.CHECK_FIRST:
        return (result.indications,)
    return (result.indications, *result.stop_checks, *result.check_checks)


def _undone(checks: Iterable[Check]) -> frozenset[str]:
    leaves = [leaf for check in checks for leaf in check.deciding_leaves()]
    return frozenset([leaf.fact for leaf in leaves if leaf.fact in UNDONE and leaf.raw == UNDONE[leaf.fact]])


def _question(ev: Evaluation, name: str) -> str:
    label = FACTS[name].label
    return f"{label}: {show(name, ev.facts[name])}" if name in ev.facts else label


def as_json(ev: Evaluation) -> dict[str, Any]:
    """The evaluation as the object that `manage.py evaluate` prints (numbers as exact text, dates as ISO 8601)."""
    changes = all_changes(ev)
    return {
        "headline": ev.headline,
        "bone_density": ev.bone_density,
        "criteria": {name: check.state for name, check in ev.criteria.items()},
        "actions": {name: _action_json(ev, result, changes[name]) for name, result in ev.actions.items()},
        "notices": list(ev.notices),
        "missing": list(ev.missing),
        "derived": {name: plain(value) for name, value in ev.derived.items()},
        "rules_edition": ev.edition,
    }


def _action_json(ev: Evaluation, result: ActionResult, changes: Sets) -> dict[str, Any]:
    item: dict[str, Any] = {
        "status": str(result.status),
        "origin": result.origin,
        "because": result.because,
        **hurdles_json(result.stop_checks, result.check_checks),
        "missing": missing_for(ev, result),
        "would_change": [list(map(change_json, together)) for together in changes],
        "cites": result.cites,
    }
    if result.due_on is not None:
        item["due_on"] = result.due_on.isoformat()
    return item


def hurdles_json(stops: Sequence[Check], checks: Sequence[Check]) -> dict[str, Any]:
    """What keeps an action from being recommended."""
    return {
        "stops": [check.text for check in stops if check.truth is True],
        "stops_not_recorded": [check.text for check in stops if check.truth is None],
        "checks": [
            {"text": check.text, "state": CHECK_STATE[check.truth]} for check in checks if check.truth is not True
        ],
    }


def change_json(change: Change) -> dict[str, str]:
    return {"fact": change.fact, "to": change.to}


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def in_words(change: Change) -> str:
    """A change as a clinician reads it: "Vertebral body height loss: 20% or more"."""
    return f"{label_of(change.fact)}: {_asked(change)}"


def _asked(change: Change) -> str:
    operator, _, bound = change.to.partition(" ")
    if operator in IN_WORDS:
        fact = FACTS.get(change.fact)
        if fact is not None and fact.kind is Kind.DATE:
            return DAY_IN_WORDS[operator].format(show(change.fact, date.fromisoformat(bound)))
        return IN_WORDS[operator].format(show(change.fact, Decimal(bound)))
    words = [show(change.fact, value) for value in change.to.split(" or ")]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
