"""The page on which an author sees whom another edition of the limits would be advised differently."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathway.accounts.access import author_required
from pathway.guideline.limits import edition_for
from pathway.releases.editions import NotALimitError, coming, in_words, moved, trial

MOST_VISITS = 20_000
"""A page counts at most so many; the command counts all."""


@author_required
@require_safe
def edition(request: HttpRequest) -> HttpResponse:
    """The edition that is coming, or the limit and value that were asked for. Numbers only: no patient is named."""
    today = timezone.localdate()
    asked, value = request.GET.get("limit", ""), request.GET.get("value", "").strip()
    problem, at = "", None
    try:
        at = trial({asked: value}, today) if asked else coming(today)
    except NotALimitError as error:
        problem = str(error)
    context = {
        "section": "pathway",
        "limits": edition_for(today).by_name.values(),
        "in_force": edition_for(today),
        "asked": asked,
        "value": value,
        "problem": problem,
        "at": at,
        "is_coming": at is not None and not asked,
        **(_counted(at) if at else {}),
    }
    return render(request, "releases/edition.html", context, status=422 if problem else 200)


def _counted(at) -> dict:
    """How many would be advised differently, and how: each change with how many visits it is for."""
    total, changes = Counter(), Counter()
    for found in islice(moved(at), MOST_VISITS):
        total["visits"] += 1
        if found is not None:
            total["signed" if found.is_signed else "open"] += 1
            total["headline"] += found.headline is not None
            changes.update(in_words(change) for change in found.changes)
    return {
        "visits": total["visits"], "open": total["open"], "signed": total["signed"], "headlines": total["headline"],
        "changes": changes.most_common(), "cut": total["visits"] == MOST_VISITS,
    }  # fmt: skip
