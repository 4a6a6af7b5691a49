"""Forms about a patient: to find one, to add or correct one, and to name a fracture."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.gb import nhs

from pathway.clinic.fields import Pieces
from pathway.clinic.models import Fracture, Patient
from pathway.clinic.models.patients import EARLIEST_BIRTH, NHS_NUMBER, OTHER_SCHEME
from pathway.clinic.models.visits import last_signed_on
from pathway.clinic.numbers import day_text, read_day
from pathway.clinic.text import clean_text

NAME_LENGTH, TITLE_LENGTH, NUMBER_LENGTH = 80, 20, 20
SEX_NOT_KNOWN = "not_known"
CHANGED_BY_FORM = ("family_name", "given_name", "title", "preferred_name", "date_of_birth", "sex", "national_id",
                   "hospital_number", "deceased_on")  # fmt: skip


class SplitDate(Pieces):
    template_name = "clinic/widgets/date.html"
    use_fieldset = True

    def __init__(self):
        boxes = ("day", "month", "year")
        super().__init__({name: forms.TextInput(attrs={"inputmode": "numeric"}) for name in boxes})


class HiddenDate(Pieces):
    """The three boxes as a page hands them on that asks something in between."""

    def __init__(self):
        super().__init__({name: forms.HiddenInput() for name in ("day", "month", "year")})


class PastDayField(forms.Field):
    """A day from 1900 to today."""

    hidden_widget = HiddenDate

    def __init__(self, *, today: date, **kwargs):
        super().__init__(widget=SplitDate(), required=False, **kwargs)
        self.latest = today

    def clean(self, pieces: list[Any]) -> date | None:
        boxes = [(piece or "").strip() for piece in pieces]
        if not any(boxes):
            return None
        day, _has_day = read_day(*boxes, str(self.label))
        if not EARLIEST_BIRTH <= day <= self.latest:
            raise ValidationError(
                _("%(label)s: enter a date from %(first)s to today."),
                params={"label": self.label, "first": day_text(EARLIEST_BIRTH)},
            )
        return day


def seen_after(died: date, patient: Patient) -> str:
    """The sentence that refuses a death before the patient's last signed visit; empty where it was not before."""
    seen = last_signed_on(patient)
    if seen is None or seen <= died:
        return ""
    sentence = _("A visit of %(day)s is signed. Date of death: enter a date from %(day)s to today.")
    return sentence % {"day": day_text(seen)}


class LineField(forms.CharField):
    """One line of text as `clean_text` accepts it. Its length is checked there, so that the sentence is ours."""

    def __init__(self, *, longest: int, **kwargs):
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.longest = longest

    def clean(self, value: Any) -> str:
        return clean_text(value or "", str(self.label), self.longest)


def plain_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class NumberLineField(LineField):
    """An identifier: printed and compared everywhere, so in letters and digits that look alike nowhere."""

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        if not number.isascii():
            raise ValidationError(
                _("%(label)s: enter the letters A to Z and the digits 0 to 9."), params={"label": self.label}
            )
        return number


class FindForm(forms.Form):
    """An identifier, or a family name with the date of birth."""

    use_required_attribute = False
    identifier = LineField(label=gettext_lazy("NHS, national or hospital number"), longest=40)
    family_name = LineField(label=gettext_lazy("Family name"), longest=NAME_LENGTH)

    def __init__(self, data: Any = None, *, today: date):
        super().__init__(data)
        self.fields["date_of_birth"] = PastDayField(label=_("Date of birth"), today=today)
        self.fields["identifier"].width = 20
        self.fields["family_name"].width = 20
        self.helper = plain_helper()

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors or given["identifier"]:
            return given
        if not given["family_name"] and given["date_of_birth"] is None:
            self.add_error("identifier", _("Enter an identifier, or the family name and the date of birth."))
        elif not given["family_name"]:
            self.add_error("family_name", _("Enter the family name as well as the date of birth."))
        elif given["date_of_birth"] is None:
            self.add_error("date_of_birth", _("Enter the date of birth as well as the family name."))
        return given


