"""Review: every action with its reasons and a decision, the answers, what is still needed, and the preview on paper."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required
from pathway.accounts.refusals import refuse
from pathway.clinic.models import Visit
from pathway.clinic.models.visits import StaleError
from pathway.clinic.panel import question_href
from pathway.clinic.steps import STEP_BY_SLUG, STEP_OF_FACT
from pathway.clinic.views.banner import banner
from pathway.guideline.facts import FACTS
from pathway.plans import layout, paper, signing
from pathway.plans.criteria_opened import opened
from pathway.plans.drafts import decidable, draft, standing
from pathway.plans.forms import DecisionsForm, initial_of
from pathway.plans.kinds import must_be_decided
from pathway.plans.models import ReviewDraft
from pathway.plans.views import find
from pathway.wording.book import NoReleaseError, effective_book

TAGS = {
    "recommended": "advised",
    "check_first": "check",
    "blocked": "blocked",
    "undetermined": "needed",
    "not_indicated": "note",
}
NEEDED_SHOWN = 8
SECTIONS = (
    ("urgent", _("Urgent")),
    ("decide", _("Treatment")),
    ("options", _("Options within a treatment")),
    ("advice", _("Advice, reviews and warnings")),
    ("blocked", _("Blocked")),
    ("undetermined", _("Cannot be decided yet")),
    ("not_indicated", _("Not recommended for this patient")),
)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Show the draft plan; keep the decisions; go on to signing once what must be decided is decided."""
    visit = find.visit(request, pk)
    if visit.is_signed:
        return _signed(visit)
    ev = visit.evaluation()
    try:
        book = effective_book(ev.rules.at)
    except NoReleaseError as error:
        return refuse(request, 503, str(error))
    about = _about(ev, book)
    if request.method != "POST":
        kept = visit.review_drafts.filter(saved_by=request.user).first()
        decisions = standing(visit, ev)
        initial = initial_of(decisions) | (kept.typed if kept else {})
        form = DecisionsForm(**about, initial=initial)
        return _page(request, visit, _draft(visit, ev, book, decisions), ev, form, kept=kept)
    form = DecisionsForm(request.POST, **about, complete="sign" in request.POST)
    reworded = request.POST.get("release", str(book.release_number)) != str(book.release_number)
    is_stale = reworded or request.POST.get("version") != str(visit.version)
    status = 409 if is_stale else 200 if form.is_valid() else 422
    if status != 200:
        form.is_valid()
        _keep_typing(request, visit, form)
        return _page(request, visit, _draft(visit, ev, book), ev, form, status=status, reworded=reworded)
    try:
        _keep(visit, form, request.user)
    except StaleError:
        return redirect("plans:review", visit.pk)
    return redirect("plans:sign" if "sign" in request.POST else "plans:review", visit.pk)


def _draft(visit: Visit, ev, book, decisions=None) -> dict:
    """The record as the page shows it; with the moment its wording went into force, where the visit was open then."""
    since = book.in_force_since
    reworded_at = since if since and since > visit.started_at else None
    return {**draft(visit, ev, book, decisions, on_screen=True), "reworded_at": reworded_at}


def _about(ev, book) -> dict:
    """What the form of decisions is about: the actions as they stand now."""
    results = decidable(ev)
    return {
        "results": results,
        "headings": {result.name: book.sentence("action", result.name, "clinician").heading for result in results},
        "required": {result.name for result in results if must_be_decided(ev, result.name)},
    }


