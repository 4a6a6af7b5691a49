"""Signing makes tasks in its own transaction; a later plan ends, replaces or keeps them; the history only grows."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from pathway.accounts.models import AuditEvent
from pathway.followup import ending, following
from pathway.followup.models import WRITTEN_ONCE, Kind, Outcome, Task, TaskEvent, What
from pathway.followup.planned import Planned
from pathway.plans import paper, signing
from pathway.plans.models import Plan
from tests import make
from tests.followup.test_planned import COMPLETE
from tests.plans.signed import NOW, signed

ANSWERS = {name: value for name, value in COMPLETE.items() if name not in ("age_years", "sex", "region")}


@pytest.fixture(autouse=True)
def quick(db, monkeypatch):
    """Small papers: these tests are about what signing leaves to do."""
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: f"%PDF {audience}".encode())
    make.wording()


@pytest.fixture
def plan() -> Plan:
    return signed(make.visit(**ANSWERS))


def next_plan(plan: Plan, days: int, *, supersedes: bool = False, **answers) -> Plan:
    """The plan of a visit so many days later."""
    before, at = plan.visit, NOW + timedelta(days=days)
    visit = make.visit(of=before.fracture, by=before.started_by, on=before.on + timedelta(days=days),
                       **{**ANSWERS, **answers})  # fmt: skip
    if supersedes:
        signing.replace(plan, visit, visit.started_by, at, "Typed for another patient.")
    return signed(visit, at)


def task(plan: Plan, kind: str) -> Task:
    return Task.objects.get(plan=plan, kind=kind)


def test_signing_leaves_a_dated_task_with_an_owner_and_a_reason(plan):
    decision = task(plan, Kind.DECISION)
    assert decision.due_on == date(2027, 1, 24)
    assert decision.owner == plan.signed_by
    assert decision.reason == "84 days after the fracture of 01-Nov-2026."
    assert decision.events.get().what == What.MADE
    made = AuditEvent.objects.get(object_id=str(plan.pk), action="create")
    assert made.reason.startswith("tasks: followup.early, ")


def test_nothing_is_signed_when_the_tasks_cannot_be_written(monkeypatch):
    visit = make.visit(**ANSWERS)

    def fail(self):
        raise ZeroDivisionError

    monkeypatch.setattr(following.Record, "planned", fail)
    with pytest.raises(ZeroDivisionError):
        signed(visit)
    visit.refresh_from_db()
    assert not visit.is_signed
    assert not Plan.objects.exists()
    assert not Task.objects.exists()


def test_a_later_visit_is_the_early_review_and_keeps_what_is_still_to_come(plan):
    kept = task(plan, Kind.DECISION)
    newer = next_plan(plan, 14)
    early = task(plan, Kind.EARLY)
    assert (early.outcome, early.done_on) == (Outcome.DONE, newer.visit.on)
    kept.refresh_from_db()
    assert kept.is_open
    assert not Task.objects.filter(plan=newer, kind=Kind.DECISION).exists()
    assert task(newer, Kind.EARLY).is_open


def test_a_late_task_stays_when_a_newer_plan_does_not_show_it_done(plan):
    dxa = task(next_plan(plan, 1, t_score_total_hip=None), Kind.DXA)
    newer = next_plan(plan, 120, t_score_total_hip=None)
    dxa.refresh_from_db()
    assert dxa.is_open
    assert dxa.due_on < newer.visit.on
    assert not Task.objects.filter(plan=newer, kind=Kind.DXA).exists()


def test_a_result_that_was_recorded_ends_the_check(plan):
    dxa = task(next_plan(plan, 1, t_score_total_hip=None), Kind.DXA)
    newer = next_plan(plan, 10)
    dxa.refresh_from_db()
    assert (dxa.outcome, dxa.done_on) == (Outcome.DONE, newer.visit.on)
    assert newer.number in dxa.events.last().words


def test_a_dose_that_was_given_ends_its_task_on_the_day_it_was_given(plan):
    first, second = date(2026, 6, 1), date(2026, 12, 3)
    due = task(next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=first), Kind.DENOSUMAB)
    newer = next_plan(plan, 30, bone_medicine="denosumab", denosumab_last_dose_on=second)
    due.refresh_from_db()
    assert (due.outcome, due.done_on) == (Outcome.DONE, second)
    assert task(newer, Kind.DENOSUMAB).due_on == date(2027, 6, 3)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2026, 5, 20), date(2026, 11, 20)),  # longer ago than was believed: due a month earlier, late already
        (date(2026, 11, 23), date(2027, 5, 23)),  # given after the visit, on the same day
    ],
)
def test_another_last_dose_than_was_known_dates_the_next_one_anew(plan, last, due):
    """Else nobody is called before fractures rebound, or a dose that was given counts as late."""
    believed = next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 20))
    newer = next_plan(plan, 20, bone_medicine="denosumab", denosumab_last_dose_on=last)
    old, new = task(believed, Kind.DENOSUMAB), task(newer, Kind.DENOSUMAB)
    assert (old.due_on, old.outcome, old.replaced_by) == (date(2026, 12, 20), Outcome.REPLACED, newer)
    assert (new.due_on, new.is_open) == (due, True)


def test_a_plan_that_supersedes_replaces_the_tasks_of_the_other_and_says_so(plan):
    newer = next_plan(plan, 0, supersedes=True)
    old, new = task(plan, Kind.DECISION), task(newer, Kind.DECISION)
    assert (old.outcome, old.replaced_by) == (Outcome.REPLACED, newer)
    assert new.is_open
    assert new.events.get().words == f"Replaces the task of plan {plan.number}, due 24-Jan-2027."


@pytest.mark.parametrize(
    ("kind", "old_due", "due"),
    [
        (Kind.BLOODS, -1, -1),  # late on the day of the visit: it stays late
        (Kind.BLOODS, 0, 14),
        (Kind.BLOODS, 7, 14),
        (Kind.BLOODS, 20, 14),
        (Kind.DENOSUMAB, -1, 14),
    ],
)
def test_what_replaces_a_late_task_is_as_late_but_for_a_dose(kind, old_due, due):
    on = date(2026, 11, 22)
    old = Task(kind=kind, due_on=on + timedelta(days=old_due))
    made = following._due_on(Planned(kind, on + timedelta(days=14), "Asked for."), old, on)
    assert made == on + timedelta(days=due)


def test_a_plan_that_supersedes_ends_what_it_no_longer_asks_for(plan):
    urgent = task(next_plan(plan, 0, cord_signs="yes"), Kind.EMERGENCY)
    newer = next_plan(urgent.plan, 0, supersedes=True)
    urgent.refresh_from_db()
    assert (urgent.outcome, urgent.replaced_by) == (Outcome.REPLACED, newer)


def test_a_later_plan_without_the_finding_leaves_the_referral_to_be_confirmed(plan):
    urgent = task(next_plan(plan, 0, cord_signs="yes"), Kind.EMERGENCY)
    next_plan(plan, 5)
    urgent.refresh_from_db()
    assert urgent.is_open


def test_the_tasks_of_another_fracture_are_not_touched(plan):
    other = make.fracture(patient=plan.patient, label="L1, cough")
    signed(make.visit(of=other, by=plan.signed_by, **ANSWERS), NOW + timedelta(days=20))
    assert task(plan, Kind.EARLY).is_open


def test_what_is_about_the_patients_bones_is_asked_for_once_whichever_fracture_shows_it(plan):
    """Else a clinic calls for a dose that was given, or twice for one."""
    first, second = date(2026, 6, 1), date(2026, 12, 3)
    taken = {"bone_medicine": "denosumab", "t_score_total_hip": None}
    one = next_plan(plan, 1, **taken, denosumab_last_dose_on=first)
    other = make.fracture(patient=plan.patient, label="L1, cough")
    answers = {**ANSWERS, **taken, "denosumab_last_dose_on": first}
    signed(make.visit(of=other, by=plan.signed_by, **answers), NOW + timedelta(days=2))
    bones = Task.objects.filter(kind__in=(Kind.DENOSUMAB, Kind.DXA))
    assert {(each.plan, each.is_open) for each in bones} == {(one, True)}
    later = {**answers, "denosumab_last_dose_on": second, "on": date(2026, 12, 20)}
    given = make.visit(of=other, by=plan.signed_by, **later)
    signed(given, NOW + timedelta(days=30))
    assert task(one, Kind.DENOSUMAB).done_on == second
    assert Task.objects.open().get(kind=Kind.DENOSUMAB).due_on == date(2027, 6, 3)


def test_a_visit_signed_after_the_patient_died_asks_nobody_to_call(plan):
    visit = make.visit(of=plan.visit.fracture, by=plan.signed_by, **ANSWERS)
    died_on = date(2026, 11, 22)
    type(plan.patient).objects.update(deceased_on=died_on)
    ending.record_outcome(task(plan, Kind.EARLY), Outcome.DIED, plan.signed_by, NOW, on=date(2026, 11, 25))
    visit.refresh_from_db()
    assert visit.patient.deceased_on == died_on  # the day recorded first stands
    assert not signed(visit, NOW + timedelta(days=1)).tasks.exists()


# ------------------------------------------------------------------------------------------------------------ outcomes


def test_an_outcome_is_recorded_once_and_needs_no_second_look(plan):
    early = task(plan, Kind.EARLY)
    ending.record_outcome(early, Outcome.DECLINED, plan.signed_by, NOW, words="Wants no more visits.")
    assert not Task.objects.open().filter(pk=early.pk).exists()
    assert early.events.last().outcome == Outcome.DECLINED
    last = AuditEvent.objects.first()
    assert (last.object_type, last.reason, last.patient) == ("task", "outcome declined", plan.patient_id)


def test_two_people_at_once_the_later_one_is_told(plan):
    mine, theirs = task(plan, Kind.EARLY), task(plan, Kind.EARLY)
    ending.record_no_answer(theirs, plan.signed_by, NOW, on=NOW.date(), again_on=NOW.date() + timedelta(days=2))
    with pytest.raises(ending.OvertakenError):
        ending.record_outcome(mine, Outcome.DONE, plan.signed_by, NOW, on=NOW.date())
    assert Task.objects.get(pk=mine.pk).is_open


def test_a_call_without_answer_leaves_the_task_as_late_as_it_is(plan):
    early = task(plan, Kind.EARLY)
    due = early.due_on
    ending.record_no_answer(early, plan.signed_by, NOW, on=due + timedelta(days=3), again_on=due + timedelta(days=5))
    early.refresh_from_db()
    assert (early.due_on, early.tries, early.again_on) == (due, 1, due + timedelta(days=5))


def test_a_dose_given_without_a_visit_has_a_next_one_and_so_on(plan):
    first = task(next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1)), Kind.DENOSUMAB)
    ending.record_outcome(first, Outcome.DONE, plan.signed_by, NOW, on=date(2026, 12, 3))
    second = Task.objects.open().get(kind=Kind.DENOSUMAB)
    assert (second.due_on, second.owner, second.follows) == (date(2027, 6, 3), first.owner, first)
    assert second.reason == "Last dose 03-Dec-2026. Not later than 04-Jul-2027: fractures rebound after that."
    assert second.events.get().words == "After the dose of 03-Dec-2026."
    # A visit that knows of that dose keeps the next one; one that shows the next ends it.
    next_plan(plan, 20, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 12, 3))
    assert Task.objects.open().get(kind=Kind.DENOSUMAB) == second
    next_plan(plan, 210, bone_medicine="denosumab", denosumab_last_dose_on=date(2027, 6, 1))
    second.refresh_from_db()
    assert (second.outcome, second.done_on) == (Outcome.DONE, date(2027, 6, 1))
    assert Task.objects.open().get(kind=Kind.DENOSUMAB).due_on == date(2027, 12, 1)


def test_a_dose_recorded_by_mistake_takes_its_next_one_with_it(plan):
    dose = task(next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1)), Kind.DENOSUMAB)
    ending.record_outcome(dose, Outcome.DONE, plan.signed_by, NOW, on=date(2026, 12, 3))
    ending.reopen(dose, "Another patient's dose.", plan.signed_by, NOW)
    assert Task.objects.open().get(kind=Kind.DENOSUMAB) == dose
    ending.record_outcome(dose, Outcome.DONE, plan.signed_by, NOW, on=date(2026, 12, 4))
    assert Task.objects.open().get(kind=Kind.DENOSUMAB).due_on == date(2027, 6, 4)


@pytest.mark.parametrize(("outcome", "left"), [(Outcome.DONE, Kind.DENOSUMAB), (Outcome.DECLINED, Kind.REBOUND)])
def test_a_plan_that_supersedes_does_not_replace_what_a_call_found(plan, outcome, left):
    """It may repeat the last dose that was known before the call."""
    taken = {"bone_medicine": "denosumab", "denosumab_last_dose_on": date(2026, 6, 1)}
    wrong = next_plan(plan, 1, **taken)
    ending.record_outcome(task(wrong, Kind.DENOSUMAB), outcome, plan.signed_by, NOW, on=date(2026, 12, 3))
    found = Task.objects.open().get(kind=left)
    next_plan(wrong, 2, supersedes=True, **taken)
    assert Task.objects.open().get(kind=left) == found


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.NOT_REACHED])
def test_a_dose_that_is_not_given_makes_the_urgent_review_of_the_rebound(plan, outcome):
    dose = task(next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1)), Kind.DENOSUMAB)
    ending.record_outcome(dose, outcome, plan.signed_by, NOW, words="Wants no more injections.")
    review = Task.objects.open().get(kind=Kind.REBOUND)
    assert (review.is_urgent, review.group, review.owner, review.follows) == (True, "referral", dose.owner, dose)
    assert review.due_on == NOW.date() + timedelta(days=7)
    assert review.reason == (
        f"Next denosumab dose: {Outcome(outcome).label.lower()}. "
        "Last dose 01-Jun-2026. Not later than 31-Dec-2026: fractures rebound after that."
    )
    # A later plan that does not know of the call leaves it; opening the dose again takes it back.
    next_plan(plan, 20, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1))
    assert Task.objects.open().get(kind=Kind.REBOUND) == review
    ending.reopen(dose, "Another patient.", plan.signed_by, NOW)
    assert not Task.objects.open().filter(kind=Kind.REBOUND).exists()


def test_one_review_of_the_rebound_is_enough_and_no_other_task_makes_one(plan):
    first = next_plan(plan, 1, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1))
    ending.record_outcome(task(first, Kind.EARLY), Outcome.DECLINED, plan.signed_by, NOW)
    ending.record_outcome(task(first, Kind.DENOSUMAB), Outcome.NOT_NEEDED, plan.signed_by, NOW, words="Zoledronate.")
    assert not Task.objects.filter(kind=Kind.REBOUND).exists()
    for _time in range(2):
        again = next_plan(first, 10, bone_medicine="denosumab", denosumab_last_dose_on=date(2026, 6, 1))
        ending.record_outcome(task(again, Kind.DENOSUMAB), Outcome.DECLINED, plan.signed_by, NOW)
    assert Task.objects.filter(kind=Kind.REBOUND).count() == 1


@pytest.mark.parametrize("outcome", [Outcome.DIED, Outcome.MOVED])
def test_an_outcome_about_the_patient_ends_every_task_of_theirs(plan, outcome):
    day = date(2026, 11, 30)
    ended = ending.record_outcome(task(plan, Kind.EARLY), outcome, plan.signed_by, NOW, on=day)
    assert ended == Task.objects.count() == Task.objects.filter(outcome=outcome).count()
    plan.patient.refresh_from_db()
    assert plan.patient.deceased_on == (day if outcome == Outcome.DIED else None)


@pytest.mark.parametrize("outcome", [Outcome.DIED, Outcome.MOVED])
def test_taking_back_that_a_patient_moved_or_died_opens_all_that_it_ended_and_nothing_else(plan, outcome):
    early, mri = task(plan, Kind.EARLY), task(plan, Kind.SIX_WEEKS)
    ending.record_outcome(mri, Outcome.DECLINED, plan.signed_by, NOW)
    open_before = set(Task.objects.open())
    ended = ending.record_outcome(early, outcome, plan.signed_by, NOW, on=NOW.date())
    assert ending.reopen(early, "Another patient.", plan.signed_by, NOW) == ended == len(open_before) > 1
    assert set(Task.objects.open()) == open_before
    assert all(one.events.last().words == "Another patient." for one in open_before)


def test_an_outcome_recorded_by_mistake_is_taken_back_and_both_stay_in_the_history(plan):
    early = task(plan, Kind.EARLY)
    ending.record_outcome(early, Outcome.DONE, plan.signed_by, NOW, on=NOW.date())
    ending.reopen(early, "Another patient's call.", plan.signed_by, NOW)
    assert early.is_open
    assert [event.what for event in early.events.all()] == [What.MADE, What.ENDED, What.REOPENED]


@pytest.mark.parametrize(
    "columns",
    [
        {"outcome": "done", "closed_at": NOW},
        {"outcome": "done"},
        {"closed_at": NOW},
        {"outcome": "declined", "closed_at": NOW, "done_on": NOW.date()},
        {"outcome": "forgotten", "closed_at": NOW},
    ],
)
def test_the_database_refuses_an_end_without_its_outcome_day_and_person(plan, columns):
    with pytest.raises(DatabaseError), transaction.atomic():
        Task.objects.filter(plan=plan).update(**columns)


@pytest.mark.parametrize("statement", ["UPDATE followup_taskevent SET words = 'x'", "DELETE FROM followup_taskevent"])
def test_the_database_refuses_to_change_the_history(plan, statement):
    with pytest.raises(DatabaseError, match="cannot be changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)
    assert TaskEvent.objects.exists()


def test_verify_misses_the_trigger_of_the_history(plan):
    from pathway.plans import integrity

    assert list(integrity.faults()) == []
    with transaction.atomic():
        WRITTEN_ONCE.drop(connection)
        assert any("followup_taskevent" in fault for fault in integrity.faults())
        transaction.set_rollback(True)
