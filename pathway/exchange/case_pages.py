"""The pages beside the list of cases: run all, download as a file, paste the text of a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pathway.accounts import audit
from pathway.accounts.access import confirmed
from pathway.exchange.case_import import Fate, Row, report, take
from pathway.exchange.case_run import Outcome, run
from pathway.exchange.case_toml import text_of_cases
from pathway.exchange.case_words import value_words, what
from pathway.exchange.clinical_cases import FOLDER, CaseFileError, load_bases, load_cases
from pathway.exchange.models import SOURCE, ClinicalCase, StaleCaseError

FILE_NAME = "clinicians.toml"
HEADING = "Cases that clinicians wrote in the admin."


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text of a case file"),
        widget=forms.Textarea(attrs={"rows": 16, "cols": 100, "spellcheck": "false"}),
        strip=False,
        error_messages={"required": gettext_lazy("Paste the text of a case file.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CasePages:
    """Mixed into the admin of cases."""

    def get_urls(self):
        own = {"run": self.run_view, "import": self.import_view, "export": self.export_view}
        return [
            *(
                path(f"{name}/", self.admin_site.admin_view(view), name=f"exchange_clinicalcase_{name}")
                for name, view in own.items()
            ),
            *super().get_urls(),
        ]

    def run_view(self, request: HttpRequest) -> HttpResponse:
        """All cases, of the files and of the database, against the rules in force. They run when asked to."""
        self._refuse_others(request)
        found = _everything() if request.method == "POST" else {}
        return self._page(request, "exchange/admin_run.html", _("Run all cases"), **found)

    @method_decorator(confirmed)
    def export_view(self, request: HttpRequest) -> HttpResponse:
        self._refuse_others(request)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        try:
            text = exported()
        except CaseFileError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:exchange_clinicalcase_changelist")
        _note(request, audit.Action.EXPORT)
        headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
        return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """First the report, then, from the report, the import of exactly what it says."""
        self._refuse_others(request)
        form = PasteForm(request.POST if request.method == "POST" else None)
        rows: list[Row] = []
        if form.is_valid():
            rows = report(form.cleaned_data["text"], load_bases(FOLDER))
            if not rows:
                form.add_error("text", _("This text holds no case."))
        if rows:
            seen = " ".join(row.seen for row in rows)
            if "import" in request.POST and form.cleaned_data["seen"] == seen:
                return self._imported(request, rows)
            if "import" in request.POST:
                self.message_user(request, _("Nothing was imported: see the report as it is now."), messages.ERROR)
            form = PasteForm(initial={"text": form.cleaned_data["text"], "seen": seen})
        counts = [(fate, sum(row.fate is fate for row in rows)) for fate in Fate]
        refused_first = sorted(rows, key=lambda row: row.fate is not Fate.REFUSED)
        context = {"form": form, "rows": refused_first, "counts": counts, "may_import": _may_import(rows)}
        return self._page(request, "exchange/admin_import.html", _("Import cases"), **context)

    def _imported(self, request: HttpRequest, rows: list[Row]) -> HttpResponse:
        if not _may_import(rows):
            raise PermissionDenied
        try:
            with transaction.atomic():
                count = take(rows, request.user)
                _note(request, audit.Action.CREATE, "import")
        except StaleCaseError:
            sentence = _("Nothing was imported: someone changed one of the cases meanwhile. Paste the text again.")
            self.message_user(request, sentence, messages.ERROR)
            return redirect("admin:exchange_clinicalcase_import")
        words = ngettext("%(count)d case was imported.", "%(count)d cases were imported.", count) % {"count": count}
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:exchange_clinicalcase_changelist")

    def _refuse_others(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**frame, "title": title, "opts": self.opts, **context})


def _note(request: HttpRequest, action: str, reason: str = "") -> None:
    about = ("clinicalcases", "")
    audit.record(action, actor=request.user, at=timezone.now(), about=about, reason=reason)


def exported() -> str:
    """Every case of the database as one case file. Raises CaseFileError for a case that cannot be read any more."""
    return text_of_cases([case.as_case() for case in ClinicalCase.objects.all()], HEADING)


def _may_import(rows: list[Row]) -> bool:
    fates = {row.fate for row in rows}
    return Fate.REFUSED not in fates and bool(fates & {Fate.NEW, Fate.CHANGED})


def _everything() -> dict[str, Any]:
    """What the page of the run shows."""
    cases, unreadable = [], []
    try:
        cases += load_cases(FOLDER)
    except CaseFileError as refusal:
        unreadable.append(str(refusal))
    written = {}
    for stored in ClinicalCase.objects.all():
        try:
            cases.append(stored.as_case())
        except CaseFileError as refusal:
            unreadable.append(str(refusal))
        written[stored.title] = reverse("admin:exchange_clinicalcase_change", args=[stored.pk])
    done = run(cases)
    return {
        "run": done,
        "failing": [_shown(outcome, written) for outcome in done.failing],
        "unreadable": unreadable,
        "coverage": [
            (heading, rows, [row.label for row in rows if not row.cases])
            for heading, rows in (
                (_("By headline that is expected"), done.by_headline),
                (_("By statement"), done.by_statement),
                (_("By decision"), done.by_decision),
            )
        ],
    }


def _shown(outcome: Outcome, written: dict[str, str]) -> dict[str, Any]:
    case = outcome.case
    return {
        "case": case,
        "address": written.get(case.title, "") if case.file == SOURCE else "",
        "rows": [
            (
                what(each.key, each.name),
                *(value_words(each.key, each.name, value) for value in (each.expected, each.got)),
            )
            for each in outcome.differences
        ],
    }
