"""Form fields of the walk: one for each kind of fact. Each takes what was typed and gives an `Answer`.

What was typed is a list of pieces (the box, its unit, "not known"), so that a draft can show it again unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pathway.clinic.models import Entry, Visit
from pathway.clinic.models.answers import DAY, MONTH, NOT_KNOWN
from pathway.clinic.models.visits import known
from pathway.clinic.numbers import height_loss, read_day, read_number, refuse_day_outside, shown
from pathway.clinic.spine import BY_LEVEL
from pathway.guideline.facts import LEVELS, Fact, Kind

LABELS_IN_A_LINE = 60
HEIGHT_LOSS = "height_loss_percent"
HEIGHT = Fact("height_mm", "", "Height", Kind.DECIMAL, "mm", Decimal(1), Decimal(70), decimals=1)
"""A height measured on an image, only to work the height loss out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question was answered: a value, not known, or nothing. `typed` and `unit` where another unit was typed."""

    value: Any = None
    not_known: bool = False
    typed: str = ""
    unit: str = ""
    precision: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value is None and not self.not_known

    def entry(self, fact: str) -> Entry | None:
        """The row that keeps what the fact's column cannot."""
        if self.not_known:
            return Entry(fact=fact, not_known=True)
        return Entry(fact=fact, typed=self.typed, unit=self.unit) if self.typed else None


BLANK = Answer()


def _not_both(fact: Fact) -> ValidationError:
    return ValidationError(
        _("%(label)s: either enter a value or tick “Not known”, not both."), params={"label": fact.label}
    )


class Pieces(forms.MultiWidget):
    """Several controls for one fact, the first of them under the fact's own name."""

    def decompress(self, value: Any) -> Sequence[Any]:
        return value or [None] * len(self.widgets)

    def names(self, name: str) -> list[str]:
        return [name + suffix for suffix in self.widgets_names]


def _box(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **attrs})


class NumberPieces(Pieces):
    template_name = "clinic/widgets/number.html"
    use_fieldset = False

    def __init__(self, fact: Fact):
        controls = {"": _box(inputmode="decimal"), "not_known": forms.CheckboxInput()}
        if fact.form_units:
            units = [fact.unit, *(unit.label for unit in fact.form_units)]
            controls["unit"] = forms.Select(choices=[(unit, unit) for unit in units])
        super().__init__(controls)


class HeightLossPieces(Pieces):
    template_name = "clinic/widgets/height_loss.html"
    use_fieldset = True

    def __init__(self, fact: Fact):
        boxes = {name: _box(inputmode="decimal") for name in ("", "fractured_mm", "reference_mm")}
        super().__init__({**boxes, "not_known": forms.CheckboxInput()})


class DatePieces(Pieces):
    template_name = "clinic/widgets/date.html"
    use_fieldset = True

    def __init__(self, fact: Fact):
        boxes = {name: _box(inputmode="numeric") for name in ("day", "month", "year")}
        super().__init__({**boxes, "not_known": forms.CheckboxInput()})


class NumberField(forms.Field):
    def __init__(self, fact: Fact, **kwargs):
        super().__init__(widget=NumberPieces(fact), required=False, **kwargs)
        self.fact = fact
        self.unit = "" if fact.form_units else fact.unit

    def clean(self, pieces: Sequence[Any]) -> Answer:
        typed, not_known, *units = pieces
        typed = (typed or "").strip()
        if not_known and typed:
            raise _not_both(self.fact)
        if not typed:
            return Answer(not_known=bool(not_known))
        unit = units[0] or "" if units else ""
        value = read_number(typed, self.fact, unit)
        if self.fact.kind is Kind.INTEGER:
            value = int(value)
        if unit in ("", self.fact.unit):
            return Answer(value)
        return Answer(value, typed=typed, unit=unit)

    def pieces(self, answer: Answer) -> list[Any]:
        value = "" if answer.value is None else shown(answer.value)
        return [answer.typed or value, answer.not_known, answer.unit or self.fact.unit][: len(self.widget.widgets)]


class HeightLossField(forms.Field):
    """A percentage, or two heights in mm from which it is worked out."""

    def __init__(self, fact: Fact, **kwargs):
        super().__init__(widget=HeightLossPieces(fact), required=False, **kwargs)
        self.fact = fact

    def clean(self, pieces: Sequence[Any]) -> Answer:
        percent, fractured, reference = ((piece or "").strip() for piece in pieces[:3])
        not_known = bool(pieces[3])
        if not_known and (percent or fractured or reference):
            raise _not_both(self.fact)
        if percent and (fractured or reference):
            raise ValidationError(_("Height loss: enter either the percentage or the two heights, not both."))
        if percent:
            return Answer(read_number(percent, self.fact))
        if not fractured and not reference:
            return Answer(not_known=not_known)
        if not fractured or not reference:
            raise ValidationError(_("Height loss: enter both heights, of the fractured and of the reference vertebra."))
        return self._worked_out(read_number(fractured, HEIGHT), read_number(reference, HEIGHT))

    def _worked_out(self, fractured: Decimal, reference: Decimal) -> Answer:
        if fractured > reference:
            raise ValidationError(
                _("Height loss: the fractured vertebra is entered as taller than the reference. Check the two heights.")
            )
        typed = f"{shown(fractured)} / {shown(reference)}"
        return Answer(height_loss(fractured, reference), typed=typed, unit="mm")

    def pieces(self, answer: Answer) -> list[Any]:
        if answer.typed:
            fractured, reference = answer.typed.split(" / ")
            return ["", fractured, reference, False]
        return ["" if answer.value is None else shown(answer.value), "", "", answer.not_known]


