"""The patients whom an indicator counts: a page at a time, and all of them as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required, confirmed, seen
from pathway.followup import counting, paging, spreadsheet
from pathway.followup.indicators import SCHEMES, Indicator
from pathway.followup.spreadsheet import Row
from pathway.followup.views.indicators import LISTS, Asked, lists, measured

PAGE_ROWS, ROWS_AT_ONCE = 50, 500
MOST_IN_XLSX = 20_000
"""A larger list is sent as CSV, row by row: making a workbook of 100,000 patients takes twenty seconds."""


@clinician_required
@require_safe
def listed(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    one, asked = _asked(request, slug, which)
    title, met = LISTS[which]
    every = counting.listed(one, asked.ids, asked.quarters, asked.today, met=met, after=request.GET.get("after", ""))
    rows = list(every[: PAGE_ROWS + 1])
    more = paging.key(rows[PAGE_ROWS - 1].counted_on, rows[PAGE_ROWS - 1].pk) if len(rows) > PAGE_ROWS else ""
    context = {
        **asked.context(),
        "indicator": one,
        "scheme": SCHEMES[one.scheme],
        "which": which,
        "title": title,
        "lists": lists(one, asked),
        "rows": [(row, getattr(row, one.column)) for row in rows[:PAGE_ROWS]],
        "more": more,
        "is_later": "after" in request.GET,
    }
    return render(request, "followup/listed.html", context)


@clinician_required
@require_safe
@audited_as(audit.Action.EXPORT)
@confirmed
def as_spreadsheet(request: HttpRequest, slug: str, which: str) -> HttpResponseBase:
    """The whole list, with two identifiers a row, as XLSX; as CSV where it is long, or with `as=csv`."""
    one, asked = _asked(request, slug, which)
    number = next(number for name, _title, number in lists(one, asked) if name == which)
    kind = "csv" if number > MOST_IN_XLSX else request.GET.get("as", "xlsx")
    return spreadsheet.response(_rows(one, asked, which), "patients", kind)


def _asked(request: HttpRequest, slug: str, which: str) -> tuple[Indicator, Asked]:
    one = measured(slug)
    if which not in LISTS:
        raise Http404
    seen(request, "indicators", f"{slug}/{which}")
    return one, Asked(request, [one])


def _rows(one: Indicator, asked: Asked, which: str) -> Iterator[Row]:
    yield (_("Indicator"), *spreadsheet.who_heading(), _("Day of the fracture"), _("Met"))
    found = counting.listed(one, asked.ids, asked.quarters, asked.today, met=LISTS[which][1])
    for row in found.iterator(chunk_size=ROWS_AT_ONCE):
        who = spreadsheet.who(row.fracture.patient, row.fracture)
        yield (str(one.name), *who, row.counted_on, _("yes") if getattr(row, one.column) else _("no"))
