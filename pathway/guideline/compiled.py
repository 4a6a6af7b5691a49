"""The same rules as straight-line code, for many visits at once: panels, replays, indicators.

`evaluate` walks the trees and keeps every reason. Where only the outcome counts, this module writes the trees of a
rulebook out as one Python function: every leaf once, every criterion once, no tree left. The tests hold it equal to
`evaluate` patient by patient, and the proof is of the trees that both come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import Rulebook, rulebook
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.limits import Limits, edition_for
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.truth import (
    All,
    AtLeast,
    Compare,
    CountsIf,
    Indicated,
    Is,
    IsUnknown,
    Never,
    Not,
    Recorded,
    Ref,
    Rule,
    StatusIs,
)
from pathway.guideline.truth import Any as AnyOf
from pathway.guideline.worked_out import WORKED_OUT

NAMES = frozenset(FACTS)


class Outcome(NamedTuple):
    """What came out, without reasons: headline, statuses, criteria, and the answer of every leaf, in written order."""

    headline: str
    statuses_in_order: tuple[str, ...]
    criteria_in_order: tuple[bool | None, ...]
    leaves: tuple[bool | None, ...]

    @property
    def statuses(self) -> dict[str, str]:
        return dict(zip(ACTIONS, self.statuses_in_order, strict=True))

    @property
    def criteria(self) -> dict[str, bool | None]:
        return dict(zip(CRITERIA, self.criteria_in_order, strict=True))


@lru_cache(maxsize=16)
def compiled(at: Limits) -> Callable[[Mapping[str, Any], date], Outcome]:
    """The rules of an edition as one function of the facts and the day."""
    return compile_rules(rulebook(at))


def outcome(answers: Mapping[str, Any], on: date, at: Limits | None = None) -> Outcome:
    """As `evaluate`, without the reasons. None and absent are not known; raises KeyError for an unknown name."""
    if not NAMES.issuperset(answers):
        raise KeyError(*sorted(answers.keys() - NAMES))
    return compiled(at or edition_for(on))(answers, on)


def compile_rules(rules: Rulebook) -> Callable[[Mapping[str, Any], date], Outcome]:
    return _function(_Writer(rules), labels=False)


class WithLabels(NamedTuple):
    """`of(facts, on)` is the outcome, the answer of each notice in order, and the name of the bone density label.
    `place` is where the answer of a leaf, of any rule, stands in `Outcome.leaves`."""

    of: Callable[[Mapping[str, Any], date], tuple[Outcome, tuple[bool | None, ...], str | None]]
    place: Mapping[Rule, int]


def compile_with_labels(rules: Rulebook) -> WithLabels:
    writer = _Writer(rules)
    return WithLabels(_function(writer, labels=True), writer.place)


def _function(writer: _Writer, labels: bool) -> Callable:
    source = writer.source(labels)
    namespace: dict[str, Any] = {"Outcome": Outcome, "at": writer.rules.at, **writer.constants}
    # The source is written by this module from the rule trees alone; no text that anyone typed goes into it.
    exec(compile(source, "<the pathway, compiled>", "exec"), namespace)  # noqa: S102
    return namespace["outcome_of"]


class _Writer:
    """Writes each tree as assignments to locals, one a node; a node that was written before is used again."""

    def __init__(self, rules: Rulebook):
        self.rules = rules
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.written: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.leaves: list[str] = []
        self.place: dict[Rule, int] = {}
        self.criteria: dict[str, str] = {}
        self.indicated: dict[str, str] = {}
        self.statuses: dict[str, str] = {}

    def source(self, labels: bool) -> str:
        for name, rule in self.rules.criteria.items():
            self.criteria[name] = self.node(rule)
        for name in self.rules.actions:
            self.action(name)
        headline = self.first_of(self.rules.headlines)
        also = ""
        if labels:
            notices = _tuple([self.node(rule) for rule in self.rules.notices.values()])
            also = f", {notices}, {self.first_of(self.rules.bone_density)}"
        body = "\n    ".join(self.lines)
        return (
            f"def outcome_of(facts, on):\n    get = facts.get\n    {body}\n    return Outcome({headline}, "
            f"{_tuple(self.statuses.values())}, {_tuple(self.criteria.values())}, {_tuple(self.leaves)}){also}\n"
        )

    def action(self, name: str) -> None:
        action = self.rules.actions[name]
        indicated = self.indicated[name] = self.node(action.indications)
        stops = [self.node(rule) for rule in action.stops]
        checks = [self.node(rule) for rule in action.checks]
        blocked = _some(stops, "True")
        first = _some(stops, "None", *(f"{check} is not True" for check in checks))
        self.statuses[name] = self.assign(
            f"'not_indicated' if {indicated} is False else 'undetermined' if {indicated} is None"
            f" else 'blocked' if {blocked} else 'check_first' if {first} else 'recommended'"
        )

    def first_of(self, rules: Mapping[str, Rule]) -> str:
        """The name of the first rule that holds."""
        parts = [f"{name!r} if {self.node(rule)} is True else " for name, rule in rules.items()]
        return f"({''.join(parts)}None)"

    def assign(self, expression: str) -> str:
        if expression not in self.written:
            self.written[expression] = f"n{len(self.written)}"
            self.lines.append(f"{self.written[expression]} = {expression}")
        return self.written[expression]

    def node(self, rule: Rule) -> str:
        match rule:
            case Ref(name=name):
                return self.criteria[name]
            case Indicated(name=name):
                return self.indicated[name]
            case StatusIs(name=name, statuses=statuses):
                status = self.statuses[name]
                return self.assign(f"None if {status} == 'undetermined' else {status} in {tuple(map(str, statuses))!r}")
            case All(parts=parts):
                return self.settled(parts, "False", "True")
            case AnyOf(parts=parts):
                return self.settled(parts, "True", "False")
            case AtLeast(parts=parts, limit=limit):
                return self.at_least([self.node(part) for part in parts], int(limit.value))
            case Not(part=part):
                inner = self.node(part)
                return self.assign(f"None if {inner} is None else not {inner}")
            case CountsIf(condition=condition, part=part):
                return self.assign(f"{self.node(part)} if {self.node(condition)} is True else None")
            case IsUnknown(part=part):
                return self.assign(f"{self.node(part)} is None")
            case Never():
                return "False"
        return self.leaf(rule)

    def settled(self, parts: tuple[Rule, ...], settling: str, otherwise: str) -> str:
        names = list(dict.fromkeys(self.node(part) for part in parts))
        if not names:
            return otherwise
        return self.assign(
            f"{settling} if {_some(names, settling)} else None if {_some(names, 'None')} else {otherwise}"
        )

    def at_least(self, names: list[str], count: int) -> str:
        yes = " + ".join(f"({name} is True)" for name in names)
        possible = " + ".join(f"({name} is not False)" for name in names)
        return self.assign(f"True if {yes} >= {count} else None if {possible} >= {count} else False")

    def leaf(self, rule: Rule) -> str:
        value = self.value(rule.quantity)
        match rule:
            case Recorded():
                expression = f"{value} is not None"
            case Compare(quantity=quantity, operator=operator):
                bound = self.constant(_bound(quantity, rule))
                expression = f"None if {value} is None else {value} {operator} {bound}"
            case Is(quantity=quantity, values=values) if _is_a_set(quantity):
                expression = f"None if {value} is None else not {self.constant(frozenset(values))}.isdisjoint({value})"
            case Is(values=values) if len(values) == 1:
                expression = f"None if {value} is None else {value} == {values[0]!r}"
            case Is(values=values):
                expression = f"None if {value} is None else {value} in {values!r}"
            case _:
                raise TypeError(f"{rule!r} cannot be compiled")
        known = len(self.written)
        name = self.assign(expression)
        if len(self.written) > known:
            self.leaves.append(name)
        self.place[rule] = self.leaves.index(name)
        return name

    def value(self, quantity: str) -> str:
        if quantity not in self.values:
            self.values[quantity] = f"v{len(self.values)}"
            formula = WORKED_OUT.get(quantity)
            source = f"get({quantity!r})" if formula is None else f"{self.constant(formula)}(facts, on, at)"
            self.lines.append(f"{self.values[quantity]} = {source}")
        return self.values[quantity]

    def constant(self, value: Any) -> str:
        for name, other in self.constants.items():
            if type(other) is type(value) and other == value:
                return name
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def _bound(quantity: str, rule: Compare) -> Any:
    """Whole numbers are held against whole numbers, which is several times faster and gives the same answer."""
    bound = rule.limit.value
    counted = quantity.startswith("days_") or (quantity in FACTS and FACTS[quantity].kind is Kind.INTEGER)
    return int(bound) if counted and bound == int(bound) else bound


def _is_a_set(quantity: str) -> bool:
    return quantity not in QUANTITIES and FACTS[quantity].kind is Kind.LEVELS


def _some(names: list[str], truth: str, *others: str) -> str:
    return " or ".join([*(f"{name} is {truth}" for name in names), *others]) or "False"


def _tuple(names: Iterable[str]) -> str:
    return f"({''.join(f'{name}, ' for name in names)})"
