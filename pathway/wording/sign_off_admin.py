"""Where a clinical reviewer signs off how the source is interpreted. What was signed is never changed."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy

from pathway.accounts.audited_admin import Audited
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.limits import edition_for
from pathway.wording.models import InterpretationSignOff
from pathway.wording.sign_offs import is_reviewer, open_decisions, signed_text


class SignOffForm(forms.ModelForm):
    """`edition` is that of the rules in force; the admin below sets it."""

    edition = None
    decision = forms.ChoiceField(label=gettext_lazy("Interpretation"), widget=forms.RadioSelect)

    class Meta:
        model = InterpretationSignOff
        fields = ("decision", "outcome", "note")
        widgets = {"outcome": forms.RadioSelect, "note": forms.TextInput(attrs={"size": 90})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [
            (key, f"{key}: {signed_text(decision)}") for key, decision in DECISIONS.items()
        ]
        self.fields["outcome"].choices = InterpretationSignOff.Outcome.choices
        self.initial.setdefault("outcome", InterpretationSignOff.Outcome.SIGNED_OFF)

    def clean(self):
        cleaned = super().clean()
        key, outcome = cleaned.get("decision"), cleaned.get("outcome")
        if key and outcome:
            is_open = key in open_decisions(self.edition)
            if is_open and outcome == InterpretationSignOff.Outcome.WITHDRAWN:
                self.add_error("outcome", gettext_lazy("It is not signed off, so there is nothing to withdraw."))
            if not is_open and outcome == InterpretationSignOff.Outcome.SIGNED_OFF:
                self.add_error("decision", gettext_lazy("It is signed off already."))
        return cleaned


@admin.register(InterpretationSignOff)
class SignOffAdmin(Audited):
    """Read by editors and administrators, added by clinical reviewers, changed and deleted by nobody."""

    form = SignOffForm
    kind = "sign-off"
    list_display = ("decision", "outcome", "printed_name", "on", "rules_edition", "note")
    list_filter = ("decision", "outcome", "rules_edition")
    ordering = ("-pk",)

    def has_module_permission(self, request) -> bool:
        return request.user.is_active and (request.user.is_wording_editor or request.user.is_administrator)

    def has_view_permission(self, request, obj=None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request) -> bool:
        return is_reviewer(request.user)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_fields(self, request, obj=None):
        if obj is None:
            return SignOffForm.Meta.fields
        return ("decision", "outcome", "text", "rules_edition", "printed_name", "on", "note")

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:  # only shown: every field is plain text
            return super().get_form(request, obj, change=change, **{**kwargs, "form": forms.ModelForm})
        form = super().get_form(request, obj, change=change, **kwargs)
        form.edition = edition_for(timezone.localdate()).edition
        return form

    def save_model(self, request, obj, form, change) -> None:
        obj.by, obj.printed_name = request.user, str(request.user)
        obj.on, obj.rules_edition = timezone.localdate(), form.edition
        obj.text = signed_text(DECISIONS[obj.decision])
        super().save_model(request, obj, form, change)
