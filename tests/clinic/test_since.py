"""What changed since the last visit, in one sentence: on the visit, in the review, and frozen in the plan."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.clinic.models import Visit
from pathway.clinic.since import since_last
from tests import make

BEFORE = {**make.UNREMARKABLE, "pain_nrs": 7, "kyphosis_degrees": Decimal(9), "bone_medicine": "none",
          "mobility": "independent", "t_score_total_hip": Decimal("-2.4"), "pulmonary_dysfunction": "yes",
          "unstable_fracture": "", "rmdq24": 15}  # fmt: skip


def after(then: Visit, **answers) -> str:
    """The sentence of a visit ten days after `then`."""
    made = make.visit(of=then.fracture, by=then.started_by, on=then.on + timedelta(days=10),
                      **{**BEFORE, **answers})  # fmt: skip
    return since_last(Visit.objects.visible_to(then.started_by).get(pk=made.pk))


@pytest.fixture
def then(db) -> Visit:
    return make.signed_visit(on=make.TODAY - timedelta(days=10), **BEFORE)


def test_a_first_visit_has_nothing_to_compare_with(db):
    assert since_last(make.visit(**BEFORE)) == ""


def test_nothing_changed_is_said_too(then):
    assert after(then) == "Since the visit on 12-Nov-2026 (10 days before): no change in what was recorded."


def test_a_visit_in_which_nothing_is_recorded_yet_does_not_say_that_nothing_changed(then):
    made = make.visit(of=then.fracture, by=then.started_by, on=make.TODAY)
    said = since_last(Visit.objects.visible_to(then.started_by).get(pk=made.pk))
    assert said == "Since the visit on 12-Nov-2026 (10 days before): nothing recorded at both visits to compare."


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"pain_nrs": 4}, "worst pain in the last 24 hours down from 7 of 10 to 4 of 10"),
        ({"rmdq24": 16}, "Roland-Morris score up from 15 of 24 to 16 of 24"),
        ({"kyphosis_degrees": Decimal("15.5")}, "kyphosis angle up from 9° to 15.5°"),
        ({"cord_signs": "yes"}, "new: spinal cord signs"),
        ({"unstable_fracture": "yes"}, "unstable fracture, not known before"),
        ({"levels": ("T12", "L1")}, "newly broken: L1"),
        ({"levels": ("L1",)}, "newly broken: L1; no longer recorded as broken: T12"),
        ({"mobility": "bedbound"}, "mobility changed from independent to bedbound"),
        ({"t_score_total_hip": Decimal("-2.6")}, "T-score, total hip down from -2.4 to -2.6"),
        ({"pulmonary_dysfunction": "no"}, "no longer: lung disorder that kyphosis can worsen, or falling FVC"),
        ({"bone_medicine": "oral_bisphosphonate"}, "bone medicine started: oral bisphosphonate"),
        (
            {"bone_medicine": "denosumab", "denosumab_last_dose_on": date(2026, 11, 15)},
            "bone medicine started: denosumab; denosumab given on 15-Nov-2026",
        ),
        (
            {"pain_nrs": 9, "pulmonary_dysfunction": "no", "bone_medicine": "iv_bisphosphonate"},
            "no longer: lung disorder that kyphosis can worsen, or falling FVC; worst pain in the last 24 hours up "
            "from 7 of 10 to 9 of 10; bone medicine started: intravenous bisphosphonate",
        ),
    ],
)
def test_each_change_is_named_with_both_values(then, answers, said):
    assert after(then, **answers) == f"Since the visit on 12-Nov-2026 (10 days before): {said}."


def test_what_is_not_known_now_is_no_change(then):
    assert "no change" in after(then, pain_nrs=None, kyphosis_degrees=None)


def test_another_fracture_that_was_added_meanwhile_is_named(then):
    make.fracture(patient=then.patient, label="L3, cough")
    assert "new fracture: L3, cough" in after(then)


def test_the_sentence_stands_on_the_visit_the_review_and_in_the_plan(then, client):
    make.wording()
    made = make.visit(of=then.fracture, by=then.started_by, **{**BEFORE, "pain_nrs": 5})
    client.force_login(then.started_by)
    for page in (f"/visits/{made.pk}/", f"/visits/{made.pk}/review/"):
        assert "down from 7 of 10 to 5 of 10" in client.get(page).content.decode()
