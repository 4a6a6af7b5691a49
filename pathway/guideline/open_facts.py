"""What is not known and could still change an answer: the next best questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pathway.guideline.criteria import ESSENTIALS
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import inputs_of
from pathway.guideline.results import ActionResult
from pathway.guideline.truth import Check, IsUnknown, Not, Recorded

ORDER = {name: position for position, name in enumerate(FACTS)}
NOTHING: frozenset[str] = frozenset()
# Once one of these holds, no further fact takes it back; a later headline can still be reached from the others.
SETTLED_HEADLINES = ("emergency_spine", "urgent_infection", "urgent_malignancy", "surgical_review", "out_of_scope")


class OpenFacts:
    """The facts that are not known and could still change an answer, found once for each check of an evaluation."""

    def __init__(
        self,
        facts: Mapping[str, Any],
        actions: Mapping[str, ActionResult],
        headlines: Mapping[str, Check],
        found: dict[int, tuple[Check, frozenset[str]]] | None = None,
    ):
        self.facts = facts
        self.actions = actions
        self.headlines = headlines
        self.found = {} if found is None else found  # with the check, so that its id stays its own

    def of(self, check: Check) -> frozenset[str]:
        """What a person could record to settle this answer; worked-out values by what goes into them."""
        key = id(check)
        if key not in self.found:
            self.found[key] = check, self._of(check)
        return self.found[key][1]

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
        return frozenset([name for name in inputs_of(quantity, self.facts) if name not in self.facts])

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
        for name, check in self.headlines.items():
            names |= self.of(check)
            if check.truth and name in SETTLED_HEADLINES:
                return names
        essentials = [name for name in ESSENTIALS if name not in self.facts]
        return names.union(essentials, self.for_action(self.actions["refer.augmentation"]))

    def in_order(self) -> tuple[str, ...]:
        """Every open fact that can still decide something: the essentials first, then those that can change the
        headline, then by how many statuses each can change; ties in the order they are asked."""
        return best_first(self.for_headline(), map(self.for_action, self.actions.values()))


def as_asked(names: Iterable[str]) -> tuple[str, ...]:
    """In the order they are asked."""
    return tuple(sorted(names, key=ORDER.__getitem__))


def best_first(for_headline: frozenset[str], for_actions: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """Every open fact, the next best question first, from what can change the headline and what each action."""
    counts: dict[str, int] = {}
    for names, times in Counter(for_actions).items():
        for name in names:
            counts[name] = counts.get(name, 0) + times

    def rank(name: str) -> tuple[int, int, int]:
        if name not in for_headline:
            return 2, -counts[name], ORDER[name]
        return (0, 0, ORDER[name]) if name in ESSENTIALS else (1, -counts.get(name, 0), ORDER[name])

    return tuple(sorted(for_headline | counts.keys(), key=rank))
