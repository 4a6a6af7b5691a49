"""Patients: found by two things about them, added after a look for duplicates, and their record."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Max, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required, seen
from pathway.accounts.audit_pages import page_of
from pathway.accounts.models import AuditEvent
from pathway.accounts.refusals import refuse
from pathway.clinic import broken
from pathway.clinic.models import Fracture, Patient, Visit
from pathway.clinic.models.patients import PatientQuerySet
from pathway.clinic.patient_forms import ChangePatientForm, FindForm, FractureForm, NewPatientForm, PatientForm
from pathway.clinic.signals import patient_saved
from pathway.clinic.text import fold
from pathway.clinic.views import find as found
from pathway.clinic.views.banner import banner
from pathway.clinic.views.measured import measurements_of

MOST_RESULTS = 20
SEARCHES_KEPT = 10
TYPED = ("family_name", "given_name", "title", "preferred_name", "date_of_birth", "sex", "national_id",
         "national_id_scheme", "hospital_number")  # fmt: skip
"""What the form that adds a patient asks for."""


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The query stays in the session: an address holds a random token, never a name or a number."""
    if request.method != "POST":
        form = FindForm(today=timezone.localdate())
        return render(request, "clinic/find.html", {"form": form, "section": "patients"})
    form = FindForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return render(request, "clinic/find.html", {"form": form, "section": "patients"}, status=422)
    token = secrets.token_urlsafe(9)
    searches = request.session.get("searches", {})
    kept = dict(list(searches.items())[-SEARCHES_KEPT + 1 :])
    request.session["searches"] = {**kept, token: _query(form)}
    return redirect("clinic:results", token)


def _query(form: FindForm) -> dict[str, str]:
    given = form.cleaned_data
    if given["identifier"]:
        return {"identifier": given["identifier"]}
    return {"family_name": given["family_name"], "date_of_birth": given["date_of_birth"].isoformat()}


@clinician_required
@require_safe
@audited_as(audit.Action.SEARCH)
def results(request: HttpRequest, token: str) -> HttpResponse:
    query = request.session.get("searches", {}).get(token)
    if query is None:
        messages.info(request, _("That search is no longer kept. Search again."))
        return redirect("clinic:find")
    patients = Patient.objects.visible_to(request.user)
    if "identifier" in query:
        matching = patients.identified_by(query["identifier"])
    else:
        matching = patients.named(query["family_name"], date.fromisoformat(query["date_of_birth"]))
    listed = list(_with_last_visit(matching)[: MOST_RESULTS + 1])
    seen(request, "patients", token)
    context = {
        "patients": listed[:MOST_RESULTS],
        "too_many": len(listed) > MOST_RESULTS,
        "today": timezone.localdate(),
        "section": "patients",
    }
    return render(request, "clinic/results.html", context)


