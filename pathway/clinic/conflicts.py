"""Answers that are each possible but hardly true together: asked about once, naming both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import show

A_YEAR = timedelta(days=365)
Value = Callable[[str], Any]
"""What a question was answered; None where no value is known."""


class Conflict(NamedTuple):
    """`sentence` names the answers that conflict, or is empty where they do not. The first of `facts` on the page that
    has a value is the one to confirm."""

    facts: tuple[str, ...]
    sentence: Callable[[Value, date], str]


def _imaged_before_the_fracture(value: Value, on: date) -> str:
    imaged = value("marrow_imaging_on")
    days = {name: day for name in ("onset_on", "identified_on") if (day := value(name))}
    if imaged is None or not days or imaged >= min(days.values()):
        return ""
    return _(
        "The MRI or bone scan (%(imaged)s) was before this fracture (%(fracture)s). "
        "Check the dates, then confirm or change them."
    ) % {
        "imaged": show("marrow_imaging_on", imaged),
        "fracture": ", ".join(f"{FACTS[name].label} {show(name, day)}" for name, day in days.items()),
    }


def _no_new_fracture(value: Value, on: date) -> str:
    began = "onset_on" if value("onset_on") else "identified_on"
    day = value(began)
    if value("new_vertebral_fractures_12_months") != 0 or value("fracture_confirmed") != "yes":
        return ""
    if day is None or day < on - A_YEAR:
        return ""
    return _(
        "New vertebral fractures in the last 12 months are 0, but this fracture is confirmed and counts as one "
        "(%(began)s %(day)s). Check it, then confirm it or change it."
    ) % {"began": FACTS[began].label, "day": show(began, day)}


def _hip_above_major(value: Value, on: date) -> str:
    hip, major = value("frax_hip_percent"), value("frax_major_percent")
    if hip is None or major is None or hip <= major:
        return ""
    return _(
        "FRAX for the hip (%(hip)s) is above FRAX for a major fracture (%(major)s), which includes the hip. "
        "Check both, then confirm or change them."
    ) % {"hip": show("frax_hip_percent", hip), "major": show("frax_major_percent", major)}


CONFLICTS = (
    Conflict(("marrow_imaging_on", "onset_on", "identified_on"), _imaged_before_the_fracture),
    Conflict(
        ("new_vertebral_fractures_12_months", "onset_on", "identified_on", "fracture_confirmed"), _no_new_fracture
    ),
    Conflict(("frax_hip_percent", "frax_major_percent"), _hip_above_major),
)
