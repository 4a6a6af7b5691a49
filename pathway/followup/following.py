"""What happens to the tasks of a fracture, and of the patient's bones, when a plan is signed; and after a death.

The task of an earlier plan is done where the new visit shows it, replaced where the new plan supersedes or dates it
anew, and otherwise stays as it is: late tasks are never swept away by a newer plan.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.dispatch import receiver

from pathway.accounts import audit
from pathway.clinic.models import Patient
from pathway.clinic.numbers import day_text
from pathway.clinic.signals import patient_saved
from pathway.followup.ending import end, ended_by_death, note_event, opened_after_death
from pathway.followup.models import GROUP_OF, OF_PATIENT, Kind, Outcome, Task, What
from pathway.followup.planned import Planned, Record
from pathway.plans.models import Plan
from pathway.plans.signals import plan_signed


@receiver(plan_signed, dispatch_uid="followup.after_signing")
def after_signing(sender, plan: Plan, record: dict, user, at: datetime, **kwargs) -> None:
    """In the transaction that signs: the tasks that the record asks for, and what becomes of earlier ones."""
    asked = Record(record)
    # What is written down after a death asks nobody to call.
    wanted = {} if plan.patient.is_deceased else {planned.kind: planned for planned in asked.planned()}
    about = Q(fracture_id=plan.visit.fracture_id) | Q(patient_id=plan.patient_id, kind__in=OF_PATIENT)
    earlier = Task.objects.open().filter(about).select_for_update(of=("self",))
    replaced: dict[str, Task] = {}
    for task in earlier.select_related("plan__visit", "follows").order_by("pk"):
        fate = _fate(task, plan, asked, wanted)
        if fate == What.KEPT:
            wanted.pop(task.kind, None)
        elif fate == Outcome.REPLACED:
            replaced[task.kind] = task
            end(task, Outcome.REPLACED, user, at, words=f"Plan {plan.number}.", replaced_by=plan)
        elif fate == Outcome.DONE:
            day = asked.done_on(task.kind, task.planned_at, task.due_on)
            end(task, Outcome.DONE, user, at, on=day, words=f"Recorded in plan {plan.number}.")
        elif fate == Outcome.NOT_NEEDED:
            end(task, Outcome.NOT_NEEDED, user, at, words=f"Decided against in plan {plan.number}.")
    made = [_make(planned, plan, replaced.get(planned.kind), user, at) for planned in wanted.values()]
    if made:
        reason = f"tasks: {', '.join(task.kind for task in made)}"[:200]
        audit.record(audit.Action.CREATE, actor=user, at=at, about=("plan", plan.pk), patient=plan.patient_id,
                     reason=reason)  # fmt: skip


def _fate(task: Task, plan: Plan, asked: Record, wanted: dict[str, Planned]) -> str:
    """What the new plan makes of an open task: an outcome, KEPT, or nothing. What follows from a call is not replaced:
    the plan may not know of it."""
    again = wanted.get(task.kind)
    if asked.done_on(task.kind, task.planned_at, task.due_on):
        return Outcome.DONE
    if asked.is_declined(task.kind):
        return Outcome.NOT_NEEDED
    if task.follows is None and (task.plan_id == plan.supersedes_id or (again and _is_dated_anew(task, again))):
        return Outcome.REPLACED
    return What.KEPT if again else ""


def _is_dated_anew(task: Task, again: Planned) -> bool:
    """Whether a review has another day, or the next dose follows another last one than was known."""
    return (task.is_review or task.kind == Kind.DENOSUMAB) and again.due_on != task.due_on


def _due_on(planned: Planned, old: Task | None, on: date) -> date:
    """The planned day; that of the task it replaces where it is past on the day of the visit, so that nobody's lateness
    is swept away. The day of a dose follows from the last one alone."""
    if old is None or old.kind == Kind.DENOSUMAB:
        return planned.due_on
    return old.due_on if old.due_on < min(planned.due_on, on) else planned.due_on


def _make(planned: Planned, plan: Plan, old: Task | None, user, at: datetime) -> Task:
    """A task, with its owner the signer; one that replaces an older task keeps its owner."""
    task = Task.objects.create(
        clinic_id=plan.patient.clinic_id,
        patient_id=plan.patient_id,
        fracture_id=plan.visit.fracture_id,
        plan=plan,
        kind=planned.kind,
        group=GROUP_OF[planned.kind],
        is_urgent=planned.is_urgent,
        reason=planned.reason,
        owner=old.owner if old else user,
        due_on=_due_on(planned, old, plan.visit.on),
        created_at=at,
    )
    words = f"Replaces the task of plan {old.plan.number}, due {day_text(old.due_on)}." if old else ""
    note_event(task, What.MADE, user, at, on=task.due_on, words=words)
    return task


@receiver(patient_saved, dispatch_uid="followup.after_a_death")
def after_a_death(sender, patient: Patient, before: Patient | None, user, at: datetime, **kwargs) -> None:
    """A date of death typed in the patient's details ends their tasks too; taken away, it brings them back."""
    if patient.is_deceased:
        ended_by_death(patient, user, at)
    elif before and before.is_deceased:
        opened_after_death(patient, user, at)
