"""Numbers and dates as people type them: read exactly or refused with a sentence that says what is accepted."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pathway.guideline.facts import Fact, FormUnit, Kind
from pathway.guideline.quantities import with_unit

STORED = Decimal("0.0001")
LONGEST = 24
_WIDE = Context(prec=2 * LONGEST)  # so that the longest number in another unit is out of range, not an error
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<suffix>[^0-9.,+-].*)?", re.ASCII | re.DOTALL)
_WORD = re.compile(r"[%°/×]|[^\W\d_](?:[^\W\d_]|[/ ]|$)")
_BOUNDS = ("<", ">", "≤", "≥")
_DASHES = str.maketrans("\u2212\u2013\u00a0\u202f", "--  ")
_DEGREES_ONLY = ("kyphosis_degrees", "scoliosis_degrees")
_SPELLINGS = {
    "°": ("deg", "degree", "degrees"),
    "\u03bcmol/l": ("umol/l",),
    "°c": ("c",),
    "°f": ("f",),
    "of10": ("/10",),
    "of24": ("/24",),
}


def read_number(typed: str, fact: Fact, unit: str = "") -> Decimal:
    """The number typed, in the fact's own unit. `unit` is the one chosen beside the box, blank for the fact's own.

    Raises ValidationError with a sentence for anything but a plain number with at most the decimals that the fact
    takes, inside its hard range. A unit typed after the number is forgiven when it is the chosen one.
    """
    other = _form_unit(fact, unit)
    number = _plain_number(typed, fact, other.label if other else fact.unit)
    refusal = _refusal(number, fact, other)
    if refusal is None:
        return number if other is None else converted(number, other)
    fitting = [unit for unit in (None, *fact.form_units) if unit != other and _refusal(number, fact, unit) is None]
    if not fitting:
        raise ValidationError(refusal)
    meant = fitting[0].label if fitting[0] else fact.unit
    hint = _("Is it in %(unit)s? Then choose that unit beside the box.") % {"unit": meant}
    raise ValidationError(f"{refusal} {hint}")


def converted(number: Decimal, unit: FormUnit) -> Decimal:
    """From a form unit to the fact's own, to the four decimals that are stored."""
    return plain(((number - unit.offset) * unit.factor).quantize(STORED, ROUND_HALF_EVEN, _WIDE))


def height_loss(fractured_mm: Decimal, reference_mm: Decimal) -> Decimal:
    """Height loss in percent from two heights in mm: (1 - fractured / reference) x 100."""
    return plain(((1 - fractured_mm / reference_mm) * 100).quantize(STORED, ROUND_HALF_EVEN))


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros: 6.5000 is 6.5, and 20.0000 is 20."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def shown(value: Decimal | int) -> str:
    return format(plain(Decimal(value)), "f")


def range_text(fact: Fact, unit: FormUnit | None = None) -> str:
    """The hard range in words, in the unit that was typed."""
    if unit is None:
        low, high, label = fact.low, fact.high, fact.unit
    else:
        step = Decimal(1).scaleb(-unit.decimals)
        low, high = (
            (bound / unit.factor + unit.offset).quantize(step, rounding)
            for bound, rounding in ((fact.low, "ROUND_CEILING"), (fact.high, "ROUND_FLOOR"))
        )
        label = unit.label
    label = "" if label.startswith("of ") else label
    return _("%(low)s to %(high)s") % {"low": shown(low), "high": with_unit(shown(high), label)}


def _form_unit(fact: Fact, unit: str) -> FormUnit | None:
    if unit in ("", fact.unit):
        return None
    for other in fact.form_units:
        if other.label == unit:
            return other
    accepted = [fact.unit, *(other.label for other in fact.form_units)]
    raise ValidationError(
        _("%(label)s: choose the unit from the list: %(units)s."),
        params={"label": fact.label, "units": ", ".join(accepted)},
    )


