"""Every patient that can be recorded, as the solver sees one: each fact known or not, and if known any of its values.

A number is a real or an integer anywhere in its hard range, not a sample or a region of it. The solver decides linear
arithmetic exactly, so below, on and above every limit are covered, and so is everything in between.

Where the exact relation is not linear or not bounded, more patients are allowed than can exist; a property that holds
for all of those holds for the real ones:
- creatinine clearance is any number from 0, known as soon as its four inputs are;
- a date is any whole number of days before the visit, without a longest; the three calendar months after it are any
  89 to 92 days;
- a decimal may have any number of places, so every conversion from another unit is covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import z3

from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.limits import Limits
from pathway.guideline.quantities import T_SCORES
from pathway.guideline.worked_out import CREATININE_UMOL_L_PER_MG_DL, FEMALE_FACTOR, derive, three_months_after

# More than this many days from onset back to the first imaging is refused as a conflict when it is recorded.
MOST_DAYS_IMAGED_BEFORE_ONSET = 14
# A visit to show example patients on; no rule looks at the day itself.
VISIT_DAY = date(2026, 1, 15)
OLDEST_EXAMPLE_DAYS = 2000
# A typed creatinine gives these clearances at every age, sex and ordinary weight (mL/min).
EXAMPLE_CLEARANCE_STEP, EXAMPLE_CLEARANCES = Decimal("2.5"), (10, 80)
EXAMPLE_WEIGHT_KG = Decimal("70.0")

DAYS_OF = {
    "days_since_onset": "onset_on",
    "days_since_identified": "identified_on",
    "days_since_marrow_imaging": "marrow_imaging_on",
    "days_since_denosumab": "denosumab_last_dose_on",
}
DIFFERENCES = {
    "pain_rise": ("pain_nrs", "previous_pain_nrs"),
    "rmdq24_rise": ("rmdq24", "previous_rmdq24"),
    "odi_rise": ("odi_percent", "previous_odi_percent"),
    "height_loss_progression": ("height_loss_percent", "first_height_loss_percent"),
    "geometry_gap_degrees": ("kyphosis_degrees", "height_loss_percent"),
}
CLEARANCE = "creatinine_clearance_ml_min"
CLEARANCE_INPUTS = ("age_years", "sex", "weight_kg", "creatinine_umol_l")
NUMBERS_AND_DATES = (Kind.INTEGER, Kind.DECIMAL, Kind.DATE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A fact or worked-out value: whether it is known, and its value where it is a number."""

    known: z3.BoolRef
    value: z3.ArithRef | None = None


@dataclass(frozen=True, eq=False)
class Patient:
    """One patient of all: for each fact whether it is known, its number (for a date: days before the visit), and for
    a choice which one. Worked-out values follow from these."""

    known: Mapping[str, z3.BoolRef]
    numbers: Mapping[str, z3.ArithRef]
    choices: Mapping[str, Mapping[str, z3.BoolRef]]
    months: Mapping[str, z3.ArithRef]
    clearance: z3.ArithRef

    def without(self, fact: str) -> Patient:
        """The same patient with one answer not known."""
        return replace(self, known={**self.known, fact: z3.BoolVal(False)})

    def quantity(self, name: str) -> Quantity:
        """A fact or worked-out value. Raises KeyError for one that the proof has no translation of."""
        if name in FACTS:
            return Quantity(self.known[name], self.numbers.get(name))
        return self._worked_out[name]

    @cached_property
    def _worked_out(self) -> dict[str, Quantity]:
        known, numbers = self.known, self.numbers
        values = {name: Quantity(known[fact], numbers[fact]) for name, fact in DAYS_OF.items()}
        onset, identified = "onset_on", "identified_on"
        dated = z3.Or(known[onset], known[identified])
        values["days_since_fracture"] = Quantity(dated, z3.If(known[onset], numbers[onset], numbers[identified]))
        values["days_to_three_months"] = Quantity(
            dated,
            z3.If(
                known[onset],
                self.months[onset] - numbers[onset],
                self.months[identified] - numbers[identified],
            ),
        )
        values["lowest_t_score"] = self._lowest_t_score()
        values[CLEARANCE] = Quantity(z3.And(*(known[name] for name in CLEARANCE_INPUTS)), self.clearance)
        for name, (one, other) in DIFFERENCES.items():
            first, second = numbers[one], numbers[other]
            value = z3.Abs(first - second / 2) if name == "geometry_gap_degrees" else first - second
            values[name] = Quantity(z3.And(known[one], known[other]), value)
        return values

    def _lowest_t_score(self) -> Quantity:
        spine_left_out = z3.And(
            self.known["spine_t_includes_fracture"], self.choices["spine_t_includes_fracture"]["yes"]
        )
        usable = {name: self.known[name] for name in T_SCORES}
        usable["t_score_spine"] = z3.And(self.known["t_score_spine"], z3.Not(spine_left_out))
        above_all = number(FACTS["t_score_spine"].high + 1)
        lowest = above_all
        for name in T_SCORES:
            score = z3.If(usable[name], self.numbers[name], above_all)
            lowest = z3.If(score < lowest, score, lowest)
        return Quantity(z3.Or(*usable.values()), lowest)


