"""The solver at work: is a claim true of all patients, and if not, who is the smallest patient that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import z3

from pathway.guideline.evaluate import Rulebook
from pathway.guideline.facts import FACTS
from pathway.guideline.proof.agreement import by_evaluation, by_solver, differences
from pathway.guideline.proof.patients import (
    CLEARANCE,
    VISIT_DAY,
    answers_of,
    as_recorded,
    number,
    recordable,
    typeable,
)
from pathway.guideline.proof.properties import Claim, Claims, Pathway, Property
from pathway.guideline.proof.regions import cuts
from pathway.guideline.proof.translate import Verdicts


class ProofError(Exception):
    """The proof itself is wrong: the solver's rules and the ones that run do not say the same of a patient."""


@dataclass(frozen=True, slots=True)
class Example:
    """One real patient: the answers on the day `on`, and for two copies the answer that the second has not."""

    answers: dict[str, Any]
    on: date
    dropped: str = ""

    @property
    def after(self) -> dict[str, Any]:
        return {name: value for name, value in self.answers.items() if name != self.dropped}


class Settled(NamedTuple):
    """A claim that was put to the solver. `example` is a patient who meets its condition, if there is one."""

    claim: Claim
    holds: bool
    found: bool
    example: Example | None = None


class Prover:
    """Settles claims about the rules of one edition. Counts what it asks the solver."""

    def __init__(self, rules: Rulebook):
        self.pathway = Pathway(rules)
        self.queries = 0
        patient = self.pathway.patient
        self.all_patients = z3.Solver()
        self.all_patients.add(*recordable(patient))
        self.examples = z3.Solver()
        self.examples.add(*recordable(patient), *typeable(patient, cuts(rules).get(CLEARANCE, ())))

    def settle_all(self, prove: Property) -> Iterator[Settled]:
        for claim in prove(self.pathway):
            yield self.settle(claim)

    def settle(self, claim: Claim) -> Settled:
        """Raises ProofError if the patient that the solver found is none for the rules that run."""
        found = self._model(self.all_patients, claim.condition) is not None
        if claim.says is Claims.NO_PATIENT and not found:
            return Settled(claim, True, False)
        example = self.smallest(claim) if found else None
        if claim.says is Claims.SOME_PATIENT:
            return Settled(claim, example is not None, found, example)
        return Settled(claim, claim.says is not Claims.NO_PATIENT, found, example)

    def smallest(self, claim: Claim) -> Example | None:
        """A patient with as few answers as any who meets the claim's condition, evaluated again by the rules that
        run. None where only values that nobody can type meet it."""
        patient = self.pathway.patient
        known = [(patient.known[name], 1) for name in FACTS]
        model = self._model(self.examples, claim.condition)
        if model is None:
            return None
        fewest, enough = 0, len(answers_of(patient, model))
        while fewest < enough:
            middle = (fewest + enough) // 2
            if fewer := self._model(self.examples, claim.condition, z3.PbLe(known, middle)):
                model, enough = fewer, len(answers_of(patient, fewer))
            else:
                fewest = middle + 1
        model = self._likely(z3.And(claim.condition, z3.PbLe(known, fewest))) or model
        example = Example(answers_of(patient, model), VISIT_DAY, claim.dropped)
        self._evaluate_again(claim, example)
        return example

    def _likely(self, condition: z3.BoolRef) -> z3.ModelRef | None:
        """A patient whose numbers lie in their likely ranges, but for those that cannot under the condition."""
        numbers, ranges = self.pathway.patient.numbers, {}
        for name, fact in FACTS.items():
            if fact.is_number:
                low, high = number(fact.likely_low), number(fact.likely_high)
                ranges[z3.Bool(f"{name} likely")] = z3.And(numbers[name] >= low, numbers[name] <= high)
        while True:
            wanted = [z3.Implies(likely, in_range) for likely, in_range in ranges.items()]
            model = self._model(self.examples, condition, *wanted, assuming=tuple(ranges))
            if model is not None or not ranges:
                return model
            for likely in self._in_the_way:
                del ranges[likely]

    def _model(
        self, solver: z3.Solver, *conditions: z3.BoolRef, assuming: tuple[z3.BoolRef, ...] = ()
    ) -> z3.ModelRef | None:
        """A patient who meets the conditions, or None if there is none; then `_in_the_way` says of `assuming` why."""
        self.queries += 1
        solver.push()
        solver.add(*conditions)
        answer = solver.check(*assuming)
        model = solver.model() if answer == z3.sat else None
        self._in_the_way = list(solver.unsat_core()) if answer == z3.unsat else []
        solver.pop()
        if answer == z3.unknown:
            raise ProofError(f"the solver gave up: {solver.reason_unknown()}")
        return model

    def _evaluate_again(self, claim: Claim, example: Example) -> None:
        pathway, answers = self.pathway, example.answers
        wrong = self._differences(pathway.verdicts, answers, answers)
        if example.dropped:
            wrong += self._differences(pathway.without(example.dropped), answers, example.after)
        told = as_recorded(pathway.patient, answers, example.on, pathway.rules.at)
        if not z3.is_true(z3.simplify(z3.substitute(claim.condition, *told))):
            wrong.append(f"the patient found does not show: {claim.words}")
        if wrong:
            raise ProofError(f"{'; '.join(wrong)}. Patient: {example}")

    def _differences(self, verdicts: Verdicts, answers: dict[str, Any], evaluated: dict[str, Any]) -> list[str]:
        """`answers` go to the solver's rules, which may leave one out; `evaluated` to the ones that run."""
        rules = self.pathway.rules
        said = by_solver(verdicts, self.pathway.patient, rules, answers, VISIT_DAY)
        return differences(said, by_evaluation(rules, evaluated, VISIT_DAY))
