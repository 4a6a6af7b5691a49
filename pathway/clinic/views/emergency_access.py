"""The pages on which another clinic's patient is opened in an emergency, and on which that is reviewed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pathway.accounts.access import clinician_required, confirmed, overseer_required
from pathway.accounts.refusals import refuse
from pathway.clinic import emergency_access
from pathway.clinic.models import EmergencyAccess

MOST_LISTED = 200


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def open_record(request: HttpRequest) -> HttpResponseBase:
    now, user = timezone.now(), request.user
    if emergency_access.is_locked(user, now):
        return refuse(request, 429, _("Five attempts found nobody. Wait an hour, or telephone the other clinic."))
    form = emergency_access.OpenForm(request.POST or None, today=timezone.localdate())
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    found = form.found()
    own = [patient for patient in found if patient.clinic_id == user.clinic_id]
    if own:
        return redirect("clinic:patient", own[0].pk)
    if len(found) != 1:
        emergency_access.refused(user, now, "several clinics" if found else "not found")
        form.add_error("clinic" if found else "identifier", _several() if found else _nobody())
        return _page(request, form)
    given = form.cleaned_data
    emergency_access.open_for(user, found[0], now, given["reason"], given["words"])
    return redirect("clinic:patient", found[0].pk)


def _several() -> str:
    return _("More than one clinic has a patient with this number and date of birth. Choose the clinic.")


def _nobody() -> str:
    return _("Nobody has this number and this date of birth. Compare both with the patient's papers.")


def _page(request: HttpRequest, form) -> HttpResponse:
    context = {"form": form, "section": "patients", "lasts": emergency_access.LASTS.seconds // 60}
    return render(request, "clinic/emergency_access.html", context, status=422 if form.errors else 200)


@overseer_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every emergency access, those that nobody reviewed yet first. Patients are named by their random id only."""
    accesses = EmergencyAccess.objects.select_related("by", "clinic", "patient__clinic", "review__by")
    context = {
        "waiting": accesses.filter(review=None),
        "reviewed": accesses.exclude(review=None)[:MOST_LISTED],
        "section": "emergency",
    }
    return render(request, "clinic/emergency_accesses.html", context)


@overseer_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    accesses = EmergencyAccess.objects.select_related("by", "clinic", "patient__clinic")
    access = get_object_or_404(accesses.filter(review=None).exclude(by=request.user), pk=pk)
    form = emergency_access.ReviewForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        emergency_access.review(access, request.user, timezone.now(), given["outcome"], given["words"])
        messages.success(request, _("The review is recorded."))
        return redirect("clinic:emergency_accesses")
    context = {"access": access, "form": form, "section": "emergency"}
    return render(request, "clinic/emergency_review.html", context, status=422 if form.errors else 200)