def _with_last_visit(patients: PatientQuerySet) -> PatientQuerySet:
    kept = Q(fractures__visits__discarded_at=None)
    return patients.annotate(last_visit_on=Max("fractures__visits__on", filter=kept))


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a patient, once however often the form is sent.

    The same identifier stops; the same name and birth ask whether it is one of these.
    """
    patient = Patient(clinic=request.user.clinic, created_by=request.user)
    typed = request.POST if request.method == "POST" else None
    form = NewPatientForm(typed, instance=patient, today=timezone.localdate())
    if request.method != "POST":
        return _patient_page(request, form)
    alike: list[Patient] = []
    if form.is_valid() and _refuse_known_identifier(request, form):
        alike = _alike(request, patient)
        is_new = not alike or request.POST.get("is_new") == _signature(alike)
        if is_new and _saved(request, form, audit.Action.CREATE):
            return redirect("clinic:patient", patient.pk)
    before = _added_before(Patient.objects.visible_to(request.user), request.user, form)
    if before is not None:
        return _again(request, form, before)
    if form.errors:
        return _patient_page(request, form, status=422)
    for field in form:
        field.help_text = ""  # hidden fields have no hint to point to
    context = {"form": form, "alike": alike, "signature": _signature(alike), "section": "patients"}
    return render(request, "clinic/alike.html", context)


def _added_before(among: QuerySet, user, form: NewPatientForm | FractureForm):
    """What this very form has added already: by a double press, or before Back."""
    key = form.cleaned_data.get("key")
    return among.filter(created_by=user, create_key=key).first() if key else None


def _again(request: HttpRequest, form: NewPatientForm, before: Patient) -> HttpResponse:
    """The same typed leads to the record once more. Something else typed is shown again, to be sent as another."""
    if all(getattr(form.instance, name) == getattr(before, name) for name in TYPED):
        return redirect("clinic:patient", before.pk)
    typed = {**request.POST.dict(), "key": uuid4()}
    form = NewPatientForm(typed, instance=Patient(clinic=request.user.clinic), today=timezone.localdate())
    if form.is_valid():
        _refuse_known_identifier(request, form)
    sentence = _(
        "This page has added %(name)s already, so what you typed now was not saved. Open that record to correct it, or"
        " add another patient below."
    )
    form.add_error(None, sentence % {"name": before.name})
    form.known = before
    return _patient_page(request, form, status=409)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    patient = found.patient(request, pk)
    shown = found.patient(request, pk)  # the banner names the patient as saved, not as typed
    form = ChangePatientForm(request.POST or None, instance=patient, today=timezone.localdate())
    if request.method == "POST":
        accepted = form.is_valid() and _refuse_known_identifier(request, form)
        if accepted and _saved(request, form, audit.Action.CHANGE):
            messages.success(request, _("The patient's details were saved."))
            return redirect("clinic:patient", patient.pk)
        if form.overtaken:
            return _patient_page(request, form, status=409, patient=found.patient(request, pk))
        return _patient_page(request, form, status=422, patient=shown)
    return _patient_page(request, form, patient=shown)


def _patient_page(request: HttpRequest, form: PatientForm, *, status: int = 200, patient=None) -> HttpResponse:
    context = {"form": form, "section": "patients"}
    if patient is not None:
        context.update(banner(patient, timezone.localdate()))
    return render(request, "clinic/patient_form.html", context, status=status)


def _refuse_known_identifier(request: HttpRequest, form: PatientForm) -> bool:
    """Add an error that names the patient who has the identifier already. True when nobody has."""
    given = form.cleaned_data
    others = Patient.objects.visible_to(request.user).exclude(pk=form.instance.pk)
    boxes = (
        ("hospital_number", "folded_hospital_number", {}),
        ("nhs_number", "folded_national_id", {"national_id_scheme": "gb.nhs"}),
        ("other_number", "folded_national_id", {"national_id_scheme": "other"}),
    )
    for box, column, more in boxes:
        folded = fold(given.get(box) or "")
        other = others.filter(**{column: folded}, **more).first() if folded else None
        if other is not None:
            sentence = _("This number belongs to %(name)s, born %(born)s. Open that record instead.")
            form.add_error(box, sentence % {"name": other.name, "born": other.date_of_birth.strftime("%d-%b-%Y")})
            form.known = other
    return not form.errors


def _alike(request: HttpRequest, patient: Patient) -> list[Patient]:
    """Patients with the same date of birth and a name that is the same but for accents, case and punctuation."""
    family, given = fold(patient.family_name), fold(patient.given_name)
    born_then = Patient.objects.visible_to(request.user).filter(date_of_birth=patient.date_of_birth)
    same_name = Q(folded_family=family) | Q(folded_given=given, folded_family__startswith=family[:3])
    swapped = Q(folded_family=given, folded_given=family)
    return list(_with_last_visit(born_then.filter(same_name | swapped))[:MOST_RESULTS])


def _signature(alike: list[Patient]) -> str:
    """Names the patients who were looked at, so that one who is added meanwhile is asked about again."""
    return ",".join(sorted(str(patient.pk) for patient in alike))


def _saved(request: HttpRequest, form: PatientForm, action: str) -> bool:
    patient = form.instance
    try:
        with transaction.atomic():
            before = _locked(patient) if isinstance(form, ChangePatientForm) else None
            if before and not form.agrees_with(before):
                return False
            patient.save()
            now = timezone.now()
            patient_saved.send(Patient, patient=patient, before=before, user=request.user, at=now)
            audit.record(action, actor=request.user, at=now, about=("patient", patient.pk), patient=patient.pk)
    except IntegrityError:
        form.add_error(None, _("Another patient of this clinic has one of these numbers. Search for the number."))
        return False
    return True


def _locked(patient: Patient) -> Patient:
    """As recorded now; nobody else changes it until the transaction ends."""
    return Patient.objects.select_for_update().get(pk=patient.pk)


@clinician_required
@require_safe
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    patient = found.patient_even_elsewhere(request, pk)
    if patient.clinic_id != request.user.clinic_id:
        return _elsewhere(request, patient)
    visits = Visit.objects.filter(discarded_at=None).select_related("signed_by", "started_by")
    visits = visits.prefetch_related("level_rows")
    fractures = list(patient.fractures.prefetch_related(Prefetch("visits", queryset=visits, to_attr="kept_visits")))
    for fracture in fractures:
        fracture.is_seen_now = any(not visit.is_signed for visit in fracture.kept_visits)
    today = timezone.localdate()
    context = {
        **banner(patient, today),
        "fractures": fractures,
        "spine": broken.of_patient(fractures, today),
        "section": "patients",
    }
    return render(request, "clinic/patient.html", context)


def _elsewhere(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What another clinic signed, on one page, for as long as the emergency access lasts."""
    signed = Visit.objects.signed().filter(fracture__patient=patient).select_related("signed_by", "fracture", "plan")
    papers = ("plan__record", "plan__clinician_pdf", "plan__patient_pdf")
    visits = list(signed.with_replacements().defer(*papers).order_by("on", "signed_at").prefetch_related("entries"))
    tables = measurements_of(patient.fractures.all(), [visit for visit in visits if visit.replaced_at is None])
    shown = {**banner(patient, timezone.localdate()), "same_name": False}  # namesakes there are not for here
    context = {**shown, "visits": visits, "tables": tables, "section": "patients"}
    return render(request, "clinic/patient_elsewhere.html", context)


