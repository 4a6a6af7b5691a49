"""Values worked out from facts, against numbers worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.guideline.limits import EDITION_1
from pathway.guideline.quantities import inputs_of, show
from pathway.guideline.worked_out import derive, three_months_after

ON = date(2026, 11, 22)


def worked_out(name: str, on: date = ON, **facts):
    return derive(facts, on, EDITION_1).get(name)


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("days_since_onset", "onset_on"),
        ("days_since_identified", "identified_on"),
        ("days_since_marrow_imaging", "marrow_imaging_on"),
        ("days_since_denosumab", "denosumab_last_dose_on"),
    ],
)
def test_days_are_whole_days_to_the_visit(name, fact):
    assert worked_out(name, **{fact: ON}) == 0
    assert worked_out(name, **{fact: date(2026, 8, 30)}) == 84
    assert worked_out(name) is None


def test_the_clock_runs_from_the_onset_and_from_the_imaging_only_without_one():
    assert worked_out("days_since_fracture", onset_on=date(2026, 11, 1), identified_on=date(2026, 11, 10)) == 21
    assert worked_out("days_since_fracture", identified_on=date(2026, 11, 10)) == 12


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-08-22", "2026-11-22"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2026-12-31", "2027-03-31"),
        ("2026-10-01", "2027-01-01"),
        ("2026-09-30", "2026-12-30"),
        ("9999-11-01", "9999-12-31"),
    ],
)
def test_three_calendar_months_end_on_the_same_day_or_the_last_of_the_month(start, expected):
    assert three_months_after(date.fromisoformat(start)) == date.fromisoformat(expected)


def test_three_calendar_months_are_89_to_92_days_on_every_day_of_five_years():
    spans = {(three_months_after(day) - day).days for day in (date(2024, 1, 1) + timedelta(n) for n in range(1826))}
    assert spans == {89, 90, 91, 92}


T_SCORES = {
    "t_score_spine": Decimal("-3.2"),
    "t_score_femoral_neck": Decimal("-2.1"),
    "t_score_total_hip": Decimal("-1.9"),
}


@pytest.mark.parametrize(("includes", "lowest"), [(None, "-3.2"), ("no", "-3.2"), ("yes", "-2.1")])
def test_the_spine_is_left_out_of_the_lowest_t_score_where_it_includes_the_fracture(includes, lowest):
    assert worked_out("lowest_t_score", **T_SCORES, spine_t_includes_fracture=includes) == Decimal(lowest)


@pytest.mark.parametrize("includes", ["yes", "no", None])
def test_a_spine_score_that_would_not_count_is_not_asked_for(includes):
    hip = ("t_score_femoral_neck", "t_score_total_hip")
    expected = hip if includes == "yes" else ("t_score_spine", *hip)
    assert inputs_of("lowest_t_score", {"spine_t_includes_fracture": includes}) == expected


def test_without_a_usable_t_score_there_is_no_lowest():
    assert worked_out("lowest_t_score") is None
    assert worked_out("lowest_t_score", t_score_spine=Decimal(-3), spine_t_includes_fracture="yes") is None


KIDNEYS = {"age_years": 72, "sex": "male", "weight_kg": Decimal("72.0"), "creatinine_umol_l": Decimal("88.4")}


def test_cockcroft_gault():
    """68 years to 140, 72 kg and 1 mg/dL: 68 x 72 / 72 = 68 mL/min; for a woman 0.85 of it."""
    assert worked_out("creatinine_clearance_ml_min", **KIDNEYS) == 68
    assert worked_out("creatinine_clearance_ml_min", **{**KIDNEYS, "sex": "female"}) == Decimal("57.8")


@pytest.mark.parametrize("missing", KIDNEYS)
def test_without_one_of_its_four_facts_there_is_no_clearance(missing):
    assert worked_out("creatinine_clearance_ml_min", **{**KIDNEYS, missing: None}) is None


@pytest.mark.parametrize(
    ("loss", "grade"),
    [("0", 0), ("19.9", 0), ("20", 1), ("24.9", 1), ("25", 2), ("40", 2), ("40.1", 3), ("100", 3)],
)
def test_genant_grade(loss, grade):
    assert worked_out("genant_grade", height_loss_percent=Decimal(loss)) == grade


def test_rises_are_now_less_before():
    assert worked_out("pain_rise", pain_nrs=7, previous_pain_nrs=4) == 3
    assert worked_out("rmdq24_rise", rmdq24=3, previous_rmdq24=9) == -6
    assert worked_out("odi_rise", odi_percent=Decimal("30.5"), previous_odi_percent=Decimal("20.0")) == Decimal("10.5")
    assert worked_out(
        "height_loss_progression", height_loss_percent=Decimal("45"), first_height_loss_percent=Decimal("25")
    ) == Decimal("20")
    assert worked_out("pain_rise", pain_nrs=7) is None
    assert worked_out("pain_rise", previous_pain_nrs=7) is None


def test_kyphosis_is_held_against_half_the_height_loss_in_either_direction():
    for angle in (5, 25):
        facts = {"kyphosis_degrees": Decimal(angle), "height_loss_percent": Decimal(30)}
        assert worked_out("geometry_gap_degrees", **facts) == 10


@pytest.mark.parametrize(
    ("mechanism", "low"),
    [
        ("none", "yes"),
        ("bend_or_lift", "yes"),
        ("cough_or_sneeze", "yes"),
        ("fall_from_standing", "yes"),
        ("fall_from_height", "no"),
        ("seizure", "no"),
        ("high_energy", "no"),
    ],
)
def test_the_first_four_mechanisms_are_low_trauma(mechanism, low):
    assert worked_out("low_trauma", mechanism=mechanism) == low


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("kyphosis_degrees", Decimal("18.0"), "18°"),
        ("height_loss_percent", Decimal("19.9"), "19.9%"),
        ("t_score_spine", Decimal("-2.50"), "-2.5"),
        ("t_score_spine", None, "not recorded"),
        ("platelets_10_9_l", 100, "100 × 10⁹/L"),
        ("pain_nrs", 0, "0 of 10"),
        ("days_since_onset", 1, "1 day"),
        ("days_since_onset", 11, "11 days"),
        ("age_years", 1, "1 year"),
        ("pain_rise", 1, "1 point"),
        ("temperature_c", Decimal("36.7778"), "36.77°C"),
        ("adjusted_calcium_mmol_l", Decimal("2.1999"), "2.199 mmol/L"),
        ("height_loss_percent", Decimal("19.9999"), "19.99%"),
        ("pain_rise", 3, "3 points"),
        ("odi_rise", Decimal("10.00"), "10 points"),
        ("temperature_c", Decimal("38.0"), "38°C"),
        ("onset_on", date(2026, 3, 9), "09-Mar-2026"),
        ("levels", ("T12", "L1"), "T12, L1"),
        ("levels", (), "none"),
        ("mechanism", "cough_or_sneeze", "Cough or sneeze"),
        ("low_trauma", "yes", "Yes"),
        ("creatinine_clearance_ml_min", Decimal("34.999"), "34.9 mL/min"),
    ],
)
def test_values_are_shown_with_their_unit(name, value, shown):
    assert show(name, value) == shown
