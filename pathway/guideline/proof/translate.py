"""The rule trees that run, for the solver: each rule as two questions, "is it yes" and "is it no".

Not known is neither. `StatusIs`, the statuses and the headline are restated here once; the tests hold them, and every
rule, equal to `evaluate` on random patients, and every patient that the solver finds is evaluated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

import z3

from pathway.guideline.actions import Status
from pathway.guideline.evaluate import ActionRules, Rulebook
from pathway.guideline.proof.patients import Patient, number
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

YES, NO = z3.BoolVal(True), z3.BoolVal(False)
Ask = Callable[[Rule], "Truth"]


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes, no or, when it is neither, not known."""

    yes: z3.BoolRef
    no: z3.BoolRef

    @property
    def known(self) -> z3.BoolRef:
        return z3.Or(self.yes, self.no)

    @property
    def unknown(self) -> z3.BoolRef:
        return z3.Not(self.known)


def _never_unknown(yes: z3.BoolRef) -> Truth:
    return Truth(yes, z3.Not(yes))


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Everything that the rules say of one patient."""

    criteria: dict[str, Truth] = field(default_factory=dict)
    indicated: dict[str, Truth] = field(default_factory=dict)
    statuses: dict[str, Mapping[Status, z3.BoolRef]] = field(default_factory=dict)
    headline_rules: dict[str, Truth] = field(default_factory=dict)
    headline: dict[str, z3.BoolRef] = field(default_factory=dict)
    notices: dict[str, Truth] = field(default_factory=dict)
    bone_density: dict[str, Truth] = field(default_factory=dict)

    def headline_among(self, *names: str) -> z3.BoolRef:
        return some(self.headline[name] for name in names)


def every(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    return z3.And(YES, *parts)


def some(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    return z3.Or(NO, *parts)


def verdicts_on(patient: Patient, rules: Rulebook) -> Verdicts:
    """What `rules` say of `patient`, in the order that `evaluate` asks them."""
    verdicts = Verdicts()
    ask = Translator(patient, verdicts).ask
    for name, rule in rules.criteria.items():
        verdicts.criteria[name] = ask(rule)
    for name, action in rules.actions.items():
        verdicts.indicated[name] = ask(action.indications)
        verdicts.statuses[name] = statuses_of(action, verdicts.indicated[name], ask)
    none_before = YES
    for name, rule in rules.headlines.items():
        holds = verdicts.headline_rules[name] = ask(rule)
        verdicts.headline[name] = z3.And(none_before, holds.yes)
        none_before = z3.And(none_before, z3.Not(holds.yes))
    for name, rule in rules.notices.items():
        verdicts.notices[name] = ask(rule)
    for name, rule in rules.bone_density.items():
        verdicts.bone_density[name] = ask(rule)
    return verdicts


def statuses_of(action: ActionRules, indicated: Truth, ask: Ask) -> dict[Status, z3.BoolRef]:
    """Which status the action has: exactly one of these holds."""
    stops, checks = [ask(rule) for rule in action.stops], [ask(rule) for rule in action.checks]
    stopped = some(stop.yes for stop in stops)
    clear = every([*(stop.no for stop in stops), *(check.yes for check in checks)])
    return {
        Status.NOT_INDICATED: indicated.no,
        Status.UNDETERMINED: indicated.unknown,
        Status.BLOCKED: z3.And(indicated.yes, stopped),
        Status.CHECK_FIRST: z3.And(indicated.yes, z3.Not(stopped), z3.Not(clear)),
        Status.RECOMMENDED: z3.And(indicated.yes, clear),
    }


class Translator:
    """Rules about one patient, for the solver."""

    def __init__(self, patient: Patient, verdicts: Verdicts):
        self.patient = patient
        self.verdicts = verdicts

    def ask(self, rule: Rule) -> Truth:
        """Raises TypeError for a kind of rule without a translation: a new kind is never passed over."""
        match rule:
            case Compare(quantity=quantity, operator=operator, limit=limit):
                return self._compare(quantity, operator, limit.value)
            case Is(quantity=quantity, values=values):
                known = self.patient.quantity(quantity).known
                chosen = some(self.patient.choices[quantity][value] for value in values)
                return Truth(z3.And(known, chosen), z3.And(known, z3.Not(chosen)))
            case Recorded(quantity=quantity):
                return _never_unknown(self.patient.quantity(quantity).known)
            case Never():
                return Truth(NO, YES)
            case Ref(name=name):
                return self.verdicts.criteria[name]
            case Indicated(name=name):
                return self.verdicts.indicated[name]
            case StatusIs(name=name, statuses=statuses):
                of = self.verdicts.statuses[name]
                others = set(Status) - {*statuses, Status.UNDETERMINED}
                return Truth(some(of[Status(s)] for s in statuses), some(of[s] for s in sorted(others)))
        return self._combine(rule, [self.ask(part) for part in rule.children])

    def _compare(self, quantity: str, operator: str, bound: Decimal) -> Truth:
        found, limit = self.patient.quantity(quantity), number(bound)
        holds = {
            ">=": found.value >= limit,
            ">": found.value > limit,
            "<=": found.value <= limit,
            "<": found.value < limit,
        }[operator]
        return Truth(z3.And(found.known, holds), z3.And(found.known, z3.Not(holds)))

    def _combine(self, rule: Rule, parts: list[Truth]) -> Truth:
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        match rule:
            case All():
                return Truth(every(yes), some(no))
            case AnyOf():
                return Truth(some(yes), every(no))
            case AtLeast(limit=limit):
                wanted = ceil(limit.value)
                not_no = [(z3.Not(part), 1) for part in no]
                return Truth(z3.PbGe([(part, 1) for part in yes], wanted), z3.PbLe(not_no, wanted - 1))
            case Not():
                return Truth(no[0], yes[0])
            case CountsIf():
                return Truth(z3.And(yes[0], yes[1]), z3.And(yes[0], no[1]))
            case IsUnknown():
                return _never_unknown(parts[0].unknown)
        raise TypeError(f"the proof has no translation of {type(rule).__name__}: add it to translate.py")
