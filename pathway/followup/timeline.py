"""Everything that happened to a patient, in one list: fractures, visits, plans, medicines, and what was to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.clinic.models import Patient, Visit
from pathway.clinic.models.visits import known
from pathway.followup.models import Outcome, Task
from pathway.guideline.quantities import show
from pathway.plans.models import Plan

KINDS = {
    "fracture": gettext_lazy("Fractures"),
    "visit": gettext_lazy("Visits"),
    "plan": gettext_lazy("Plans"),
    "medicine": gettext_lazy("Medicines"),
    "task": gettext_lazy("Tasks"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one day. `order` sorts what happened on the same day."""

    on: date
    kind: str
    title: str
    fracture: str = ""
    words: str = ""
    who: str = ""
    link: str = ""

    @property
    def order(self) -> tuple:
        return self.on, list(KINDS).index(self.kind)


def timeline_of(patient: Patient, user, show_only: str = "") -> list[tuple[date, list[Item]]]:
    """The items by month, the latest first; `show_only` is a key of KINDS."""
    visits = Visit.objects.visible_to(user).filter(fracture__patient=patient).select_related("started_by", "signed_by")
    in_order = list(visits.order_by("on", "started_at"))
    items = [
        *_fractures(patient, in_order),
        *(_visit(visit) for visit in in_order),
        *_plans(patient),
        *_medicines(in_order),
        *_tasks(patient),
    ]
    wanted = [item for item in items if not show_only or item.kind == show_only]
    newest_first = sorted(wanted, key=lambda item: item.order, reverse=True)
    return [(month, list(found)) for month, found in groupby(newest_first, key=lambda item: item.on.replace(day=1))]


def open_tasks(patient: Patient) -> Iterable[Task]:
    return patient.tasks.open().select_related("fracture", "owner")


def _fractures(patient: Patient, visits: list[Visit]) -> Iterator[Item]:
    """Each on the day it broke, as the latest visit has it; where no visit says, on the day it was added."""
    for fracture in patient.fractures.order_by("created_at"):
        said = [visit for visit in visits if visit.fracture_id == fracture.pk and visit.onset_on]
        seen = [visit for visit in visits if visit.fracture_id == fracture.pk and visit.identified_on]
        if said:
            on, words = said[-1].onset_on, _("Onset of symptoms")
        elif seen:
            on, words = seen[-1].identified_on, _("First imaging; the onset is not recorded")
        else:
            on, words = timezone.localdate(fracture.created_at), _("Added to the record; neither onset nor imaging")
        yield Item(on, "fracture", _("Vertebral fracture"), fracture.label, words)


def _visit(visit: Visit) -> Item:
    link = reverse("clinic:visit", args=[visit.pk])
    if not visit.is_signed:
        return Item(
            visit.on, "visit", _("Visit, not signed yet"), visit.fracture.label, "", str(visit.started_by), link
        )
    pain = known(visit, "pain_nrs")
    words = _("Pain %(pain)s") % {"pain": show("pain_nrs", pain)} if pain is not None else ""
    return Item(visit.on, "visit", _("Visit"), visit.fracture.label, words, str(visit.signed_by), link)


def _plans(patient: Patient) -> Iterator[Item]:
    plans = Plan.objects.filter(patient=patient).without_bytes()
    for plan in plans.select_related("signed_by", "supersedes", "visit__fracture").defer(
        "supersedes__record", "supersedes__clinician_pdf", "supersedes__patient_pdf"
    ):
        title = _("Plan %(number)s signed") % {"number": plan.number}
        words = _("Replaces plan %(number)s") % {"number": plan.supersedes.number} if plan.supersedes else ""
        link = reverse("plans:plan", args=[plan.pk])
        on = timezone.localdate(plan.signed_at)
        yield Item(on, "plan", title, plan.visit.fracture.label, words, str(plan.signed_by), link)


def _medicines(visits: list[Visit]) -> Iterator[Item]:
    """Bone medicines as signed visits have them: on the visit at which a change was first recorded. What the first
    answer names is taken: when it was started, nobody said."""
    before, doses = "", set()
    for visit in (visit for visit in visits if visit.is_signed):
        said = known(visit, "bone_medicine")
        if said and said != before:
            if said != "none":
                title = {"": _("Bone medicine taken: %(name)s"), "none": _("Bone medicine started: %(name)s")}
                yield _medicine(visit, title.get(before, _("Bone medicine changed to: %(name)s")), said)
            elif before:
                yield _medicine(visit, _("Bone medicine stopped: %(name)s"), before)
            before = said
        dose = known(visit, "denosumab_last_dose_on")
        if dose and dose not in doses:
            doses.add(dose)
            yield Item(dose, "medicine", _("Denosumab given"))


def _medicine(visit: Visit, title: str, name: str) -> Item:
    link = reverse("clinic:visit", args=[visit.pk])
    words = _("Recorded at this visit")
    return Item(visit.on, "medicine", title % {"name": show("bone_medicine", name)}, words=words, link=link)


def _tasks(patient: Patient) -> Iterator[Item]:
    """Tasks that ended, on the day they were done or ended. What is open stands above the timeline."""
    for task in (
        patient.tasks.exclude(closed_at=None).exclude(outcome=Outcome.REPLACED).select_related("fracture", "closed_by")
    ):
        title = f"{task.get_kind_display()}: {str(task.get_outcome_display()).lower()}"
        on = task.done_on or timezone.localdate(task.closed_at)
        link = reverse("followup:task", args=[task.pk])
        yield Item(on, "task", title, task.fracture.label, "", str(task.closed_by), link)
