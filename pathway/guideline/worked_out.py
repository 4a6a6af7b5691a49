"""How each worked-out value comes from the facts. Without one of the facts that it needs it is None: not known."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pathway.guideline.limits import Limits
from pathway.guideline.quantities import usable_t_scores

LOW_TRAUMA = ("none", "bend_or_lift", "cough_or_sneeze", "fall_from_standing")
CREATININE_UMOL_L_PER_MG_DL = Decimal("88.4")
FEMALE_FACTOR = Decimal("0.85")

Facts = Mapping[str, Any]
Formula = Callable[[Facts, date, Limits], Any]


def derive(facts: Facts, on: date, at: Limits) -> dict[str, Any]:
    """Every value that can be worked out from `facts` on the day `on`. What cannot is left out."""
    values = {}
    for name, formula in WORKED_OUT.items():
        value = formula(facts, on, at)
        if value is not None:
            values[name] = value
    return values


def _days_since(fact: str) -> Formula:
    def days(facts: Facts, on: date, at: Limits) -> int | None:
        day = facts.get(fact)
        return None if day is None else (on - day).days

    return days


def _start(facts: Facts) -> date | None:
    """D1: the clock runs from the onset, and from the first imaging only where the onset is not known."""
    onset = facts.get("onset_on")
    return onset if onset is not None else facts.get("identified_on")


def _days_since_fracture(facts: Facts, on: date, at: Limits) -> int | None:
    start = _start(facts)
    return None if start is None else (on - start).days


def _days_to_three_months(facts: Facts, on: date, at: Limits) -> int | None:
    start = _start(facts)
    return None if start is None else (three_months_after(start) - on).days


def three_months_after(day: date) -> date:
    """The same day three calendar months later, or that month's last day where it is shorter."""
    year, month = (day.year, day.month + 3) if day.month <= 9 else (day.year + 1, day.month - 9)
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _lowest_t_score(facts: Facts, on: date, at: Limits) -> Decimal | None:
    lowest = None
    for name in usable_t_scores(facts):
        score = facts.get(name)
        if score is not None and (lowest is None or score < lowest):
            lowest = score
    return lowest


def _low_trauma(facts: Facts, on: date, at: Limits) -> str | None:
    mechanism = facts.get("mechanism")
    if mechanism is None:
        return None
    return "yes" if mechanism in LOW_TRAUMA else "no"


def _creatinine_clearance(facts: Facts, on: date, at: Limits) -> Decimal | None:
    """Cockcroft-Gault, mL/min, with the actual weight. Not rounded: it is compared as it is."""
    age, sex = facts.get("age_years"), facts.get("sex")
    weight, creatinine = facts.get("weight_kg"), facts.get("creatinine_umol_l")
    if age is None or weight is None or creatinine is None or sex is None:
        return None
    clearance = (140 - age) * weight / (72 * creatinine / CREATININE_UMOL_L_PER_MG_DL)
    return clearance * FEMALE_FACTOR if sex == "female" else clearance


def _genant_grade(facts: Facts, on: date, at: Limits) -> int | None:
    """Grade 0 to 3 of a vertebral fracture from its height loss in percent (Genant 1993)."""
    loss = facts.get("height_loss_percent")
    if loss is None:
        return None
    if loss > at.genant_3.value:
        return 3
    if loss >= at.genant_2.value:
        return 2
    return 1 if loss >= at.genant_1.value else 0


def _rise(now: str, before: str) -> Formula:
    def rise(facts: Facts, on: date, at: Limits) -> Any:
        value, earlier = facts.get(now), facts.get(before)
        return None if value is None or earlier is None else value - earlier

    return rise


def _geometry_gap(facts: Facts, on: date, at: Limits) -> Decimal | None:
    kyphosis, loss = facts.get("kyphosis_degrees"), facts.get("height_loss_percent")
    return None if kyphosis is None or loss is None else abs(kyphosis - loss / 2)


WORKED_OUT: dict[str, Formula] = {
    "days_since_onset": _days_since("onset_on"),
    "days_since_identified": _days_since("identified_on"),
    "days_since_fracture": _days_since_fracture,
    "days_to_three_months": _days_to_three_months,
    "days_since_marrow_imaging": _days_since("marrow_imaging_on"),
    "days_since_denosumab": _days_since("denosumab_last_dose_on"),
    "lowest_t_score": _lowest_t_score,
    "low_trauma": _low_trauma,
    "creatinine_clearance_ml_min": _creatinine_clearance,
    "genant_grade": _genant_grade,
    "pain_rise": _rise("pain_nrs", "previous_pain_nrs"),
    "rmdq24_rise": _rise("rmdq24", "previous_rmdq24"),
    "odi_rise": _rise("odi_percent", "previous_odi_percent"),
    "height_loss_progression": _rise("height_loss_percent", "first_height_loss_percent"),
    "geometry_gap_degrees": _geometry_gap,
}