def number(value: Decimal | int) -> z3.ArithRef:
    return z3.IntVal(int(value)) if value == int(value) else z3.RealVal(str(value))


def any_patient() -> Patient:
    """A patient about whom nothing is fixed."""
    dates = [name for name, fact in FACTS.items() if fact.kind is Kind.DATE]
    numbers = {
        name: z3.Real(name) if fact.kind is Kind.DECIMAL else z3.Int(name)
        for name, fact in FACTS.items()
        if fact.kind in NUMBERS_AND_DATES
    }
    choices = {
        name: {value: z3.Bool(f"{name}={value}") for value in fact.values}
        for name, fact in FACTS.items()
        if fact.kind not in NUMBERS_AND_DATES
    }
    return Patient(
        {name: z3.Bool(f"{name} known") for name in FACTS},
        numbers,
        choices,
        {name: z3.Int(f"{name} three months") for name in dates},
        z3.Real(CLEARANCE),
    )


def recordable(patient: Patient) -> list[z3.BoolRef]:
    """What is true of every patient that the program accepts: hard ranges, one choice each, dates without conflict."""
    rules = [patient.clearance >= 0]
    for name, fact in FACTS.items():
        if fact.is_number:
            rules += [patient.numbers[name] >= number(fact.low), patient.numbers[name] <= number(fact.high)]
        elif fact.kind in (Kind.YES_NO, Kind.CHOICE):
            rules.append(z3.PbEq([(choice, 1) for choice in patient.choices[name].values()], 1))
    for name in ("onset_on", "identified_on", "marrow_imaging_on"):
        rules.append(patient.numbers[name] >= 0)
    rules += [z3.And(days >= 89, days <= 92) for days in patient.months.values()]
    latest_identified = patient.numbers["onset_on"] + MOST_DAYS_IMAGED_BEFORE_ONSET
    both = z3.And(patient.known["onset_on"], patient.known["identified_on"])
    rules.append(z3.Implies(both, patient.numbers["identified_on"] <= latest_identified))
    return rules


