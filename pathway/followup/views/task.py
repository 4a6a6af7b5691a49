"""One task: why it is there, what was done about it, and the small form that records a call."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pathway.accounts.access import clinician_required
from pathway.clinic.numbers import day_text
from pathway.clinic.views.banner import banner
from pathway.followup import ending
from pathway.followup.ending import NOTHING_SAID
from pathway.followup.forms import NO_ANSWER, ChangeForm, OutcomeForm, ReopenForm
from pathway.followup.models import ENDS_ALL, Kind, Outcome, Task
from pathway.followup.views import find
from pathway.plans.denosumab import DENOSUMAB

MANY_TRIES = 3


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a task; record what came of it, and go back to the list."""
    found = find.task(request, pk)
    today = timezone.localdate()
    if request.method != "POST":
        return _page(request, found)
    form = OutcomeForm(request.POST, task=found, today=today)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    if form.cleaned_data["version"] != found.version:
        return _overtaken(request, found, form)
    try:
        messages.success(request, _record(found, form.cleaned_data, request.user, today))
    except ending.OvertakenError:
        return _overtaken(request, find.task(request, pk), form)
    return redirect(_list(request))


def _record(task: Task, given: dict, by, today) -> str:
    """Write what was chosen; returns the sentence that says so."""
    now, said = timezone.now(), {"task": task.get_kind_display(), "name": task.patient.name}
    if given["outcome"] == NO_ANSWER:
        ending.record_no_answer(task, by, now, on=today, again_on=given["again_on"], words=given["words"])
        return _("%(name)s: the call was recorded. %(task)s stays on the list.") % said
    outcome = Outcome(given["outcome"])
    on = given["on"] if outcome in (Outcome.DONE, Outcome.DIED) else None
    taken = ending.Taken(given.get("medicine", ""), given.get("since")) if outcome == Outcome.DONE else NOTHING_SAID
    ended = ending.record_outcome(task, outcome, by, now, on=on, words=given["words"], taken=taken)
    if outcome in ENDS_ALL:
        sentence = ngettext(
            "%(name)s: %(outcome)s. %(count)d task ended.", "%(name)s: %(outcome)s. %(count)d tasks ended.", ended
        )
        return sentence % {**said, "outcome": outcome.label, "count": ended}
    sentence = _("%(name)s, %(task)s: %(outcome)s.") % {**said, "outcome": outcome.label}
    return f"{sentence} {_what_is_next(task)}".strip()


def _what_is_next(task: Task) -> str:
    """The next dose; or that nobody will be reminded of this patient any more."""
    if dose := _dose_after(task):
        return _("The next dose is due %(day)s.") % {"day": day_text(dose.due_on)}
    if review := task.followed_by.open().filter(kind=Kind.REBOUND).first():
        return _("Fractures rebound without it. New task, due %(day)s: %(task)s.") % {
            "day": day_text(review.due_on), "task": review.title
        }  # fmt: skip
    if not Task.objects.open().filter(patient_id=task.patient_id).exists():
        return _("That was the patient's last task: nothing will remind anyone of them.")
    return ""


def _dose_after(task: Task) -> Task | None:
    """Of denosumab, given or said to be taken: the dose that is asked for next."""
    if task.kind != Kind.DENOSUMAB and task.medicine != DENOSUMAB:
        return None
    return Task.objects.open().filter(patient_id=task.patient_id, kind=Kind.DENOSUMAB).first()


def _list(request: HttpRequest) -> str:
    """The worklist as it was last looked at."""
    query = request.session.get("worklist", "")
    return f"{reverse('followup:worklist')}?{query}" if query else reverse("followup:worklist")


def _page(request: HttpRequest, task: Task, *, status: int = 200, **forms) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "task": task,
        "events": task.events.select_related("by"),
        "many_tries": task.is_open and task.tries >= MANY_TRIES,
        "days_late": (today - task.due_on).days,
        **banner(task.patient, today),
        "section": "worklist",
        "list": _list(request),
        "invalid": status == 422,
        "problem_form": forms.get("form") or forms.get("change") or forms.get("reopen"),
    }
    if task.is_open:
        context["form"] = forms.get("form") or OutcomeForm(task=task, today=today)
        context["change"] = forms.get("change") or ChangeForm(task=task, today=today)
    else:
        context["reopen"] = forms.get("reopen") or ReopenForm(task=task)
    return render(request, "followup/task.html", context, status=status)


def _overtaken(request: HttpRequest, task: Task, form) -> HttpResponse:
    """409: someone else was quicker. Shows what they did, and what was typed here."""
    last = task.events.select_related("by").last()
    names = [name for name in ("outcome", "medicine", "since", "words") if name in form.fields]
    typed = [(form[name].label, _as_read(form.fields[name], form[name].value())) for name in names]
    context = {
        "task": task,
        **banner(task.patient, timezone.localdate()),
        "section": "worklist",
        "last": last,
        "typed": [(label, value) for label, value in typed if value],
    }
    return render(request, "followup/overtaken.html", context, status=409)


def _as_read(field, value) -> str:
    """What was typed, as a person reads it: the words of a choice, the boxes of a day in a row."""
    if isinstance(value, list):
        return " ".join(box for box in value if box)
    return str(dict(getattr(field, "choices", ())).get(value, value or ""))


@clinician_required
@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the task to someone else, or another day."""
    found = find.task(request, pk)
    if not found.is_open:
        return redirect("followup:task", pk)
    form = ChangeForm(request.POST, task=found, today=timezone.localdate())
    if not form.is_valid():
        return _page(request, found, change=form, status=422)
    given = form.cleaned_data
    if given["version"] != found.version:
        return _overtaken(request, found, form)
    try:
        with transaction.atomic():
            if given["due"] != found.due_on:
                ending.move(found, given["due"], given["words"], request.user, timezone.now())
            if given["owner"] != found.owner:
                ending.give(found, given["owner"], request.user, timezone.now())
    except ending.OvertakenError:
        return _overtaken(request, find.task(request, pk), form)
    messages.success(request, _("The task was changed."))
    return redirect("followup:task", pk)


@clinician_required
@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back an outcome that was recorded by mistake."""
    found = find.task(request, pk)
    if found.is_open:
        return redirect("followup:task", pk)
    form = ReopenForm(request.POST, task=found)
    if not form.is_valid():
        return _page(request, found, reopen=form, status=422)
    if form.cleaned_data["version"] != found.version:
        return _overtaken(request, found, form)
    if found.patient.is_deceased:
        messages.error(request, _("The patient has died. Correct the patient's details first."))
        return redirect("followup:task", pk)
    try:
        opened = ending.reopen(found, form.cleaned_data["words"], request.user, timezone.now())
    except ending.OvertakenError:
        return _overtaken(request, find.task(request, pk), form)
    sentence = ngettext("The task is open again.", "%(count)d tasks that ended together are open again.", opened)
    messages.success(request, sentence % {"count": opened})
    return redirect("followup:task", pk)
