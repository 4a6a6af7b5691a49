"""Values worked out from facts, with their formula; and how any value is shown. Nothing here is ever typed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.guideline.limits import Limit, Limits

NOT_RECORDED = "not recorded"
LOW_TRAUMA = ("none", "bend_or_lift", "cough_or_sneeze", "fall_from_standing")
T_SCORES = ("t_score_spine", "t_score_femoral_neck", "t_score_total_hip")
CREATININE_UMOL_L_PER_MG_DL = Decimal("88.4")
FEMALE_FACTOR = Decimal("0.85")


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


def derive(facts: Mapping[str, Any], on: date, at: Limits) -> dict[str, Any]:
    """Every value that can be worked out from `facts` on the day `on`. What cannot is left out: it is not known."""
    get = facts.get
    values: dict[str, Any] = {}
    onset, identified = get("onset_on"), get("identified_on")
    if onset is not None:
        values["days_since_onset"] = (on - onset).days
    if identified is not None:
        values["days_since_identified"] = (on - identified).days
    start = onset if onset is not None else identified
    if start is not None:
        values["days_since_fracture"] = (on - start).days
        values["days_to_three_months"] = (three_months_after(start) - on).days
    if (imaging := get("marrow_imaging_on")) is not None:
        values["days_since_marrow_imaging"] = (on - imaging).days
    if (dose := get("denosumab_last_dose_on")) is not None:
        values["days_since_denosumab"] = (on - dose).days
    if (t_score := _lowest_t_score(facts)) is not None:
        values["lowest_t_score"] = t_score
    if (mechanism := get("mechanism")) is not None:
        values["low_trauma"] = "yes" if mechanism in LOW_TRAUMA else "no"
    if (clearance := _creatinine_clearance(get)) is not None:
        values["creatinine_clearance_ml_min"] = clearance
    height_loss, kyphosis = get("height_loss_percent"), get("kyphosis_degrees")
    if height_loss is not None:
        values["genant_grade"] = genant_grade(height_loss, at)
        if kyphosis is not None:
            values["geometry_gap_degrees"] = abs(kyphosis - height_loss / 2)
    for name, now, before in _RISES:
        if get(now) is not None and get(before) is not None:
            values[name] = facts[now] - facts[before]
    return values


_RISES = (
    ("pain_rise", "pain_nrs", "previous_pain_nrs"),
    ("rmdq24_rise", "rmdq24", "previous_rmdq24"),
    ("odi_rise", "odi_percent", "previous_odi_percent"),
    ("height_loss_progression", "height_loss_percent", "first_height_loss_percent"),
)


def three_months_after(day: date) -> date:
    """The same day three calendar months later, or that month's last day where it is shorter."""
    year, month = (day.year, day.month + 3) if day.month <= 9 else (day.year + 1, day.month - 9)
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def genant_grade(height_loss_percent: Decimal, at: Limits) -> int:
    """Grade 0 to 3 of a vertebral fracture from its height loss in percent (Genant 1993)."""
    if height_loss_percent > at.genant_3.value:
        return 3
    if height_loss_percent >= at.genant_2.value:
        return 2
    return 1 if height_loss_percent >= at.genant_1.value else 0


def usable_t_scores(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The T-scores that count: not that of a spine that includes the fracture."""
    return T_SCORES[1:] if facts.get("spine_t_includes_fracture") == "yes" else T_SCORES


def inputs_of(name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that a person records to make a fact or worked-out value known."""
    if name == "lowest_t_score":
        return usable_t_scores(facts)
    return QUANTITIES[name].inputs if name in QUANTITIES else (name,)


def _lowest_t_score(facts: Mapping[str, Any]) -> Decimal | None:
    scores = [score for name in usable_t_scores(facts) if (score := facts.get(name)) is not None]
    return min(scores) if scores else None


def _creatinine_clearance(get: Any) -> Decimal | None:
    """Cockcroft-Gault, mL/min, with the actual weight. Not rounded: it is compared as it is."""
    age, weight, creatinine, sex = get("age_years"), get("weight_kg"), get("creatinine_umol_l"), get("sex")
    if age is None or weight is None or creatinine is None or sex is None:
        return None
    clearance = (140 - age) * weight / (72 * creatinine / CREATININE_UMOL_L_PER_MG_DL)
    return clearance * FEMALE_FACTOR if sex == "female" else clearance


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
    """A recorded number exactly as entered; a worked-out one to one decimal, cut, so that it never looks rounded up."""
    if isinstance(value, int):
        return str(value)
    if name == "creatinine_clearance_ml_min":
        value = value.quantize(Decimal("0.1"), rounding="ROUND_DOWN")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(text: str, unit: str) -> str:
    if not unit:
        return text
    return f"{text}{unit}" if unit in ("%", "°", "°C") else f"{text} {unit}"


def shown_limit(limit: Limit) -> str:
    return with_unit(show_number(limit.name, limit.value), limit.unit)
