"""Why, why not, what would change it, and what to ask next: all read off the checks that an evaluation left behind."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pathway.guideline.changes import Sets, all_changes
from pathway.guideline.criteria import ESSENTIALS
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import inputs_of
from pathway.guideline.truth import Check, IsUnknown, Not, Recorded

if TYPE_CHECKING:
    from pathway.guideline.evaluate import ActionResult, Evaluation

ORDER = {name: position for position, name in enumerate(FACTS)}
NOTHING: frozenset[str] = frozenset()
# Once one of these holds, no further fact takes it back; a later headline can still be reached from the others.
SETTLED_HEADLINES = ("emergency_spine", "urgent_infection", "urgent_malignancy", "surgical_review", "out_of_scope")


class OpenFacts:
    """The facts that are not known and could still change an answer, found once for each check of an evaluation."""

    def __init__(self, ev: Evaluation):
        self.ev = ev
        self.found: dict[int, frozenset[str]] = {}

    def of(self, check: Check) -> frozenset[str]:
        """What a person could record to settle this answer; worked-out values by what goes into them."""
        key = id(check)
        if key not in self.found:
            self.found[key] = self._of(check)
        return self.found[key]

    def _of(self, check: Check) -> frozenset[str]:
        rule = check.rule
        if isinstance(rule, Not) and isinstance(rule.part, Recorded):
            return self._unrecorded(rule.part.quantity) if check.truth else NOTHING
        if isinstance(rule, IsUnknown):
            return self.of(check.parts[0]) if check.truth else NOTHING
        if not check.parts:
            return self._unrecorded(check.fact) if check.truth is None else NOTHING
        parts = check.parts
        if check.truth is not None and not isinstance(rule, Not):
            parts = [part for part in parts if part.truth is check.truth]
        return NOTHING.union(*[self.of(part) for part in parts])

    def _unrecorded(self, quantity: str) -> frozenset[str]:
        return frozenset([name for name in inputs_of(quantity, self.ev.facts) if name not in self.ev.facts])

    def for_action(self, result: ActionResult) -> frozenset[str]:
        """What could still change the status of an action."""
        names = self.of(result.indications)
        if result.status != "check_first":
            return names
        unknown = [check for check in (*result.stop_checks, *result.check_checks) if check.truth is None]
        return names.union(*[self.of(check) for check in unknown])

    def for_headline(self) -> frozenset[str]:
        """The open questions that can still change the headline."""
        names = NOTHING
        for name, check in self.ev.headlines.items():
            names |= self.of(check)
            if check.truth and name in SETTLED_HEADLINES:
                return names
        essentials = [name for name in ESSENTIALS if name not in self.ev.facts]
        return names.union(essentials, self.for_action(self.ev.actions["refer.augmentation"]))


def missing_for(ev: Evaluation, result: ActionResult) -> tuple[str, ...]:
    """The facts that could still change the status of one action, in the order they are asked."""
    return tuple(sorted(ev.open_facts.for_action(result), key=ORDER.__getitem__))


def headline_facts(ev: Evaluation) -> frozenset[str]:
    """The open questions that can still change the headline."""
    return ev.open_facts.for_headline()


def missing_facts(ev: Evaluation) -> tuple[str, ...]:
    """Every open fact that can still decide something: the essentials first, then those that can change the headline,
    then by how many statuses each can change; ties in the order they are asked."""
    for_headline = headline_facts(ev)
    counts: Counter[str] = Counter()
    for result in ev.actions.values():
        counts.update(ev.open_facts.for_action(result))

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