class DayField(forms.Field):
    """A date in three boxes; of the onset the month is enough."""

    def __init__(self, fact: Fact, visit: Visit, **kwargs):
        super().__init__(widget=DatePieces(fact), required=False, **kwargs)
        self.fact = fact
        self.visit = visit
        self.today = visit.on

    def clean(self, pieces: Sequence[Any]) -> Answer:
        boxes = [(piece or "").strip() for piece in pieces[:3]]
        not_known = bool(pieces[3])
        if not_known and any(boxes):
            raise _not_both(self.fact)
        if not any(boxes):
            return Answer(not_known=not_known)
        is_onset = self.fact.name == "onset_on"
        day, has_day = read_day(*boxes, self.fact.label, month_is_enough=is_onset)
        born = self.visit.patient.date_of_birth
        refuse_day_outside(day, self.fact.label, born if has_day else born.replace(day=1), self.visit.on)
        return Answer(day, precision=("" if not is_onset else DAY if has_day else MONTH))

    def pieces(self, answer: Answer) -> list[Any]:
        day: date | None = answer.value
        if day is None:
            return ["", "", "", answer.not_known]
        return ["" if answer.precision == MONTH else str(day.day), str(day.month), f"{day.year:04d}", False]


class ChoiceField(forms.ChoiceField):
    """Radios, none of them chosen at first, the last of them "Not known"."""

    def __init__(self, fact: Fact, **kwargs):
        choices = [*fact.choices, (NOT_KNOWN, _("Not known"))]
        super().__init__(choices=choices, widget=forms.RadioSelect, required=False, **kwargs)
        self.fact = fact
        self.inline = sum(len(label) for _value, label in fact.choices) <= LABELS_IN_A_LINE
        self.error_messages["invalid_choice"] = _("%(label)s: choose one of the answers shown.") % {"label": fact.label}

    def clean(self, piece: Any) -> Answer:
        chosen = super().clean(piece)
        return Answer(not_known=True) if chosen == NOT_KNOWN else Answer(chosen or None)

    def pieces(self, answer: Answer) -> str:
        return NOT_KNOWN if answer.not_known else answer.value or ""


class LevelBoxes(forms.CheckboxSelectMultiple):
    """A box for each level, each with the drawing of its vertebra."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "vertebra": BY_LEVEL.get(value)}


class LevelsField(forms.MultipleChoiceField):
    def __init__(self, fact: Fact, **kwargs):
        choices = [*fact.choices, (NOT_KNOWN, _("Not known"))]
        super().__init__(choices=choices, widget=LevelBoxes, required=False, **kwargs)
        self.fact = fact
        self.boxes_template = "clinic/widgets/levels.html"
        self.error_messages["invalid_choice"] = _("%(label)s: tick levels from T1 to L5.") % {"label": fact.label}

    def clean(self, piece: Any) -> Answer:
        ticked = super().clean(piece)
        if NOT_KNOWN in ticked and len(ticked) > 1:
            raise _not_both(self.fact)
        if NOT_KNOWN in ticked:
            return Answer(not_known=True)
        return Answer(tuple(level for level in LEVELS if level in ticked) or None)

    def pieces(self, answer: Answer) -> list[str]:
        return [NOT_KNOWN] if answer.not_known else list(answer.value or ())


def field_for(fact: Fact, visit: Visit, **kwargs) -> forms.Field:
    """The form field of a fact."""
    if fact.name == HEIGHT_LOSS:
        return HeightLossField(fact, **kwargs)
    if fact.is_number:
        return NumberField(fact, **kwargs)
    if fact.kind is Kind.DATE:
        return DayField(fact, visit, **kwargs)
    return LevelsField(fact, **kwargs) if fact.kind is Kind.LEVELS else ChoiceField(fact, **kwargs)


def input_names(name: str, field: forms.Field) -> list[str]:
    """The names under which a browser sends the pieces of a field."""
    return field.widget.names(name) if isinstance(field.widget, Pieces) else [name]


def saved_answer(visit: Visit, fact: Fact) -> Answer:
    """What is saved for a fact, with what was typed for it."""
    entry = visit.entries_by_fact.get(fact.name)
    if fact.kind is Kind.LEVELS:
        return Answer(visit.levels or None, not_known=entry is not None)
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        return Answer(known(visit, fact.name), not_known=getattr(visit, fact.name) == NOT_KNOWN)
    precision = visit.onset_precision if fact.name == "onset_on" else ""
    value = known(visit, fact.name)
    if entry is None:
        return Answer(value, precision=precision)
    return Answer(value, entry.not_known, entry.typed, entry.unit, precision)
