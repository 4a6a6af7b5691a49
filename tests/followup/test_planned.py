"""What a record asks for after the visit: what, by when and why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.followup.models import Kind
from pathway.followup.planned import Record
from pathway.guideline.evaluate import evaluate
from pathway.plans.criteria_opened import STATE_WORDS
from pathway.plans.denosumab import months_later
from tests import make

ON = make.TODAY
LABORATORY = {
    "adjusted_calcium_mmol_l": Decimal("2.35"),
    "vitamin_d_nmol_l": Decimal(62),
    "creatinine_umol_l": Decimal(70),
    "hemoglobin_g_l": 131,
    "crp_mg_l": Decimal(3),
    "myeloma_screen": "normal",
}
COMPLETE = {
    **make.UNREMARKABLE,
    **LABORATORY,
    "age_years": 75,
    "sex": "female",
    "region": "us",
    "pain_nrs": 6,
    "t_score_total_hip": Decimal("-2.1"),
    "bone_medicine": "oral_bisphosphonate",
}


def frozen(declined=(), next_review_on="", **answers) -> dict:
    """The parts of a record that follow-up reads."""
    ev = evaluate({**COMPLETE, **answers}, ON)
    return {
        "visit": {"on": ON.isoformat()},
        "headline": {"name": ev.headline},
        "next_review_on": next_review_on,
        "criteria": [{"name": name, "state": STATE_WORDS[check.state]} for name, check in ev.criteria.items()],
        "facts": {
            name: {"value": value if isinstance(value, tuple) else str(value)} for name, value in ev.facts.items()
        },
        "actions": [
            {
                "name": name,
                "heading": name,
                "status": str(result.status),
                "because": list(result.because),
                "due_on": result.due_on.isoformat() if result.due_on else "",
                "decision": {"choice": "do_not_follow"} if name in declined else None,
            }
            for name, result in ev.actions.items()
        ],
    }


def planned(**told) -> dict[str, date]:
    return {one.kind: one.due_on for one in Record(frozen(**told)).planned()}


def test_an_ordinary_plan_asks_for_the_four_reviews_of_the_pathway():
    assert planned() == {
        Kind.EARLY: ON + timedelta(days=14),
        Kind.SIX_WEEKS: date(2026, 12, 13),
        Kind.DECISION: date(2027, 1, 24),
        Kind.ONE_YEAR: date(2027, 11, 1),
    }


def test_a_review_that_was_decided_against_is_not_asked_for():
    assert Kind.SIX_WEEKS not in planned(declined=("followup.six_weeks",))


def test_what_is_due_on_the_day_of_the_visit_is_that_visit():
    assert Kind.DECISION not in planned(onset_on=ON - timedelta(days=84))


def test_the_day_agreed_at_signing_stands_for_the_early_review():
    found = planned(next_review_on="2026-12-01")
    assert found[Kind.AGREED] == date(2026, 12, 1)
    assert Kind.EARLY not in found
    assert Kind.SIX_WEEKS in found


def test_an_agreed_day_that_the_pathway_names_too_is_asked_for_once():
    assert Kind.AGREED not in planned(next_review_on="2026-12-13")


@pytest.mark.parametrize(
    ("answers", "kind", "days"),
    [
        ({"cord_signs": "yes"}, Kind.EMERGENCY, 0),
        ({"temperature_c": Decimal("38.5")}, Kind.INFECTION, 0),
        ({"cancer_history": "current"}, Kind.MALIGNANCY, 7),
        ({"unstable_fracture": "yes"}, Kind.SURGERY, 7),
        ({"denosumab_last_dose_on": ON - timedelta(days=250)}, Kind.REBOUND, 7),
    ],
)
def test_urgent_referrals_are_confirmed_and_stand_first(answers, kind, days):
    first = Record(frozen(**answers)).planned()[0]
    assert (first.kind, first.due_on, first.is_urgent) == (kind, ON + timedelta(days=days), True)


def test_a_referral_that_was_decided_against_is_not_confirmed():
    assert Kind.SURGERY not in planned(unstable_fracture="yes", declined=("refer.surgery",))


def test_the_next_dose_of_denosumab_is_six_months_after_the_last():
    last = date(2026, 8, 31)
    found = {one.kind: one for one in Record(frozen(bone_medicine="denosumab", denosumab_last_dose_on=last)).planned()}
    assert found[Kind.DENOSUMAB].due_on == date(2027, 2, 28)
    assert "01-Apr-2027" in found[Kind.DENOSUMAB].reason


def test_a_dose_that_is_late_already_is_on_the_list_from_the_first_day():
    late = ON - timedelta(days=200)
    assert planned(bone_medicine="denosumab", denosumab_last_dose_on=late)[Kind.DENOSUMAB] < ON


def test_a_dose_so_late_that_fractures_rebound_is_the_specialists():
    last = ON - timedelta(days=214)
    assert Kind.DENOSUMAB not in planned(bone_medicine="denosumab", denosumab_last_dose_on=last)
    declined = planned(bone_medicine="denosumab", denosumab_last_dose_on=last, declined=("bone.rebound",))
    assert Kind.DENOSUMAB in declined


def test_missing_bloods_and_bone_density_are_asked_for_with_what_is_missing():
    told = frozen(vitamin_d_nmol_l=None, myeloma_screen="not_done", t_score_total_hip=None)
    found = {one.kind: one for one in Record(told).planned()}
    assert found[Kind.BLOODS].reason == "Not recorded: Vitamin D (25-OH), Myeloma screen."
    assert found[Kind.DXA].due_on == date(2026, 11, 1) + timedelta(days=84)


def test_before_augmentation_imaging_and_clotting_are_asked_for():
    late = ON - timedelta(days=90)
    found = {one.kind: one for one in Record(frozen(onset_on=late, identified_on=late)).planned()}
    assert Kind.MRI in found
    assert found[Kind.BLOODS].reason == "Not recorded: INR, platelets."


@pytest.mark.parametrize(("days_ago", "needed"), [(42, False), (43, True)])
def test_imaging_is_asked_for_again_once_it_is_older_than_six_weeks(days_ago, needed):
    late = ON - timedelta(days=90)
    imaged = {"marrow_edema": "yes", "marrow_imaging_on": ON - timedelta(days=days_ago)}
    assert (Kind.MRI in planned(onset_on=late, identified_on=late, **imaged)) is needed


def test_whether_an_advised_bone_medicine_was_started_is_asked_sixteen_weeks_after_the_fracture():
    assert planned(bone_medicine="none")[Kind.BONE_START] == date(2026, 11, 1) + timedelta(days=112)
    assert Kind.BONE_START not in planned(bone_medicine="none", declined=("bone.treat",))


def test_a_plan_with_questions_open_asks_for_nothing_but_their_answers():
    assert planned(temperature_c=None, cord_signs=None) == {Kind.ANSWERS: ON + timedelta(days=14)}


def test_an_emergency_before_the_fracture_is_known_is_assessed_afterwards():
    told = {"cord_signs": "yes", "mechanism": None}
    assert planned(**told) == {Kind.EMERGENCY: ON, Kind.ANSWERS: ON + timedelta(days=14)}
    assert Kind.ANSWERS not in planned(**told, next_review_on="2026-12-01")
    assert Kind.ANSWERS not in planned(**{**told, "mechanism": "high_energy"})


DAY = timedelta(days=1)
LATE = {"onset_on": ON - timedelta(days=90), "identified_on": ON - timedelta(days=90)}
OLD_MRI = {"marrow_edema": "yes", "marrow_imaging_on": ON - timedelta(days=43)}


@pytest.mark.parametrize(
    ("kind", "planned_at", "due_on", "answers", "done"),
    [
        (Kind.EARLY, ON - DAY, ON, {}, ON),
        (Kind.EARLY, ON, ON, {}, None),
        (Kind.AGREED, ON - DAY, ON + DAY, {}, ON),
        (Kind.ANSWERS, ON, ON, {}, None),
        (Kind.SIX_WEEKS, ON - DAY, ON, {}, ON),
        (Kind.DECISION, ON - DAY, ON + DAY, {}, None),
        (Kind.ONE_YEAR, ON, ON, {}, None),
        (Kind.DENOSUMAB, ON - DAY, ON, {"denosumab_last_dose_on": ON}, ON),
        (Kind.DENOSUMAB, ON, ON, {"denosumab_last_dose_on": ON}, None),
        (Kind.DENOSUMAB, ON - DAY, ON, {}, None),
        (Kind.BONE_START, ON - DAY, ON, {"bone_medicine": "none"}, None),
        (Kind.BONE_START, ON - DAY, ON, {"bone_medicine": None}, None),
        (Kind.BONE_START, ON - DAY, ON, {"bone_medicine": "raloxifene"}, ON),
        (Kind.DXA, ON - DAY, ON, {"t_score_total_hip": None}, None),
        (Kind.DXA, ON - DAY, ON, {}, ON),
        (Kind.MRI, ON - DAY, ON, {}, None),
        (Kind.MRI, ON - DAY, ON, {"bone_scan_uptake": "no"}, ON),
        (Kind.MRI, ON - DAY, ON, OLD_MRI, ON - 43 * DAY),  # augmentation is no longer discussed: no newer one is needed
        (Kind.MRI, ON - DAY, ON, {**LATE, **OLD_MRI}, None),
        (Kind.MRI, ON - DAY, ON, {**LATE, "marrow_edema": "yes"}, None),
        (Kind.BLOODS, ON - DAY, ON, {}, ON),
        (Kind.BLOODS, ON, ON, {}, None),
        (Kind.BLOODS, ON - DAY, ON, {"myeloma_screen": "not_done"}, None),
        (Kind.BLOODS, ON - DAY, ON, {"mechanism": "high_energy"}, None),
        (Kind.SURGERY, ON - DAY, ON, {}, None),
    ],
)
def test_what_a_visit_shows_to_be_done(kind, planned_at, due_on, answers, done):
    assert Record(frozen(**answers)).done_on(kind, planned_at, due_on) == done


def test_imaging_without_its_day_is_asked_for_again():
    assert Kind.MRI in planned(**LATE, marrow_edema="yes")


def test_a_day_after_the_fracture_that_is_today_gives_way_to_four_weeks():
    onset = {"onset_on": ON - timedelta(days=112), "identified_on": ON - timedelta(days=112)}
    assert planned(**onset, bone_medicine="none")[Kind.BONE_START] == ON + timedelta(days=28)


def test_the_review_at_one_year_says_what_to_ask():
    (year,) = [one for one in Record(frozen()).planned() if one.kind == Kind.ONE_YEAR]
    assert year.reason.endswith(
        "after the fracture of 01-Nov-2026. Ask about new fractures, the bone medicine, height and falls."
    )


def test_a_month_without_that_day_ends_on_its_last():
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2027, 8, 29), 6) == date(2028, 2, 29)