def typeable(patient: Patient, clearance_limits: Iterable[Decimal] = ()) -> list[z3.BoolRef]:
    """What is also true of an example: decimal places as typed, real dates, one level or more, a clearance that
    real answers give. One on a limit is left out: a typed creatinine only comes near it."""
    rules = [patient.clearance != number(limit) for limit in clearance_limits]
    for name, fact in FACTS.items():
        if fact.kind is Kind.DECIMAL:
            rules.append(z3.IsInt(patient.numbers[name] * 10**fact.decimals))
        elif fact.kind is Kind.DATE:
            days = patient.numbers[name]
            rules += [days >= 0, days <= OLDEST_EXAMPLE_DAYS]
            rules += [z3.Implies(days == ago, patient.months[name] == _months_after(ago)) for ago in range(84, 93)]
    rules += [z3.Or(*patient.choices[name].values()) for name, fact in FACTS.items() if fact.kind is Kind.LEVELS]
    low, high = EXAMPLE_CLEARANCES
    rules += [patient.clearance >= low, patient.clearance <= high]
    rules.append(z3.IsInt(patient.clearance / number(EXAMPLE_CLEARANCE_STEP)))
    return rules


def _months_after(days_ago: int) -> int:
    start = VISIT_DAY - timedelta(days=days_ago)
    return (three_months_after(start) - start).days


def answers_of(patient: Patient, model: z3.ModelRef) -> dict[str, Any]:
    """The answers of the patient in `model`, as `evaluate` takes them on `VISIT_DAY`. Only for `typeable` ones."""
    answers = {
        name: _answer(patient, name, model)
        for name in FACTS
        if z3.is_true(model.eval(patient.known[name], model_completion=True))
    }
    if all(name in answers for name in CLEARANCE_INPUTS):
        clearance = _decimal(model.eval(patient.clearance, model_completion=True))
        answers["weight_kg"] = EXAMPLE_WEIGHT_KG
        factor = FEMALE_FACTOR if answers["sex"] == "female" else 1
        per_umol_l = (140 - answers["age_years"]) * EXAMPLE_WEIGHT_KG * factor * CREATININE_UMOL_L_PER_MG_DL / 72
        answers["creatinine_umol_l"] = (per_umol_l / clearance).quantize(Decimal("0.1"))
    return answers


def _answer(patient: Patient, name: str, model: z3.ModelRef) -> Any:
    fact = FACTS[name]
    if fact.kind in NUMBERS_AND_DATES:
        value = _decimal(model.eval(patient.numbers[name], model_completion=True))
        if fact.kind is Kind.DATE:
            return VISIT_DAY - timedelta(days=int(value))
        return int(value) if fact.kind is Kind.INTEGER else round(value, fact.decimals)
    chosen = tuple(
        value
        for value, choice in patient.choices[name].items()
        if z3.is_true(model.eval(choice, model_completion=True))
    )
    return chosen if fact.kind is Kind.LEVELS else chosen[0]


def _decimal(value: z3.IntNumRef | z3.RatNumRef) -> Decimal:
    if isinstance(value, z3.IntNumRef):
        return Decimal(value.as_long())
    return Decimal(value.numerator_as_long()) / Decimal(value.denominator_as_long())


def as_recorded(
    patient: Patient, answers: Mapping[str, Any], on: date, at: Limits
) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """Every variable of `patient` with the value that `answers` give it on the day `on`."""
    pairs: list[tuple[z3.ExprRef, z3.ExprRef]] = []
    for name, fact in FACTS.items():
        value = answers.get(name)
        pairs.append((patient.known[name], z3.BoolVal(value is not None)))
        if fact.kind not in NUMBERS_AND_DATES:
            chosen = fact.values[:1] if value is None else (value,) if isinstance(value, str) else value
            pairs += [(choice, z3.BoolVal(of in chosen)) for of, choice in patient.choices[name].items()]
        elif fact.kind is Kind.DATE:
            start = on if value is None else value
            pairs.append((patient.numbers[name], z3.IntVal((on - start).days)))
            pairs.append((patient.months[name], z3.IntVal((three_months_after(start) - start).days)))
        else:
            text = str(fact.low if value is None else value)
            pairs.append((patient.numbers[name], z3.RealVal(text) if fact.kind is Kind.DECIMAL else z3.IntVal(text)))
    clearance = derive(answers, on, at).get(CLEARANCE)
    pairs.append((patient.clearance, z3.RealVal("0" if clearance is None else str(clearance))))
    return pairs
