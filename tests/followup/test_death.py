"""A date of death ends what is open for a patient; one that is removed again brings it back, and nothing else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pathway.followup import ending
from pathway.followup.models import Kind, Outcome, Task, What
from tests import make
from tests.plans.signed import signed


@pytest.fixture
def change_details(signed_in, plan):
    """Sends "Change details" with this date of death, or none, and nothing else changed."""
    patient = plan.patient

    def send(deceased_on: date | None):
        typed = {"family_name": patient.family_name, "given_name": patient.given_name, "sex": "female",
                 "hospital_number": patient.hospital_number}  # fmt: skip
        for name, day in (("date_of_birth", patient.date_of_birth), ("deceased_on", deceased_on)):
            if day:
                typed |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
        return signed_in.post(f"/patients/{patient.pk}/edit/", typed)

    return send


def die(task: Task) -> None:
    ending.record_outcome(task, Outcome.DIED, task.owner, timezone.now(), on=timezone.localdate())


def test_a_date_of_death_in_the_details_ends_every_task(change_details, plan):
    answer = change_details(plan.visit.on)
    assert answer.status_code == 302, answer.content.decode()
    assert set(Task.objects.values_list("outcome", flat=True)) == {Outcome.DIED}


def test_a_death_before_the_last_signed_visit_is_refused(change_details, plan):
    seen = plan.visit.on
    said = f"A visit of {seen:%d-%b-%Y} is signed. Date of death: enter a date from {seen:%d-%b-%Y} to today."
    for day in (date(2001, 11, 23), seen - timedelta(days=1)):
        answer = change_details(day)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert Task.objects.open().count() == Task.objects.count() > 0
    # What is recorded already stands in no other correction's way.
    type(plan.patient).objects.update(deceased_on=seen - timedelta(days=2))
    assert change_details(seen - timedelta(days=2)).status_code == 302


@pytest.mark.parametrize("on_the_task", [True, False])
def test_a_date_of_death_that_is_removed_opens_what_it_ended_and_nothing_else(change_details, plan, on_the_task):
    early, declined = plan.tasks.order_by("pk")[:2]
    ending.record_outcome(declined, Outcome.DECLINED, plan.signed_by, timezone.now())
    open_before = set(Task.objects.open())
    if on_the_task:
        die(early)
    else:
        change_details(plan.visit.on)
    assert not Task.objects.open().exists()
    assert change_details(None).status_code == 302
    assert set(Task.objects.open()) == open_before
    last = {(one.events.last().what, one.events.last().words) for one in open_before}
    assert last == {(What.REOPENED, "The date of death was removed.")}


def test_what_a_newer_plan_asks_for_is_not_opened_beside_it(change_details, plan):
    """Tasks that a death had ended and nothing had opened; then a visit, and the same mistake again."""
    early = plan.tasks.get(kind=Kind.EARLY)
    die(early)
    type(plan.patient).objects.update(deceased_on=None)
    visit = make.visit(of=plan.visit.fracture, by=plan.signed_by, on=plan.visit.on, **make.UNREMARKABLE)
    newer = signed(visit, timezone.now())
    wanted = set(newer.tasks.open())
    assert Kind.EARLY in {task.kind for task in wanted}
    change_details(plan.visit.on)
    change_details(None)
    assert set(newer.tasks.open()) == wanted
    early.refresh_from_db()
    assert early.outcome == Outcome.DIED
