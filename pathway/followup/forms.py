"""The small forms about a task: what came of it, who has it, another day, a mistake taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.accounts.models import User
from pathway.accounts.own_sentences import OneRow
from pathway.clinic.numbers import day_text, read_day
from pathway.clinic.patient_forms import SplitDate, seen_after
from pathway.followup.models import LONGEST_WORDS, MEDICINE_CHOICES, Kind, Outcome, Task
from pathway.plans.denosumab import DENOSUMAB
from pathway.plans.forms import WordsField

NO_ANSWER = "no_answer"
AGAIN_AFTER = timedelta(days=2)
LATEST_DAY = timedelta(days=3 * 366)
CHOICES = [
    (Outcome.DONE, gettext_lazy("Done")),
    (NO_ANSWER, gettext_lazy("No answer: try again")),
    (Outcome.DECLINED, gettext_lazy("Patient declined")),
    (Outcome.NOT_REACHED, gettext_lazy("Could not be reached, and nobody will try again")),
    (Outcome.MOVED, gettext_lazy("Moved to another service (ends all tasks of the patient)")),
    (Outcome.DIED, gettext_lazy("Patient died (ends all tasks of the patient)")),
    (Outcome.NOT_NEEDED, gettext_lazy("No longer needed")),
]
NEEDS_WORDS = {
    Outcome.NOT_REACHED: gettext_lazy(
        "Enter details: how the patient was tried, and who knows that nobody will again."
    ),
    Outcome.NOT_NEEDED: gettext_lazy("Enter details: why nobody needs to do this any more."),
}


class DayField(forms.Field):
    """A day in three boxes, within bounds that a sentence names."""

    widget = SplitDate

    def __init__(self, *, first: date, last: date, **kwargs):
        self.first, self.last = first, last
        super().__init__(required=False, **kwargs)

    def clean(self, value) -> date | None:
        boxes = [(box or "").strip() for box in value or ("", "", "")]
        if not any(boxes):
            return None
        day, _has_day = read_day(*boxes, str(self.label))
        if not self.first <= day <= self.last:
            raise ValidationError(
                _("%(label)s: enter a date from %(first)s to %(last)s."),
                params={"label": self.label, "first": day_text(self.first), "last": day_text(self.last)},
            )
        return day


def boxes(day: date) -> list[int]:
    """A day as its three boxes show it."""
    return [day.day, day.month, day.year]


class OutcomeForm(forms.Form):
    """What came of a task. Two presses for the usual case: today's date stands in the boxes already."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose what came of it.")),
    )
    words = WordsField(label=gettext_lazy("Details"), longest=LONGEST_WORDS, required=False)

    field_order = ("version", "outcome", "medicine", "since", "on", "again_on", "words")

    def __init__(self, *args, task: Task, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        first = task.patient.date_of_birth
        self.fields["version"].initial = task.version
        self.task = task
        self.asks_medicine = task.kind == Kind.BONE_START
        self.today = today
        on = DayField(label=_("On which day?"), first=first, last=today, initial=boxes(today))
        dated = (Outcome.DIED,) if self.asks_medicine else (Outcome.DONE, Outcome.DIED)
        on.show_if, on.today = f"outcome={'|'.join(dated)}", today
        again_on = DayField(
            label=_("Try again on"), first=today, last=today + LATEST_DAY, initial=boxes(today + AGAIN_AFTER)
        )
        again_on.show_if = f"outcome={NO_ANSWER}"
        self.fields |= {"on": on, "again_on": again_on}
        outcome = self["outcome"].value()
        on.is_off, again_on.is_off = outcome not in dated, outcome != NO_ANSWER
        self.fields["words"].optional = True
        if self.asks_medicine:
            self._ask_medicine(first, today)
        self.order_fields(self.field_order)

    def _ask_medicine(self, first: date, today: date) -> None:
        """Whether a bone medicine was started: which one, and since when."""
        self.fields["outcome"].choices = [(Outcome.DONE, _("Started")), *CHOICES[1:]]
        which = forms.ChoiceField(
            label=_("Which bone medicine?"), choices=MEDICINE_CHOICES, widget=forms.RadioSelect, required=False,
            error_messages={"invalid_choice": _("Choose which bone medicine is taken.")},
        )  # fmt: skip
        since = DayField(
            label=_("Since when?"), first=first, last=today,
            help_text=_("Leave empty if nobody knows: the day of this call counts. For denosumab, the day of the last "
                        "dose."),
        )  # fmt: skip
        which.show_if = since.show_if = f"outcome={Outcome.DONE}"
        which.is_off = since.is_off = self["outcome"].value() != Outcome.DONE
        since.today = today
        self.fields |= {"medicine": which, "since": since}

    def clean(self) -> dict:
        given = self.cleaned_data
        outcome = given.get("outcome")
        if self.asks_medicine and outcome == Outcome.DONE:
            self._clean_medicine(given)
        elif outcome in (Outcome.DONE, Outcome.DIED) and not given.get("on") and "on" not in self.errors:
            self.add_error("on", _("Enter the day, for example 22 11 2026."))
        if given.get("on") and (sentence := self._too_early(outcome, given["on"])):
            self.add_error("on", sentence)
        if outcome == NO_ANSWER and not given.get("again_on") and "again_on" not in self.errors:
            self.add_error("again_on", _("Enter the day of the next call, for example 24 11 2026."))
        if outcome in NEEDS_WORDS and not given.get("words") and "words" not in self.errors:
            self.add_error("words", NEEDS_WORDS[outcome])
        return given

    def _too_early(self, outcome: str, day: date) -> str:
        """The sentence that refuses a day on which it cannot have been; empty where it can. A medicine may have been
        taken since before the fracture."""
        if outcome == Outcome.DIED:
            return seen_after(day, self.task.patient)
        if outcome != Outcome.DONE or self.asks_medicine or day >= self.task.first_day:
            return ""
        first = day_text(self.task.first_day)
        if last := self.task.dose_before:
            sentence = _("The last known dose is of %(last)s. Enter the day of this one, %(first)s at the earliest.")
            return sentence % {"last": day_text(last), "first": first}
        sentence = _("Enter a date from %(first)s to today: before that, it was not done for this fracture.")
        return sentence % {"first": first}

    def _clean_medicine(self, given: dict) -> None:
        """The day it was started stands for the day of the call, where it is known."""
        if not given.get("medicine") and "medicine" not in self.errors:
            self.add_error("medicine", _("Choose which bone medicine is taken."))
        if given.get("medicine") == DENOSUMAB and not given.get("since") and "since" not in self.errors:
            self.add_error("since", _("Enter the day of the last dose of denosumab: the next one is planned from it."))
        given["on"] = given.get("since") or self.today


class ChangeForm(forms.Form):
    """Who has the task, and by when. Another day needs its reason."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = OneRow(
        label=gettext_lazy("Who does it?"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose someone of your clinic.")),
    )
    words = WordsField(
        label=gettext_lazy("Why another day?"), longest=LONGEST_WORDS, required=False, rows=1,
        help_text=gettext_lazy("Only where the day changes."),
    )  # fmt: skip

    field_order = ("version", "owner", "due", "words")

    def __init__(self, *args, task: Task, today: date, **kwargs):
        super().__init__(*args, prefix="change", **kwargs)
        self.task = task
        people = User.objects.filter(clinic_id=task.clinic_id, is_clinician=True, is_active=True)
        self.fields["owner"].queryset = people.order_by("printed_name", "username")
        self.fields["owner"].choices = [(person.pk, str(person)) for person in self.fields["owner"].queryset]
        self.fields["owner"].initial = task.owner_id
        self.fields["version"].initial = task.version
        self.fields["due"] = DayField(
            label=_("Due on"), first=min(today, task.due_on), last=today + LATEST_DAY, initial=boxes(task.due_on)
        )
        self.fields["words"].optional = True
        self.order_fields(self.field_order)

    def clean(self) -> dict:
        given = self.cleaned_data
        day = given.get("due")
        if day is None and "due" not in self.errors:
            self.add_error("due", _("Enter the day by which it is to be done."))
        if day and day != self.task.due_on and not given.get("words") and "words" not in self.errors:
            self.add_error("words", _("Enter why the day changes."))
        return given


class ReopenForm(forms.Form):
    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    words = WordsField(
        label=gettext_lazy("Why is it opened again?"),
        longest=LONGEST_WORDS,
        error_messages={"required": gettext_lazy("Enter why it is opened again.")},
    )

    def __init__(self, *args, task: Task, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = task.version
