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
from pathway.plans.denosumab import DENOSUMAB
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
    ended = patient.tasks.exclude(closed_at=None).exclude(outcome=Outcome.REPLACED)
    ended = list(ended.select_related("fracture", "closed_by"))
    items = [
        *_fractures(patient, in_order),
        *(_visit(visit) for visit in in_order),
        *_plans(patient),
        *_medicines(_said_of_medicines(in_order, ended)),
        *map(_task, ended),
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


@dataclass(frozen=True, slots=True)
class _Said:
    """What a visit or a call says of the bone medicine. `is_start`: on that day it was started."""

    on: date
    medicine: str
    dose: date | None
    words: str
    link: str
    is_start: bool = False


def _said_of_medicines(visits: list[Visit], ended: list[Task]) -> list[_Said]:
    """Signed visits, and calls that found a medicine started, in order."""
    said = [
        _Said(
            visit.on, known(visit, "bone_medicine") or "", known(visit, "denosumab_last_dose_on"),
            _("Recorded at this visit"), reverse("clinic:visit", args=[visit.pk]),
        )
        for visit in visits if visit.is_signed
    ]  # fmt: skip
    for call in (task for task in ended if task.medicine):
        dose = call.medicine_since if call.medicine == DENOSUMAB else None
        link = reverse("followup:task", args=[call.pk])
        is_start = call.medicine_since is not None and dose is None
        said.append(_Said(call.done_on, call.medicine, dose, _("Said on a call"), link, is_start))
    return sorted(said, key=lambda one: one.on)


def _medicines(said: list[_Said]) -> Iterator[Item]:
    """Bone medicines on the day on which a change was first recorded. What the first answer names is taken: when it
    was started, only a call says."""
    before, doses = "", set()
    for one in said:
        if one.medicine and one.medicine != before:
            if one.medicine != "none":
                yield _medicine(one, _change_of(before, one.is_start), one.medicine)
            elif before:
                yield _medicine(one, _("Bone medicine stopped: %(name)s"), before)
            before = one.medicine
        if one.dose and one.dose not in doses:
            doses.add(one.dose)
            yield Item(one.dose, "medicine", _("Denosumab given"))


def _change_of(before: str, is_start: bool) -> str:
    if before not in ("", "none"):
        return _("Bone medicine changed to: %(name)s")
    return _("Bone medicine started: %(name)s") if before or is_start else _("Bone medicine taken: %(name)s")


def _medicine(one: _Said, title: str, name: str) -> Item:
    title %= {"name": show("bone_medicine", name)}
    return Item(one.on, "medicine", title, words=one.words, link=one.link)


def _task(ended: Task) -> Item:
    """On the day it was done or ended. What is open stands above the timeline."""
    title = f"{ended.get_kind_display()}: {str(ended.get_outcome_display()).lower()}"
    on = ended.done_on or timezone.localdate(ended.closed_at)
    return Item(
        on, "task", title, ended.fracture.label, "", str(ended.closed_by), reverse("followup:task", args=[ended.pk])
    )
