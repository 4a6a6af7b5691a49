"""Measurements over time as plain data: what charts and tables show, and what a signed plan freezes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.clinic.fields import saved_answer
from pathway.clinic.forms import answer_text
from pathway.clinic.models import Visit
from pathway.clinic.models.visits import known
from pathway.clinic.numbers import shown
from pathway.guideline.facts import FACTS
from pathway.guideline.limits import edition_for
from pathway.guideline.quantities import show, shown_limit


@dataclass(frozen=True, slots=True)
class Measure:
    """One chart: its facts (each a series), the span that its axis always shows, and the limit drawn in it."""

    name: str
    label: str
    facts: tuple[str, ...]
    low: int
    high: int
    limit: str = ""
    limit_text: str = ""
    split_by: str = ""


MEASURES = (
    Measure("pain_nrs", gettext_lazy("Worst pain in 24 hours"), ("pain_nrs",), 0, 10,
            "insufficient_relief", gettext_lazy("not sufficient relief: %s or more")),
    Measure("rmdq24", gettext_lazy("Roland-Morris score"), ("rmdq24",), 0, 24),
    Measure("odi_percent", gettext_lazy("Oswestry index"), ("odi_percent",), 0, 100),
    Measure("height_loss_percent", gettext_lazy("Height loss"), ("height_loss_percent",), 0, 50,
            "height_loss", gettext_lazy("deformity: %s or more")),
    Measure("kyphosis_degrees", gettext_lazy("Kyphosis angle"), ("kyphosis_degrees",), 0, 40,
            "kyphosis", gettext_lazy("deformity, if local: %s or more"), split_by="kyphosis_method"),
    Measure("t_score", gettext_lazy("T-score, as recorded"),
            ("t_score_femoral_neck", "t_score_total_hip", "t_score_spine"), -4, 0,
            "t_score_osteoporosis", gettext_lazy("osteoporosis: %s or lower")),
)  # fmt: skip
EVENTS = {"bone_medicine": gettext_lazy("bone medicine")}
"""Facts whose change between two visits is marked under the time axis."""


def trends_of(visits: Sequence[Visit]) -> dict:
    """The charts of one fracture and the events under them; `visits` in the order of their days.

    Text and lists only, so that a record can keep it. Measures that were never recorded are left out.
    """
    charts = [chart for measure in MEASURES if (chart := _chart(measure, visits))["series"]]
    return {"charts": charts, "events": _events(visits)}


def _chart(measure: Measure, visits: Sequence[Visit]) -> dict:
    points = [(fact, visit) for fact in measure.facts for visit in visits if known(visit, fact) is not None]
    by_series: dict[str, list[dict]] = {}
    for fact, visit in points:
        by_series.setdefault(_series(measure, fact, visit), []).append(_point(fact, visit))
    limit = getattr(edition_for(visits[-1].on), measure.limit) if measure.limit and visits else None
    return {
        "name": measure.name,
        "label": str(measure.label),
        "unit": FACTS[measure.facts[0]].unit,
        "low": str(measure.low),
        "high": str(measure.high),
        "limit": str(limit.value) if limit else "",
        "limit_text": str(measure.limit_text) % shown_limit(limit) if limit else "",
        "series": [{"label": label, "points": found} for label, found in by_series.items()],
    }


def _series(measure: Measure, fact: str, visit: Visit) -> str:
    """What tells this value's series from the others of its chart; nothing where there is only one."""
    if measure.split_by:
        method = known(visit, measure.split_by)
        return show(measure.split_by, method) if method else _("method not recorded")
    return FACTS[fact].label.partition(", ")[2] if len(measure.facts) > 1 else ""


def _point(fact: str, visit: Visit) -> dict:
    return {
        "on": visit.on.isoformat(),
        "value": shown(Decimal(known(visit, fact))),
        "text": answer_text(FACTS[fact], saved_answer(visit, FACTS[fact])),
    }


def _events(visits: Sequence[Visit]) -> list[dict]:
    """What happened on the way: plans that were signed, and medicines that changed since the visit before."""
    found = [_event(visit, _("plan signed")) for visit in visits if visit.is_signed]
    for before, after in pairwise(visits):
        for fact, said in EVENTS.items():
            old, new = known(before, fact), known(after, fact)
            if new is not None and new != old:
                found.append(_event(after, f"{said}: {show(fact, new)}"))
    return sorted(found, key=lambda event: event["on"])


def _event(visit: Visit, text: str) -> dict:
    return {"on": visit.on.isoformat(), "text": text}


NONE: dict = {"charts": [], "events": []}


def of_visit(visit: Visit) -> dict:
    """The trends up to this visit, itself included; nothing at a first visit, which shows no course."""
    return NONE if visit.is_first else trends_of([*visit.earlier_signed, visit])


def worth_printing(trends: dict) -> list[dict]:
    """The charts that show a course: those with a series whose value is not the same on every day."""
    return [
        chart
        for chart in trends["charts"]
        if any(len({point["value"] for point in series["points"]}) > 1 for series in chart["series"])
    ]
