"""What would change it: the smallest sets of single answers that give an action another status.

Found on the trees, by asking of each rule what would make it yes, or no. A change is a value a clinician can check:
"kyphosis_degrees >= 15". Sets are at most `LARGEST_SET` answers: a longer list helps nobody between two patients.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import Enum
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import FACTS, LEVELS, Kind
from pathway.guideline.quantities import QUANTITIES, inputs_of, usable_t_scores
from pathway.guideline.results import ActionResult
from pathway.guideline.truth import (
    OPPOSITE,
    All,
    AtLeast,
    Check,
    Compare,
    CountsIf,
    Indicated,
    Is,
    IsUnknown,
    Never,
    Not,
    Recorded,
    StatusIs,
)
from pathway.guideline.truth import Any as AnyOf

LARGEST_SET = 4
MOST_SETS = 12
CACHED = 65_536  # joined sets kept; some 100 bytes each
RECORDED = "recorded"
# How readily a clinician obtains an answer, by the group of the fact: asked, examined, looked up, measured, imaged.
_EASE = {"patient": 0, "clinic": 0, "pain": 1, "red_flags": 1, "neurology": 1, "fracture": 2, "medicines": 2,
         "laboratory": 3, "bone_health": 4, "imaging": 5}  # fmt: skip
_WORKED_OUT = 6
# What a visit cannot change about a patient, once it is known.
FIXED = ("age_years", "sex", "region")
# Worked-out values that any one of their facts makes known; the others need all of theirs.
ANY_INPUT = ("days_since_fracture", "lowest_t_score")


class Wanted(Enum):
    """Where the truth of a check is to go. A stop that is no longer a yes lifts a block, even if it is not known."""

    YES = "yes"
    NO = "no"
    NOT_YES = "not yes"
    NOT_NO = "not no"


TRUTHS = {
    Wanted.YES: (True,),
    Wanted.NO: (False,),
    Wanted.NOT_YES: (False, None),
    Wanted.NOT_NO: (True, None),
}
OTHER_WAY = {
    Wanted.YES: Wanted.NO,
    Wanted.NO: Wanted.YES,
    Wanted.NOT_YES: Wanted.NOT_NO,
    Wanted.NOT_NO: Wanted.NOT_YES,
}


class Change(NamedTuple):
    """One answer that would be another: `to` is a bound (">= 15", "<= 2026-08-30"), a choice, or "recorded"."""

    fact: str
    to: str


Ways = tuple[frozenset[Change], ...]
NO_WAY: Ways = ()
AS_IT_IS: Ways = (frozenset(),)


Sets = tuple[tuple[Change, ...], ...]


def would_change(ev: Evaluation, name: str) -> Sets:
    """The smallest sets of single answers that bring action `name` to another decided status; easiest first.

    Part of a set may leave the action undetermined, but gives it no other decided status.
    """
    return _Search(ev).for_action(ev.actions[name])


def all_changes(ev: Evaluation) -> dict[str, Sets]:
    """`would_change` of every action, in one search."""
    search = _Search(ev)
    return {name: search.for_action(result) for name, result in ev.actions.items()}


class _Search:
    """The ways to turn each check of one evaluation into a yes or a no, each found once.

    Joining sets is cached across evaluations: patients differ in their answers, seldom in what is still open.
    """

    def __init__(self, ev: Evaluation):
        self.ev = ev
        self.found: dict[tuple[int, Wanted], Ways] = {}

    def for_action(self, result: ActionResult) -> Sets:
        ways = self._status_ways(result)
        return _easiest_first(ways, _named_in(ways).intersection(self.ev.facts))

    def _status_ways(self, result: ActionResult) -> Ways:
        indications, stops, checks = result.indications, result.stop_checks, result.check_checks
        match str(result.status):
            case "not_indicated":
                return self.to(indications, Wanted.YES)
            case "undetermined":
                return _one_of((self.to(indications, Wanted.YES), self.to(indications, Wanted.NO)))
            case "blocked":
                return self.every(stops, Wanted.NOT_YES)
            case "check_first":
                settled = _together((self.every(stops, Wanted.NO), self.every(checks, Wanted.YES)))
                return _one_of((settled, self.one_of(stops, Wanted.YES)))
        ways = self.one_of(stops, Wanted.YES), self.one_of(checks, Wanted.NO), self.to(indications, Wanted.NO)
        return _one_of(ways)

    def to(self, check: Check, wanted: Wanted) -> Ways:
        """The smallest sets of changes that bring the truth of `check` to where it is wanted."""
        if check.truth in TRUTHS[wanted]:
            return AS_IT_IS
        key = id(check), wanted
        if key not in self.found:
            self.found[key] = self._ways(check, wanted)
        return self.found[key]

    def every(self, checks: Iterable[Check], wanted: Wanted) -> Ways:
        return _together(tuple([self.to(check, wanted) for check in checks]))

    def one_of(self, checks: Iterable[Check], wanted: Wanted) -> Ways:
        return _one_of(tuple([self.to(check, wanted) for check in checks]))

    def _ways(self, check: Check, wanted: Wanted) -> Ways:
        rule, parts = check.rule, check.parts
        match rule:
            case All():
                of_parts = self.every if wanted in (Wanted.YES, Wanted.NOT_NO) else self.one_of
                return of_parts(parts, wanted)
            case AnyOf():
                of_parts = self.one_of if wanted in (Wanted.YES, Wanted.NOT_NO) else self.every
                return of_parts(parts, wanted)
            case AtLeast():
                return self._count(check, wanted)
            case Not():
                return self.to(parts[0], OTHER_WAY[wanted])
            case CountsIf():
                return self._counts_if(parts[0], parts[1], wanted)
            case StatusIs():
                return self._status(check, wanted)
            case Indicated():
                return self.to(parts[0], wanted)
            case Never() | IsUnknown():
                return NO_WAY
        return self._leaf(check, wanted in (Wanted.YES, Wanted.NOT_NO))

    def _counts_if(self, condition: Check, part: Check, wanted: Wanted) -> Ways:
        if wanted in (Wanted.YES, Wanted.NO):
            return _together((self.to(condition, Wanted.YES), self.to(part, wanted)))
        return _one_of((self.to(condition, Wanted.NOT_YES), self.to(part, wanted)))

    def _count(self, check: Check, wanted: Wanted) -> Ways:
        enough = int(check.rule.limit.value)
        upward = wanted in (Wanted.YES, Wanted.NOT_NO)
        needed = enough if upward else len(check.parts) - enough + 1
        already = [part.truth in TRUTHS[wanted] for part in check.parts]
        short = needed - sum(already)
        if short > LARGEST_SET:
            return NO_WAY
        others = tuple(
            self.to(part, wanted) for part, satisfied in zip(check.parts, already, strict=True) if not satisfied
        )
        return _one_of(tuple(_together(chosen) for chosen in combinations(others, short)))

    def _status(self, check: Check, wanted: Wanted) -> Ways:
        """Of an action that is to have, or not to have, one of the statuses recommended and check_first."""
        result = self.ev.actions[check.rule.name]
        indicated = self.to(result.indications, Wanted.YES)
        if wanted in (Wanted.YES, Wanted.NOT_NO):
            return _together((indicated, self.every(result.stop_checks, Wanted.NOT_YES)))
        blocked = _together((indicated, self.one_of(result.stop_checks, Wanted.YES)))
        return _one_of((self.to(result.indications, wanted), blocked))

    def _leaf(self, check: Check, truth: bool) -> Ways:
        rule, fact = check.rule, check.fact
        if fact in FIXED and fact in self.ev.facts:
            return NO_WAY
        if isinstance(rule, Recorded):
            return self._record(fact) if truth else NO_WAY
        if fact in FACTS:
            return _answer(rule, truth)
        operator = rule.operator if truth else OPPOSITE[rule.operator]
        return _worked_out(self.ev, fact, operator, rule.limit.value)

    def _record(self, quantity: str) -> Ways:
        missing = [Change(name, RECORDED) for name in inputs_of(quantity, self.ev.facts) if name not in self.ev.facts]
        if quantity in ANY_INPUT:
            return tuple(frozenset({change}) for change in missing)
        return (frozenset(missing),)


@lru_cache(CACHED)
def _answer(rule: Is | Compare, truth: bool) -> Ways:
    """The one answer that makes a leaf on a fact come out as `truth`, or no way where none in range does."""
    if isinstance(rule, Is):
        return (frozenset({_choice(rule, truth)}),)
    return _within_range(rule.quantity, rule.operator if truth else OPPOSITE[rule.operator], rule.limit.value)


def _choice(rule: Is, truth: bool) -> Change:
    fact, values = FACTS[rule.quantity], rule.values
    if fact.kind is Kind.LEVELS:
        wanted = values if truth else tuple(level for level in LEVELS if level not in values)
        return Change(fact.name, f"{'one of' if truth else 'only'} {wanted[0]} to {wanted[-1]}")
    wanted = values if truth else tuple(value for value in fact.values if value not in values)
    return Change(fact.name, " or ".join(wanted))


def _worked_out(ev: Evaluation, quantity: str, operator: str, bound: Decimal) -> Ways:
    """The changes of answers that bring a worked-out value to `operator bound`."""
    if quantity in _DATE_OF:
        return _by_date(ev.on, _DATE_OF[quantity], operator, int(bound))
    if quantity == "lowest_t_score":
        return _by_t_score(ev, operator, bound)
    if quantity == "creatinine_clearance_ml_min":
        return _by_creatinine(ev, operator, bound)
    return _by_rise(ev, quantity, operator, bound)


_DATE_OF = {
    "days_since_onset": "onset_on",
    "days_since_identified": "identified_on",
    "days_since_fracture": "onset_on",
    "days_since_marrow_imaging": "marrow_imaging_on",
    "days_since_denosumab": "denosumab_last_dose_on",
}


def _one(fact: str, operator: str, bound: Any) -> Ways:
    return (frozenset({Change(fact, f"{operator} {bound}")}),)


def _within_range(name: str, operator: str, bound: Decimal) -> Ways:
    fact = FACTS[name]
    reachable = {
        ">=": bound <= fact.high,
        ">": bound < fact.high,
        "<=": bound >= fact.low,
        "<": bound > fact.low,
    }[operator]
    return _one(name, operator, format(bound, "f")) if reachable else NO_WAY


@lru_cache(CACHED)
def _by_date(on: date, fact: str, operator: str, days: int) -> Ways:
    """So many days or more before the visit is that date or an earlier one."""
    if operator in (">=", ">"):
        earliest_days = days if operator == ">=" else days + 1
        if (on - date.min).days < earliest_days:
            return NO_WAY
        return _one(fact, "<=", on - timedelta(days=earliest_days))
    latest_days = days if operator == "<=" else days - 1
    return _one(fact, ">=", on - timedelta(days=latest_days))


def _by_t_score(ev: Evaluation, operator: str, bound: Decimal) -> Ways:
    usable = usable_t_scores(ev.facts)
    if operator in ("<", "<="):
        return tuple(way for name in usable for way in _within_range(name, operator, bound))
    below = [name for name in usable if name in ev.facts and ev.facts[name] <= bound]
    ways = [_within_range(name, operator, bound) for name in below or usable]
    if below:
        return (frozenset().union(*(way[0] for way in ways)),)
    return tuple(way for found in ways for way in found)


def _by_creatinine(ev: Evaluation, operator: str, bound: Decimal) -> Ways:
    """With age, sex and weight known, a clearance is a creatinine; else the clearance itself is what to find out."""
    if any(name not in ev.facts for name in ("age_years", "sex", "weight_kg")):
        return _one("creatinine_clearance_ml_min", operator, bound)
    facts = ev.facts
    factor = Decimal("0.85") if facts["sex"] == "female" else Decimal(1)
    at_bound = (140 - facts["age_years"]) * facts["weight_kg"] * factor * Decimal("88.4") / (72 * bound)
    if operator in (">=", ">"):
        return _within_range("creatinine_umol_l", "<=", at_bound.quantize(Decimal("0.1"), ROUND_FLOOR))
    return _within_range("creatinine_umol_l", ">=", at_bound.quantize(Decimal("0.1"), ROUND_CEILING))


def _by_rise(ev: Evaluation, quantity: str, operator: str, bound: Decimal) -> Ways:
    """A rise is changed by the value now. Without the value before there is none to speak of."""
    now, before = QUANTITIES[quantity].inputs
    if before not in ev.facts:
        return NO_WAY
    return _within_range(now, operator, ev.facts[before] + bound)


@lru_cache(CACHED)
def _together(parts: tuple[Ways, ...]) -> Ways:
    """Every way of each part with every way of the others, where they do not ask one fact for two things."""
    ways = AS_IT_IS
    for part in parts:
        if part is not AS_IT_IS:
            joined = (_merged(one | other) for one in ways for other in part)
            ways = _smallest(way for way in joined if way is not None)
    return ways


@lru_cache(CACHED)
def _one_of(parts: tuple[Ways, ...]) -> Ways:
    return _smallest(way for part in parts for way in part)


@lru_cache(CACHED)
def _named_in(ways: Ways) -> frozenset[str]:
    return frozenset(change.fact for way in ways for change in way)


@lru_cache(CACHED)
def _easiest_first(ways: Ways, answered: frozenset[str]) -> Sets:
    """Fewest answers first, then those most readily obtained; an answer already given is hardest to change."""

    def cost(change: Change) -> int:
        fact = FACTS.get(change.fact)
        return (10 if change.fact in answered else 0) + (_EASE[fact.group] if fact else _WORKED_OUT)

    def ease(way: frozenset[Change]) -> tuple:
        return len(way), sum(map(cost, way)), sorted(way)

    return tuple(tuple(sorted(way)) for way in sorted(filter(None, ways), key=ease)[:MOST_SETS])


def _merged(changes: frozenset[Change]) -> frozenset[Change] | None:
    by_fact: dict[str, str] = {}
    for change in changes:
        before = by_fact.get(change.fact)
        merged = change.to if before is None else _both(before, change.to)
        if merged is None:
            return None
        by_fact[change.fact] = merged
    return frozenset(Change(fact, to) for fact, to in by_fact.items())


def _both(one: str, other: str) -> str | None:
    """Two demands on one fact as one, or None where a single answer is not known to meet both."""
    if one == other or other == RECORDED:
        return one
    if one == RECORDED:
        return other
    (operator, _, bound), (other_operator, _, other_bound) = one.partition(" "), other.partition(" ")
    if operator in OPPOSITE:
        return f"{operator} {_tighter(operator, bound, other_bound)}" if operator == other_operator else None
    accepted_by_both = [value for value in one.split(" or ") if value in other.split(" or ")]
    return " or ".join(accepted_by_both) or None


def _tighter(operator: str, *bounds: str) -> str:
    return sorted(bounds, key=_as_number, reverse=operator[0] == ">")[0]


def _as_number(bound: str) -> Decimal:
    return Decimal(bound.replace("-", "")) if bound.count("-") == 2 else Decimal(bound)


def _smallest(ways: Iterable[frozenset[Change]]) -> Ways:
    """The sets that ask no more than another does, smallest first, none larger than a person can take in."""
    kept: list[frozenset[Change]] = []
    for way in sorted(set(ways), key=lambda way: (len(way), sorted(way))):
        if len(way) <= LARGEST_SET and not any(_asks_no_less(way, other) for other in kept):
            kept = [other for other in kept if not _asks_no_less(other, way)]
            kept.append(way)
    return tuple(kept[: 2 * MOST_SETS])


def _asks_no_less(way: frozenset[Change], other: frozenset[Change]) -> bool:
    """Whether all that `other` asks is asked by `way` too, perhaps more strictly: ">= 6" asks no less than ">= 4"."""
    return other <= way or all(any(_implies(change, asked) for change in way) for asked in other)


def _implies(change: Change, asked: Change) -> bool:
    return change == asked or (change.fact == asked.fact and _both(change.to, asked.to) == change.to)
