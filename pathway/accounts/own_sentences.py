"""What is refused in a form of Django's or of the sign-in library says which field it is, and what is accepted."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {
        "required": _("{label}: fill this in."),
        "max_length": _("{label}: enter at most %(limit_value)d characters."),
        "min_length": _("{label}: enter at least %(limit_value)d characters."),
        "null_characters_not_allowed": _("{label}: delete what cannot be seen, and type it again."),
    },
    forms.BooleanField: {"required": _("{label}: tick the box.")},
    forms.ChoiceField: {
        "required": _("{label}: choose one of the answers shown."),
        "invalid_choice": _("{label}: choose one of the answers shown."),
    },
    forms.MultipleChoiceField: {"invalid_list": _("{label}: choose from the answers shown.")},
    forms.ModelChoiceField: {"invalid_choice": _("{label}: choose one of the answers shown.")},
    forms.IntegerField: {
        "invalid": _("{label}: enter a whole number."),
        "max_value": _("{label}: enter at most %(limit_value)s."),
        "min_value": _("{label}: enter at least %(limit_value)s."),
    },
    forms.DecimalField: {
        "invalid": _("{label}: enter a number such as 2.5."),
        "max_digits": _("{label}: enter at most %(max)s digits."),
        "max_decimal_places": _("{label}: enter at most %(max)s decimals."),
        "max_whole_digits": _("{label}: enter at most %(max)s digits before the point."),
    },
    forms.DateField: {"invalid": _("{label}: enter a day as year, month and day, such as 2026-03-09.")},
    forms.EmailField: {"invalid": _("{label}: enter an address such as name@example.org.")},
}
"""By kind of field, the wider kinds first."""


def own_sentences(fields: Mapping[str, forms.Field]) -> None:
    """Give each field our sentences, but where its form has one of its own for the case."""
    for name, field in fields.items():
        label = str(field.label or pretty_name(name)).rstrip(":?").replace("%", "percent")
        said: dict[str, str] = {}
        for kind, sentences in SENTENCES.items():
            if isinstance(field, kind):
                said |= sentences
        stock = _stock(type(field))
        for code, sentence in said.items():
            if field.error_messages.get(code, "") in stock:
                field.error_messages[code] = str(sentence).format(label=label)


def _stock(kind: type[forms.Field]) -> set[str]:
    """What a kind of field says by itself; nothing, for what only its validators say."""
    return {"", *(said for one in kind.__mro__ for said in vars(one).get("default_error_messages", {}).values())}


class OneRow(forms.ModelChoiceField):
    """A choice among rows that refuses what is no id as it refuses what is no row."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
