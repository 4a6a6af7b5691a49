"""Who disagrees: how often each text of an action was followed when plans were signed, in numbers."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pathway.accounts import audit
from pathway.accounts.access import author_required
from pathway.releases.disagreement import FEWEST_DECISIONS, SHARE_THAT_DIFFERS, count_new, voices
from pathway.releases.models import ReviewItem


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What came of it"), max_length=400)


@author_required
@require_safe
def disagreement(request: HttpRequest) -> HttpResponse:
    count_new(timezone.now())
    return _page(request)


@author_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say what came of a review item. Closed once; the first note stands."""
    item = get_object_or_404(ReviewItem, pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    with transaction.atomic():
        open_item = ReviewItem.objects.filter(pk=item.pk, closed_at=None)
        said = {"closed_at": timezone.now(), "closed_by": request.user, "note": form.cleaned_data["note"]}
        if open_item.update(**said):
            about = ("review item", item.pk)
            audit.record(audit.Action.CHANGE, actor=request.user, at=timezone.now(), about=about, reason="closed")
    return redirect("releases:disagreement")


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    heard = voices()
    context = {
        "section": "pathway",
        "voices": heard,
        "open": [voice for voice in heard if voice.item and voice.item.closed_at is None],
        "fewest": FEWEST_DECISIONS,
        "percent": int(100 * SHARE_THAT_DIFFERS),
        "invalid": status == 422,
    }
    return render(request, "releases/disagreement.html", context, status=status)
