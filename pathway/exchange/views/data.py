"""The page Data: patients from a file, and everything of the clinic as files."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pathway.accounts import audit
from pathway.accounts.access import audited_as, clinician_required, confirmed, seen
from pathway.exchange import clinic_csv, patient_csv
from pathway.exchange.patient_csv import Fate, Report
from pathway.exchange.patient_file import COLUMNS, REQUIRED, DateOrder

LARGEST_BYTES = 5_000_000
MOST_SHOWN = 500
MOST_ON_THE_PAGE = 2000
"""More than that takes longer than a page may; the command shows how far it is."""
ORDERS = [
    (DateOrder.YEAR, gettext_lazy("All begin with the year, such as 1948-03-09")),
    (DateOrder.DAY, gettext_lazy("Day first: 09/03/1948 is 9 March")),
    (DateOrder.MONTH, gettext_lazy("Month first: 03/09/1948 is 9 March")),
]


class FileForm(forms.Form):
    """A file, and whether to look at it only or to add its patients."""

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Dates in the file"), choices=ORDERS, required=False, initial=DateOrder.YEAR,
        error_messages={"invalid_choice": gettext_lazy("Dates in the file: choose one of the orders shown.")},
    )  # fmt: skip
    add = forms.BooleanField(label=gettext_lazy("Add the patients if no line is refused"), required=False)
    alike_too = forms.BooleanField(
        label=gettext_lazy("I looked at the patients who are alike; they are other people"), required=False
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Split it."))
        return file


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """Look at a file of patients line by line; with `add`, add all of them or nobody."""
    seen(request, "data", "")
    if request.method != "POST":
        return _page(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    now, by = timezone.now(), request.user
    order = DateOrder(form.cleaned_data["order"] or DateOrder.YEAR)
    content, today = form.cleaned_data["file"].read(), timezone.localdate(now)
    report = patient_csv.check(content, by.clinic, by, today, order=order, most=MOST_ON_THE_PAGE)
    if not form.cleaned_data["add"] or not report.may_be_added(alike_too=form.cleaned_data["alike_too"]):
        return _page(request, form, report, status=422 if form.cleaned_data["add"] or report.unreadable else 200)
    try:
        added = patient_csv.add(report, by, now)
    except IntegrityError:
        messages.error(request, _("Someone added one of these patients a moment ago. Nobody was added: look again."))
        return redirect("exchange:data")
    said = ngettext("%(added)d patient was added.", "%(added)d patients were added.", added) % {"added": added}
    messages.success(request, said)
    return redirect("exchange:data")


def _page(request: HttpRequest, form: FileForm, report: Report | None = None, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "counts": [(fate, report.counted(fate)) for fate in Fate] if report else [],
        "rows": _first(report) if report else [],
        "most": MOST_SHOWN,
        "asked_to_add": bool(form.is_bound and form.data.get("add")),
        "required": REQUIRED,
        "optional": [name for name in COLUMNS if name not in REQUIRED],
        "invalid": status == 422 and bool(form.errors),
        "section": "patients",
    }
    return render(request, "exchange/data.html", context, status=status)


def _first(report: Report) -> list[patient_csv.Row]:
    """What stands in the way first."""
    order = [Fate.REFUSED, Fate.ALIKE, Fate.KNOWN, Fate.NEW]
    return sorted(report.rows, key=lambda row: (order.index(row.fate), row.line))[:MOST_SHOWN]


@clinician_required
@require_safe
@audited_as(audit.Action.EXPORT)
@confirmed
def everything(request: HttpRequest) -> HttpResponseBase:
    """Every row of the clinic, as a ZIP of CSV files with their dictionary, sent while it is made.

    The audit trail has it before the first byte leaves. Broken off half way, the ZIP lacks its end and does not open.
    """
    seen(request, "clinic", request.user.clinic_id)
    headers = {"Content-Disposition": 'attachment; filename="clinic.zip"'}
    return StreamingHttpResponse(
        clinic_csv.pieces(request.user.clinic), content_type="application/zip", headers=headers
    )
