"""The boxes in which a clinician writes the facts of a case. An empty box is a fact that nobody recorded."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.clinic.numbers import range_text, read_number
from pathway.guideline.facts import Fact, Kind

NOT_KNOWN = gettext_lazy("Not known")
_DAYS_AGO = re.compile(r"\d{1,5} days ago", re.ASCII)


class FactBox(forms.CharField, ABC):
    """A box for text. What is stored comes back as it is, however precise, unless something else is typed."""

    def __init__(self, fact: Fact, stored: Any, **kwargs):
        super().__init__(required=False, max_length=40, widget=forms.TextInput(attrs={"size": 14}), **kwargs)
        self.fact = fact
        self.stored = stored

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if self.stored is not None and typed == self.prepare_value(self.stored):
            return self.stored
        return self.read(typed) if typed else None

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        return format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)

    @abstractmethod
    def read(self, typed: str) -> Any:
        """What was typed as the fact's value. Raises ValidationError."""


class NumberBox(FactBox):
    """A number as in the walk; after it, the unit may be one that the walk offers beside the box."""

    def read(self, typed: str) -> int | Decimal:
        ending = typed.casefold().replace(" ", "")
        others = [unit.label for unit in self.fact.form_units if ending.endswith(unit.label.casefold())]
        number = read_number(typed, self.fact, others[0] if others else "")
        return int(number) if self.fact.kind is Kind.INTEGER else number


class DayBox(FactBox):
    """A date, or days counted back from the visit."""

    def read(self, typed: str) -> date | str:
        if _DAYS_AGO.fullmatch(typed):
            return typed
        try:
            return date.fromisoformat(typed)
        except ValueError:
            raise ValidationError(
                _("%(label)s: a date such as 2026-11-01, or 21 days ago, is accepted."),
                params={"label": self.fact.label},
            ) from None


class LevelsBox(forms.MultipleChoiceField):
    def clean(self, value: Any) -> list[str] | None:
        return super().clean(value) or None


def box_for(fact: Fact, stored: Any) -> forms.Field:
    """The field of a fact, with its unit and range beside it."""
    if fact.is_number:
        return NumberBox(fact, stored, label=fact.label, help_text=_unit_and_range(fact))
    if fact.kind is Kind.DATE:
        return DayBox(fact, stored, label=fact.label, help_text=_("A date such as 2026-11-01, or 21 days ago"))
    if fact.kind is Kind.LEVELS:
        return LevelsBox(choices=fact.choices, label=fact.label, required=False, widget=forms.CheckboxSelectMultiple)
    return choice_of(fact.label, dict(fact.choices), NOT_KNOWN)


def choice_of(label: str, words: dict[str, str], empty: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=[("", empty), *words.items()], label=label, required=False, empty_value=None)


def _unit_and_range(fact: Fact) -> str:
    words = range_text(fact)
    if fact.unit.startswith("of "):
        return words
    others = _(" or ").join(unit.label for unit in fact.form_units)
    return (
        _("%(range)s; or in %(units)s, written after the number") % {"range": words, "units": others}
        if others
        else words
    )
