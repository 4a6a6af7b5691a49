"""One step of the walk: the page, its autosave, and what happens when someone else saved it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pathway.accounts.access import clinician_required
from pathway.accounts.kept_forms import sent_to_its_page
from pathway.clinic import drafts, emergency
from pathway.clinic.fields import Answer
from pathway.clinic.forms import StepForm, answer_text
from pathway.clinic.models import StepSave, Visit, VisitDraft
from pathway.clinic.models.visits import StaleError
from pathway.clinic.panel import Panel, panel_for
from pathway.clinic.steps import STEPS, Step
from pathway.clinic.views import find
from pathway.clinic.views.banner import banner
from pathway.guideline.facts import FACTS


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: UUID, step: Step) -> HttpResponse:
    visit = find.visit(request, pk)
    if visit.is_signed:
        return _closed(request, visit)
    if request.method != "POST":
        kept = _kept(visit)
        draft = next((one for one in kept if one.step == step.slug), None)
        return _page(request, visit, step, StepForm(step, visit, draft=draft), kept=kept, draft=draft)
    form = StepForm(step, visit, data=request.POST)
    if not form.is_valid():
        _keep_typing(request, visit, step, form)
        return _page(request, visit, step, form, status=422)
    try:
        visit.save_step(
            step.slug,
            form.columns(),
            form.entries(),
            request.user,
            timezone.now(),
            version=_count(request, "version"),
            rev=_count(request, "rev"),
            levels=form.levels(),
        )
    except StaleError:
        return _conflict(request, pk, step)
    for question in form.cleared:
        messages.info(request, _("Not kept, because it no longer applies: %(label)s.") % _labelled(question.fact))
    if emergency.unanswered(visit):
        return redirect("clinic:interruption", visit.pk)
    if "leave" in request.POST or step.next is None:
        return redirect("clinic:visit", visit.pk)
    return redirect("clinic:step", visit.pk, step.next)


@sent_to_its_page
@clinician_required
@require_POST
def draft(request: HttpRequest, pk: UUID, step: Step) -> HttpResponse:
    """Keep what was typed, and answer with the panel that follows from it. Nothing else on the page is replaced."""
    visit = find.visit(request, pk)
    form = StepForm(step, visit, data=request.POST)
    form.is_valid()
    try:
        kept = drafts.keep(
            visit,
            step,
            form.typed_pieces(request.POST),
            request.user,
            timezone.now(),
            version=_count(request, "version"),
            rev=_count(request, "rev"),
        )
    except StaleError:
        return HttpResponse(_("Someone else changed these answers. Press Continue to compare."), status=409)
    typed = drafts.unsaved_answers(visit, kept.values(), form)
    panel = panel_for(visit, visit.evaluation(typed))
    context = {"visit": visit, "step": step, "panel": panel, "draft": kept[step.slug]}
    return render(request, "clinic/_panel.html", {**context, "reworded": _opened_before(request, panel)})


def _opened_before(request: HttpRequest, panel: Panel) -> bool:
    """Whether the page shows the wording of an earlier release."""
    return request.POST.get("release", str(panel.release_number)) != str(panel.release_number)


def _keep_typing(request: HttpRequest, visit: Visit, step: Step, form: StepForm) -> None:
    """A refused page is kept as a draft too: a closed browser loses nothing. Someone else's draft is left alone."""
    try:
        drafts.keep(
            visit,
            step,
            form.typed_pieces(request.POST),
            request.user,
            timezone.now(),
            version=_count(request, "version"),
            rev=_count(request, "rev"),
        )
    except StaleError:
        return


def _kept(visit: Visit) -> list[VisitDraft]:
    return list(visit.drafts.select_related("saved_by"))


def _page(
    request: HttpRequest, visit: Visit, step: Step, form: StepForm, *, status: int = 200, kept=None, **more
) -> HttpResponse:
    kept = _kept(visit) if kept is None else kept
    panel = panel_for(visit, visit.evaluation(drafts.unsaved_answers(visit, kept)))
    for name, field in form.fields.items():
        field.mark = "deciding" if name in panel.deciding else "none"
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "step": step,
        "steps": STEPS,
        "form": form,
        "panel": panel,
        "reworded": _opened_before(request, panel),
        "opened_version": visit.version,
        "rev": next((draft.rev for draft in kept if draft.step == step.slug), 0),
        "section": "worklist",
        "invalid": status == 422,
        **more,
    }
    return render(request, "clinic/step.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that two people gave differently."""

    label: str
    yours: str
    theirs: str


def _conflict(request: HttpRequest, pk: UUID, step: Step) -> HttpResponse:
    """Nothing was written: both answers side by side, what was typed still in the form, and the way to save it."""
    visit = find.visit(request, pk)
    if visit.is_signed:
        return _closed(request, visit)
    yours = StepForm(step, visit, data=request.POST)
    yours.is_valid()
    draft = visit.drafts.select_related("saved_by").filter(step=step.slug).exclude(saved_by=request.user).first()
    if draft is None:
        other: StepSave | VisitDraft = visit.saves.select_related("saved_by").filter(step=step.slug).last()
        theirs = yours.saved
    else:
        other, theirs = draft, drafts.read(visit, draft).believed
    return _page(request, visit, step, yours, status=409, other=other, differences=_differences(yours, theirs))


def _differences(yours: StepForm, theirs: dict[str, Answer]) -> list[Difference]:
    found = []
    for name in yours.fields:
        fact = FACTS[name]
        texts = [
            answer_text(fact, answers[name]) if name in answers else _("not readable as typed")
            for answers in (yours.believed, theirs)
        ]
        if texts[0] != texts[1]:
            found.append(Difference(fact.label, *texts))
    return found


def _closed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The visit is signed: shown for a link followed late, refused for a form sent late."""
    if request.method != "POST":
        return redirect("clinic:visit", visit.pk)
    context = {"visit": visit, **banner(visit.patient, visit.on), "typed": _typed(request)}
    return render(request, "clinic/closed.html", context, status=409)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, so that nothing typed is lost with the refusal."""
    sent = [(FACTS[name].label, ", ".join(values)) for name, values in request.POST.lists() if name in FACTS]
    return [(label, text) for label, text in sent if text]


def _labelled(fact: str) -> dict[str, Any]:
    return {"label": FACTS[fact].label}


def _count(request: HttpRequest, name: str) -> int:
    """A counter that the form carries. A form without it is older than everything."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
