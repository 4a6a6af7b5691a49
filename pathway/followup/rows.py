"""What a row of the worklist says on the screen, as plain values: a template that looks up, translates and reverses for
each of fifty rows takes most of the time of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import ngettext

from pathway.clinic.models import Patient, Visit
from pathway.clinic.numbers import day_text
from pathway.followup.models import Task

_ANY = UUID(int=0)
_LENGTH_OF_DAY_AND_MONTH = 6


def of_tasks(tasks: list[Task], today: date) -> list[dict]:
    record, task_page, new_visit = (_address(name) for name in ("clinic:patient", "followup:task", "clinic:visit_new"))
    return [
        {
            **_patient(task.patient, record),
            "is_urgent": task.is_urgent,
            "title": task.title,
            "reason": f"{task.reason} {task.fracture.label}",
            "is_overdue": task.due_on < today,
            "due": day_text(task.due_on),
            "tried": _tried(task) if task.tries else "",
            "who": str(task.owner),
            "link": task_page(task.pk),
            "new_visit": new_visit(task.fracture_id),
        }
        for task in tasks
    ]


def of_drafts(visits: list[Visit], today: date) -> list[dict]:
    record, visit_page = _address("clinic:patient"), _address("clinic:visit")
    return [
        {
            **_patient(visit.patient, record),
            "saved": visit.steps_saved,
            "fracture": visit.fracture.label,
            "on": day_text(visit.on),
            "unsigned": timesince(visit.on, today) if visit.on < today else "",
            "who": str(visit.started_by),
            "link": visit_page(visit.pk),
        }
        for visit in visits
    ]


def _address(name: str) -> Callable[[UUID], str]:
    """The address of one row after another, asked for once."""
    before, after = reverse(name, args=[_ANY]).split(str(_ANY))
    return lambda pk: f"{before}{pk}{after}"


def _patient(patient: Patient, record: Callable[[UUID], str]) -> dict:
    return {
        "record": record(patient.pk),
        "name": patient.name,
        "born": day_text(patient.date_of_birth),
        "numbers": [f"{label} {number}" for label, number in patient.identifiers],
    }


def _tried(task: Task) -> str:
    sentence = ngettext(
        "No answer %(day)s; again %(again)s",
        "No answer %(tries)d times, last %(day)s; again %(again)s",
        task.tries,
    )
    return sentence % {"tries": task.tries, "day": _short(task.tried_on), "again": _short(task.again_on)}


def _short(day: date) -> str:
    return day_text(day)[:_LENGTH_OF_DAY_AND_MONTH]
