"""Recall: administrators and auditors list the signed plans that a defect may have touched. No patient is named."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import overseer_required
from pathway.guideline.facts import FACTS
from pathway.plans import recall as recalling


class RecallForm(forms.Form):
    """One question. An answer needs its fact and both ends of the range."""

    use_required_attribute = False
    rule = forms.CharField(
        label=_("Criterion or action"),
        help_text=_("Such as deformity.height_loss, or in one state only: deformity.height_loss=met"),
        required=False,
        max_length=80,
    )
    wording = forms.CharField(
        label=_("Sentence"),
        help_text=_("Such as action:refer.augmentation:clinician@3"),
        required=False,
        max_length=120,
    )
    edition = forms.CharField(label=_("Edition of the rules"), help_text=_("Such as 1"), required=False, max_length=9)
    fact = forms.ChoiceField(
        label=_("Answer to"),
        required=False,
        choices=[("", "")] + [(name, fact.label) for name, fact in FACTS.items()],
    )
    low = forms.CharField(label=_("From"), help_text=_("Included"), required=False, max_length=40)
    high = forms.CharField(label=_("To"), help_text=_("Included"), required=False, max_length=40)

    def clean(self) -> dict:
        """Keeps the question as `asked` and what it is in words as `words`."""
        given = super().clean()
        kinds = [kind for kind in ("rule", "wording", "edition", "fact") if given.get(kind)]
        if len(kinds) != 1:
            raise forms.ValidationError(_("Fill in one of: criterion or action, sentence, edition, answer."))
        kind = kinds[0]
        try:
            if kind == "fact":
                parts = (given["fact"], given.get("low", ""), given.get("high", ""))
                self.asked, self.words = recalling.answer(*parts), "answer " + " ".join(parts)
            else:
                self.asked, self.words = getattr(recalling, kind)(given[kind]), f"{kind} {given[kind]}"
        except recalling.NotAskedError as error:
            raise forms.ValidationError(str(error)) from None
        return given


@overseer_required
@require_safe
def recall(request: HttpRequest) -> HttpResponse:
    form = RecallForm(request.GET or None)
    context = {"form": form, "section": "recall"}
    if not form.is_valid():
        return render(request, "plans/recall.html", context, status=422 if form.is_bound else 200)
    audit.record(
        audit.Action.READ, actor=request.user, at=timezone.now(), about=("recall", ""), reason=form.words[:200]
    )
    context |= {"matches": list(recalling.matches(form.asked)), "words": form.words, "asked": True}
    return render(request, "plans/recall.html", context)