def _plain_number(typed: str, fact: Fact, unit: str) -> Decimal:
    text = typed.translate(_DASHES).strip()
    if len(text) > LONGEST:
        raise ValidationError(
            _("%(label)s: that is too long for a number. Enter %(range)s."),
            params={"label": fact.label, "range": range_text(fact)},
        )
    if fact.name in _DEGREES_ONLY and "%" in text:
        raise ValidationError(
            _("%(label)s is measured in degrees, not in percent. Measure the Cobb angle and enter it in degrees."),
            params={"label": fact.label},
        )
    if "," in text:
        raise ValidationError(
            _("%(label)s: a comma can be read in two ways. Write decimals with a point, and thousands without a mark."),
            params={"label": fact.label},
        )
    if text[:1] in _BOUNDS and _NUMBER.fullmatch(text[1:].strip()):
        raise ValidationError(
            _("%(label)s: a result such as <4 or >90 cannot be entered. Enter a number, or choose “Not known”."),
            params={"label": fact.label},
        )
    match = _NUMBER.fullmatch(text)
    suffix = "" if match is None else (match["suffix"] or "").strip()
    if match is None or (suffix and not _WORD.match(suffix)):
        raise ValidationError(_not_a_number(fact), params={"label": fact.label, "range": range_text(fact)})
    if suffix and not _is_unit(suffix, unit):
        raise ValidationError(_wrong_unit(fact, unit), params={"label": fact.label, "unit": unit})
    return Decimal(match["sign"] + match["digits"])


def _not_a_number(fact: Fact) -> str:
    if fact.kind is Kind.INTEGER:
        return _("%(label)s: enter a whole number in the digits 0 to 9, from %(range)s.")
    return _("%(label)s: enter a number in the digits 0 to 9 with a point for decimals, from %(range)s.")


def _wrong_unit(fact: Fact, unit: str) -> str:
    if not unit or unit.startswith("of "):
        return _("%(label)s: enter the number alone.")
    if fact.form_units:
        return _("%(label)s: the unit you typed is not the unit chosen beside the box (%(unit)s). Make them agree.")
    return _("%(label)s: enter the number alone, in %(unit)s.")


def _is_unit(typed: str, unit: str) -> bool:
    typed, unit = typed.casefold().replace(" ", ""), unit.casefold().replace(" ", "")
    without_powers = unit.replace("²", "2").replace("⁹", "9").replace("×", "x")
    return typed in (unit, without_powers, *_SPELLINGS.get(unit, ()))


def _refusal(number: Decimal, fact: Fact, unit: FormUnit | None) -> str | None:
    """Why a number in this unit, None for the fact's own, is not accepted: it has too many decimals, or is outside the
    range."""
    decimals = unit.decimals if unit else fact.decimals
    if -number.normalize().as_tuple().exponent > decimals:
        if decimals == 0:
            return _("%(label)s: enter a whole number.") % {"label": fact.label}
        return _("%(label)s: enter at most %(decimals)d decimal places.") % {"label": fact.label, "decimals": decimals}
    if not fact.low <= (converted(number, unit) if unit else number) <= fact.high:
        return _("%(label)s: enter a value from %(range)s.") % {"label": fact.label, "range": range_text(fact, unit)}
    return None


def read_day(day: str, month: str, year: str, label: str, *, month_is_enough: bool = False) -> tuple[date, bool]:
    """The date in three boxes, and whether the day was given. Without a day it is the first of the month.

    Raises ValidationError with a sentence. The year has four digits; the calendar's own range is the only limit here.
    """
    parts = [part.strip() for part in (day, month, year)]
    has_day = parts[0] != "" or not month_is_enough
    needed = parts if has_day else parts[1:]
    if not all(re.fullmatch("[0-9]{1,4}", part) for part in needed) or len(parts[2]) != 4:
        raise ValidationError(_date_sentence(month_is_enough), params={"label": label})
    numbers = [int(part) for part in (parts[0] if has_day else "1", *parts[1:])]
    try:
        return date(numbers[2], numbers[1], numbers[0]), has_day
    except ValueError:
        raise ValidationError(
            _("%(label)s: that day does not exist. Check the day, the month and the year."), params={"label": label}
        ) from None


def _date_sentence(month_is_enough: bool) -> str:
    if month_is_enough:
        return _("%(label)s: enter a date such as 9 3 2026, or only the month and the year; the year in four digits.")
    return _("%(label)s: enter day, month and year such as 9 3 2026; the year in four digits.")


def refuse_day_outside(day: date, label: str, born: date, on: date) -> None:
    """A date of the patient's history lies from the birth to the day of the visit. Raises ValidationError."""
    if day > on:
        raise ValidationError(
            _("%(label)s: enter a date not after the visit on %(on)s."), params={"label": label, "on": day_text(on)}
        )
    if day < born:
        raise ValidationError(
            _("%(label)s: enter a date not before the patient was born, %(born)s."),
            params={"label": label, "born": day_text(born)},
        )


def day_text(day: date) -> str:
    """As clinical displays print a date: 09-Mar-1948. Works from the year 1 on."""
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}"


def month_text(day: date) -> str:
    return f"{_MONTHS[day.month - 1]}-{day.year:04d}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
