"""The form of one step: reads what was typed, refuses with sentences, and gives the columns to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from pathway.clinic.asking import Question, applies
from pathway.clinic.conflicts import CONFLICTS
from pathway.clinic.fields import BLANK, HEIGHT_LOSS, Answer, field_for, input_names, saved_answer
from pathway.clinic.grounds import grounds
from pathway.clinic.models import Entry, Visit, VisitDraft
from pathway.clinic.models.answers import MONTH, NOT_KNOWN
from pathway.clinic.numbers import day_text, month_text, shown
from pathway.clinic.steps import Step, is_asked
from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.guideline.quantities import show

IDENTIFIED_BEFORE_ONSET = timedelta(days=14)
Typed = Mapping[str, list[str]]


class Doubt(NamedTuple):
    """Why an answer is asked about, and what its box sends back once these very values are confirmed."""

    fact: str
    confirm: str
    sentence: str


class StepForm(forms.Form):
    """The questions of one step of one visit.

    `data` is a post; `draft` is shown as it was typed, without errors, since nobody has pressed Continue yet.
    After validation `cleaned_data` maps each fact to its `Answer`, and `cleared` names leftover answers to questions
    that no longer apply.
    """

    use_required_attribute = False

    def __init__(self, step: Step, visit: Visit, data: Any = None, draft: VisitDraft | None = None):
        super().__init__(data, auto_id="id_%s")
        self.step = step
        self.visit = visit
        self.questions = [question for question in step.questions if is_asked(question, visit)]
        self.cleared: list[Question] = []
        self.believed: dict[str, Answer] = {}
        saved = {question.fact: saved_answer(visit, FACTS[question.fact]) for question in self.questions}
        self.saved: dict[str, Answer] = saved
        for question in self.questions:
            self._add(question)
        self._fill(draft)
        self._close(draft)
        self._show_earlier()
        self.helper = self._helper()

    # ------------------------------------------------------------------------------------------------- building

    def _add(self, question: Question) -> None:
        field = field_for(FACTS[question.fact], self.visit, label=question.text, help_text=question.hint)
        field.why = question.why
        field.grounds = grounds(question.fact)
        field.show_if = question.asked_if
        self.fields[question.fact] = field

    def _fill(self, draft: VisitDraft | None) -> None:
        for name, field in self.fields.items():
            answer = self.saved[name]
            if draft is None:
                self.initial[name] = field.pieces(answer)
            else:
                self.initial[name] = field.widget.value_from_datadict(MultiValueDict(draft.typed), {}, name)
            if name == HEIGHT_LOSS and answer.typed:
                field.formula = _("Saved: (1 - %(heights)s) x 100 = %(percent)s%%.") % {
                    "heights": answer.typed,
                    "percent": shown(answer.value),
                }

    def _close(self, draft: VisitDraft | None) -> None:
        """Mark the questions whose condition does not hold yet: a browser with scripts never shows them first."""

        def answer(fact: str) -> str:
            if draft is not None:
                return next(iter(draft.typed.get(fact, ())), "")
            kept = self.saved.get(fact, BLANK)
            return NOT_KNOWN if kept.not_known else "" if kept.value is None else str(kept.value)

        for question in self.questions:
            self.fields[question.fact].is_off = not self.is_bound and not applies(question.asked_if, answer)

    def _show_earlier(self) -> None:
        if self.visit.is_first:
            return
        last = self.visit.earlier_signed[-1]
        for name, field in self.fields.items():
            answer = saved_answer(last, FACTS[name])
            if answer.value is not None:
                field.earlier = _("last: %(value)s on %(day)s") % {
                    "value": answer_text(FACTS[name], answer),
                    "day": day_text(last.on),
                }

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        sections = []
        for legend, section in self.step.sections:
            asked = [question.fact for question in section if question.fact in self.fields]
            sections.append(Fieldset(legend, *asked))
        helper.layout = Layout(*sections)
        return helper

    def typed_pieces(self, data: MultiValueDict) -> dict[str, list[str]]:
        """What a browser sent for this step's questions and nothing else, exactly as typed."""
        names = [piece for name, field in self.fields.items() for piece in input_names(name, field)]
        names += [f"{name}_confirm" for name in self.fields]
        return {name: data.getlist(name) for name in names if name in data}

    # ------------------------------------------------------------------------------------------------ validating

    def clean(self) -> dict[str, Any]:
        self._drop_what_does_not_apply()
        self._refuse_identified_before_onset()
        self.believed = dict(self.cleaned_data)
        if not self.errors:
            self._ask_about_the_unlikely()
        return self.cleaned_data

    def answer_text(self, fact: str) -> str:
        """An answer as conditions read it: "" for a blank, "not_known", or the value. A refused entry is answered."""
        if fact in self.errors:
            return "refused"
        answer = self.cleaned_data.get(fact, BLANK)
        return NOT_KNOWN if answer.not_known else "" if answer.value is None else str(answer.value)

    def _drop_what_does_not_apply(self) -> None:
        for question in self.questions:
            if applies(question.asked_if, self.answer_text):
                continue
            was_typed = question.fact in self.errors or not self.cleaned_data[question.fact].is_blank
            if was_typed or not self.saved[question.fact].is_blank:
                self.cleared.append(question)
            self.errors.pop(question.fact, None)
            self.cleaned_data[question.fact] = BLANK

    def _refuse_identified_before_onset(self) -> None:
        onset = self.cleaned_data.get("onset_on", BLANK)
        identified = self.cleaned_data.get("identified_on", BLANK)
        if onset.value is None or identified.value is None:
            return
        if identified.value < onset.value - IDENTIFIED_BEFORE_ONSET:
            sentence = _(
                "The onset of symptoms (%(onset)s) and the first imaging (%(identified)s) conflict: a fracture cannot "
                "be seen more than 14 days before its symptoms began. Correct one of the two dates."
            )
            dates = {"onset": day_text(onset.value), "identified": day_text(identified.value)}
            self.add_error("onset_on", sentence % dates)

    def _ask_about_the_unlikely(self) -> None:
        doubts: dict[str, list[Doubt]] = {}
        for doubt in [*self._unlikely(), *self._conflicting()]:
            doubts.setdefault(doubt.fact, []).append(doubt)
        answers = dict(self.cleaned_data)
        for name, found in doubts.items():
            field = self.fields[name]
            field.confirm = " ".join(doubt.confirm for doubt in found)
            field.confirm_text = answer_text(FACTS[name], answers[name])
            field.confirmed = self.data.get(f"{name}_confirm") == field.confirm
            if not field.confirmed:
                self.add_error(name, [doubt.sentence for doubt in found])

    def _unlikely(self) -> Iterator[Doubt]:
        for name, answer in self.cleaned_data.items():
            fact = FACTS[name]
            if fact.is_number and is_unlikely(fact, answer) and self._is_new(name):
                sentence = _("%(label)s: %(value)s is unusual. Check it, then confirm it or change it.")
                said = {"label": fact.label, "value": answer_text(fact, answer)}
                yield Doubt(name, shown(answer.value), sentence % said)

    def _conflicting(self) -> Iterator[Doubt]:
        """Answers of this page that conflict among themselves or with what is saved of the other pages."""
        for facts, conflict in CONFLICTS:
            sentence = conflict(self._value, self.visit.on)
            here = [name for name in facts if name in self.fields]
            if sentence and any(map(self._is_new, here)):
                asked = next(name for name in here if self._value(name) is not None)
                yield Doubt(asked, " ".join(str(self._value(name)) for name in facts), sentence)

    def _value(self, fact: str) -> Any:
        if fact in self.fields:
            return self.cleaned_data[fact].value
        return saved_answer(self.visit, FACTS[fact]).value

    def _is_new(self, fact: str) -> bool:
        return self.cleaned_data[fact].value != self.saved[fact].value

    # -------------------------------------------------------------------------------------------------- results

    def known_answers(self) -> dict[str, Any]:
        """Every question of the step with its value, or None where it is blank, not known or refused.

        An unlikely value that nobody has confirmed yet counts: a fever that is asked about again is still a fever.
        """
        return {name: self.believed.get(name, BLANK).value for name in self.fields}

    def columns(self) -> dict[str, Any]:
        """The columns to write, without the levels, which are rows."""
        columns: dict[str, Any] = {}
        for name, answer in self.cleaned_data.items():
            kind = FACTS[name].kind
            if kind in (Kind.YES_NO, Kind.CHOICE):
                columns[name] = NOT_KNOWN if answer.not_known else answer.value or ""
            elif kind is not Kind.LEVELS:
                columns[name] = answer.value
        if "onset_on" in columns:
            columns["onset_precision"] = self.cleaned_data["onset_on"].precision
        return columns

    def entries(self) -> list[Entry]:
        choices = (Kind.YES_NO, Kind.CHOICE)
        kept = (answer.entry(name) for name, answer in self.cleaned_data.items() if FACTS[name].kind not in choices)
        return [entry for entry in kept if entry is not None]

    def levels(self) -> tuple[str, ...] | None:
        """The levels to write, or None when this step does not ask for them."""
        return self.cleaned_data["levels"].value or () if "levels" in self.fields else None


def is_unlikely(fact: Fact, answer: Answer) -> bool:
    """Possible but rare enough to ask once. A T-score above 0 is asked about too: its minus is easily lost."""
    value = answer.value
    if value is None:
        return False
    positive_t_score = fact.name.startswith("t_score_") and value > 0
    return not fact.likely_low <= value <= fact.likely_high or positive_t_score


def answer_text(fact: Fact, answer: Answer) -> str:
    """An answer in words, with what was typed where that was in another unit."""
    if answer.not_known:
        return _("Not known")
    if answer.value is None:
        return _("Not recorded")
    if answer.precision == MONTH:
        return _("approx. %(month)s") % {"month": month_text(answer.value)}
    if answer.typed:
        return _("%(value)s (typed %(typed)s)") % {
            "value": show(fact.name, answer.value),
            "typed": f"{answer.typed} {answer.unit}",
        }
    return show(fact.name, answer.value)
