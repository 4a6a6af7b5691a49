"""Why, why not, what would change it, and what to ask next: all read off the checks that an evaluation left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pathway.guideline.changes import Sets, all_changes
from pathway.guideline.criteria import ESSENTIALS
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.truth import Check, IsUnknown, Not, Recorded

if TYPE_CHECKING:
    from pathway.guideline.evaluate import ActionResult, Evaluation

ORDER = {name: position for position, name in enumerate(FACTS)}
# Once one of these holds, no further fact takes it back; a later headline can still be reached from the others.
SETTLED_HEADLINES = ("emergency_spine", "urgent_infection", "urgent_malignancy", "surgical_review", "out_of_scope")


def open_quantities(check: Check) -> Iterator[str]:
    """The facts and worked-out values that are not known and could still change this answer."""
    rule = check.rule
    if isinstance(rule, Not) and isinstance(rule.part, Recorded):
        if check.truth:
            yield rule.part.quantity
    elif isinstance(rule, IsUnknown):
        if check.truth:
            yield from open_quantities(check.parts[0])
    elif not check.parts:
        if check.truth is None:
            yield check.fact
    else:
        for part in check.parts:
            if check.truth is None or part.truth is check.truth or isinstance(rule, Not):
                yield from open_quantities(part)


def open_facts(check: Check, facts: Any) -> set[str]:
    """The facts that a person could record to settle this answer; worked-out values by what goes into them."""
    names: set[str] = set()
    for quantity in open_quantities(check):
        inputs = QUANTITIES[quantity].inputs if quantity in QUANTITIES else (quantity,)
        names.update(name for name in inputs if name not in facts)
    return names


def missing_for(ev: Evaluation, result: ActionResult) -> tuple[str, ...]:
    """The facts that could still change the status of one action, in the order they are asked."""
    return tuple(sorted(_open_for(ev, result), key=ORDER.__getitem__))


def _open_for(ev: Evaluation, result: ActionResult) -> set[str]:
    names = open_facts(result.indications, ev.facts)
    if result.status == "check_first":
        for check in (*result.stop_checks, *result.check_checks):
            if check.truth is None:
                names |= open_facts(check, ev.facts)
    return names


def headline_facts(ev: Evaluation) -> frozenset[str]:
    """The open questions that can still change the headline."""
    names: set[str] = set()
    for name, check in ev.headlines.items():
        names |= open_facts(check, ev.facts)
        if check.truth and name in SETTLED_HEADLINES:
            return frozenset(names)
    names.update(name for name in ESSENTIALS if name not in ev.facts)
    return frozenset(names | _open_for(ev, ev.actions["refer.augmentation"]))


def missing_facts(ev: Evaluation) -> tuple[str, ...]:
    """Every open fact that can still decide something: the essentials first, then those that can change the headline,
    then by how many statuses each can change; ties in the order they are asked."""
    for_headline = headline_facts(ev)
    counts: Counter[str] = Counter()
    for result in ev.actions.values():
        counts.update(_open_for(ev, result))

    def rank(name: str) -> tuple[int, int, int]:
        if name not in for_headline:
            return 2, -counts[name], ORDER[name]
        return (0, 0, ORDER[name]) if name in ESSENTIALS else (1, -counts[name], ORDER[name])

    return tuple(sorted(for_headline | counts.keys(), key=rank))


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
        "derived": {name: _plain(value) for name, value in ev.derived.items()},
        "rules_edition": ev.edition,
    }


def _action_json(ev: Evaluation, result: ActionResult, changes: Sets) -> dict[str, Any]:
    item: dict[str, Any] = {
        "status": str(result.status),
        "origin": result.origin,
        "because": list(result.because),
        "stops": [stop.text for stop in result.stops if stop.state == "yes"],
        "stops_not_recorded": [stop.text for stop in result.stops if stop.state == "not_recorded"],
        "checks": [{"text": check.text, "state": check.state} for check in result.checks if check.state != "met"],
        "missing": list(missing_for(ev, result)),
        "would_change": [[change._asdict() for change in changes_together] for changes_together in changes],
        "cites": list(result.cites),
    }
    if result.due_on is not None:
        item["due_on"] = result.due_on.isoformat()
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
