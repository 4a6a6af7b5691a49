"""The home page: visits that wait to be finished, and what is due after the signed ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import signed_in
from pathway.accounts.adapter import home_of
from pathway.clinic.models import Visit
from pathway.clinic.steps import STEPS
from pathway.guideline.actions import Status

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A visit on the worklist. `due_on` is the next review of a signed one."""

    visit: Visit
    steps_saved: int = 0
    days_open: int = 0
    due_on: date | None = None
    is_overdue: bool = False


@signed_in
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """The first page of a clinician; whoever else types this address is sent to theirs."""
    if not request.user.is_clinician:
        return redirect(home_of(request.user))
    audit.record(audit.Action.READ, actor=request.user, at=timezone.now(), about=("worklist", ""))
    today = timezone.localdate()
    visits = Visit.objects.visible_to(request.user)
    unsigned = visits.open().order_by("started_at").prefetch_related("saves")[:MOST_ROWS]
    context = {
        "unsigned": [_unsigned(visit, today) for visit in unsigned],
        "signed": sorted(_signed(visits, today), key=_by_need),
        "steps": len(STEPS),
        "section": "worklist",
    }
    return render(request, "clinic/worklist.html", context)


def _unsigned(visit: Visit, today: date) -> Row:
    return Row(visit, len({save.step for save in visit.saves.all()}), (today - visit.on).days)


def _signed(visits, today: date) -> list[Row]:
    """The latest signed visit of each fracture of the living, with the review its signer chose, else the pathway's."""
    latest: dict = {}
    alive = visits.signed().filter(fracture__patient__deceased_on=None).annotate(chosen=F("plan__next_review_on"))
    lately = alive.order_by("-signed_at").prefetch_related("level_rows")[: 4 * MOST_ROWS]
    for visit in lately:
        latest.setdefault(visit.fracture_id, visit)
    rows = []
    for visit in list(latest.values())[:MOST_ROWS]:
        due_on = visit.chosen or next_review(visit)
        rows.append(Row(visit, due_on=due_on, is_overdue=due_on is not None and due_on < today))
    return rows


def next_review(visit: Visit) -> date | None:
    """The first follow-up due after a visit, as the guideline dates it."""
    actions = visit.evaluation().actions.values()
    due = [result.due_on for result in actions if result.due_on is not None and result.status == Status.RECOMMENDED]
    return min((day for day in due if day > visit.on), default=None)


def _by_need(row: Row) -> tuple[bool, date]:
    return row.due_on is None, row.due_on or row.visit.on