class PatientForm(forms.ModelForm):
    """A patient with two names, a date of birth, the sex for clinical use and at least one identifier."""

    use_required_attribute = False
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex for clinical use"),
        help_text=gettext_lazy("It decides on reference values and medicines."),
        choices=[*Patient.SEXES, (SEX_NOT_KNOWN, gettext_lazy("Not known"))],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose the sex for clinical use, or “Not known”.")
        ),
    )
    family_name = LineField(label=gettext_lazy("Family name"), longest=NAME_LENGTH)
    given_name = LineField(label=gettext_lazy("Given name"), longest=NAME_LENGTH)
    title = LineField(label=gettext_lazy("Title"), longest=TITLE_LENGTH)
    preferred_name = LineField(label=gettext_lazy("Preferred name"), longest=NAME_LENGTH)
    hospital_number = NumberLineField(
        label=gettext_lazy("Hospital number"), longest=NUMBER_LENGTH,
        help_text=gettext_lazy("One of the three numbers is enough."),
    )  # fmt: skip
    nhs_number = NumberLineField(label=gettext_lazy("NHS number"), longest=NUMBER_LENGTH)
    other_number = NumberLineField(label=gettext_lazy("Other national number"), longest=NUMBER_LENGTH)
    field_order = (
        "family_name", "given_name", "title", "preferred_name", "date_of_birth", "sex",
        "hospital_number", "nhs_number", "other_number", "deceased_on",
    )  # fmt: skip

    class Meta:
        model = Patient
        fields = ("family_name", "given_name", "title", "preferred_name", "sex", "hospital_number")

    def __init__(self, data: Any = None, *, instance: Patient, today: date):
        super().__init__(data, instance=instance)
        self.fields["date_of_birth"] = PastDayField(label=_("Date of birth"), today=today)
        if instance.folded_family:
            self.fields["deceased_on"] = PastDayField(label=_("Date of death"), today=today)
            self._fill(instance)
        for name in ("title", "preferred_name", "nhs_number", "other_number", "hospital_number", "deceased_on"):
            if name in self.fields:
                self.fields[name].optional = name not in ("nhs_number", "other_number", "hospital_number")
        self.fields["sex"].inline = True
        self.order_fields(self.field_order)
        self.helper = plain_helper()

    def take(self, data: Any, instance: Patient) -> None:
        """Check the next new patient with this form again: making fields is most of what a line costs."""
        self.data, self.instance = data, instance
        self.full_clean()

    def _fill(self, patient: Patient) -> None:
        self.initial["date_of_birth"] = _pieces(patient.date_of_birth)
        self.initial["deceased_on"] = _pieces(patient.deceased_on)
        self.initial["sex"] = patient.sex or SEX_NOT_KNOWN
        box = "nhs_number" if patient.national_id_scheme == NHS_NUMBER else "other_number"
        self.initial[box] = patient.national_id_shown

    def clean_family_name(self) -> str:
        return self._required("family_name", _("Enter the family name."))

    def clean_given_name(self) -> str:
        return self._required("given_name", _("Enter the given name."))

    def clean_date_of_birth(self) -> date:
        return self._required("date_of_birth", _("Enter the date of birth."))

    def clean_sex(self) -> str:
        sex = self.cleaned_data["sex"]
        return "" if sex == SEX_NOT_KNOWN else sex

    def clean_nhs_number(self) -> str:
        typed = self.cleaned_data["nhs_number"]
        if not typed:
            return ""
        try:
            return nhs.validate(typed)
        except StdnumError:
            raise ValidationError(
                _("Enter a valid NHS number, like 999 196 4134. This one has a wrong length or check digit.")
            ) from None

    def _required(self, name: str, sentence: str) -> Any:
        value = self.cleaned_data[name]
        if not value:
            raise ValidationError(sentence)
        return value

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        numbers = [given.get(name) for name in ("nhs_number", "other_number", "hospital_number")]
        if not any(numbers) and not {"nhs_number", "other_number", "hospital_number"} & self.errors.keys():
            self.add_error("hospital_number", _("Enter a hospital number, an NHS number or another national number."))
        if given.get("nhs_number") and given.get("other_number"):
            self.add_error("other_number", _("Enter either the NHS number or another national number, not both."))
        born, died = given.get("date_of_birth"), given.get("deceased_on")
        if born and died and died < born:
            self.add_error("deceased_on", _("Date of death: enter a date not before the date of birth."))
        elif died and died != self.instance.deceased_on and (sentence := seen_after(died, self.instance)):
            self.add_error("deceased_on", sentence)
        return given

    def _post_clean(self) -> None:
        """The instance takes the cleaned values; its constraints are the database's to check."""
        given = self.cleaned_data
        for name in ("family_name", "given_name", "title", "preferred_name", "sex", "hospital_number", "date_of_birth"):
            if name in given:
                setattr(self.instance, name, given[name])
        if "deceased_on" in self.fields:
            self.instance.deceased_on = given.get("deceased_on")
        number = given.get("nhs_number") or given.get("other_number") or ""
        self.instance.national_id = number
        self.instance.national_id_scheme = (NHS_NUMBER if given.get("nhs_number") else OTHER_SCHEME) if number else ""


