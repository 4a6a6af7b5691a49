"""What would change it: the smallest sets of single answers that give an action another status.

Found on the trees, by asking of each rule what would make it yes, or no. A change is a value a clinician can check:
"kyphosis_degrees >= 15". Sets are at most `LARGEST_SET` answers: a longer list helps nobody between two patients.

While sets are searched, a date is a number of days from the visit, "<= -84", so that what is found for one visit serves
those of other days; `dated` makes it a date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal

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
    Rule,
    StatusIs,
)
from pathway.guideline.truth import Any as AnyOf
from pathway.guideline.ways import (
    AS_IT_IS,
    CACHED,
    LARGEST_SET,
    NO_WAY,
    RECORDED,
    Change,
    Sets,
    Ways,
    easiest_first,
    named_in,
    one_of,
    together,
    ways_of,
)

# What a visit cannot change about a patient, once it is known.
FIXED = ("age_years", "sex", "region")
DATES = frozenset(fact.name for fact in FACTS.values() if fact.kind is Kind.DATE)
# Worked-out values that any one of their facts makes known; the others need all of theirs.
ANY_INPUT = ("days_since_fracture", "lowest_t_score")


# Where the truth of a check is to go. A stop that is no longer a yes lifts a block, even if it is then not known.
Wanted = Literal["yes", "no", "not yes", "not no"]
YES: Wanted = "yes"
NO: Wanted = "no"
NOT_YES: Wanted = "not yes"
NOT_NO: Wanted = "not no"
UPWARD = (YES, NOT_NO)
TRUTHS = {
    YES: (True,),
    NO: (False,),
    NOT_YES: (False, None),
    NOT_NO: (True, None),
}
OTHER_WAY = {
    YES: NO,
    NO: YES,
    NOT_YES: NOT_NO,
    NOT_NO: NOT_YES,
}


def would_change(ev: Evaluation, name: str) -> Sets:
    """The smallest sets of single answers that bring action `name` to another decided status; easiest first.

    Part of a set may leave the action undetermined, but gives it no other decided status.
    """
    return Search(ev).for_action(ev.actions[name])


def all_changes(ev: Evaluation) -> dict[str, Sets]:
    """`would_change` of every action, in one search."""
    search = Search(ev)
    return {name: search.for_action(result) for name, result in ev.actions.items()}


def dated(sets: Sets, on: date) -> Sets:
    """The sets with days from the visit as dates."""
    return tuple([tuple([_dated(change, on) if is_day(change) else change for change in way]) for way in sets])


def is_day(change: Change) -> bool:
    """Whether it asks for a date, as a number of days from the visit."""
    return change.fact in DATES and change.to != RECORDED


def _dated(change: Change, on: date) -> Change:
    operator, _, days = change.to.partition(" ")
    return Change(change.fact, f"{operator} {on + timedelta(days=int(days))}")


class Search:
    """The ways to turn each check of one evaluation into a yes or a no, each found once.

    Joining sets is cached across evaluations: patients differ in their answers, seldom in what is still open.
    """

    def __init__(self, ev: Evaluation, found: dict[tuple[int, Wanted], tuple[Check, Ways]] | None = None):
        self.ev = ev
        self.found = {} if found is None else found  # with the check, so that its id stays its own

    def for_action(self, result: ActionResult) -> Sets:
        ways = self.status_ways(result)
        return dated(easiest_first(ways, named_in(ways).intersection(self.ev.facts)), self.ev.on)

    def status_ways(self, result: ActionResult) -> Ways:
        indications, stops, checks = result.indications, result.stop_checks, result.check_checks
        match str(result.status):
            case "not_indicated":
                return self.to(indications, YES)
            case "undetermined":
                return one_of((self.to(indications, YES), self.to(indications, NO)))
            case "blocked":
                return self.every(stops, NOT_YES)
            case "check_first":
                settled = together((self.every(stops, NO), self.every(checks, YES)))
                return one_of((settled, self.one_of(stops, YES)))
        ways = self.one_of(stops, YES), self.one_of(checks, NO), self.to(indications, NO)
        return one_of(ways)

    def to(self, check: Check, wanted: Wanted) -> Ways:
        """The smallest sets of changes that bring the truth of `check` to where it is wanted."""
        if check.truth in TRUTHS[wanted]:
            return AS_IT_IS
        key = id(check), wanted
        if key not in self.found:
            self.found[key] = check, self._ways(check, wanted)
        return self.found[key][1]

    def every(self, checks: Iterable[Check], wanted: Wanted) -> Ways:
        return together(tuple([self.to(check, wanted) for check in checks]))

    def one_of(self, checks: Iterable[Check], wanted: Wanted) -> Ways:
        return one_of(tuple([self.to(check, wanted) for check in checks]))

    def _ways(self, check: Check, wanted: Wanted) -> Ways:
        rule, parts = check.rule, check.parts
        match rule:
            case All() | AnyOf():
                every = isinstance(rule, All) is (wanted in UPWARD)
                return self.every(parts, wanted) if every else self.one_of(parts, wanted)
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
        return self._leaf(check, wanted in UPWARD)

    def _counts_if(self, condition: Check, part: Check, wanted: Wanted) -> Ways:
        if wanted in (YES, NO):
            return together((self.to(condition, YES), self.to(part, wanted)))
        return one_of((self.to(condition, NOT_YES), self.to(part, wanted)))

    def _count(self, check: Check, wanted: Wanted) -> Ways:
        enough = int(check.rule.limit.value)
        upward = wanted in UPWARD
        needed = enough if upward else len(check.parts) - enough + 1
        already = [part.truth in TRUTHS[wanted] for part in check.parts]
        short = needed - sum(already)
        if short > LARGEST_SET:
            return NO_WAY
        others = tuple(
            self.to(part, wanted) for part, satisfied in zip(check.parts, already, strict=True) if not satisfied
        )
        return one_of(tuple(together(chosen) for chosen in combinations(others, short)))

    def _status(self, check: Check, wanted: Wanted) -> Ways:
        """Of an action that is to have, or not to have, one of the statuses recommended and check_first."""
        result = self.ev.actions[check.rule.name]
        indicated = self.to(result.indications, YES)
        if wanted in UPWARD:
            return together((indicated, self.every(result.stop_checks, NOT_YES)))
        blocked = together((indicated, self.one_of(result.stop_checks, YES)))
        return one_of((self.to(result.indications, wanted), blocked))

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
            return ways_of(tuple(frozenset({change}) for change in missing))
        return ways_of((frozenset(missing),))


@lru_cache(CACHED)
def _answer(rule: Is | Compare, truth: bool) -> Ways:
    """The one answer that makes a leaf on a fact come out as `truth`, or no way where none in range does."""
    if isinstance(rule, Is):
        return ways_of((frozenset({_choice(rule, truth)}),))
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
        return _by_date(_DATE_OF[quantity], operator, int(bound))
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
    return ways_of((frozenset({Change(fact, f"{operator} {bound}")}),))


def _within_range(name: str, operator: str, bound: Decimal) -> Ways:
    fact = FACTS[name]
    reachable = {
        ">=": bound <= fact.high,
        ">": bound < fact.high,
        "<=": bound >= fact.low,
        "<": bound > fact.low,
    }[operator]
    return _one(name, operator, format(bound, "f")) if reachable else NO_WAY


def _by_date(fact: str, operator: str, days: int) -> Ways:
    """So many days or more before the visit is that day or an earlier one."""
    if operator in (">=", ">"):
        return _one(fact, "<=", -days if operator == ">=" else -days - 1)
    return _one(fact, ">=", -days if operator == "<=" else 1 - days)


def _by_t_score(ev: Evaluation, operator: str, bound: Decimal) -> Ways:
    usable = usable_t_scores(ev.facts)
    if operator in ("<", "<="):
        return one_of(tuple(_within_range(name, operator, bound) for name in usable))
    below = [name for name in usable if name in ev.facts and ev.facts[name] <= bound]
    ways = tuple(_within_range(name, operator, bound) for name in below or usable)
    return together(ways) if below else one_of(ways)


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


Circumstances = Callable[[Mapping[str, Any]], Any]


def circumstances(leaf: Rule) -> Circumstances:
    """Where a leaf looks at a worked-out value: what its changes depend on, of the facts, beside its answer. That is
    what `_worked_out` and `_record` read."""
    bound = leaf.limit.value if leaf.quantity == "lowest_t_score" and isinstance(leaf, Compare) else None
    return _circumstances(leaf.quantity, bound)


@lru_cache
def _circumstances(quantity: str, bound: Decimal | None) -> Circumstances:
    inputs = QUANTITIES[quantity].inputs
    measured = {"creatinine_clearance_ml_min": "creatinine_umol_l"}.get(quantity, inputs[0])
    others = [name for name in inputs if name != measured]

    def of_date(facts: Mapping[str, Any]) -> Any:
        return tuple([name in facts for name in inputs])

    def of_t_scores(facts: Mapping[str, Any]) -> Any:
        scores = [facts.get(name) for name in usable_t_scores(facts)]
        return tuple([None if score is None else bound is None or score <= bound for score in scores])

    def of_measured(facts: Mapping[str, Any]) -> Any:
        return measured in facts, *[str(facts.get(name)) for name in others]

    return of_date if quantity in _DATE_OF else of_t_scores if quantity == "lowest_t_score" else of_measured
