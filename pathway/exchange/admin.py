"""Where clinicians write cases, run all of them, and exchange them with the case files. Fictional patients only."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.accounts.audited_admin import Audited
from pathway.exchange.case_form import (
    EXPECT_FIELDS,
    FACT_FIELDS,
    FURTHER,
    HEADLINE_WORDS,
    STALE,
    CaseForm,
    initial_expectations,
    initial_facts,
)
from pathway.exchange.case_pages import CasePages
from pathway.exchange.case_run import Outcome, outcome_of
from pathway.exchange.case_words import expectations, sentence, with_labels
from pathway.exchange.clinical_cases import FOLDER, CaseFileError, load_bases
from pathway.exchange.models import ClinicalCase, StaleCaseError


@admin.register(ClinicalCase)
class ClinicalCaseAdmin(CasePages, Audited):
    form = CaseForm
    actions = None
    change_form_template = "exchange/admin_case_form.html"
    change_list_template = "exchange/admin_case_list.html"
    list_display = ("title", "on", "expected_headline", "holds", "checked_by", "checked_on", "written_by", "version")
    list_select_related = ("written_by",)
    list_per_page = 50
    search_fields = ("title", "story", "covers")
    readonly_fields = ("result", "further")

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs) -> type[CaseForm]:
        """As it is: its fields are those of the pathway, which no model has."""
        return CaseForm

    def get_fieldsets(self, request: HttpRequest, obj: ClinicalCase | None = None):
        """Facts and expectations by group, folded, each saying how much it holds."""
        agreed = () if obj else ("fictional",)
        filled = self._filled(request, obj)
        facts = [
            _folded(_("Facts: %(group)s") % {"group": label}, names, filled) for label, names in FACT_FIELDS.items()
        ]
        expectations = [_folded(label, names, filled) for label, names in EXPECT_FIELDS.items()]
        return (
            (None, {"fields": (*(("result",) if obj else ()), "title", "story", "on", "seen_version")}),
            *facts,
            (_("Expected"), {"fields": ("headline", "bone_density", *(("further",) if obj else ()))}),
            *expectations,
            (_("Statements and decisions that the case is about"), {"fields": ("covers",), "classes": ("collapse",)}),
            (_("Checked"), {"fields": ("checked_by", "checked_on", *agreed)}),
        )

    def _filled(self, request: HttpRequest, case: ClinicalCase | None) -> Collection[str]:
        """The fields that hold something as the form opens, or as it was sent."""
        if request.method == "POST":
            return {name for name, value in request.POST.items() if value}
        if case is None:
            return self.get_changeform_initial_data(request)
        return {**initial_facts(case.facts_table()), **initial_expectations(case.expect_table())}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """A new case is blank, or starts from a patient of the files (`start`), or from another case (`like`)."""
        initial = {
            "on": timezone.localdate(),
            "checked_by": str(request.user),
            "checked_on": timezone.localdate(),
            **initial_facts(load_bases(FOLDER).get(request.GET.get("start"), {})),
        }
        like = self.get_object(request, request.GET.get("like", ""))
        if like is None:
            return initial
        return {
            **initial,
            "on": like.on,
            "story": like.story,
            "covers": like.covers.split(),
            **initial_facts(like.facts_table()),
            **initial_expectations(like.expect_table()),
        }

    def changelist_view(self, request: HttpRequest, extra_context=None):
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural.capitalize()})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["starts"] = [(name, name.replace("_", " ").capitalize()) for name in load_bases(FOLDER)] if add else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: ClinicalCase, form: CaseForm, change: bool) -> None:
        if change:
            obj.save_after(form.cleaned_data["seen_version"])
        else:
            obj.written_by = request.user
            obj.save()
        if not _outcome(obj).holds:
            self.message_user(request, _("The pathway does not say what this case expects."), messages.WARNING)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StaleCaseError:
            self.message_user(request, STALE, messages.ERROR)
            return redirect(request.path)

    @admin.display(description=gettext_lazy("expected headline"))
    def expected_headline(self, case: ClinicalCase) -> str:
        return HEADLINE_WORDS.get(case.expect_table().get("headline"), "")

    @admin.display(description=gettext_lazy("holds"), boolean=True)
    def holds(self, case: ClinicalCase) -> bool | None:
        try:
            return _outcome(case).holds
        except CaseFileError:
            return None

    @admin.display(description=gettext_lazy("under the rules in force"))
    def result(self, case: ClinicalCase) -> str:
        try:
            outcome = _outcome(case)
        except CaseFileError as refusal:
            return "; ".join(with_labels(problem) for problem in refusal.problems)
        if outcome.holds:
            return _("The case holds.")
        return format_html_join("", "<p>{}</p>", ((sentence(each),) for each in outcome.differences))

    @admin.display(description=gettext_lazy("from a case file"))
    def further(self, case: ClinicalCase) -> str:
        """What only a case file can expect. It is kept as it is."""
        table = case.expect_table()
        lines = expectations({key: table[key] for key in FURTHER if key in table})
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or _("Nothing further.")


def _folded(label: str, names: tuple[str, ...], filled: Collection[str]) -> tuple[str, dict]:
    count = sum(name in filled for name in names)
    return (f"{label} ({count})" if count else label, {"fields": names, "classes": ("collapse",)})


def _outcome(case: ClinicalCase) -> Outcome:
    return outcome_of(case.as_case())
