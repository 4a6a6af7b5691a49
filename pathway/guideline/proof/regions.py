"""How many combinations of answers the rules can tell apart: each number below, on and above each of its limits, each
choice, each date, each of them also not known. Counted, not estimated; the proof itself covers more (see `patients`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from math import prod

import z3

from pathway.guideline.evaluate import Rulebook
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.proof.patients import DAYS_OF, DIFFERENCES, Patient, any_patient, number, recordable
from pathway.guideline.proof.tables import UPPER_LEVELS
from pathway.guideline.quantities import QUANTITIES, T_SCORES
from pathway.guideline.truth import Compare, Is, Recorded, Rule

Cuts = Mapping[str, tuple[Decimal, ...]]


def all_rules(rules: Rulebook) -> Iterator[Rule]:
    """Every tree of a rulebook."""
    yield from rules.criteria.values()
    for action in rules.actions.values():
        yield from (action.indications, *action.stops, *action.checks)
    yield from rules.headlines.values()
    yield from rules.notices.values()
    yield from rules.bone_density.values()


def all_leaves(rules: Rulebook) -> Iterator[Rule]:
    for rule in all_rules(rules):
        yield from rule.leaves()


def facts_read(rules: Rulebook) -> tuple[str, ...]:
    """The facts that any rule looks at, by themselves or in a worked-out value, in the order they are asked."""
    read: set[str] = set()
    for leaf in all_leaves(rules):
        if isinstance(leaf, (Compare, Is, Recorded)):
            name = leaf.quantity
            read.update(QUANTITIES[name].inputs if name in QUANTITIES else (name,))
            if name == "lowest_t_score":
                read.add("spine_t_includes_fracture")
    return tuple(name for name in FACTS if name in read)


def cuts(rules: Rulebook) -> Cuts:
    """The limits that each number is held against, by fact or worked-out value, in order."""
    found: dict[str, set[Decimal]] = {}
    for leaf in all_leaves(rules):
        if isinstance(leaf, Compare):
            found.setdefault(leaf.quantity, set()).add(leaf.limit.value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def count(rules: Rulebook) -> int:
    """The number of combinations of answers that `rules` can tell apart."""
    patient = any_patient()
    solver = z3.Solver()
    solver.add(*recordable(patient))
    return prod(_possible(solver, group) for group in _groups(patient, rules))


def _groups(patient: Patient, rules: Rulebook) -> list[list[list[z3.BoolRef]]]:
    """The facts, with those whose values are worked out together in one group; each as its alternatives."""
    limits, facts = cuts(rules), facts_read(rules)
    together: list[set[str]] = [{name} for name in facts]
    worked_out = {name: QUANTITIES[name].inputs for name in (*DIFFERENCES, *_OTHERS) if name in limits}
    for inputs in worked_out.values():
        joined = set().union(*(group for group in together if group & set(inputs)))
        together = [group for group in together if not group & joined] + [joined]
    return [
        [_of_fact(patient, name, limits) for name in facts if name in group]
        + [_of_quantity(patient, name, limits) for name, inputs in worked_out.items() if inputs[0] in group]
        for group in together
    ]


_OTHERS = ("creatinine_clearance_ml_min", "days_to_three_months")


def _of_fact(patient: Patient, name: str, limits: Cuts) -> list[z3.BoolRef]:
    fact, known = FACTS[name], patient.known[name]
    if fact.kind is Kind.LEVELS:
        one_above_t5 = z3.Or(*(patient.choices[name][level] for level in UPPER_LEVELS))
        values = [one_above_t5, z3.Not(one_above_t5)]
    elif name in patient.choices:
        values = list(patient.choices[name].values())
    else:
        values = _sides(patient.numbers[name], _limits_of(name, limits))
    return [z3.Not(known), *(z3.And(known, value) for value in values)]


def _limits_of(fact: str, limits: Cuts) -> list[Decimal]:
    """The limits of a number, and of the worked-out values that take it over as it is."""
    names = [fact]
    names += [quantity for quantity, of in DAYS_OF.items() if of == fact]
    names += ["days_since_fracture"] if fact in ("onset_on", "identified_on") else []
    names += ["lowest_t_score"] if fact in T_SCORES else []
    return sorted({limit for name in names for limit in limits.get(name, ())})


def _of_quantity(patient: Patient, name: str, limits: Cuts) -> list[z3.BoolRef]:
    found = patient.quantity(name)
    return [z3.Not(found.known), *(z3.And(found.known, side) for side in _sides(found.value, limits[name]))]


def _sides(value: z3.ArithRef, limits: list[Decimal] | tuple[Decimal, ...]) -> list[z3.BoolRef]:
    """Below the first limit, on it, between it and the next, and so on, to above the last."""
    if not limits:
        return [z3.BoolVal(True)]
    at = [number(limit) for limit in limits]
    between = [z3.And(value > one, value < other) for one, other in pairwise(at)]
    return [value < at[0], *(value == limit for limit in at), *between, value > at[-1]]


def _possible(solver: z3.Solver, group: list[list[z3.BoolRef]]) -> int:
    """How many choices of one alternative each can be recorded together."""
    if not group:
        return 1
    found = 0
    for alternative in group[0]:
        solver.push()
        solver.add(alternative)
        if solver.check() == z3.sat:
            found += _possible(solver, group[1:])
        solver.pop()
    return found