class KeyField(forms.UUIDField):
    """Hidden; makes two presses of a form that adds something one addition. A page of an earlier version has none."""

    def __init__(self):
        super().__init__(widget=forms.HiddenInput, required=False, initial=uuid4)


class NewPatientForm(PatientForm):
    key = KeyField()

    def _post_clean(self) -> None:
        super()._post_clean()
        self.instance.create_key = self.cleaned_data.get("key")


class ChangePatientForm(PatientForm):
    """Changes the details of a patient. `seen` names those that the page showed, so that nobody's change is undone by a
    page that was opened before it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    overtaken = False

    def __init__(self, data: Any = None, *, instance: Patient, today: date):
        super().__init__(data, instance=instance, today=today)
        self.initial["seen"] = _fingerprint(instance)

    def agrees_with(self, recorded: Patient) -> bool:
        """Whether nobody changed the details meanwhile, or to what was typed. Else adds the sentence that says them."""
        now, differing = _fingerprint(recorded), self._differing(recorded)
        if self.cleaned_data["seen"] in ("", now) or not differing:
            return True
        self.add_error(None, _(
            "Someone else changed these details after this page was opened, so nothing was saved. Recorded now: "
            "%(details)s. What you typed stands below: correct it, then save."
        ) % {"details": "; ".join(differing)})  # fmt: skip
        self.data = {**self.data.dict(), "seen": now}
        self.overtaken = True
        return False

    def _differing(self, recorded: Patient) -> list[str]:
        """The details as recorded that are not those typed."""
        return [f"{Patient._meta.get_field(name).verbose_name} {_said(recorded, name)}" for name in CHANGED_BY_FORM
                if getattr(recorded, name) != getattr(self.instance, name)]  # fmt: skip


def _fingerprint(patient: Patient) -> str:
    return sha256(repr([getattr(patient, name) for name in CHANGED_BY_FORM]).encode()).hexdigest()[:16]


def _said(patient: Patient, name: str) -> str:
    value = patient.get_sex_display() if name == "sex" else getattr(patient, name)
    return day_text(value) if isinstance(value, date) else str(value) or _("not recorded")


def _pieces(day: date | None) -> list[str]:
    return ["", "", ""] if day is None else [str(day.day), str(day.month), f"{day.year:04d}"]


class FractureForm(forms.ModelForm):
    use_required_attribute = False
    label = LineField(
        label=gettext_lazy("What is this fracture called?"),
        help_text=gettext_lazy("Short words to tell it from others, such as: T12, fall in the garden."),
        longest=NAME_LENGTH,
    )
    key = KeyField()

    class Meta:
        model = Fracture
        fields = ("label",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["label"].width = 20
        self.helper = plain_helper()

    def _post_clean(self) -> None:
        super()._post_clean()
        self.instance.create_key = self.cleaned_data.get("key")

    def clean_label(self) -> str:
        label = self.cleaned_data["label"]
        if not label:
            raise ValidationError(_("Enter what this fracture is called."))
        return label
