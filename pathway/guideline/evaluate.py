"""One patient on one day: criteria, actions with their status, notices, and exactly one headline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from pathway.guideline.actions import ACTIONS, Action, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.facts import FACTS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import Limits, edition_for
from pathway.guideline.notices import BONE_DENSITY, NOTICES
from pathway.guideline.open_facts import OpenFacts
from pathway.guideline.results import ActionResult
from pathway.guideline.truth import Check, Known, Rule
from pathway.guideline.worked_out import derive


@dataclass(frozen=True, slots=True)
class ActionRules:
    """The trees of one action, built from the limits of an edition."""

    action: Action
    indications: Rule
    stops: tuple[Rule, ...]
    checks: tuple[Rule, ...]
    due_after_days: int


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Every rule of an edition as trees, in the order they are evaluated."""

    at: Limits
    criteria: Mapping[str, Rule]
    actions: Mapping[str, ActionRules]
    headlines: Mapping[str, Rule]
    notices: Mapping[str, Rule]
    bone_density: Mapping[str, Rule]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Everything the pathway says of one patient on one day. `facts` are the known ones only."""

    on: date
    facts: Mapping[str, Any]
    derived: Mapping[str, Any]
    rules: Rulebook
    criteria: Mapping[str, Check]
    actions: Mapping[str, ActionResult]
    headlines: Mapping[str, Check]
    headline: str
    notices: tuple[str, ...]
    bone_density: str | None

    @property
    def edition(self) -> int:
        return self.rules.at.edition

    @cached_property
    def open_facts(self) -> OpenFacts:
        """What is not known and could still change an answer."""
        return OpenFacts(self.facts, self.actions, self.headlines)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Facts not known that can still decide something, the next best question first."""
        return self.open_facts.in_order()


@lru_cache(maxsize=16)
def rulebook(at: Limits) -> Rulebook:
    """The trees of an edition, built once."""
    return Rulebook(
        at,
        criteria={name: criterion.rule(at) for name, criterion in CRITERIA.items()},
        actions={
            name: ActionRules(
                action,
                action.indications(at),
                action.stops(at),
                action.checks(at),
                int(at.by_name[action.due_after].value) if action.due_after else 0,
            )
            for name, action in ACTIONS.items()
        },
        headlines={name: headline.rule(at) for name, headline in HEADLINES.items()},
        notices={name: notice.rule(at) for name, notice in NOTICES.items()},
        bone_density={name: rule(at) for name, rule in BONE_DENSITY.items()},
    )


def evaluate(answers: Mapping[str, Any], on: date, at: Limits | None = None) -> Evaluation:
    """The pathway for one patient on the day `on`, by the edition in force that day unless another is given.

    `answers` maps fact names (see `facts.FACTS`) to values: "yes"/"no", a choice, int, Decimal, date, or a sequence
    of levels. An absent fact, or None, is not known. Raises KeyError for a name that is no fact; ranges are the
    caller's to check, before anything is stored.
    """
    return evaluate_by(rulebook(at or edition_for(on)), answers, on)


def evaluate_by(rules: Rulebook, answers: Mapping[str, Any], on: date) -> Evaluation:
    """`evaluate` by the trees of a given rulebook."""
    facts = known_facts(answers)
    derived = derive(facts, on, rules.at)
    known = Known({**facts, **derived})
    for name, rule in rules.criteria.items():
        known.criteria[name] = rule.check(known)
    actions = {name: act(action, known, due_on(action, facts, on)) for name, action in rules.actions.items()}
    actions = {name: actions[name] for name in in_order(actions, known.criteria["deformity"].truth)}
    headlines = _headlines(rules, known)
    return Evaluation(
        on,
        facts,
        derived,
        rules,
        known.criteria,
        actions,
        headlines,
        headline=next(reversed(headlines)),
        notices=tuple(name for name, rule in rules.notices.items() if rule.check(known).truth),
        bone_density=next((name for name, rule in rules.bone_density.items() if rule.check(known).truth), None),
    )


def known_facts(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that are known; levels as a tuple. Raises KeyError for a name that is no fact."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in answers.items()
        if FACTS[name] and value is not None
    }


def act(rules: ActionRules, known: Known, due: date | None = None) -> ActionResult:
    """What becomes of one action, once everything that it refers to is known."""
    indications = rules.indications.check(known)
    stops = tuple([rule.check(known) for rule in rules.stops])
    checks = tuple([rule.check(known) for rule in rules.checks])
    status = status_of(indications.truth, [stop.truth for stop in stops], [check.truth for check in checks])
    known.indicated[rules.action.name] = indications
    known.statuses[rules.action.name] = status
    return ActionResult(rules.action, status, indications, stops, checks, due)


def in_order(names: Iterable[str], deformity: bool | None) -> Iterable[str]:
    """Pathway order; kyphoplasty before vertebroplasty where there is a deformity to correct (S18)."""
    if deformity is not True:
        return names
    first, second = "augmentation.vertebroplasty", "augmentation.kyphoplasty"
    swapped = {first: second, second: first}
    return [swapped.get(name, name) for name in names]


def status_of(indicated: bool | None, stops: Sequence[bool | None], checks: Sequence[bool | None]) -> Status:
    """The status of an action from its three-valued parts (pathway section 5)."""
    if indicated is False:
        return Status.NOT_INDICATED
    if indicated is None:
        return Status.UNDETERMINED
    if True in stops:
        return Status.BLOCKED
    if None in stops or False in checks or None in checks:
        return Status.CHECK_FIRST
    return Status.RECOMMENDED


def _headlines(rules: Rulebook, known: Known) -> dict[str, Check]:
    """Every headline up to and including the first that holds."""
    seen = {}
    for name, rule in rules.headlines.items():
        seen[name] = rule.check(known)
        if seen[name].truth is True:
            return seen
    raise AssertionError("the last headline always holds")


def due_on(rules: ActionRules, facts: Mapping[str, Any], on: date) -> date | None:
    """The day a follow-up is due: counted from the visit, or from the fracture where its day is known."""
    if not rules.due_after_days:
        return None
    start = on if rules.action.due_from_visit else facts.get("onset_on") or facts.get("identified_on")
    if start is None or (date.max - start).days < rules.due_after_days:
        return None
    return start + timedelta(days=rules.due_after_days)
