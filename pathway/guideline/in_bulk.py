"""The answers to many patients as JSON text: what `as_json` says of each, several times faster.

Patients differ in their values, seldom in what the values decide. So each part of the pathway (a criterion, the
indications of an action, its stops and checks, a headline) is explained once for all patients who are alike in it: in
the answer of every leaf of its rules, and in the parts that these refer to. Only the reasons name a patient's own
values, and are put in anew. The answers of the leaves come from the compiled rules; a part not met before is explained
on its trees, by the functions that explain everything else. The tests hold the text equal to that of `as_json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import Any, NamedTuple

from pathway.guideline.actions import Status
from pathway.guideline.changes import Search, circumstances, is_day
from pathway.guideline.compiled import Outcome, compile_with_labels
from pathway.guideline.evaluate import ActionRules, Rulebook, due_on, in_order, known_facts, rulebook
from pathway.guideline.explain import change_json, hurdles_json, plain
from pathway.guideline.limits import Limits, edition_for
from pathway.guideline.open_facts import OpenFacts, as_asked, best_first
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.results import ActionResult
from pathway.guideline.truth import Check, Indicated, Known, Ref, Rule, StatusIs
from pathway.guideline.ways import Change, Ways, easiest_first, named_in
from pathway.guideline.worked_out import derive

MOST_MET = 2_000  # of each part, some 4 KB each
MOST_FOUND = 30_000
CACHED = 4_096

in_json = json.JSONEncoder(ensure_ascii=False).encode


def json_text(answers: Mapping[str, Any], on: date, at: Limits | None = None) -> str:
    """`as_json` of the evaluation as text, as `json.dumps` writes it. Raises KeyError for a name that is no fact."""
    return _of_edition(at or edition_for(on)).text(answers, on)


@lru_cache(maxsize=4)
def _of_edition(at: Limits) -> InBulk:
    return InBulk(rulebook(at))


class _Patient:
    """One patient while the text is made: what the explanations ask of an evaluation, filled in part by part."""

    def __init__(self, facts: Mapping[str, Any], on: date, derived: Mapping[str, Any], bulk: InBulk):
        self.facts = facts
        self.on = on
        self.known = Known({**facts, **derived})
        self.actions: dict[str, ActionResult] = {}
        self.headlines: dict[str, Check] = {}
        self.open_facts = OpenFacts(facts, self.actions, self.headlines, bulk.opens_found)
        self.search = Search(self, bulk.changes_found)


class _Met:
    """Some rules for all patients who are alike in them: their checks, and what is made of these."""

    __slots__ = ("checks", "reasons", "settled", "text")

    def __init__(self, checks: tuple[Check, ...]):
        self.checks = checks
        self.text = ""
        self.reasons: tuple[Rule, ...] = ()
        self.settled: dict[_Met, _Settled] = {}


NOT_ASKED = _Met(())
UNTIL_INDICATED = (Status.NOT_INDICATED, Status.UNDETERMINED)
"""Until an action is indicated, its stops and checks change nothing about it."""


class _Settled(NamedTuple):
    """What could still change the status of an action, and what would change it. Where `text` would name a date it has
    a mark, which stands for so many `days` from the visit."""

    opens: frozenset[str]
    text: str
    days: tuple[tuple[str, timedelta], ...]


class _Part:
    """Some rules. `alike` picks, out of the states of a patient, what patients are alike in."""

    __slots__ = ("alike", "met", "rules", "tell")

    def __init__(self, rules: tuple[Rule, ...], alike: Callable[[list], Any], tell: Callable[[_Met], None]):
        self.rules = rules
        self.alike = alike
        self.tell = tell
        self.met: dict[Any, _Met] = {}

    def of(self, known: Known, states: list) -> _Met:
        alike = self.alike(states)
        met = self.met.get(alike)
        if met is None:
            if len(self.met) >= MOST_MET:
                self.met.clear()
            met = self.met[alike] = _Met(self.checks(known))
            self.tell(met)
        return met

    def checks(self, known: Known) -> tuple[Check, ...]:
        return tuple([rule.check(known) for rule in self.rules])


class _Told(NamedTuple):
    """What is said of an action to all patients alike in everything it asks: all but the status and the reasons."""

    indications: _Met
    hurdles: _Met
    settled: _Settled
    text: str


class _Advice:
    """An action: its indications, its hurdles (stops and checks), and the texts that never change."""

    def __init__(self, name: str, of: ActionRules, places: _Places):
        self.name = name
        self.rules = of
        self.stops = len(of.stops)
        self.new: list[_Part] = []
        self.indications_at = places.of_part((of.indications,), self.new)
        self.hurdles = places.part((*of.stops, *of.checks), _tell_nothing)
        asked = places.of_rules((of.indications,))
        self.alike = _picked(asked | places.of_rules(self.hurdles.rules))
        self.alike_until_indicated = _picked(asked | places.answers(self.hurdles.rules))
        self.told: dict[Any, _Told] = {}
        self.is_referred_to = name in places.referred_to
        if self.is_referred_to:
            places.of_actions[name] = (self.indications_at, next(places.place))
        origin = f'"origin": {in_json(of.action.origin)}, "because": ['
        self.head = {str(each): f'{in_json(name)}: {{"status": {in_json(each)}, {origin}' for each in Status}
        self.tail = f'"cites": {in_json(of.action.cites)}'

    def of(self, status: str, patient: _Patient, states: list) -> _Told:
        counts = self.is_referred_to or status not in UNTIL_INDICATED
        alike = self.alike(states) if counts else self.alike_until_indicated(states)
        told = self.told.get(alike)
        if told is None:
            if len(self.told) >= MOST_MET:
                self.told.clear()
            told = self.told[alike] = self._tell(status, counts, patient, states)
        return told

    def _tell(self, status: str, counts: bool, patient: _Patient, states: list) -> _Told:
        indications = self.new[0].of(patient.known, states) if self.new else states[self.indications_at]
        hurdles = self.hurdles.of(patient.known, states) if counts else _Met(self.hurdles.checks(patient.known))
        stopped = in_json(hurdles_json(hurdles.checks[: self.stops], hurdles.checks[self.stops :]))[1:-1]
        settled = self.settled(status, indications, hurdles if counts else NOT_ASKED, patient)
        return _Told(indications, hurdles, settled, f"], {stopped}, {settled.text}, {self.tail}")

    def result(self, status: str, indications: _Met, hurdles: _Met) -> ActionResult:
        stops, checks = hurdles.checks[: self.stops], hurdles.checks[self.stops :]
        return ActionResult(self.rules.action, status, indications.checks[0], stops, checks)

    def settled(self, status: str, indications: _Met, hurdles: _Met, patient: _Patient) -> _Settled:
        settled = indications.settled.get(hurdles)
        if settled is None:
            if len(indications.settled) >= MOST_MET:
                indications.settled.clear()
            result = self.result(status, indications, hurdles)
            opens, ways = patient.open_facts.for_action(result), patient.search.status_ways(result)
            changes = _changes(ways, named_in(ways).intersection(patient.facts))
            text = f'"missing": {_missing(opens)}, "would_change": {changes}'
            settled = _Settled(opens, text, tuple((mark, _days(mark)) for mark in set(_MARK.findall(changes))))
            indications.settled[hurdles] = settled
        return settled


class InBulk:
    """The text for one patient after another, by one edition of the rules."""

    def __init__(self, rules: Rulebook):
        self.rules = rules
        self.compiled = compile_with_labels(rules)
        self.places = places = _Places(rules, self.compiled.place)
        self.criteria = {name: places.part((rule,), _tell_state(name)) for name, rule in rules.criteria.items()}
        self.advice = [_Advice(name, of, places) for name, of in rules.actions.items()]
        self.headlines = {name: places.part((rule,), _tell_nothing) for name, rule in rules.headlines.items()}
        self.changes_found: dict = {}
        self.opens_found: dict = {}

    def text(self, answers: Mapping[str, Any], on: date) -> str:
        for found in (self.changes_found, self.opens_found):
            if len(found) > MOST_FOUND:
                found.clear()
        facts = known_facts(answers)
        derived = derive(facts, on, self.rules.at)
        outcome, notices, bone_density = self.compiled.of(facts, on)
        patient = _Patient(facts, on, derived, self)
        states = [*outcome.leaves, *[of(facts) for of in self.places.circumstances]]
        criteria = self.criteria_texts(patient, states)
        actions, opens = self.actions_texts(patient, states, outcome)
        for name, part in self.headlines.items():
            patient.headlines[name] = part.of(patient.known, states).checks[0]
            if name == outcome.headline:
                break
        missing = _missing_in_order(patient.open_facts.for_headline(), tuple(opens))
        given = [name for name, truth in zip(self.rules.notices, notices, strict=True) if truth]
        return (
            f'{{"headline": {in_json(outcome.headline)}, "bone_density": {in_json(bone_density)}, "criteria": '
            f'{{{", ".join(criteria)}}}, "actions": {{{", ".join(actions)}}}, "notices": {in_json(given)}, "missing": '
            f'{missing}, "derived": {in_json({name: plain(value) for name, value in derived.items()})}, '
            f'"rules_edition": {self.rules.at.edition}}}'
        )

    def criteria_texts(self, patient: _Patient, states: list) -> list[str]:
        texts = []
        for name, part in self.criteria.items():
            met = part.of(patient.known, states)
            patient.known.criteria[name] = met.checks[0]
            states.append(met)
            texts.append(met.text)
        return texts

    def actions_texts(
        self, patient: _Patient, states: list, outcome: Outcome
    ) -> tuple[list[str], list[frozenset[str]]]:
        known, said, texts, opens = patient.known, _Said(patient.known.values), {}, []
        for advice, status in zip(self.advice, outcome.statuses_in_order, strict=True):
            name, told = advice.name, advice.of(status, patient, states)
            if advice.new:
                states.append(told.indications)
            if advice.is_referred_to:
                states.append(told.hurdles)
                known.indicated[name] = told.indications.checks[0]
                known.statuses[name] = status
                patient.actions[name] = advice.result(status, told.indications, told.hurdles)
            opens.append(told.settled.opens)
            text = told.text
            for mark, days in told.settled.days:
                text = text.replace(mark, (patient.on + days).isoformat())
            due = _due_text(advice.rules, patient) if advice.rules.due_after_days else ""
            texts[name] = f"{advice.head[status]}{said.because(told.indications)}{text}{due}}}"
        return [texts[name] for name in in_order(texts, known.criteria["deformity"].truth)], opens


class _Places:
    """Where each thing stands in the list of a patient's states: the answers of the leaves, then the circumstances of
    worked-out values, then what was met of each criterion, of the indications of the actions (those that are the same
    once), and of the hurdles of an action that other rules refer to."""

    def __init__(self, rules: Rulebook, leaves: Mapping[Rule, int]):
        self.place = count(max(leaves.values()) + 1)
        worked_out = {leaf: circumstances(leaf) for leaf in leaves if leaf.quantity in QUANTITIES}
        self.leaves = leaves
        self.circumstances = list(dict.fromkeys(worked_out.values()))
        at = {of: next(self.place) for of in self.circumstances}
        self.of_circumstances = {leaf: at[of] for leaf, of in worked_out.items()}
        self.of_criteria = {name: next(self.place) for name in rules.criteria}
        self.of_actions: dict[str, tuple[int, int]] = {}
        self.of_parts: dict[Any, int] = {}
        of_actions = [rule for of in rules.actions.values() for rule in (of.indications, *of.stops, *of.checks)]
        all_leaves = [leaf for rule in (*of_actions, *rules.headlines.values()) for leaf in rule.leaves()]
        self.referred_to = {leaf.name for leaf in all_leaves if isinstance(leaf, Indicated | StatusIs)}

    def part(self, rules: tuple[Rule, ...], tell: Callable[[_Met], None]) -> _Part:
        return _Part(rules, _picked(self.of_rules(rules)), tell)

    def of_rules(self, rules: tuple[Rule, ...]) -> set[int]:
        return {place for rule in rules for leaf in rule.leaves() for place in self.of(leaf)}

    def of(self, leaf: Rule) -> Iterator[int]:
        if leaf in self.leaves:
            yield self.leaves[leaf]
        if leaf in self.of_circumstances:
            yield self.of_circumstances[leaf]
        if isinstance(leaf, Ref):
            yield self.of_criteria[leaf.name]
        if isinstance(leaf, Indicated | StatusIs):
            yield from self.of_actions[leaf.name]

    def answers(self, rules: tuple[Rule, ...]) -> set[int]:
        """Where the answers stand that decide `rules`, without the circumstances of their worked-out values."""
        return self.of_rules(rules) - set(self.of_circumstances.values())

    def of_part(self, rules: tuple[Rule, ...], new: list[_Part]) -> int:
        """The place of indications. Those that no earlier action has are added to `new`."""
        same = tuple(map(_written, rules))
        if same not in self.of_parts:
            self.of_parts[same] = next(self.place)
            new.append(self.part(rules, _tell_reasons))
        return self.of_parts[same]


def _picked(places: set[int]) -> Callable[[Sequence[Any]], Any]:
    return itemgetter(*sorted(places)) if places else lambda states: None


def _written(rule: Rule) -> tuple:
    """The rule as data: rules that ask the same are equal."""
    data = [
        getattr(rule, name, None) for name in ("text", "quantity", "operator", "limit", "values", "name", "statuses")
    ]
    return type(rule), *data, *map(_written, rule.children)


class _Said:
    """The reasons in one patient's values, each made once."""

    def __init__(self, values: Mapping[str, Any]):
        self.values = values
        self.reasons: dict[Rule, str] = {}
        self.joined: dict[_Met, str] = {}

    def because(self, met: _Met) -> str:
        if met not in self.joined:
            self.joined[met] = ", ".join(dict.fromkeys([self.reason(leaf) for leaf in met.reasons]))
        return self.joined[met]

    def reason(self, leaf: Rule) -> str:
        if leaf not in self.reasons:
            self.reasons[leaf] = _reason(leaf, self.values.get(getattr(leaf, "quantity", "")))
        return self.reasons[leaf]


