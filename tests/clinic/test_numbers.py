"""Numbers and dates as typed: read exactly, or refused with a sentence that says what is accepted."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pathway.clinic.numbers import height_loss, range_text, read_day, read_number, refuse_day_outside
from pathway.guideline.facts import FACTS

WITH_OTHER_UNITS = [(fact, unit) for fact in FACTS.values() for unit in fact.form_units]


@pytest.mark.parametrize(
    ("name", "typed", "unit", "value"),
    [
        ("pain_nrs", "0", "", "0"),
        ("pain_nrs", " 7 ", "", "7"),
        ("pain_nrs", "7/10", "", "7"),
        ("weight_kg", "62 kg", "", "62"),
        ("weight_kg", "62kg", "kg", "62"),
        ("weight_kg", "137 lb", "lb", "62.1422"),
        ("t_score_spine", "-2.5", "", "-2.5"),
        ("t_score_spine", "−2.45", "", "-2.45"),
        ("t_score_spine", "–2.45", "", "-2.45"),
        ("t_score_spine", "+0.3", "", "0.3"),
        ("kyphosis_degrees", "15°", "", "15"),
        ("kyphosis_degrees", "15.0 degrees", "", "15.0"),
        ("odi_percent", "40%", "", "40"),
        ("creatinine_umol_l", "90 umol/L", "", "90"),
        ("creatinine_umol_l", "1.02", "mg/dL", "90.168"),
        ("egfr", "58 mL/min/1.73 m2", "", "58"),
        ("temperature_c", "100.4", "°F", "38"),
        ("temperature_c", "100.3 F", "°F", "37.9444"),
        ("adjusted_calcium_mmol_l", "10.42", "mg/dL", "2.5998"),
        ("vitamin_d_nmol_l", "20.0", "ng/mL", "49.92"),
        ("crp_mg_l", "2.05", "mg/dL", "20.5"),
        ("hemoglobin_g_l", "10.9", "g/dL", "109"),
    ],
)
def test_accepted(name, typed, unit, value):
    """H-04: a minus that a word processor made is a minus."""
    assert read_number(typed, FACTS[name], unit) == Decimal(value)


@pytest.mark.parametrize(
    ("name", "typed", "unit", "says"),
    [
        ("pain_nrs", "11", "", "from 0 to 10"),
        ("pain_nrs", "-1", "", "from 0 to 10"),
        ("pain_nrs", "6.5", "", "whole number"),
        ("pain_nrs", "seven", "", "digits 0 to 9"),
        ("weight_kg", "NaN", "", "digits 0 to 9"),
        ("weight_kg", "Infinity", "", "digits 0 to 9"),
        ("weight_kg", "-inf", "", "digits 0 to 9"),
        ("weight_kg", "1_00", "", "digits 0 to 9"),
        ("weight_kg", "1e2", "", "digits 0 to 9"),
        ("weight_kg", "0x40", "", "digits 0 to 9"),
        ("weight_kg", "６２", "", "digits 0 to 9"),
        ("weight_kg", "٦٢", "", "digits 0 to 9"),
        ("weight_kg", "6 2", "", "digits 0 to 9"),
        ("weight_kg", "6\u200b2", "", "digits 0 to 9"),
        ("weight_kg", "62,5", "", "comma"),
        ("creatinine_umol_l", "1,020", "", "comma"),
        ("weight_kg", "62.25", "", "at most 1 decimal"),
        ("t_score_spine", "-2.455", "", "at most 2 decimal"),
        ("weight_kg", "9" * 1_000_000, "", "too long"),
        ("weight_kg", "62 stone", "", "unit"),
        ("weight_kg", "137 lb", "", "unit"),
        ("weight_kg", "62", "stone", "choose the unit"),
        ("kyphosis_degrees", "15%", "", "degrees, not in percent"),
        ("scoliosis_degrees", "12 %", "", "degrees, not in percent"),
        ("adjusted_calcium_mmol_l", "99", "mg/dL", "from 4.01 to 20.04 mg/dL"),
        ("temperature_c", "36.8", "°F", "from 86 to 113 °F. Is it in °C? Then choose that unit beside the box."),
        ("temperature_c", "98.6", "", "from 30 to 45°C. Is it in °F? Then choose that unit beside the box."),
        ("hemoglobin_g_l", "12.8", "g/L", "a whole number. Is it in g/dL? Then choose that unit beside the box."),
        ("hemoglobin_g_l", "13", "", "to 220 g/L. Is it in g/dL? Then choose that unit beside the box."),
        ("creatinine_umol_l", "9" * 24, "mg/dL", "mg/dL."),
        ("creatinine_umol_l", "9" * 24, "", "from 18 to 1770 µmol/L."),
        ("egfr", ">90", "", "such as <4 or >90 cannot be entered. Enter a number, or choose “Not known”."),
        ("crp_mg_l", "< 4 mg/L", "", "such as <4 or >90 cannot be entered. Enter a number, or choose “Not known”."),
        ("crp_mg_l", "≤4", "", "such as <4 or >90 cannot be entered. Enter a number, or choose “Not known”."),
    ],
)
def test_refused_with_a_sentence(name, typed, unit, says):
    """H-03, H-30."""
    with pytest.raises(ValidationError) as refusal:
        read_number(typed, FACTS[name], unit)
    (sentence,) = refusal.value.messages
    assert says in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "typed", "unit"),
    [
        ("temperature_c", "200", ""),
        ("weight_kg", "9999", ""),
        ("pain_nrs", "11", ""),
        ("hemoglobin_g_l", "1.28", "g/L"),
    ],
)
def test_no_unit_is_offered_in_which_the_number_is_refused_as_well(name, typed, unit):
    with pytest.raises(ValidationError) as refusal:
        read_number(typed, FACTS[name], unit)
    assert "Is it in" not in refusal.value.messages[0]


@pytest.mark.parametrize("typed", ["0x40", "5.", ".5", "--5", "5-", "+-5", "5..5", "½", "²", "", " ", "1/2", "٪"])
def test_never_anything_but_a_sentence(typed):
    with pytest.raises(ValidationError):
        read_number(typed, FACTS["temperature_c"])


@given(st.text())
def test_any_text_is_a_number_in_range_or_a_sentence(typed):
    fact = FACTS["kyphosis_degrees"]
    with suppress(ValidationError):
        assert fact.low <= read_number(typed, fact) <= fact.high


@pytest.mark.parametrize(("fact", "unit"), WITH_OTHER_UNITS, ids=lambda value: getattr(value, "label", ""))
def test_a_value_typed_in_another_unit_comes_back(fact, unit):
    """H-03: there and back within half of the last digit typed."""
    step = Decimal(1).scaleb(-unit.decimals)
    low, _, high = range_text(fact, unit).removesuffix(f" {unit.label}").partition(" to ")
    high = high.removesuffix(unit.label)
    for part in range(11):
        typed = (Decimal(low) + (Decimal(high) - Decimal(low)) * part / 10).quantize(step)
        value = read_number(str(typed), fact, unit.label)
        assert abs(value / unit.factor + unit.offset - typed) <= step / 2


def test_height_loss_from_two_heights():
    assert height_loss(Decimal(20), Decimal(25)) == 20
    assert height_loss(Decimal("20.1"), Decimal(25)) == Decimal("19.6")
    assert height_loss(Decimal(17), Decimal(23)) == Decimal("26.087")


@given(st.integers(10, 700), st.integers(10, 700))
def test_a_height_loss_is_never_rounded_up_to_a_limit(fractured, reference):
    """H-06: worked out from heights in tenths of a mm, exactly 20 percent only where it is exactly 20 percent."""
    loss = height_loss(Decimal(fractured) / 10, Decimal(reference) / 10)
    for limit in (10, 20, 25, 40):
        assert (loss >= limit) == (100 * (reference - fractured) >= limit * reference)


@pytest.mark.parametrize(
    ("boxes", "is_enough", "day", "has_day"),
    [
        (("9", "3", "2026"), False, date(2026, 3, 9), True),
        (("09", "03", "2026"), False, date(2026, 3, 9), True),
        (("29", "2", "2024"), False, date(2024, 2, 29), True),
        (("", "3", "2026"), True, date(2026, 3, 1), False),
        (("1", "1", "0001"), False, date(1, 1, 1), True),
        (("31", "12", "9999"), False, date(9999, 12, 31), True),
    ],
)
def test_dates_accepted(boxes, is_enough, day, has_day):
    assert read_day(*boxes, "Onset", month_is_enough=is_enough) == (day, has_day)


@pytest.mark.parametrize(
    "boxes",
    [
        ("", "3", "2026"),
        ("9", "3", "26"),
        ("9", "Mar", "2026"),
        ("30", "2", "2026"),
        ("29", "2", "2025"),
        ("9", "13", "2026"),
        ("0", "1", "2026"),
        ("9", "3", "0000"),
        ("9", "3", "10000"),
        ("٩", "3", "2026"),
        ("-9", "3", "2026"),
        ("9", "3", "2" * 1_000_000),
    ],
)
def test_dates_refused(boxes):
    """H-18."""
    with pytest.raises(ValidationError, match="Onset"):
        read_day(*boxes, "Onset")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1948, 3, 8), date(2026, 11, 23), date(9999, 12, 31)])
def test_a_date_lies_between_the_birth_and_the_visit(day):
    """H-17."""
    with pytest.raises(ValidationError):
        refuse_day_outside(day, "Onset", date(1948, 3, 9), date(2026, 11, 22))
