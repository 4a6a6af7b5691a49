"""The explanation says the truth: what it names changes the outcome, and what it leaves out does not."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pathway.guideline.actions import ACTIONS
from pathway.guideline.changes import RECORDED, Change, would_change
from pathway.guideline.evaluate import Evaluation, evaluate
from pathway.guideline.explain import headline_facts, in_words, leaves_open, missing_for, open_questions
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.worked_out import CREATININE_UMOL_L_PER_MG_DL
from tests.guideline.patients import ON, RISES, VALUES, patients

NAMES = st.sampled_from(sorted(ACTIONS))
MORE = settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
ORDINARY = {
    "region": "us",
    "age_years": 72,
    "sex": "female",
    "onset_on": ON - timedelta(days=21),
    "pain_nrs": 6,
    "fracture_confirmed": "yes",
    "mechanism": "none",
}


def applied(facts: dict, change: Change) -> dict:
    """The facts with one change made, by an answer on the very edge of what the change asks for."""
    if change.fact == "creatinine_clearance_ml_min":
        return {**facts, **_creatinine_for(facts, change.to)}
    fact = FACTS[change.fact]
    if change.to == RECORDED:
        return {**facts, change.fact: VALUES[change.fact][0]}
    if fact.kind is Kind.LEVELS:
        return {**facts, change.fact: ("T4",) if change.to.startswith("one of") else ("T5",)}
    operator, _, bound = change.to.partition(" ")
    if fact.kind is Kind.DATE:
        return {**facts, change.fact: date.fromisoformat(bound)}
    if fact.is_number:
        step = Decimal(1) if fact.kind is Kind.INTEGER else Decimal("0.01")
        value = Decimal(bound) + {">": step, "<": -step}.get(operator, Decimal(0))
        return {**facts, change.fact: int(value) if fact.kind is Kind.INTEGER else value}
    return {**facts, change.fact: change.to.split(" or ")[0]}


def _creatinine_for(facts: dict, to: str) -> dict:
    """Facts that give the clearance asked for: a 40-year-old man of 72 kg has 8840 / creatinine mL/min."""
    operator, _, bound = to.partition(" ")
    clearance = Decimal(bound) + (Decimal("-0.1") if operator == "<" else Decimal("0.1"))
    known = {"age_years": 40, "sex": "male", "weight_kg": Decimal(72)} | {
        name: facts[name] for name in ("age_years", "sex", "weight_kg") if name in facts
    }
    factor = Decimal("0.85") if known["sex"] == "female" else Decimal(1)
    numerator = (140 - known["age_years"]) * known["weight_kg"] * factor * CREATININE_UMOL_L_PER_MG_DL
    return {**known, "creatinine_umol_l": numerator / (72 * clearance)}


def status_after(facts: dict, name: str, changes: tuple[Change, ...]) -> str:
    for change in changes:
        facts = applied(facts, change)
    return evaluate(facts, ON).actions[name].status


@MORE
@given(facts=patients(), name=NAMES)
def test_each_set_of_changes_changes_the_status_and_no_smaller_part_of_it_does(facts, name):
    ev = evaluate(facts, ON)
    status = ev.actions[name].status
    for changes in would_change(ev, name):
        assert status_after(facts, name, changes) not in (status, "undetermined"), changes
        for smaller in range(1, len(changes)):
            for part in combinations(changes, smaller):
                assert status_after(facts, name, part) in (status, "undetermined"), (changes, part)


@MORE
@given(facts=patients(), data=st.data())
def test_a_fact_that_is_not_named_as_missing_changes_nothing_when_recorded(facts, data):
    ev = evaluate(facts, ON)
    unnamed = [name for name in FACTS if name not in facts and name not in ev.missing and may_stay_open(name, facts)]
    for name in unnamed:
        value = data.draw(st.sampled_from(VALUES[name]), label=name)
        after = evaluate({**facts, name: value}, ON)
        assert after.headline == ev.headline, name
        assert statuses(after) == statuses(ev), name


def may_stay_open(name: str, facts: dict) -> bool:
    """Some facts never open a question: a rise is read only where both its values are there, a fact that withdraws a
    measurement is asked with it, and the imaging day counts only where the onset is not known."""
    rises = {*RISES, "pain_nrs", "rmdq24", "odi_percent", "height_loss_percent"}
    withdrawing = {"spine_t_includes_fracture", "scoliosis_preexisting", "kyphosis_method"}
    replacing = {"onset_on", "t_score_spine", "t_score_femoral_neck", "t_score_total_hip"}
    return name not in rises | withdrawing | replacing


def statuses(ev: Evaluation) -> dict:
    return {name: result.status for name, result in ev.actions.items()}


@MORE
@given(facts=patients(known=0.9), data=st.data())
def test_what_was_named_as_missing_for_an_action_is_not_named_again_once_recorded(facts, data):
    ev = evaluate(facts, ON)
    name = data.draw(NAMES)
    named = missing_for(ev, ev.actions[name])
    filled = dict(facts)
    for fact in named:
        filled[fact] = data.draw(st.sampled_from(VALUES[fact]), label=fact)
    after = evaluate(filled, ON)
    assert set(missing_for(after, after.actions[name])).isdisjoint(named)


@MORE
@given(facts=patients(), data=st.data())
def test_a_fact_not_marked_for_the_headline_does_not_move_it(facts, data):
    ev = evaluate(facts, ON)
    marked = headline_facts(ev)
    for name in FACTS:
        if name in facts or name in marked or not may_stay_open(name, facts):
            continue
        value = data.draw(st.sampled_from(VALUES[name]), label=name)
        assert evaluate({**facts, name: value}, ON).headline == ev.headline, name


def test_the_essentials_come_first_in_the_order_they_are_asked():
    ev = evaluate({"age_years": 72}, ON)
    assert ev.missing[:7] == (
        "neuro_exam_done",
        "neurological_deficit",
        "cauda_equina_symptoms",
        "cord_signs",
        "cancer_history",
        "temperature_c",
        "fracture_confirmed",
    )


def test_why_names_the_facts_with_value_and_limit():
    ev = evaluate({**ORDINARY, "height_loss_percent": Decimal("24.5")}, ON)
    assert "Vertebral body height loss: 24.5% (limit: 20% or more)" in ev.actions["refer.augmentation"].because


def test_what_would_change_it_is_a_value_a_clinician_can_check():
    ev = evaluate(ORDINARY, ON)
    assert (Change("height_loss_percent", ">= 20"),) in would_change(ev, "refer.augmentation")
    assert (Change("onset_on", "<= 2026-08-30"),) in would_change(ev, "refer.augmentation")


def test_a_clearance_is_put_as_the_creatinine_that_gives_it():
    facts = {**ORDINARY, "bone_medicine": "none", "weight_kg": Decimal(60)}
    ev = evaluate(facts, ON)
    assert ev.actions["bone.alendronate"].status == "check_first"
    assert (Change("creatinine_umol_l", ">= 121.7"),) in would_change(ev, "bone.alendronate")


def test_what_a_visit_cannot_change_is_not_proposed():
    for name in ACTIONS:
        for changes in would_change(evaluate(ORDINARY, ON), name):
            assert not {"age_years", "sex", "region"} & {change.fact for change in changes}


def test_two_demands_on_one_answer_are_put_as_one():
    """The myeloma screen must have been done, and be abnormal: that is one answer."""
    assert (Change("myeloma_screen", "abnormal"),) in would_change(evaluate({}, ON), "workup.malignancy")


@pytest.mark.parametrize(
    ("fact", "to", "words"),
    [
        ("height_loss_percent", ">= 20", "Vertebral body height loss: 20% or more"),
        ("inr", "> 1.8", "INR: more than 1.8"),
        ("t_score_spine", "< -3.0", "T-score, lumbar spine: less than -3"),
        ("onset_on", "<= 2026-08-30", "Onset of symptoms: 30-Aug-2026 or earlier"),
        ("identified_on", ">= 2026-10-25", "Fracture first seen on imaging: 25-Oct-2026 or later"),
        ("cord_signs", "no", "Spinal cord signs: No"),
        ("cancer_history", "past or current", "Cancer history: Past or Current"),
        ("of_type", "OF1 or OF2 or OF3", "OF type (AO Spine-DGOU): OF1, OF2 or OF3"),
        ("levels", "one of T1 to T4", "Fractured levels: one of T1 to T4"),
        ("t_score_spine", "recorded", "T-score, lumbar spine: recorded"),
        ("creatinine_clearance_ml_min", "< 35", "Creatinine clearance (Cockcroft-Gault): less than 35 mL/min"),
    ],
)
def test_a_change_is_said_in_words(fact, to, words):
    assert in_words(Change(fact, to)) == words


@MORE
@given(patients())
def test_whatever_is_open_names_an_answer(facts):
    ev = evaluate(facts, ON)
    for result in ev.actions.values():
        unknown = [check for check in (*result.stop_checks, *result.check_checks) if check.truth is None]
        if result.status == "undetermined" or (result.status == "check_first" and unknown):
            assert missing_for(ev, result) or leaves_open(result), result.name


def test_what_was_not_done_is_an_open_question_for_as_long_as_it_decides():
    screen = ("myeloma_screen", "Myeloma screen: Not done", True)
    facts = {**ORDINARY, "neuro_exam_done": "no", "myeloma_screen": "not_done"}
    asked = open_questions(evaluate(facts, ON))
    assert ("neuro_exam_done", "Neurological examination done: No", True) in asked
    assert screen in asked
    assert [question.decisive for question in asked] == sorted((q.decisive for q in asked), reverse=True)
    done = open_questions(evaluate({**facts, "neuro_exam_done": "yes", "myeloma_screen": "normal"}, ON))
    assert not {"neuro_exam_done", "myeloma_screen"} & {question.fact for question in done}
    settled = open_questions(evaluate({**facts, "cancer_history": "past"}, ON))
    assert (*screen[:2], False) in settled, "the malignancy is suspected without it; the laboratory work-up is not done"
