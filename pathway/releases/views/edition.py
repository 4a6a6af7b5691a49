"""The page on which an author sees whom another edition of the limits would be advised differently."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathway.accounts.access import author_required
from pathway.guideline.limits import edition_for
from pathway.releases import tasks
from pathway.releases.editions import NotALimitError, coming, trial
from pathway.releases.models import Trial

LONGEST_VALUE = 20


@author_required
@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest) -> HttpResponseBase:
    """Try another limit, or the edition that is coming, on all visits, behind the page. Numbers only: no patient."""
    today = timezone.localdate()
    if request.method != "POST":
        number = request.GET.get("trial", "")
        shown = Trial.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
        return _page(request, today, shown)
    limit, value = request.POST.get("limit", ""), request.POST.get("value", "").strip()[:LONGEST_VALUE]
    try:
        at = trial({limit: value}, today) if limit else coming(today)
    except NotALimitError as error:
        return _page(request, today, None, problem=str(error), limit=limit, value=value)
    if at is None:
        return redirect("releases:edition")
    begun = tasks.start_trial(limit, value, by=request.user, at=timezone.now())
    return redirect(f"{reverse('releases:edition')}?trial={begun.pk}")


def _page(
    request: HttpRequest, today, shown: Trial | None, problem: str = "", limit: str = "", value: str = ""
) -> HttpResponse:
    context = {
        "section": "pathway",
        "limits": edition_for(today).by_name.values(),
        "in_force": edition_for(today),
        "coming": coming(today),
        "problem": problem,
        "trial": shown,
        "asked": limit or (shown.limit if shown else ""),
        "value": value or (shown.value if shown else ""),
    }
    return render(request, "releases/edition.html", context, status=422 if problem else 200)
