"""The forms of review, signature, addendum and replacement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pathway.clinic.numbers import day_text, read_day
from pathway.clinic.patient_forms import SplitDate
from pathway.clinic.text import clean_words
from pathway.plans.kinds import Choice, Reason
from pathway.plans.models import LONGEST_WORDS

LONGEST_ADDENDUM = 2000
LATEST_REVIEW = timedelta(days=2 * 366)
DIFFERS = (Choice.FOLLOW_WITH_CHANGE, Choice.DO_NOT_FOLLOW)


class WordsField(forms.CharField):
    """Free words of a few lines, without invisible characters. Too long or unusable text is a sentence."""

    def __init__(self, *, longest: int, rows: int = 2, **kwargs):
        self.longest = longest
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "maxlength": longest}), **kwargs)

    def clean(self, value: str | None) -> str:
        words = clean_words(value or "", str(self.label), self.longest)
        if self.required and not words:
            raise ValidationError(self.error_messages["required"], code="required")
        return words


class DecisionsForm(forms.Form):
    """One decision for each action that can be decided: three choices, and where it differs, a reason and words.

    `results` are the actions as they stand now, `headings` what they are called, `required` those that signing waits
    for. Nothing is chosen beforehand but what was decided before. With `complete`, a choice on `required` is asked for.
    """

    use_required_attribute = False

    def __init__(
        self, *args, results, headings: Mapping[str, str], required: Collection[str], complete: bool = False, **kwargs
    ):
        self.results = results
        self.headings = headings
        self.required = required
        self.complete = complete
        super().__init__(*args, **kwargs)
        for result in results:
            self._add(result)

    def _add(self, result) -> None:
        key = key_of(result.name)
        heading = self.headings[result.name]
        choice = forms.ChoiceField(
            label=_("Decision on %(action)s") % {"action": heading},
            choices=Choice.choices,
            widget=forms.RadioSelect,
            required=False,
        )
        choice.optional = result.name not in self.required
        reason = forms.ChoiceField(
            label=_("Reason on %(action)s") % {"action": heading},
            choices=[("", _("Choose a reason")), *Reason.choices],
            required=False,
        )
        words = WordsField(
            label=_("Details on %(action)s") % {"action": heading},
            longest=LONGEST_WORDS,
            required=False,
            help_text=_("Printed on the plan; what is followed with a change, on the leaflet too."),
        )
        reason.show_if = words.show_if = f"choice_{key}={'|'.join(DIFFERS)}"
        self.fields |= {f"choice_{key}": choice, f"reason_{key}": reason, f"words_{key}": words}
        reason.is_off = words.is_off = self[f"choice_{key}"].value() not in DIFFERS

    def clean(self) -> dict:
        for result in self.results:
            self._clean_one(result)
        return self.cleaned_data

    def _clean_one(self, result) -> None:
        key = key_of(result.name)
        choice = self.cleaned_data.get(f"choice_{key}")
        if choice is None or f"words_{key}" in self.errors or f"reason_{key}" in self.errors:
            return
        if choice in DIFFERS:
            if not self.cleaned_data[f"reason_{key}"]:
                self.add_error(
                    f"reason_{key}",
                    self._sentence(result, _("%(action)s: choose the reason why this differs from the advice.")),
                )
            if not self.cleaned_data[f"words_{key}"]:
                self.add_error(
                    f"words_{key}",
                    self._sentence(result, _("%(action)s: enter details, what changes or why it is not followed.")),
                )
        else:
            self.cleaned_data |= {f"reason_{key}": "", f"words_{key}": ""}
        if not choice and self.complete and result.name in self.required:
            self.add_error(
                f"choice_{key}", self._sentence(result, _("%(action)s: choose one of the three before signing."))
            )

    def _sentence(self, result, sentence) -> str:
        return sentence % {"action": self.headings[result.name]}

    def decisions(self) -> dict[str, tuple[str, str, str]]:
        """Choice, reason and words by action; a choice of "" is no decision."""
        return {
            result.name: tuple(
                self.cleaned_data[f"{part}_{key_of(result.name)}"] for part in ("choice", "reason", "words")
            )
            for result in self.results
        }

    def of(self, action: str) -> tuple:
        """The three bound fields of an action, or none when it cannot be decided."""
        key = key_of(action)
        return (
            tuple(self[f"{part}_{key}"] for part in ("choice", "reason", "words"))
            if f"choice_{key}" in self.fields
            else ()
        )


def key_of(action: str) -> str:
    """The name of an action as part of a field name: pain.nsaid is pain_nsaid."""
    return action.replace(".", "_")


def initial_of(decisions) -> dict[str, str]:
    return {
        f"{part}_{key_of(made.action)}": getattr(made, part)
        for made in decisions
        for part in ("choice", "reason", "words")
    }


class ReviewDayField(forms.Field):
    """A day after the visit, in three boxes."""

    widget = SplitDate

    def __init__(self, *, after: date, **kwargs):
        self.after = after
        super().__init__(**kwargs)

    def clean(self, value) -> date | None:
        boxes = [(box or "").strip() for box in value or ("", "", "")]
        if not any(boxes):
            return None
        day, _has_day = read_day(*boxes, str(self.label))
        if not self.after < day <= self.after + LATEST_REVIEW:
            raise ValidationError(
                _("%(label)s: enter a date after %(after)s and within two years of it."),
                params={"label": self.label, "after": day_text(self.after)},
            )
        return day


class SignForm(forms.Form):
    """What signing asks: the next review, and that the plan was reviewed. `key` makes two presses one signature."""

    use_required_attribute = False
    confirm = forms.BooleanField(
        label=_("I have reviewed this plan. The decisions are mine."),
        error_messages={"required": _("Tick the box to say that you have reviewed this plan.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ("next_review", "confirm", "seen", "key")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["next_review"] = ReviewDayField(
            label=_("Next review"),
            help_text=_("For example, 6 12 2026. Leave blank for none."),
            required=False,
            after=on,
        )
        self.order_fields(self.field_order)


class AddendumForm(forms.Form):
    use_required_attribute = False
    text = WordsField(
        label=_("Addendum"),
        longest=LONGEST_ADDENDUM,
        rows=4,
        help_text=_("Added below the signed plan with your name and the time. It cannot be changed or deleted."),
        error_messages={"required": _("Enter the text of the addendum.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReplaceForm(forms.Form):
    use_required_attribute = False
    reason = WordsField(
        label=_("Why is this plan replaced?"),
        longest=LONGEST_WORDS,
        help_text=_(
            "Kept with the new plan. The visit that begins now starts with the answers of the one it replaces, to be "
            "confirmed or corrected; on a later day, with those that last. Nothing is compared with the replaced visit."
        ),
        error_messages={"required": _("Enter why this plan is replaced.")},
    )
