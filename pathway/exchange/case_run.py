"""Runs cases against the rules in force, and counts what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pathway.exchange.clinical_cases import ClinicalCase
from pathway.exchange.expectations import Difference, differences
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evaluate import evaluate
from pathway.guideline.headline import HEADLINES
from pathway.guideline.statements import STATEMENTS


@dataclass(frozen=True)
class Outcome:
    """One case with the expectations that do not hold, none where it holds."""

    case: ClinicalCase
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


@dataclass(frozen=True)
class Coverage:
    """How many cases are about one statement, decision or headline, and how many of them hold."""

    name: str
    label: str
    cases: int
    holding: int


@dataclass(frozen=True)
class Run:
    """The outcome of every case."""

    outcomes: tuple[Outcome, ...]

    @cached_property
    def failing(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.holds)

    @property
    def holding(self) -> int:
        return len(self.outcomes) - len(self.failing)

    @property
    def by_statement(self) -> list[Coverage]:
        return self._about({name: f"{name}: {statement.text}" for name, statement in STATEMENTS.items()})

    @property
    def by_decision(self) -> list[Coverage]:
        return self._about({name: f"{name}: {decision.question}" for name, decision in DECISIONS.items()})

    @property
    def by_headline(self) -> list[Coverage]:
        return [
            self._count(name, headline.label, lambda case, name=name: case.expect.get("headline") == name)
            for name, headline in HEADLINES.items()
        ]

    def _about(self, labels: Mapping[str, str]) -> list[Coverage]:
        return [self._count(name, label, lambda case, name=name: name in case.covers) for name, label in labels.items()]

    def _count(self, name: str, label: str, is_about) -> Coverage:
        found = [outcome for outcome in self.outcomes if is_about(outcome.case)]
        return Coverage(name, label, len(found), sum(outcome.holds for outcome in found))


def outcome_of(case: ClinicalCase) -> Outcome:
    return Outcome(case, tuple(differences(case.expect, evaluate(case.facts, case.on))))


def run(cases: Iterable[ClinicalCase]) -> Run:
    return Run(tuple(outcome_of(case) for case in cases))