@clinician_required
@require_POST
def review_draft(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Keep what was typed on the review page, so that Back, a reload or a closed browser loses nothing."""
    visit = find.visit(request, pk)
    if visit.is_signed:
        return HttpResponse(_("This plan is signed."), status=409)
    ev = visit.evaluation()
    try:
        book = effective_book(ev.rules.at)
    except NoReleaseError as error:
        return refuse(request, 503, str(error))
    _keep_typing(request, visit, DecisionsForm(**_about(ev, book)))
    return HttpResponse(status=204)


@transaction.atomic
def _keep_typing(request: HttpRequest, visit: Visit, form: DecisionsForm) -> None:
    typed = {name: request.POST[name] for name in form.fields if name in request.POST}
    now = timezone.now()
    ReviewDraft.objects.update_or_create(
        visit=visit, saved_by=request.user, defaults={"typed_json": json.dumps(typed), "saved_at": now}
    )
    visit.note(audit.Action.CHANGE, request.user, now, reason="draft of decisions")


def _signed(visit: Visit) -> HttpResponseBase:
    plan = find.plan_of(visit)
    return redirect("clinic:visit", visit.pk) if plan is None else redirect("plans:plan", plan.pk)


@transaction.atomic
def _keep(visit: Visit, form: DecisionsForm, user) -> None:
    """Write what changed: a decision that stays as it was keeps its author and its time."""
    visit.review_drafts.filter(saved_by=user).delete()
    before = {made.action: made for made in standing(visit, visit.evaluation())}
    for action, (choice, reason, words) in form.decisions().items():
        made = before.get(action)
        if made is not None and (made.choice, made.reason, made.words) == (choice, reason, words):
            continue
        if choice:
            signing.decide(visit, action, choice, user, timezone.now(), reason=reason, words=words)
        elif made is not None:
            signing.withdraw(visit, action, user, timezone.now())


def _page(
    request: HttpRequest, visit: Visit, record: dict, ev, form: DecisionsForm, status: int = 200, kept=None,
    reworded: bool = False,
) -> HttpResponse:  # fmt: skip
    shared = layout.shared_reasons(record["actions"])
    needed = [{**question, "href": question_href(visit, question["fact"])} for question in record["questions"]]
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "section": "worklist",
        "form": form,
        "kept": kept,
        "changed": status == 409 and not reworded,
        "reworded": reworded,
        "invalid": status == 422,
        "record": record,
        "open_questions": ev.headline == "answers_needed",
        "shared": "; ".join(shared),
        "sections": _sections(record, form, shared),
        "answers": [{**group, "href": _step_href(visit, group["key"])} for group in record["answers"]],
        "criteria": opened(ev, visit.carried()),
        "needed": needed if ev.headline == "answers_needed" else needed[:NEEDED_SHOWN],
        "more_needed": needed[NEEDED_SHOWN:],
        "unsaved": [STEP_BY_SLUG[kept.step] for kept in (visit.drafts.all() if visit.has_drafts else ())],
    }
    return render(request, "plans/review.html", context, status=status)


def _step_href(visit: Visit, group: str) -> str:
    """The first step that asks about a group of facts; none for what comes from the patient or the clinic."""
    steps = (STEP_OF_FACT.get(fact.name) for fact in FACTS.values() if fact.group == group)
    step = next((step for step in steps if step), None)
    return reverse("clinic:step", args=[visit.pk, step]) if step and group not in ("patient", "clinic") else ""


def _sections(record: dict, form: DecisionsForm, shared: list[str]) -> list[dict]:
    """The actions under the headings of the page, each with its tag, its reasons and its form fields."""
    if record["headline"]["name"] == "answers_needed":
        return []
    shown = layout.nested([_shown(a, form, shared) for a in record["actions"]])
    sections = [
        {
            "key": key,
            "title": title,
            "actions": [a for a in shown if a["section"] == key],
            "folded": key in ("undetermined", "not_indicated"),
        }
        for key, title in SECTIONS
    ]
    return [section for section in sections if section["actions"]]


def _shown(frozen: dict, form: DecisionsForm, shared: list[str]) -> dict:
    is_urgent = frozen["urgent"] and frozen["status"] in ("recommended", "check_first")
    return {
        **layout.action(frozen, shared),
        "section": "urgent" if is_urgent else _section(frozen),
        "tag": "urgent" if is_urgent else _tag(frozen),
        "word": _word(frozen, is_urgent),
        "fields": form.of(frozen["name"]),
    }


def _tag(frozen: dict) -> str:
    return "note" if frozen["kind"] == "warning" else TAGS[frozen["status"]]


def _word(frozen: dict, is_urgent: bool):
    if is_urgent:
        return _("Urgent")
    is_warning = frozen["kind"] == "warning" and frozen["status"] == "recommended"
    return _("Warning") if is_warning else layout.STATUS_TITLES[frozen["status"]]


def _section(frozen: dict) -> str:
    if frozen["status"] not in ("recommended", "check_first"):
        return frozen["status"]
    return {"treatment": "decide", "urgent": "decide", "option": "options"}.get(frozen["kind"], "advice")


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def preview(request: HttpRequest, pk: UUID, audience: str) -> HttpResponseBase:
    """The draft on paper, marked as not signed on every page."""
    visit = find.visit(request, pk)
    if visit.is_signed:
        return _signed(visit)
    try:
        pdf = paper.render(draft(visit), audience, draft=True)
    except (paper.UnprintableError, NoReleaseError) as error:
        return refuse(request, 409, str(error))
    return pdf_response(pdf, f"draft-{str(visit.pk)[:8]}")


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser; its file name says nothing about the patient."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
