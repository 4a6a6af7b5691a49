"""What a draft would change: the report of its replay, and the papers of cases and visits beside those of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pathway.accounts import audit
from pathway.accounts.access import author_required
from pathway.accounts.models import SiteState
from pathway.accounts.refusals import refuse
from pathway.clinic.models import Visit
from pathway.exchange.clinical_cases import ClinicalCase
from pathway.plans import paper
from pathway.plans.views.review import pdf_response
from pathway.releases import previews, tasks
from pathway.releases.models import Replay
from pathway.releases.publication import report
from pathway.releases.replay import latest
from pathway.releases.views.pages import compared, find, find_beside
from pathway.wording import releasing
from pathway.wording.models import Release

LISTED = 50
MOST_CASES = 200


@author_required
@require_safe
def impact(request: HttpRequest, number: int) -> HttpResponse:
    """The whole report. Of patients it names none: whoever may open a visit finds a link to it."""
    found = find(request, number)
    replay = latest(found)
    if replay is None:
        return redirect("releases:release", found.number)
    told = report(found, replay)
    context = {
        "section": "pathway",
        "shown": found,
        **told,
        **(_visits(request, replay, told["headings"]) if replay.is_finished else {}),
    }
    return render(request, "releases/impact.html", context)


def _sees(request: HttpRequest):
    """The visits that this person may open: a clinician's own clinic's; in the demo, with fictional patients, all."""
    user = request.user
    if user.is_clinician:
        return Visit.objects.visible_to(user)
    is_demo = Exists(SiteState.objects.filter(kind=SiteState.Kind.DEMO))
    return Visit.objects.filter(is_demo, fracture__patient__clinic=user.clinic_id, discarded_at=None)


def _visits(request: HttpRequest, replay: Replay, headings: Mapping[str, str]) -> dict:
    seen = _sees(request)
    listed = replay.differing.filter(visit__in=seen).select_related("visit").order_by("is_signed", "pk")
    page = Paginator(listed, LISTED).get_page(request.GET.get("page"))
    for one in page:
        one.said = ", ".join(headings.get(name, name) for name in one.sentences.split())
    return {"visits": page, "may_see_visits": page.paginator.count > 0 or seen.exists()}


@author_required
@require_POST
def replay(request: HttpRequest, number: int) -> HttpResponseBase:
    """Begin a replay; in a service its parts wait for workers."""
    found = find(request, number)
    try:
        tasks.start(found, by=request.user, at=timezone.now())
    except releasing.RefusedError as refused:
        return refuse(request, 409, str(refused))
    return redirect("releases:release", found.number)


@author_required
@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that htmx asks for while a replay runs. Finished, it asks the browser for the whole page."""
    found = find(request, number)
    response = render(request, "releases/_report.html", {"shown": found, "may_write": True, **report(found)})
    running = latest(found)
    if running is None or running.is_finished:
        response["HX-Refresh"] = "true"
    return response


@author_required
@require_safe
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Choose a clinical case; its sentences that change, side by side, and both papers."""
    found = find(request, number)
    asked = request.GET.get("words", "").strip().casefold()
    chosen = {key: case for key, case in previews.cases().items() if asked in str(case).casefold()}
    context = {
        "section": "pathway",
        "shown": found,
        "words": request.GET.get("words", ""),
        "cases": list(chosen.items())[:MOST_CASES],
        "more": max(0, len(chosen) - MOST_CASES),
        "visits": _sees(request).select_related("fracture__patient__clinic").order_by("-on")[:LISTED],
    }
    return render(request, "releases/preview.html", context)


@author_required
@require_safe
def case(request: HttpRequest, number: int, key: str) -> HttpResponse:
    (found, in_force), chosen = find_beside(request, number), _case(key)
    return _beside(request, found, in_force, previews.of_case(chosen, found), {"case": chosen, "key": key})


@author_required
@require_safe
def case_paper(request: HttpRequest, number: int, key: str, audience: str, text: str) -> HttpResponseBase:
    found, chosen = find(request, number), _case(key)
    return _paper(
        request, found, lambda release: previews.of_case(chosen, release), f"{audience}-{text}", f"case-{key}"
    )


@author_required
@require_safe
def visit(request: HttpRequest, number: int, pk: UUID) -> HttpResponse:
    (found, in_force), chosen = find_beside(request, number), _visit(request, pk, audit.Action.READ)
    record = previews.of_visit(chosen, found, on_screen=True)
    return _beside(request, found, in_force, record, {"visit": chosen, "is_signed": chosen.is_signed})


@author_required
@require_safe
def visit_paper(request: HttpRequest, number: int, pk: UUID, audience: str, text: str) -> HttpResponseBase:
    found, chosen = find(request, number), _visit(request, pk, audit.Action.PRINT)
    name = f"visit-{str(pk)[:8]}"
    return _paper(request, found, lambda release: previews.of_visit(chosen, release), f"{audience}-{text}", name)


def _case(key: str) -> ClinicalCase:
    if key not in previews.cases():
        raise Http404
    return previews.cases()[key]


def _visit(request: HttpRequest, pk: UUID, action: str) -> Visit:
    """Found and authorized in one move, and in the audit trail. What this person may not open does not exist."""
    user = request.user
    found = _sees(request).select_related("fracture__patient__clinic").with_course(pk)
    if found is None and not user.is_clinician:
        raise PermissionDenied
    if found is None:
        raise Http404
    about = {"about": ("visit", pk), "patient": found.fracture.patient_id}
    audit.record(action, actor=user, at=timezone.now(), reason="preview of a release", **about)
    return found


def _beside(request: HttpRequest, found: Release, in_force: Release | None, record: dict, about: dict) -> HttpResponse:
    changed = compared(previews.touched(record, found, in_force))
    context = {"section": "pathway", "shown": found, "record": record, "changes": changed, "release": in_force}
    languages = [(code, name, previews.is_whole(record, found, code)) for code, name in previews.languages_of(found)]
    context |= {"languages": languages, **about}
    return render(request, "releases/beside.html", context)


def _paper(request: HttpRequest, found: Release, drafted: Callable, asked: str, name: str) -> HttpResponseBase:
    """The paper of an audience with the text in force, with the release, or, the leaflet, in a language of it."""
    audience, _dash, text = asked.partition("-")
    is_translated = audience == "patient" and text in dict(previews.languages_of(found))
    if audience not in paper.AUDIENCES or not (text in (previews.NOW, previews.AFTER) or is_translated):
        raise Http404
    record = drafted(None if text == previews.NOW else found)
    if is_translated:
        record = previews.in_language(record, found, text)
        if record is None:
            said = _("A sentence of this leaflet is missing or stale in this language, so it cannot be shown.")
            return refuse(request, 409, said)
    try:
        return pdf_response(paper.render(record, audience, draft=True), name)
    except paper.UnprintableError as error:
        return refuse(request, 409, _("This text cannot be printed. %s") % error)
