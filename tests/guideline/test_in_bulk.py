"""The text for many patients is that of each patient alone, whoever came before."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway.exchange.clinical_cases import FOLDER, load_cases
from pathway.guideline import in_bulk
from pathway.guideline.evaluate import evaluate, rulebook
from pathway.guideline.explain import as_json
from pathway.guideline.facts import FACTS
from pathway.guideline.in_bulk import InBulk, json_text
from pathway.guideline.limits import EDITION_1
from pathway.guideline.truth import All, Any, Compare, Is, Ref, StatusIs
from tests.guideline.patients import ON, patients, values_of

BULK = InBulk(rulebook(EDITION_1))
BY_WHAT_IS_KNOWN = sorted(load_cases(FOLDER), key=lambda case: len(case.facts))
WHOLE = {evaluate(case.facts, case.on).headline: case for case in BY_WHAT_IS_KNOWN}
"""Of each headline, the clinical case of which most is known."""


def alone(facts, on=ON, at=EDITION_1) -> str:
    return json.dumps(as_json(evaluate(facts, on, at)), ensure_ascii=False)


@pytest.mark.parametrize("known", [0.3, 0.7, 1.0])
def test_the_text_is_that_of_the_patient_alone(known):
    @settings(max_examples=60, deadline=None)
    @given(facts=patients(known=known), moved=st.integers(0, 2000), later=st.integers(0, 2))
    def agree(facts, moved, later):
        days = timedelta(days=moved)
        facts = {name: value + days if isinstance(value, date) else value for name, value in facts.items()}
        on = ON + days + timedelta(days=later)
        assert BULK.text(facts, on) == alone(facts, on)

    agree()


def test_what_is_forgotten_is_found_again(monkeypatch):
    monkeypatch.setattr(in_bulk, "MOST_MET", 2)
    monkeypatch.setattr(in_bulk, "MOST_FOUND", 20)
    bulk = InBulk(rulebook(EDITION_1))
    facts = {"fracture_confirmed": "yes", "mechanism": "none", "sex": "male", "bone_medicine": "none"}
    for day in (1, 2, 3, 1):
        for pain in range(11):
            given_facts = {**facts, "pain_nrs": pain, "identified_on": date(2026, 9, 1) + timedelta(days=pain * day)}
            assert bulk.text(given_facts, ON) == alone(given_facts)


ALIKE = {"fracture_confirmed": "yes", "mechanism": "none", "sex": "male", "age_years": 70, "bone_medicine": "none"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"previous_odi_percent": Decimal("20.5")}, {"previous_odi_percent": Decimal("20.50")}),
        ({"previous_pain_nrs": 3}, {"previous_pain_nrs": 4}),
        ({"weight_kg": Decimal(60)}, {"weight_kg": Decimal(61)}),
        ({"creatinine_umol_l": Decimal(90)}, {}),
        ({"t_score_spine": Decimal("-2.0")}, {"t_score_total_hip": Decimal("-2.0")}),
        (
            {"t_score_spine": Decimal("-3.5"), "t_score_total_hip": Decimal("-2.0")},
            {"t_score_spine": Decimal("-2.0"), "t_score_total_hip": Decimal("-3.5")},
        ),
        (
            {"t_score_spine": Decimal("-3.5"), "t_score_total_hip": Decimal("-3.5")},
            {
                "t_score_spine": Decimal("-3.5"),
                "t_score_total_hip": Decimal("-3.5"),
                "spine_t_includes_fracture": "yes",
            },
        ),
        ({"onset_on": date(2026, 8, 1)}, {"identified_on": date(2026, 8, 1)}),
    ],
)
def test_patients_alike_in_their_answers_but_not_in_what_would_change_them_are_kept_apart(one, other):
    for facts in (one, other, one):
        assert BULK.text({**ALIKE, **facts}, ON) == alone({**ALIKE, **facts})


@pytest.mark.parametrize("headline", sorted(WHOLE))
def test_whoever_differs_in_one_answer_has_their_own_text(headline):
    case, wrong = WHOLE[headline], []
    for name, fact in FACTS.items():
        others = {key: value for key, value in case.facts.items() if key != name}
        every = [others, *({**others, name: value} for value in values_of(fact))]
        wrong += [(name, one.get(name)) for one in every if BULK.text(one, case.on) != alone(one, case.on)]
    assert wrong == []


def test_the_same_patient_on_another_day_and_by_another_edition():
    facts = {**ALIKE, "onset_on": date(2026, 9, 1), "height_loss_percent": Decimal(22)}
    stricter = replace(EDITION_1.by_name["height_loss"], value=Decimal(25))
    second = EDITION_1.next_edition(date(2027, 1, 1), height_loss=stricter)
    for on in (ON, ON + timedelta(days=30)):
        for at in (EDITION_1, second):
            assert json_text(facts, on, at) == alone(facts, on, at)
    assert json_text(facts, ON) == alone(facts)


def test_a_name_that_is_no_fact_is_refused():
    with pytest.raises(KeyError):
        json_text({"pain": 3}, ON)


LIMIT, OTHER = EDITION_1.by_name["height_loss"], EDITION_1.by_name["kyphosis"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Compare("a", "pain_nrs", ">", LIMIT), Compare("b", "pain_nrs", ">", LIMIT)),
        (Compare("a", "pain_nrs", ">", LIMIT), Compare("a", "rmdq24", ">", LIMIT)),
        (Compare("a", "pain_nrs", ">", LIMIT), Compare("a", "pain_nrs", ">=", LIMIT)),
        (Compare("a", "pain_nrs", ">", LIMIT), Compare("a", "pain_nrs", ">", OTHER)),
        (Is("a", "sex", ("male",)), Is("a", "sex", ("female",))),
        (Ref("a", "deformity"), Ref("a", "worsening")),
        (StatusIs("a", "bone.treat", ("recommended",)), StatusIs("a", "bone.treat", ("blocked",))),
        (Any("a", (Ref("a", "deformity"),)), All("a", (Ref("a", "deformity"),))),
        (Any("a", (Ref("a", "deformity"),)), Any("a", (Ref("a", "worsening"),))),
    ],
)
def test_rules_that_differ_in_anything_are_told_apart(one, other):
    assert in_bulk._written(one) == in_bulk._written(replace(one))
    assert in_bulk._written(one) != in_bulk._written(other)
