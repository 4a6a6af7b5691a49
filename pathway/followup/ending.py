"""Everything that can happen to a task. Each writes the row, its event and, where a person did it, the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from pathway.accounts import audit
from pathway.clinic.models import Patient
from pathway.clinic.numbers import day_text
from pathway.followup.models import ENDS_ALL, GROUP_OF, OF_PATIENT, Kind, Outcome, Task, TaskEvent, What
from pathway.followup.planned import CONFIRM_WITHIN_DAYS, Planned, next_dose
from pathway.plans.denosumab import DENOSUMAB
from pathway.plans.models import Plan

LEAVES_UNPROTECTED = (Outcome.DECLINED, Outcome.NOT_REACHED)
"""Outcomes of a dose of denosumab after which nothing shows that another medicine takes its place."""


class OvertakenError(Exception):
    """Someone changed the task after this form was opened. Nothing was written."""


def note_event(task: Task, what: str, by, at: datetime, **columns) -> None:
    TaskEvent.objects.create(task=task, what=what, by=by, at=at, **columns)


def _change(task: Task, **columns) -> None:
    """Write columns, conditional on nobody having changed the task since it was read. Raises OvertakenError."""
    mine = Task.objects.filter(pk=task.pk, version=task.version)
    if mine.update(**columns, version=F("version") + 1) != 1:
        raise OvertakenError
    task.version += 1
    for name, value in columns.items():
        setattr(task, name, value)


def _audit(task: Task, by, at: datetime, reason: str) -> None:
    about = ("task", task.pk)
    audit.record(audit.Action.CHANGE, actor=by, at=at, about=about, patient=task.patient_id, reason=reason)


@dataclass(frozen=True, slots=True)
class Taken:
    """The bone medicine that a patient says they take, and since when; of denosumab, the day of the last dose."""

    medicine: str = ""
    since: date | None = None


NOTHING_SAID = Taken()


def end(task: Task, outcome: str, by, at: datetime, *, on: date | None = None, words: str = "",
        replaced_by: Plan | None = None, taken: Taken = NOTHING_SAID) -> None:  # fmt: skip
    """The row and its event; `on` is the day it was done. The caller audits, and holds the transaction."""
    day = on if outcome == Outcome.DONE else None
    _change(task, outcome=outcome, done_on=day, closed_at=at, closed_by=by, replaced_by=replaced_by,
            medicine=taken.medicine, medicine_since=taken.since)  # fmt: skip
    note_event(task, What.ENDED, by, at, outcome=outcome, on=on, words=words, medicine=taken.medicine)


@transaction.atomic
def record_outcome(task: Task, outcome: str, by, at: datetime, *, on: date | None = None, words: str = "",
                   taken: Taken = NOTHING_SAID) -> int:  # fmt: skip
    """End a task; an outcome that is about the patient ends all of theirs. `on` is the day it was done, or of death.

    Returns how many tasks ended. Raises OvertakenError when it was changed meanwhile.
    """
    if not task.is_open:
        raise OvertakenError
    end(task, outcome, by, at, on=on, words=words, taken=taken)
    ended = 1
    if outcome in ENDS_ALL:
        others = Task.objects.open().filter(patient_id=task.patient_id).select_for_update()
        for other in others.order_by("pk"):
            end(other, outcome, by, at, words=words)
            ended += 1
    if outcome == Outcome.DONE and (task.kind == Kind.DENOSUMAB or taken.medicine == DENOSUMAB):
        _plan_next_dose(task, on, by, at)
    if outcome in LEAVES_UNPROTECTED and task.kind == Kind.DENOSUMAB:
        _plan_review_of_rebound(task, by, at)
    if outcome == Outcome.DIED:
        Patient.objects.filter(pk=task.patient_id, deceased_on=None).update(deceased_on=on)
    _audit(task, by, at, f"outcome {outcome}")
    return ended


def _plan_next_dose(given: Task, on: date, by, at: datetime) -> None:
    """A dose given without a visit has a next one too. An open task for a dose was done by this one, unless it asks for
    the dose after it already."""
    doses = Task.objects.open().filter(patient_id=given.patient_id, kind=Kind.DENOSUMAB)
    for asked in doses.select_related("plan__visit", "follows").select_for_update(of=("self",)):
        if asked.planned_at >= on:
            return
        end(asked, Outcome.DONE, by, at, on=on, words="Said on a call.")
    _plan_after(given, next_dose(on, on), f"After the dose of {day_text(on)}.", by, at)


def _plan_review_of_rebound(refused: Task, by, at: datetime) -> None:
    """Without that dose, or another medicine in its place, fractures rebound: somebody has to decide what follows."""
    if Task.objects.open().filter(patient_id=refused.patient_id, kind=Kind.REBOUND).exists():
        return
    why = f"Next denosumab dose: {str(refused.get_outcome_display()).lower()}."
    due_on = timezone.localdate(at) + timedelta(days=CONFIRM_WITHIN_DAYS[Kind.REBOUND])
    _plan_after(refused, Planned(Kind.REBOUND, due_on, f"{why} {refused.reason}"), why, by, at)


def _plan_after(task: Task, planned: Planned, words: str, by, at: datetime) -> None:
    """What follows from an outcome that was recorded without a visit: no later plan would ask for it."""
    after = Task.objects.create(
        **{name: getattr(task, name) for name in ("clinic", "patient", "fracture", "plan", "owner")},
        kind=planned.kind, group=GROUP_OF[planned.kind], is_urgent=planned.is_urgent, follows=task,
        reason=planned.reason, due_on=planned.due_on, created_at=at,
    )  # fmt: skip
    note_event(after, What.MADE, by, at, on=after.due_on, words=words)


def ended_by_death(patient: Patient, by, at: datetime) -> None:
    """End what is open for a patient who has died. The caller audits, and holds the transaction."""
    for task in Task.objects.open().filter(patient=patient).select_for_update().order_by("pk"):
        end(task, Outcome.DIED, by, at, on=patient.deceased_on)


def opened_after_death(patient: Patient, by, at: datetime) -> None:
    """Open again what a death ended that did not happen. The caller audits, and holds the transaction."""
    ended = Task.objects.filter(patient=patient, outcome=Outcome.DIED).select_for_update().order_by("pk")
    for task in ended:
        if not _is_asked_anew(task):
            _open_again(task, "The date of death was removed.", by, at)


def _is_asked_anew(ended: Task) -> bool:
    """Whether a newer plan made a task in its place: nobody is called twice for one thing."""
    newer = Task.objects.filter(patient_id=ended.patient_id, kind=ended.kind, created_at__gt=ended.closed_at)
    return (newer if ended.kind in OF_PATIENT else newer.filter(fracture_id=ended.fracture_id)).exists()


@transaction.atomic
def record_no_answer(task: Task, by, at: datetime, *, on: date, again_on: date, words: str = "") -> None:
    """A call that nobody answered: the task stays as late as it is, with the day of the next call."""
    if not task.is_open:
        raise OvertakenError
    _change(task, tries=task.tries + 1, tried_on=on, again_on=again_on)
    note_event(task, What.NO_ANSWER, by, at, on=again_on, words=words)
    _audit(task, by, at, "call not answered")


@transaction.atomic
def give(task: Task, to, by, at: datetime) -> None:
    if not task.is_open:
        raise OvertakenError
    _change(task, owner=to)
    note_event(task, What.GIVEN, by, at, words=str(to))
    _audit(task, by, at, "given to someone else")


@transaction.atomic
def move(task: Task, to: date, words: str, by, at: datetime) -> None:
    """Another day, with its reason. The day before stays in the history."""
    if not task.is_open:
        raise OvertakenError
    _change(task, due_on=to)
    note_event(task, What.MOVED, by, at, on=to, words=words)
    _audit(task, by, at, "moved to another day")


@transaction.atomic
def reopen(task: Task, words: str, by, at: datetime) -> int:
    """Take back an outcome that was recorded by mistake. Both stay in the history.

    Returns how many tasks are open again: what the mistake ended beside this one is too, so that nobody is lost by it.
    """
    if task.is_open:
        raise OvertakenError
    opened = [task, *_ended_beside(task).select_for_update()]
    for one in opened:
        _open_again(one, words, by, at)
    for after in task.followed_by.open():
        end(after, Outcome.NOT_NEEDED, by, at, words="What it followed from was opened again.")
    _audit(task, by, at, "opened again")
    return len(opened)


def _open_again(task: Task, words: str, by, at: datetime) -> None:
    _change(task, outcome="", done_on=None, closed_at=None, closed_by=None, replaced_by=None, medicine="",
            medicine_since=None)  # fmt: skip
    note_event(task, What.REOPENED, by, at, words=words)


def _ended_beside(task: Task) -> QuerySet[Task]:
    """What the same outcome ended: all tasks of a patient who moved or died; the dose that a call said was given."""
    same_patient = Task.objects.filter(patient_id=task.patient_id).exclude(pk=task.pk).order_by("pk")
    beside = same_patient.filter(outcome=task.outcome, closed_at=task.closed_at, closed_by=task.closed_by)
    if task.outcome in ENDS_ALL:
        return beside
    return beside.filter(kind=Kind.DENOSUMAB) if task.medicine == DENOSUMAB else beside.none()