def _tell_state(name: str) -> Callable[[_Met], None]:
    def tell(met: _Met) -> None:
        met.text = f"{in_json(name)}: {in_json(met.checks[0].state)}"

    return tell


def _tell_reasons(met: _Met) -> None:
    met.reasons = tuple(dict.fromkeys([leaf.rule for leaf in met.checks[0].deciding_leaves()]))


def _tell_nothing(met: _Met) -> None:
    pass


def _due_text(of: ActionRules, patient: _Patient) -> str:
    day = due_on(of, patient.facts, patient.on)
    return f', "due_on": {in_json(day.isoformat())}' if day else ""


@lru_cache(CACHED)
def _missing(names: frozenset[str]) -> str:
    return in_json(as_asked(names))


@lru_cache(CACHED)
def _missing_in_order(for_headline: frozenset[str], for_actions: tuple[frozenset[str], ...]) -> str:
    return in_json(best_first(for_headline, for_actions))


@lru_cache(CACHED)
def _changes(ways: Ways, answered: frozenset[str]) -> str:
    sets = [", ".join(map(_change, changes)) for changes in easiest_first(ways, answered)]
    return f"[[{'], ['.join(sets)}]]" if sets else "[]"


@lru_cache(CACHED)
def _change(change: Change) -> str:
    if is_day(change):
        operator, _, days = change.to.partition(" ")
        change = Change(change.fact, f"{operator} <{days} days>")
    return in_json(change_json(change))


_MARK = re.compile(r"<-?\d+ days>")


def _days(mark: str) -> timedelta:
    return timedelta(days=int(mark[1:].partition(" ")[0]))


@lru_cache(CACHED)
def _reason(leaf: Rule, value: Any) -> str:
    return in_json(Check(leaf, None, value).reason())
