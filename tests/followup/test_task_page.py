"""The page of a task: a call in one short form, changes, mistakes taken back; nobody's work is written over."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from pathway.clinic.models import Visit
from pathway.followup.forms import OutcomeForm
from pathway.followup.models import Kind, Outcome, Task
from tests import make
from tests.followup.conftest import due


@pytest.fixture
def task(plan) -> Task:
    return due(plan, Kind.EARLY, -3)


def send(client, task: Task, **typed):
    return client.post(f"/tasks/{task.pk}/", {"version": task.version, **typed})


def boxes(name: str, day) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_a_call_is_recorded_with_what_stands_in_the_form_already(signed_in, task):
    """Choose, save: the day of today stands in its boxes."""
    page = signed_in.get(f"/tasks/{task.pk}/")
    today = timezone.localdate()
    assert page.context["form"]["on"].value() == [today.day, today.month, today.year]
    answer = send(signed_in, task, outcome="done", **boxes("on", today))
    assert answer.url == "/"
    task.refresh_from_db()
    assert (task.outcome, task.done_on) == (Outcome.DONE, today)


def test_after_recording_the_list_is_as_it_was(signed_in, task):
    signed_in.get("/?whose=mine&show=overdue")
    assert send(signed_in, task, outcome="declined").url == "/?whose=mine&show=overdue"


def test_no_answer_keeps_the_task_and_the_day_of_the_next_call(signed_in, task):
    again = timezone.localdate() + timedelta(days=2)
    send(signed_in, task, outcome="no_answer", **boxes("again_on", again))
    task.refresh_from_db()
    assert task.is_open
    assert (task.tries, task.again_on) == (1, again)
    assert "No answer" in signed_in.get("/").content.decode()


@pytest.mark.parametrize(("days", "accepted"), [(-1, False), (0, True), (3 * 366, True), (3 * 366 + 1, False)])
def test_the_next_call_lies_within_three_years(days, accepted):
    today = date(2026, 11, 22)
    about = SimpleNamespace(version=1, kind=Kind.EARLY, patient=SimpleNamespace(date_of_birth=date(1948, 3, 9)))
    on = {name: str(box) for name, box in boxes("again_on", today + timedelta(days=days)).items()}
    typed = {"version": 1, "outcome": "no_answer", **on}
    assert OutcomeForm(typed, task=about, today=today).is_valid() is accepted


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose what came of it."),
        ({"outcome": "done"}, "Enter the day, for example"),
        ({"outcome": "died"}, "Enter the day, for example"),
        ({"outcome": "no_answer"}, "Enter the day of the next call"),
        ({"outcome": "not_reached"}, "Enter details: how the patient was tried"),
        ({"outcome": "not_needed"}, "Enter details: why nobody"),
        ({"outcome": "done", "on_day": "1", "on_month": "1", "on_year": "2100"}, "On which day?: enter a date from"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(signed_in, task, typed, sentence):
    answer = send(signed_in, task, words="Kept as typed" if "outcome" not in typed else "", **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Task.objects.get(pk=task.pk).is_open


def test_a_form_opened_before_someone_else_saved_is_compared(signed_in, task, clinician):
    send(signed_in, task, outcome="declined", words="Rang twice.")
    answer = send(signed_in, task, outcome="not_needed", words="Seen by the practice.")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Rang twice." in html
    assert "Seen by the practice." in html
    assert Task.objects.get(pk=task.pk).outcome == Outcome.DECLINED


def test_a_task_is_given_to_a_colleague_and_moved_with_a_reason(signed_in, task, clinician):
    colleague = make.clinician(clinic=clinician.clinic)
    day = timezone.localdate() + timedelta(days=5)
    typed = {
        "change-version": task.version,
        "change-owner": str(colleague.pk),
        "change-words": "On holiday until then.",
    }
    signed_in.post(f"/tasks/{task.pk}/change/", {**typed, **boxes("change-due", day)})
    task.refresh_from_db()
    assert (task.owner, task.due_on) == (colleague, day)
    assert [event.what for event in task.events.all()] == ["made", "moved", "given"]


def test_another_day_needs_its_reason_and_another_clinics_person_is_refused(signed_in, task):
    day = timezone.localdate() + timedelta(days=5)
    typed = {"change-version": task.version, "change-owner": str(make.clinician().pk), **boxes("change-due", day)}
    html = signed_in.post(f"/tasks/{task.pk}/change/", typed).content.decode()
    assert "Choose someone of your clinic." in html
    assert "Enter why the day changes." in html


def test_a_mistake_is_taken_back_with_a_reason(signed_in, task):
    send(signed_in, task, outcome="declined")
    task.refresh_from_db()
    address = f"/tasks/{task.pk}/reopen/"
    assert signed_in.post(address, {"version": task.version, "words": ""}).status_code == 422
    signed_in.post(address, {"version": task.version, "words": "Another patient's call."})
    task.refresh_from_db()
    assert task.is_open


def test_a_death_is_recorded_once_for_every_task(signed_in, task):
    answer = send(signed_in, task, outcome="died", **boxes("on", timezone.localdate()))
    assert answer.status_code == 302
    assert not Task.objects.open().exists()
    task.patient.refresh_from_db()
    assert task.patient.is_deceased
    html = signed_in.get(f"/tasks/{task.pk}/").content.decode()
    assert "Open again" not in html
    assert "remove it under “Change details”: every task that the death ended is then open again." in html
    assert f'href="/patients/{task.patient_id}/edit/"' in html


def test_a_death_before_the_last_signed_visit_is_refused(signed_in, task):
    seen = timezone.localdate()
    answer = send(signed_in, task, outcome="died", **boxes("on", seen - timedelta(days=1)))
    assert answer.status_code == 422
    said = f"A visit of {seen:%d-%b-%Y} is signed. Date of death: enter a date from {seen:%d-%b-%Y} to today."
    assert said in answer.content.decode()
    task.patient.refresh_from_db()
    assert not task.patient.is_deceased
    assert Task.objects.get(pk=task.pk).is_open


def test_a_dose_says_when_the_next_one_is_and_the_last_task_that_nothing_follows(signed_in, task):
    today = timezone.localdate()
    dose = due(task.plan, Kind.DENOSUMAB, 0)
    page = signed_in.post(
        f"/tasks/{dose.pk}/", {"version": dose.version, "outcome": "done", **boxes("on", today)}, follow=True
    )
    later = Task.objects.open().get(kind=Kind.DENOSUMAB).due_on
    assert f"The next dose is due {later:%d-%b-%Y}." in page.content.decode()
    Task.objects.open().exclude(pk=task.pk).update(outcome="not_needed", closed_at=timezone.now(), closed_by=task.owner)
    task.refresh_from_db()
    page = signed_in.post(f"/tasks/{task.pk}/", {"version": task.version, "outcome": "declined"}, follow=True)
    assert "nothing will remind anyone of them" in page.content.decode()


@pytest.mark.parametrize(
    ("unknown", "days"),
    [({}, 21), ({"onset_on": None, "onset_precision": ""}, 14),
     ({"onset_on": None, "onset_precision": "", "identified_on": None}, 0)],
)  # fmt: skip
def test_nothing_was_done_before_the_fracture(signed_in, task, unknown, days):
    """Nor, where its day is not known, before the visit that asked for it."""
    Visit.objects.filter(pk=task.plan.visit_id).update(**unknown)
    first = timezone.localdate() - timedelta(days=days)
    answer = send(signed_in, task, outcome="done", **boxes("on", first - timedelta(days=1)))
    assert answer.status_code == 422
    assert f"Enter a date from {first:%d-%b-%Y} to today: before that" in answer.content.decode()
    assert send(signed_in, task, outcome="done", **boxes("on", first)).status_code == 302


def test_a_dose_comes_after_the_last_one_that_is_known(signed_in, task):
    today = timezone.localdate()
    last = today - timedelta(days=190)
    Visit.objects.filter(pk=task.plan.visit_id).update(bone_medicine="denosumab", denosumab_last_dose_on=last)
    dose = due(task.plan, Kind.DENOSUMAB, 0)
    for before in (last, last - timedelta(days=9000)):
        answer = send(signed_in, dose, outcome="done", **boxes("on", before))
        assert answer.status_code == 422
        first = last + timedelta(days=1)
        said = f"The last known dose is of {last:%d-%b-%Y}. Enter the day of this one, {first:%d-%b-%Y}"
        assert f"{said} at the earliest." in answer.content.decode()
    assert send(signed_in, dose, outcome="done", **boxes("on", today - timedelta(days=9))).status_code == 302
    following = Task.objects.open().get(kind=Kind.DENOSUMAB)
    assert send(signed_in, following, outcome="done", **boxes("on", today - timedelta(days=9))).status_code == 422
    assert send(signed_in, following, outcome="done", **boxes("on", today - timedelta(days=8))).status_code == 302


def test_a_dose_that_is_declined_says_who_decides_and_until_when(signed_in, task):
    dose = due(task.plan, Kind.DENOSUMAB, 0)
    page = signed_in.post(f"/tasks/{dose.pk}/", {"version": dose.version, "outcome": "declined"}, follow=True)
    day = timezone.localdate() + timedelta(days=7)
    sentence = f"Fractures rebound without it. New task, due {day:%d-%b-%Y}: Confirm the urgent bone specialist review."
    assert sentence in page.content.decode()


def test_after_three_calls_another_way_is_named(signed_in, task):
    for tries, said in ((2, False), (3, True)):
        Task.objects.filter(pk=task.pk).update(tries=tries, tried_on=timezone.localdate())
        assert ("such as a letter" in signed_in.get(f"/tasks/{task.pk}/").content.decode()) is said
