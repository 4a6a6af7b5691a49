"""What is asked when a draft is started or submitted."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pathway.accounts.own_sentences import own_sentences
from pathway.wording.models import HEADING_LENGTH, REASON_LENGTH


class SubmitForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=HEADING_LENGTH)
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What changed in the evidence, or what readers misunderstood. It stands beside the release."),
    )
    review_by = forms.DateField(
        label=_("Review by"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day by which someone reads the whole wording again."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own_sentences(self.fields)

    def clean_review_by(self):
        day = self.cleaned_data["review_by"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose a later one."))
        return day
