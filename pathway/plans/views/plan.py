"""A signed plan: its page, both papers, addenda, and the visit that replaces it. Read from what was stored."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required
from pathway.accounts.refusals import refuse
from pathway.clinic import drafts as clinic_drafts
from pathway.clinic.models import Fracture, Visit
from pathway.plans import layout, paper, signing, translated
from pathway.plans.as_text import as_text
from pathway.plans.forms import AddendumForm, ReplaceForm
from pathway.plans.models import DamagedError, Plan, PlanQuerySet
from pathway.plans.views import find
from pathway.plans.views.review import pdf_response
from pathway.wording.languages import name_of


@clinician_required
@require_safe
def plan(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return _page(request, find.plan_even_elsewhere(request, pk), AddendumForm(), ReplaceForm())


def _page(
    request: HttpRequest, plan: Plan, addendum: AddendumForm, replace: ReplaceForm, status: int = 200
) -> HttpResponse:
    try:
        record = plan.frozen()
        for audience in ("clinician", "patient"):
            plan.paper(audience)
    except DamagedError as error:
        return refuse(request, 500, str(error))
    context = {
        "plan": plan,
        "visit": plan.visit,
        "patient": plan.patient,
        "patient_age": record["patient"]["age_years"],
        "section": "worklist",
        "page": layout.page(record, "clinician", draft=False),
        "text": as_text(record),
        "addenda": plan.addenda.select_related("added_by"),
        "newer": Plan.objects.filter(supersedes=plan).without_bytes().first(),
        "latest": _later_plans(plan).without_bytes().first(),
        "languages": [(code, name_of(code)) for code in record.get("translations", {})],
        "addendum": addendum,
        "replace": replace,
        "invalid": status == 422,
    }
    return render(request, "plans/plan.html", context, status=status)


def _later_plans(plan: Plan) -> PlanQuerySet:
    """The plans of the same fracture that were signed after this one, the last first."""
    return Plan.objects.filter(visit__fracture=plan.visit.fracture_id, signed_at__gt=plan.signed_at)


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def clinician_pdf(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return _paper(request, pk, "clinician")


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def patient_pdf(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return _paper(request, pk, "patient")


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def large_pdf(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The leaflet in large print: the signed record printed again, after its hash is checked."""
    plan = find.plan_even_elsewhere(request, pk)
    try:
        return pdf_response(paper.render(plan.frozen(), paper.LARGE, draft=False), f"plan-{plan.short_id}-large")
    except DamagedError as error:
        return refuse(request, 500, str(error))
    except paper.UnprintableError as error:
        return refuse(request, 409, str(error))


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def translated_pdf(request: HttpRequest, pk: UUID, code: str) -> HttpResponseBase:
    """The leaflet in a language that was frozen with the plan, printed from the signed record."""
    plan = find.plan_even_elsewhere(request, pk)
    try:
        record = plan.frozen()
        if code not in record.get("translations", {}):
            raise Http404
        pdf = paper.render(translated.in_language(record, code), "patient", draft=False)
    except DamagedError as error:
        return refuse(request, 500, str(error))
    except paper.UnprintableError as error:
        return refuse(request, 409, str(error))
    return pdf_response(pdf, f"plan-{plan.short_id}-{code}")


def _paper(request: HttpRequest, pk: UUID, audience: str) -> HttpResponseBase:
    """The stored bytes, once their hash is checked; never printed again."""
    plan = find.plan_even_elsewhere(request, pk, only_paper=audience)
    try:
        return pdf_response(plan.paper(audience), f"plan-{plan.short_id}")
    except DamagedError as error:
        return refuse(request, 500, str(error))


@clinician_required
@require_POST
def addendum(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    plan = find.plan(request, pk)
    form = AddendumForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, ReplaceForm(), status=422)
    text = form.cleaned_data["text"]
    made = signing.add_addendum(plan, request.user, timezone.now(), text, key=form.cleaned_data["key"])
    if (made.plan_id, made.text) != (plan.pk, text):  # Back, and other words in a form that was sent before
        messages.error(
            request, _("This form has added an addendum already. Press again to add these words as another.")
        )
        return _page(request, plan, AddendumForm(initial={"text": text}), ReplaceForm(), status=409)
    messages.success(request, _("The addendum was added."))
    return redirect("plans:plan", plan.pk)


@clinician_required
@require_http_methods(["POST"])
def replace(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Start, or go on with, the visit whose plan will supersede this one."""
    plan = find.plan(request, pk)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, AddendumForm(), form, status=422)
    if Plan.objects.filter(supersedes=plan).exists():
        messages.error(request, _("This plan is already superseded. Replace the newer plan instead."))
        return redirect("plans:plan", plan.pk)
    visit, is_new = _open_visit(plan.visit.fracture, request.user)
    reason = form.cleaned_data["reason"]
    made = signing.replace(plan, visit, request.user, timezone.now(), reason)
    if is_new:
        clinic_drafts.carry_replaced(visit, plan.visit, request.user, timezone.now())
    if (made.plan_id, made.reason) != (plan.pk, reason):
        said = {"number": made.plan.number, "reason": made.reason}
        messages.warning(request, _("What was asked first stands: once signed, the plan of this visit supersedes plan "
                                    "%(number)s (“%(reason)s”).") % said)  # fmt: skip
    else:
        messages.info(request, _("Once signed, the plan of this visit supersedes plan %s.") % plan.number)
    return redirect("clinic:visit", visit.pk)


def _open_visit(fracture: Fracture, user) -> tuple[Visit, bool]:
    """The visit under way, or a new one; and whether it is new."""
    existing = fracture.open_visit()
    if existing is not None:
        return existing, False
    try:
        with transaction.atomic():
            visit = Visit.objects.create(fracture=fracture, on=timezone.localdate(), started_by=user)
            visit.note(audit.Action.CREATE, user, timezone.now())
            return visit, True
    except IntegrityError:
        # Someone else pressed first: the database keeps one open visit for a fracture.
        return fracture.visits.open().get(), False
