"""Sign: who the plan is for, what was decided, and one press that makes it final."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pathway.accounts.access import clinician_required, confirmed
from pathway.accounts.refusals import refuse
from pathway.clinic import emergency
from pathway.clinic.models import Visit
from pathway.clinic.steps import STEP_BY_SLUG
from pathway.clinic.views.banner import banner
from pathway.plans import paper, signing
from pathway.plans.drafts import draft, fingerprint_of, standing, suggested_review, undecided
from pathway.plans.forms import SignForm
from pathway.plans.kinds import Choice
from pathway.plans.models import Decision
from pathway.plans.views import find
from pathway.wording.book import NoReleaseError


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def sign(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Ask, then sign once: a second press, Back, or another tab leads to the plan that was signed."""
    visit = find.visit(request, pk)
    plan = find.plan_of(visit) if visit.is_signed or request.method == "POST" else None  # may be signed by now
    if plan is not None:
        messages.info(request, _("This plan is signed."))
        return redirect("plans:plan", plan.pk)
    ev = visit.evaluation()
    if emergency.unanswered(visit, ev):
        return redirect("clinic:interruption", visit.pk)
    decisions = standing(visit, ev)
    if undecided(visit, ev, decisions):
        messages.error(request, _("Some actions still need a decision before the plan can be signed."))
        return redirect("plans:review", visit.pk)
    form = SignForm(request.POST, on=visit.on) if request.method == "POST" else None
    try:
        if form is not None and form.is_valid():
            return _sign(request, visit, form)
        record = draft(visit, ev, decisions=decisions)
    except NoReleaseError as error:
        return refuse(request, 503, str(error))
    if form is not None:
        return _page(request, visit, ev, record, decisions, form, status=422)
    paper.printers().warm_up()  # while the clinician reads
    review = suggested_review(ev)
    if settings.PRINT_AHEAD:
        signing.lay_out_ahead(record, request.user, timezone.now(), review)
    initial = {"next_review": _boxes(review), "seen": fingerprint_of(record), "key": uuid4()}
    return _page(request, visit, ev, record, decisions, SignForm(on=visit.on, initial=initial))


def _sign(request: HttpRequest, visit: Visit, form: SignForm) -> HttpResponseBase:
    answered = form.cleaned_data
    try:
        plan = signing.sign(
            visit,
            request.user,
            timezone.now(),
            key=answered["key"],
            seen=answered["seen"],
            next_review_on=answered["next_review"],
        )
    except signing.ChangedError:
        return _changed(request, visit)
    except signing.UndecidedError:
        messages.error(request, _("Some actions still need a decision before the plan can be signed."))
        return redirect("plans:review", visit.pk)
    except paper.UnprintableError as error:
        return refuse(request, 409, _("The plan was not signed and the visit is still a draft. %s") % error)
    return redirect("plans:plan", plan.pk)


def _changed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """409: what was reviewed is not what is there now. Says who saved what last."""
    last = visit.saves.select_related("saved_by").last()
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "last": last,
        "step": STEP_BY_SLUG[last.step] if last else None,
    }
    return render(request, "plans/changed.html", context, status=409)


def _page(
    request: HttpRequest, visit: Visit, ev, record: dict, decisions: list[Decision], form: SignForm, status: int = 200
) -> HttpResponse:
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "section": "worklist",
        "form": form,
        "invalid": status == 422,
        "counts": [
            (choice.label, count) for choice in Choice if (count := sum(made.choice == choice for made in decisions))
        ],
        "total": len(decisions),
        "release_label": record["release"]["label"],
        "missing": len(ev.missing),
        "undone": [question["label"] for question in record["questions"] if question["fact"] in ev.facts],
        "open_questions": ev.headline == "answers_needed",
        "unsaved": [STEP_BY_SLUG[kept.step] for kept in (visit.drafts.all() if visit.has_drafts else ())],
    }
    return render(request, "plans/sign.html", context, status=status)


def _boxes(day: date | None) -> list[int] | None:
    """A day as the three boxes of its field show it."""
    return [day.day, day.month, day.year] if day else None
