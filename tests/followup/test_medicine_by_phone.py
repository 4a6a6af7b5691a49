"""A bone medicine confirmed on a call: which one and since when, carried into the record, the indicators and the next
dose."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pathway.clinic.numbers import day_text
from pathway.followup import ending
from pathway.followup.cases import cases_of
from pathway.followup.indicators import BY_SLUG
from pathway.followup.models import Kind, Outcome, Task
from pathway.followup.planned import next_dose
from pathway.followup.timeline import timeline_of
from tests import make
from tests.followup.conftest import due
from tests.followup.test_task_page import boxes, send

TODAY = timezone.localdate


@pytest.fixture
def task(plan) -> Task:
    return due(plan, Kind.BONE_START, -3)


def started(client, task: Task, medicine: str, since: date | None = None, **typed):
    day = boxes("since", since) if since else {"since_day": "", "since_month": "", "since_year": ""}
    answer = send(client, task, outcome="done", medicine=medicine, **day, **typed)
    task.refresh_from_db()
    return answer


def medicines(task: Task) -> list[tuple[date, str]]:
    months = timeline_of(task.patient, task.owner, "medicine")
    return [(item.on, item.title) for _month, items in months for item in items]


def test_only_a_start_asks_for_one_answer_more(signed_in, plan, task):
    form = signed_in.get(f"/tasks/{task.pk}/").context["form"]
    assert [form[name].field.show_if for name in ("medicine", "since", "on")] == [
        "outcome=done", "outcome=done", "outcome=died"
    ]  # fmt: skip
    assert "none" not in dict(form.fields["medicine"].choices)
    other = signed_in.get(f"/tasks/{due(plan, Kind.EARLY, -3).pk}/").context["form"]
    assert "medicine" not in other.fields


def test_what_was_started_and_when_stands_on_the_task_and_in_the_timeline(signed_in, task):
    make.signed_visit(of=task.fracture, by=task.owner, on=TODAY() - timedelta(days=20), bone_medicine="none")
    since = TODAY() - timedelta(days=9)
    assert started(signed_in, task, "oral_bisphosphonate", since).status_code == 302
    assert (task.medicine, task.medicine_since, task.done_on) == ("oral_bisphosphonate", since, since)
    assert medicines(task) == [(since, "Bone medicine started: Oral bisphosphonate")]
    html = signed_in.get(f"/tasks/{task.pk}/").content.decode()
    assert f"Oral bisphosphonate since {day_text(since)}." in html
    assert "Ended: done, Oral bisphosphonate" in html
    # A later visit that finds the same is no news; one that finds none is.
    make.signed_visit(of=task.fracture, by=task.owner, on=TODAY() - timedelta(days=1), bone_medicine="none")
    assert medicines(task)[0][1] == "Bone medicine stopped: Oral bisphosphonate"


def test_a_start_of_an_unknown_day_is_one_of_the_call_and_is_not_said_to_be_the_start(signed_in, task):
    started(signed_in, task, "teriparatide")
    assert (task.medicine_since, task.done_on) == (None, TODAY())
    assert medicines(task) == [(TODAY(), "Bone medicine taken: Teriparatide")]
    assert "since when is not known" in signed_in.get(f"/tasks/{task.pk}/").content.decode()


def test_what_is_missing_is_asked_for_and_nothing_is_lost(signed_in, task):
    which, last = "Choose which bone medicine is taken.", "Enter the day of the last dose of denosumab"
    for medicine, sentence in (("", which), ("aspirin", which), ("denosumab", last)):
        answer = started(signed_in, task, medicine, words="Said so on the phone.")
        assert answer.status_code == 422
        html = answer.content.decode()
        assert html.count(f"Error:</span> {sentence}") == 1
        assert "Said so on the phone." in html
        assert task.is_open


def test_other_outcomes_ask_for_no_medicine_and_keep_none(signed_in, task):
    assert send(signed_in, task, outcome="declined", medicine="teriparatide").status_code == 302
    task.refresh_from_db()
    assert (task.outcome, task.medicine) == (Outcome.DECLINED, "")


def test_the_indicators_count_the_day_it_was_started_not_that_of_the_call(plan, task):
    since = TODAY() - timedelta(days=40)
    ending.record_outcome(task, Outcome.DONE, task.owner, timezone.now(), on=since, taken=ending.Taken("hrt", since))
    [case] = cases_of([task.fracture_id])
    case.treatment_advised = True
    for days, is_met in ((112, True), (113, False)):
        case.on = since - timedelta(days=days)
        assert BY_SLUG["iof-8"].settled(case) is is_met


def test_denosumab_has_its_next_dose_and_a_mistake_takes_it_back(signed_in, task):
    last = TODAY() - timedelta(days=30)
    answer = started(signed_in, task, "denosumab", last)
    dose = Task.objects.open().get(kind=Kind.DENOSUMAB)
    assert (dose.due_on, dose.group, dose.follows) == (next_dose(last, last).due_on, "medicine", task)
    assert f"The next dose is due {day_text(dose.due_on)}." in signed_in.get(answer.url).content.decode()
    assert (last, "Denosumab given") in medicines(task)
    assert f"Denosumab, last dose {day_text(last)}." in signed_in.get(f"/tasks/{task.pk}/").content.decode()
    ending.reopen(task, "Another patient.", task.owner, timezone.now())
    assert not Task.objects.open().filter(kind=Kind.DENOSUMAB).exists()
    assert (task.medicine, task.medicine_since) == ("", None)
    assert [event.medicine for event in task.events.all()][-2:] == ["denosumab", ""]


def test_another_medicine_has_no_next_dose(plan, task):
    """Nobody is called in for a denosumab injection who takes something else."""
    on = TODAY() - timedelta(days=30)
    ending.record_outcome(task, Outcome.DONE, task.owner, timezone.now(), on=on, taken=ending.Taken("hrt", on))
    assert not Task.objects.filter(kind=Kind.DENOSUMAB).exists()


@pytest.mark.parametrize(("days", "asked_again"), [(0, False), (5, True)])
def test_nobody_is_called_twice_for_one_dose(plan, task, days, asked_again):
    """A dose that is asked for already is done by a later one, and stays where it follows the same one."""
    asked = due(plan, Kind.DENOSUMAB, 40)
    last = plan.visit.on + timedelta(days=days)
    ending.record_outcome(task, Outcome.DONE, task.owner, timezone.now(), on=last,
                          taken=ending.Taken("denosumab", last))  # fmt: skip
    asked.refresh_from_db()
    [one] = Task.objects.open().filter(kind=Kind.DENOSUMAB)
    assert (one != asked) is asked_again
    assert (asked.outcome, asked.done_on) == (("done", last) if asked_again else ("", None))
    ending.reopen(task, "Another patient.", task.owner, timezone.now())
    assert list(Task.objects.open().filter(kind=Kind.DENOSUMAB)) == [asked]


def test_who_was_slower_sees_what_they_typed(signed_in, task):
    version = task.version
    started(signed_in, task, "hrt")
    task.version = version
    html = started(signed_in, task, "denosumab", date(2026, 3, 9)).content.decode()
    for said in ("Which bone medicine?", "Denosumab", "9 3 2026", "Started"):
        assert said in html


def test_the_database_keeps_a_medicine_with_a_start_only(task):
    ended = {"closed_at": timezone.now(), "closed_by": task.owner, "done_on": TODAY(), "outcome": "done"}
    for wrong in ({"medicine": "hrt"}, {"medicine_since": TODAY()}, {**ended, "medicine": "none"}):
        with pytest.raises(IntegrityError, match="medicine"), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**wrong)