@clinician_required
@require_safe
def measurements(request: HttpRequest, pk: UUID) -> HttpResponse:
    patient = found.patient(request, pk)
    signed = Visit.objects.visible_to(request.user).standing().filter(fracture__patient=patient)
    tables = measurements_of(
        patient.fractures.all(), list(signed.order_by("on", "signed_at").prefetch_related("entries"))
    )
    context = {**banner(patient, timezone.localdate()), "tables": tables, "section": "patients"}
    return render(request, "clinic/measurements.html", context)


@clinician_required
@require_safe
def access_log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who opened, printed or changed anything about this patient."""
    patient = found.patient(request, pk)
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        return refuse(request, 400, _("The address or a value in it is not one this page can use."))
    events = AuditEvent.objects.filter(patient=patient.pk)
    page = page_of(events, int(before) if before else None)
    context = {**banner(patient, timezone.localdate()), **page, "section": "patients"}
    return render(request, "clinic/access_log.html", context)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def fracture_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    patient = found.patient(request, pk)
    if patient.is_deceased:
        messages.error(request, _("The patient has died. No fracture can be added."))
        return redirect("clinic:patient", patient.pk)
    fracture = Fracture(patient=patient, created_by=request.user)
    form = FractureForm(request.POST or None, instance=fracture)
    if form.is_valid() and _add_once(form, request.user):
        return redirect("clinic:patient", patient.pk)
    context = {"form": form, **banner(patient, timezone.localdate()), "section": "patients"}
    return render(request, "clinic/fracture_form.html", context, status=422 if form.errors else 200)


def _add_once(form: FractureForm, by) -> bool:
    """Add the fracture, unless this very form has: with the same name that is as well, with another one it is not."""
    try:
        _add(form.instance, by)
    except IntegrityError:
        before = _added_before(Fracture.objects.visible_to(by), by, form)
        if before is None:
            raise
        if (before.patient_id, before.label) != (form.instance.patient_id, form.instance.label):
            sentence = _("This page has added “%(label)s” already. Open it again to add another fracture.")
            form.add_error("label", sentence % {"label": before.label})
            return False
    return True


@transaction.atomic
def _add(fracture: Fracture, by) -> None:
    fracture.save()
    about = ("fracture", fracture.pk)
    audit.record(audit.Action.CREATE, actor=by, at=timezone.now(), about=about, patient=fracture.patient_id)
