"""Opening another clinic's patient in an emergency, and looking back at it.

Whoever opens one knows an exact identifier and the date of birth: nothing can be searched. Every attempt is in the
audit trail, and five that found nobody within an hour are the last for that hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent, Clinic, User
from pathway.accounts.own_sentences import OneRow
from pathway.clinic.models import EmergencyAccess, EmergencyReview, Patient
from pathway.clinic.models.emergency_access import LASTS, LONGEST_WORDS
from pathway.clinic.models.patients import PatientQuerySet
from pathway.clinic.patient_forms import LineField, PastDayField, plain_helper
from pathway.clinic.text import clean_words

MOST_FAILURES, WITHIN = 5, timedelta(hours=1)


class WordsField(forms.CharField):
    def __init__(self, *, required_sentence: str = "", **kwargs):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)
        self.required_sentence = required_sentence

    def clean(self, value) -> str:
        words = clean_words(value or "", str(self.label), LONGEST_WORDS)
        if self.required_sentence and not words:
            raise forms.ValidationError(self.required_sentence)
        return words


class OpenForm(forms.Form):
    """Who the patient is, exactly, and why it cannot wait."""

    use_required_attribute = False
    identifier = LineField(label=gettext_lazy("NHS, national or hospital number"), longest=40)
    clinic = OneRow(
        Clinic.objects.all(),
        label=gettext_lazy("Their clinic, if known"),
        required=False,
        empty_label="",
        error_messages={"invalid_choice": gettext_lazy("Choose a clinic of the list, or none.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=EmergencyAccess.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose the reason.")),
    )
    words = WordsField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("A reviewer reads this. Do not name the patient."),
        required_sentence=gettext_lazy("Say in a sentence why this cannot wait."),
    )
    field_order = ("identifier", "date_of_birth", "clinic", "reason", "words")

    def __init__(self, data=None, *, today):
        super().__init__(data)
        self.fields["date_of_birth"] = PastDayField(label=_("Date of birth"), today=today)
        self.order_fields(self.field_order)
        self.fields["identifier"].width = 20
        self.helper = plain_helper()

    def clean(self) -> dict:
        given = super().clean()
        if not given.get("identifier") and "identifier" not in self.errors:
            self.add_error("identifier", _("Enter one of the patient's numbers in full."))
        if given.get("date_of_birth") is None and "date_of_birth" not in self.errors:
            self.add_error("date_of_birth", _("Enter the patient's date of birth."))
        return given

    def found(self) -> list[Patient]:
        """Everyone with this very number and this date of birth. Two clinics may use one number for two people."""
        given = self.cleaned_data
        matching = Patient.objects.identified_by(given["identifier"]).filter(date_of_birth=given["date_of_birth"])
        return list(matching.filter(clinic=given["clinic"]) if given["clinic"] else matching)


class ReviewForm(forms.Form):
    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=gettext_lazy("What you found"),
        choices=EmergencyReview.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose what you found.")),
    )
    words = WordsField(label=gettext_lazy("In your words (optional)"))

    def __init__(self, data=None):
        super().__init__(data)
        self.helper = plain_helper()


def patients_open_to(user: User, at: datetime) -> PatientQuerySet:
    """Those of the person's own clinic, and those they opened in an emergency. For pages that only show."""
    own = Patient.objects.visible_to(user)
    opened = EmergencyAccess.objects.lasting(user, at).values("patient")
    return own | Patient.objects.filter(pk__in=opened)


def is_locked(user: User, at: datetime) -> bool:
    tried = AuditEvent.objects.filter(actor=user, action=audit.Action.EMERGENCY, outcome=audit.Outcome.REFUSED)
    return tried.filter(at__gt=at - WITHIN).count() >= MOST_FAILURES


def refused(user: User, at: datetime, reason: str) -> None:
    refusal = audit.Outcome.REFUSED
    audit.record(audit.Action.EMERGENCY, actor=user, at=at, about=("patient", ""), outcome=refusal, reason=reason)


@transaction.atomic
def open_for(user: User, patient: Patient, at: datetime, reason: str, words: str) -> EmergencyAccess:
    """For an hour. A second press within it opens nothing more."""
    lasting = EmergencyAccess.objects.lasting(user, at).filter(patient=patient).first()
    if lasting is not None:
        return lasting
    access = EmergencyAccess.objects.create(
        patient=patient, by=user, clinic=user.clinic, reason=reason, words=words, opened_at=at, ends_at=at + LASTS
    )
    about = ("emergency", access.pk)
    audit.record(audit.Action.EMERGENCY, actor=user, at=at, about=about, patient=patient.pk, reason=reason)
    return access


@transaction.atomic
def review(access: EmergencyAccess, user: User, at: datetime, outcome: str, words: str) -> None:
    """The first review stands."""
    _made, is_first = EmergencyReview.objects.get_or_create(
        access=access, defaults={"by": user, "at": at, "outcome": outcome, "words": words}
    )
    if is_first:
        about = ("emergency", access.pk)
        audit.record(audit.Action.LOOK_BACK, actor=user, at=at, about=about, patient=access.patient_id, reason=outcome)
