"""The record over time: fractures, visits, plans, medicines and tasks in one list; several fractures side by side."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pathway.followup.models import Kind
from pathway.followup.timeline import timeline_of
from tests import make
from tests.followup.conftest import due
from tests.plans.signed import signed


@pytest.fixture
def second(plan):
    """Another fracture of the same patient, seen once."""
    today = timezone.localdate()
    fracture = make.fracture(patient=plan.patient, label="L3, cough")
    answers = {**make.UNREMARKABLE, "onset_on": today - timedelta(days=2), "identified_on": today, "levels": ("L3",)}
    return signed(make.visit(of=fracture, by=plan.signed_by, on=today, **answers), timezone.now())


def titles(plan, kind: str = "") -> list[tuple[str, str]]:
    months = timeline_of(plan.patient, plan.signed_by, kind)
    return [(item.title, item.fracture) for _month, items in months for item in items]


def test_everything_stands_in_one_list_the_latest_first(signed_in, plan):
    html = signed_in.get(f"/patients/{plan.patient.pk}/timeline/").content.decode()
    places = [html.index(said) for said in (f"Plan {plan.number} signed", "Vertebral fracture", "</main>")]
    assert places == sorted(places)


def test_two_fractures_are_followed_apart(signed_in, plan, second):
    assert titles(plan, "fracture") == [
        ("Vertebral fracture", "L3, cough"),
        ("Vertebral fracture", plan.visit.fracture.label),
    ]
    assert plan.tasks.filter(fracture=second.visit.fracture).count() == 0
    assert second.tasks.filter(kind=Kind.DECISION).get().due_on != plan.tasks.filter(kind=Kind.DECISION).get().due_on
    html = signed_in.get(f"/patients/{plan.patient.pk}/").content.decode()
    assert "L3, cough" in html
    assert plan.visit.fracture.label in html


def test_medicines_appear_where_a_visit_first_has_them(plan):
    by, fracture = plan.signed_by, plan.visit.fracture
    today = timezone.localdate()
    for days, medicine in ((20, "none"), (10, "denosumab"), (5, "denosumab"), (1, "none")):
        dose = {"denosumab_last_dose_on": today - timedelta(days=12)} if medicine == "denosumab" else {}
        make.signed_visit(of=fracture, by=by, on=today - timedelta(days=days), bone_medicine=medicine, **dose)
    assert [title for title, _ in titles(plan, "medicine")] == [
        "Bone medicine stopped: Denosumab",
        "Bone medicine started: Denosumab",
        "Denosumab given",
    ]


def test_a_medicine_of_the_first_answer_is_not_said_to_have_been_started_then(plan):
    patient, today = make.patient(clinic=plan.patient.clinic), timezone.localdate()
    fracture = make.fracture(patient=patient)
    for days, medicine in ((30, "oral_bisphosphonate"), (20, "teriparatide"), (10, "none"), (1, "teriparatide")):
        make.signed_visit(of=fracture, by=plan.signed_by, on=today - timedelta(days=days), bone_medicine=medicine)
    months = timeline_of(patient, plan.signed_by, "medicine")
    assert [item.title for _month, items in months for item in items] == [
        "Bone medicine started: Teriparatide",
        "Bone medicine stopped: Teriparatide",
        "Bone medicine changed to: Teriparatide",
        "Bone medicine taken: Oral bisphosphonate",
    ]


def test_what_is_to_be_done_stands_above_and_what_was_done_in_the_list(signed_in, plan):
    task = due(plan, Kind.EARLY, -3)
    page = signed_in.get(f"/patients/{plan.patient.pk}/timeline/")
    assert task in page.context["open_tasks"]
    signed_in.post(f"/tasks/{task.pk}/", {"version": task.version, "outcome": "declined"})
    assert ("Early review: patient declined", plan.visit.fracture.label) in titles(plan, "task")


def test_another_clinics_timeline_does_not_exist(client, plan):
    client.force_login(make.clinician())
    assert client.get(f"/patients/{plan.patient.pk}/timeline/").status_code == 404


def test_a_long_record_needs_no_more_queries(signed_in, plan, django_assert_max_num_queries):
    address = f"/patients/{plan.patient.pk}/timeline/"
    for days in range(3):
        make.signed_visit(of=plan.visit.fracture, by=plan.signed_by, on=timezone.localdate() - timedelta(days=days + 1))
    signed_in.get(address)
    with django_assert_max_num_queries(20):
        signed_in.get(address)
