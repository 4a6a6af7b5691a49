"""A visit as a whole: started, looked over, discarded, and the interruption that an emergency raises."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathway.accounts import audit
from pathway.accounts.access import clinician_required
from pathway.clinic import broken, drafts, emergency
from pathway.clinic.models import Fracture, StepSave, Visit, VisitDraft
from pathway.clinic.models.visits import StaleError
from pathway.clinic.numbers import day_text
from pathway.clinic.panel import panel_for
from pathway.clinic.recorded import recorded
from pathway.clinic.since import since_last
from pathway.clinic.steps import STEPS, Step
from pathway.clinic.views import find
from pathway.clinic.views.banner import banner
from pathway.guideline.facts import FACTS

YOUNGEST, OLDEST = int(FACTS["age_years"].low), int(FACTS["age_years"].high)


@clinician_required
@require_POST
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start a visit today, or go on with the one that is open: a second press makes no second visit."""
    fracture = find.fracture(request, pk)
    refusal = _refusal(fracture)
    if refusal:
        messages.error(request, refusal)
        return redirect("clinic:patient", fracture.patient_id)
    open_visit = fracture.open_visit()
    if open_visit is None:
        open_visit = _start(fracture, request.user)
    else:
        messages.info(request, _("This visit was already started. Go on with it, or discard it to start another."))
    return redirect("clinic:visit", open_visit.pk)


def _refusal(fracture: Fracture) -> str:
    """Why no visit can be started, or nothing."""
    patient = fracture.patient
    if patient.is_deceased:
        return _("The patient has died. No visit can be started.")
    if not YOUNGEST <= patient.age_on(timezone.localdate()) <= OLDEST:
        return _("This pathway is for patients from %(youngest)d to %(oldest)d years.") % {
            "youngest": YOUNGEST,
            "oldest": OLDEST,
        }
    return ""


def _start(fracture: Fracture, user) -> Visit:
    try:
        with transaction.atomic():
            visit = Visit.objects.create(fracture=fracture, on=timezone.localdate(), started_by=user)
            drafts.carry_forward(visit, user, timezone.now())
            visit.note(audit.Action.CREATE, user, timezone.now())
            return visit
    except IntegrityError:
        # Someone else pressed first: the database keeps one open visit for a fracture.
        return fracture.visits.open().get()


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the task list."""

    step: Step
    status: str
    hint: str


@clinician_required
@require_safe
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = find.visit(request, pk)
    ev = visit.evaluation()
    by_step = {draft.step: draft for draft in visit.drafts.select_related("saved_by")}
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "tasks": _tasks(visit, by_step),
        "draft": max((draft for draft in by_step.values()), key=lambda draft: draft.saved_at, default=None),
        "unanswered": emergency.unanswered(visit, ev) if not visit.is_signed else (),
        "interruptions": visit.answers_to_interruptions(),
        "rows": recorded(visit),
        "spine": broken.of_visit(visit),
        "panel": panel_for(visit, ev),
        "since": since_last(visit),
        "section": "worklist",
    }
    return render(request, "clinic/visit.html", context)


def _tasks(visit: Visit, by_step: dict[str, VisitDraft]) -> list[Task]:
    saved = {save.step: save for save in visit.saves.select_related("saved_by")}
    return [Task(step, *_status(saved.get(step.slug), by_step.get(step.slug))) for step in STEPS]


def _status(save: StepSave | None, draft: VisitDraft | None) -> tuple[str, str]:
    if draft is not None and draft.carried_from is not None:
        count = drafts.carried_count(draft)
        hint = ngettext(
            "%(count)d answer carried forward to confirm", "%(count)d answers carried forward to confirm", count
        )
        return "todo", hint % {"count": count}
    if draft is not None:
        return "typing", _("Typed, not saved yet")
    if save is None:
        return "todo", ""
    at = timezone.localtime(save.saved_at)
    return "done", _("Saved by %(name)s, %(at)s") % {"name": save.saved_by, "at": f"{day_text(at)} {at:%H:%M}"}


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then withdraw an unsigned visit."""
    visit = find.visit(request, pk)
    if visit.is_signed:
        messages.error(request, _("This visit is signed. It cannot be discarded."))
        return redirect("clinic:visit", visit.pk)
    if request.method == "POST":
        try:
            visit.discard(request.user, timezone.now())
        except StaleError:
            messages.error(request, _("Someone changed this visit a moment ago. Look again before you discard it."))
            return redirect("clinic:visit", visit.pk)
        messages.success(request, _("The visit was discarded."))
        return redirect("clinic:patient", visit.fracture.patient_id)
    context = {"visit": visit, **banner(visit.patient, visit.on)}
    return render(request, "clinic/discard.html", context)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def interruption(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was recorded, what to do now, and the answer to it."""
    visit = find.visit(request, pk)
    ev = visit.evaluation()
    found = emergency.unanswered(visit, ev)
    if visit.is_signed or not found:
        return redirect("clinic:visit", visit.pk)
    form = emergency.ContinueForm(request.POST if "continue" in request.POST else None)
    if "arranged" in request.POST:
        emergency.answer(visit, found, emergency.ARRANGED, "", request.user, timezone.now())
        return redirect("clinic:visit", visit.pk)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        emergency.answer(visit, found, emergency.CONTINUED, reason, request.user, timezone.now())
        return redirect("clinic:visit", visit.pk)
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "found": [FACTS[name].label for name in found],
        "saved": visit.saves.select_related("saved_by").filter(step="neurology").last(),
        "advice": panel_for(visit, ev),
        "form": form,
    }
    return render(request, "clinic/interruption.html", context, status=422 if form.errors else 200)
