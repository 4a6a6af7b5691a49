"""Whether the solver's rules and the ones that run say the same of a patient: compared verdict by verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import z3

from pathway.guideline.evaluate import Rulebook, evaluate_by
from pathway.guideline.proof.patients import Patient, as_recorded
from pathway.guideline.proof.translate import Truth, Verdicts

Said = dict[str, Any]
NO_HEADLINE = "no headline"
_TRUTHS = {(True, False): True, (False, True): False, (False, False): None}


def by_evaluation(rules: Rulebook, answers: Mapping[str, Any], on: date) -> Said:
    """Everything that the rules that run say of a patient; of one without a headline they say nothing else."""
    try:
        ev = evaluate_by(rules, answers, on)
    except AssertionError:
        return {"headline": NO_HEADLINE}
    return {
        **{f"criterion {name}": check.truth for name, check in ev.criteria.items()},
        **{f"indications of {name}": result.indications.truth for name, result in ev.actions.items()},
        **{f"status of {name}": str(result.status) for name, result in ev.actions.items()},
        **{f"notice {name}": name in ev.notices for name in rules.notices},
        "headline": ev.headline,
        "bone density": ev.bone_density,
    }


def by_solver(verdicts: Verdicts, patient: Patient, rules: Rulebook, answers: Mapping[str, Any], on: date) -> Said:
    """Everything that the solver's rules say of the same patient. `verdicts` may be those of a copy that has one
    answer less."""
    questions = _questions(verdicts)
    together = z3.Function("together", *([z3.BoolSort()] * (len(questions) + 1)))(*questions)
    settled = z3.simplify(z3.substitute(together, *as_recorded(patient, answers, on, rules.at))).children()
    truths = iter([z3.is_true(answer) for answer in settled])
    criteria = {f"criterion {name}": _truth(truths) for name in verdicts.criteria}
    indicated = {f"indications of {name}": _truth(truths) for name in verdicts.indicated}
    statuses = {f"status of {name}": _the_one(of, truths) for name, of in verdicts.statuses.items()}
    headline = _the_one(verdicts.headline, truths, or_none=NO_HEADLINE)
    notices = {f"notice {name}": _truth(truths) is True for name in verdicts.notices}
    labels = [name for name in verdicts.bone_density if _truth(truths) is True]
    bone_density = labels[0] if labels else None
    return {**criteria, **indicated, **statuses, **notices, "headline": headline, "bone density": bone_density}


def _questions(verdicts: Verdicts) -> list[z3.BoolRef]:
    return [
        *_both(verdicts.criteria),
        *_both(verdicts.indicated),
        *(is_it for of in verdicts.statuses.values() for is_it in of.values()),
        *verdicts.headline.values(),
        *_both(verdicts.notices),
        *_both(verdicts.bone_density),
    ]


def _both(truths: Mapping[str, Truth]) -> list[z3.BoolRef]:
    return [side for truth in truths.values() for side in (truth.yes, truth.no)]


def _truth(truths: Iterator[bool]) -> bool | None:
    return _TRUTHS[next(truths), next(truths)]


def _the_one(of: Mapping[str, z3.BoolRef], truths: Iterator[bool], or_none: str = "none") -> str:
    """The one that holds; all their names where several do, which no evaluation ever says."""
    holding = [str(name) for name in of if next(truths)]
    return " and ".join(holding) or or_none


def differences(one: Said, other: Said) -> list[str]:
    """Where two accounts of one patient differ, each in words."""
    return [f"{key}: {one[key]} against {other[key]}" for key in one.keys() & other.keys() if one[key] != other[key]]
