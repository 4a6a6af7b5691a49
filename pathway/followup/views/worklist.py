"""The home page: what waits to be done, and the same rows on paper and as a spreadsheet for a recall clinic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required, confirmed, seen, signed_in
from pathway.accounts.adapter import home_of
from pathway.clinic.steps import STEPS
from pathway.followup import spreadsheet
from pathway.followup.models import Group
from pathway.followup.worklist import ALL, CLINIC, LATER, MINE, SECTIONS, Asked, sections, shown

MOST_PRINTED, MOST_IN_A_SPREADSHEET = 500, 5000


@signed_in
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """The first page of a clinician; whoever else types this address is sent to theirs."""
    if not request.user.is_clinician:
        return redirect(home_of(request.user))
    audit.record(audit.Action.READ, actor=request.user, at=timezone.now(), about=("worklist", ""))
    today = timezone.localdate()
    asked = Asked.from_query(request.GET)
    # Where recording an outcome leads back to; codes and the id of a row only.
    if request.session.get("worklist") != asked.query:
        request.session["worklist"] = asked.query
    context = {
        "asked": asked,
        "sections": sections(request.user, asked, today),
        "shows": [(ALL, ""), *SECTIONS.items()],
        "whose": (MINE, CLINIC),
        "groups": Group.choices,
        "later": asked.but(show=LATER),
        "steps": len(STEPS),
        "today": today,
        "section": "worklist",
    }
    return render(request, "followup/worklist.html", context)


@clinician_required
@require_safe
@audited_as(audit.Action.PRINT)
def on_paper(request: HttpRequest) -> HttpResponse:
    """A page to print, with room to write on."""
    asked = Asked.from_query(request.GET)
    seen(request, "worklist", "")
    context = {
        "asked": asked,
        "sections": shown(request.user, asked.but(), timezone.localdate(), MOST_PRINTED),
        "most": MOST_PRINTED,
        "today": timezone.localdate(),
        "steps": len(STEPS),
        "section": "worklist",
    }
    return render(request, "followup/on_paper.html", context)


@clinician_required
@require_safe
@audited_as(audit.Action.EXPORT)
@confirmed
def as_spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """The rows for a recall clinic, as XLSX, or CSV with `as=csv`."""
    asked = Asked.from_query(request.GET)
    seen(request, "worklist", "")
    today = timezone.localdate()
    sections = shown(request.user, asked.but(), today, MOST_IN_A_SPREADSHEET)
    rows = spreadsheet.worklist_rows(sections, today)
    return spreadsheet.response(rows, "worklist", request.GET.get("as", "xlsx"))
