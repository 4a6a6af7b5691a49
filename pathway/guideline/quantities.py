"""Values worked out from facts: names, units and formulas in words; and how any value is shown. None is ever typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.guideline.limits import Limit

NOT_RECORDED = "not recorded"
T_SCORES = ("t_score_spine", "t_score_femoral_neck", "t_score_total_hip")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A worked-out value: what it is called, its unit, its formula in words and the facts that go into it."""

    name: str
    label: str
    unit: str
    formula: str
    inputs: tuple[str, ...]


_QUANTITIES = (
    Quantity("days_since_onset", "Days since onset", "days", "visit day - onset", ("onset_on",)),
    Quantity(
        "days_since_identified", "Days since the fracture was seen on imaging", "days",
        "visit day - first imaging", ("identified_on",),
    ),
    Quantity(
        "days_since_fracture", "Days since the fracture", "days",
        "days since onset; from the first imaging where the onset is not known", ("onset_on", "identified_on"),
    ),
    Quantity(
        "days_to_three_months", "Days until three calendar months have passed", "days",
        "day of the fracture + 3 calendar months - visit day", ("onset_on", "identified_on"),
    ),
    Quantity(
        "days_since_marrow_imaging", "Age of the MRI or bone scan", "days",
        "visit day - imaging", ("marrow_imaging_on",),
    ),
    Quantity(
        "days_since_denosumab", "Days since the last dose of denosumab", "days",
        "visit day - last dose", ("denosumab_last_dose_on",),
    ),
    Quantity(
        "lowest_t_score", "Lowest T-score", "",
        "lowest of spine, femoral neck and total hip; the spine is left out if it includes the fracture", T_SCORES,
    ),
    Quantity("low_trauma", "Low-trauma mechanism", "", "from the mechanism", ("mechanism",)),
    Quantity(
        "creatinine_clearance_ml_min", "Creatinine clearance (Cockcroft-Gault)", "mL/min",
        "(140 - age) x weight x (0.85 if female) / (72 x creatinine in mg/dL)",
        ("age_years", "sex", "weight_kg", "creatinine_umol_l"),
    ),
    Quantity(
        "genant_grade", "Genant grade", "",
        "from the height loss: 1 from 20%, 2 from 25%, 3 above 40%", ("height_loss_percent",),
    ),
    Quantity(
        "pain_rise", "Rise of the pain score since the last review", "points",
        "pain now - pain at the last review", ("pain_nrs", "previous_pain_nrs"),
    ),
    Quantity(
        "rmdq24_rise", "Rise of the Roland-Morris score since the last review", "points",
        "score now - score at the last review", ("rmdq24", "previous_rmdq24"),
    ),
    Quantity(
        "odi_rise", "Rise of the Oswestry index since the last review", "points",
        "index now - index at the last review", ("odi_percent", "previous_odi_percent"),
    ),
    Quantity(
        "height_loss_progression", "Further height loss since the first imaging", "points",
        "height loss now - height loss on the first imaging", ("height_loss_percent", "first_height_loss_percent"),
    ),
    Quantity(
        "geometry_gap_degrees", "Kyphosis against half the height loss", "°",
        "difference of the kyphosis angle and half the height loss percent",
        ("kyphosis_degrees", "height_loss_percent"),
    ),
)  # fmt: skip

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _QUANTITIES}


def usable_t_scores(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The T-scores that count: not that of a spine that includes the fracture."""
    return T_SCORES[1:] if facts.get("spine_t_includes_fracture") == "yes" else T_SCORES


def inputs_of(name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that a person records to make a fact or worked-out value known."""
    if name == "lowest_t_score":
        return usable_t_scores(facts)
    return QUANTITIES[name].inputs if name in QUANTITIES else (name,)


def label_of(name: str) -> str:
    found: Fact | Quantity = FACTS.get(name) or QUANTITIES[name]
    return found.label


def unit_of(name: str) -> str:
    found: Fact | Quantity = FACTS.get(name) or QUANTITIES[name]
    return found.unit


def show(name: str, value: Any) -> str:
    """A value as a clinician reads it: with its unit, choices by their words, dates as 22-Nov-2026."""
    if value is None:
        return NOT_RECORDED
    fact = FACTS.get(name)
    if isinstance(value, date):
        return value.strftime("%d-%b-%Y")
    if fact is not None and fact.kind is Kind.LEVELS:
        return (value if isinstance(value, str) else ", ".join(value)) or "none"
    if isinstance(value, str):
        return dict(fact.choices).get(value, value) if fact is not None else value.capitalize()
    return with_unit(show_number(name, value), unit_of(name))


def show_number(name: str, value: Decimal | int) -> str:
    """A number as entered. One that was worked out or converted is cut, one place finer than people type it: a cut
    value never looks as if it reached a limit that it did not."""
    if isinstance(value, int):
        return str(value)
    fact = FACTS.get(name)
    finest = Decimal(1).scaleb(-(fact.decimals + 1 if fact else 1))
    return _without_trailing_zeros(value.quantize(finest, ROUND_DOWN))


def _without_trailing_zeros(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(text: str, unit: str) -> str:
    if not unit:
        return text
    if text == "1" and unit in ("days", "years", "points"):
        unit = unit.removesuffix("s")
    return f"{text}{unit}" if unit in ("%", "°", "°C") else f"{text} {unit}"


def shown_limit(limit: Limit) -> str:
    return with_unit(_without_trailing_zeros(limit.value), limit.unit)
