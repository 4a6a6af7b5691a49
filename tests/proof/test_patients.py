"""What the proof assumes of every patient is true of every patient."""

from datetime import date, timedelta
from decimal import Decimal

import z3

from pathway.guideline.facts import FACTS
from pathway.guideline.limits import EDITION_1
from pathway.guideline.proof.patients import (
    CLEARANCE,
    EXAMPLE_CLEARANCES,
    EXAMPLE_WEIGHT_KG,
    VISIT_DAY,
    answers_of,
    any_patient,
    as_recorded,
    recordable,
    typeable,
)
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.worked_out import derive, three_months_after

WHOLE_CALENDAR_DAYS = 146097  # the calendar repeats after 400 years


def test_three_calendar_months_are_89_to_92_days():
    first = date(2000, 1, 1)
    starts = (first + timedelta(days=days) for days in range(WHOLE_CALENDAR_DAYS))
    assert {(three_months_after(start) - start).days for start in starts} == {89, 90, 91, 92}


def test_a_recorded_patient_is_one_that_the_proof_allows():
    patient = any_patient()
    answers = {
        "age_years": 72,
        "sex": "female",
        "weight_kg": Decimal("48.5"),
        "creatinine_umol_l": Decimal("110.04"),
        "onset_on": date(2026, 1, 1),
        "identified_on": date(2025, 12, 18),
        "levels": ("T3", "L1"),
        "temperature_c": Decimal("37.94"),
    }
    told = as_recorded(patient, answers, VISIT_DAY, EDITION_1)
    assert all(z3.is_true(z3.simplify(z3.substitute(rule, *told))) for rule in recordable(patient))


def test_two_dates_in_conflict_and_numbers_out_of_range_are_no_patient():
    patient = any_patient()
    for answers in (
        {"onset_on": date(2026, 1, 1), "identified_on": date(2025, 12, 17)},
        {"pain_nrs": 11},
        {"marrow_imaging_on": VISIT_DAY + timedelta(days=1)},
    ):
        told = as_recorded(patient, answers, VISIT_DAY, EDITION_1)
        assert not all(z3.is_true(z3.simplify(z3.substitute(rule, *told))) for rule in recordable(patient)), answers


def test_an_example_reads_back_as_it_was_found():
    patient, solver = any_patient(), z3.Solver()
    solver.add(*recordable(patient), *typeable(patient))
    solver.add(*patient.known.values())
    solver.add(patient.clearance < 30, patient.numbers["odi_percent"] > 10, patient.choices["levels"]["T4"])
    assert solver.check() == z3.sat
    answers = answers_of(patient, solver.model())
    assert answers.keys() == FACTS.keys()
    assert answers["odi_percent"] > 10
    assert "T4" in answers["levels"]
    assert derive(answers, VISIT_DAY, EDITION_1)[CLEARANCE] < 30


def test_example_clearances_can_be_typed_at_every_age():
    creatinine = FACTS["creatinine_umol_l"]
    for age in (18, 50, 90, 120):
        for clearance in EXAMPLE_CLEARANCES:
            for factor in (1, Decimal("0.85")):
                umol_l = (140 - age) * EXAMPLE_WEIGHT_KG * factor * Decimal("88.4") / (72 * clearance)
                assert creatinine.low <= umol_l <= creatinine.high


def test_every_worked_out_number_that_can_be_compared_is_there():
    words_only = {"low_trauma", "genant_grade"}
    for name in QUANTITIES.keys() - words_only:
        assert any_patient().quantity(name).value is not None
