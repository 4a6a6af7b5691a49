"""What changed since the last visit, in one sentence: on the visit, in the review, and frozen in the plan."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.clinic.models import Visit
from pathway.clinic.since import since_last
from tests import make

BEFORE = {**make.UNREMARKABLE, "pain_nrs": 7, "kyphosis_degrees": Decimal(9), "bone_medicine": "none"}


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
    assert after(then) == "Since the visit on 12-Nov-2026 (10 days): no change in what was recorded."


def test_a_visit_in_which_nothing_is_recorded_yet_does_not_say_that_nothing_changed(then):
    made = make.visit(of=then.fracture, by=then.started_by, on=make.TODAY)
    said = since_last(Visit.objects.visible_to(then.started_by).get(pk=made.pk))
    assert said == "Since the visit on 12-Nov-2026 (10 days): nothing recorded at both visits to compare."


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"pain_nrs": 4}, "Worst pain in the last 24 hours down from 7 of 10 to 4 of 10"),
        ({"kyphosis_degrees": Decimal("15.5")}, "up from 9° to 15.5°"),
        ({"cord_signs": "yes"}, "new: Spinal cord signs"),
        ({"levels": ("T12", "L1")}, "newly broken: L1"),
        ({"levels": ("L1",)}, "no longer recorded as broken: T12"),
        ({"bone_medicine": "oral_bisphosphonate"}, "bone medicine started: Oral bisphosphonate"),
        (
            {"bone_medicine": "denosumab", "denosumab_last_dose_on": date(2026, 11, 15)},
            "bone medicine started: Denosumab; denosumab given on 15-Nov-2026",
        ),
    ],
)
def test_each_change_is_named_with_both_values(then, answers, said):
    assert said.lower() in after(then, **answers).lower()


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
