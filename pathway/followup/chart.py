"""The course of an indicator as points of a drawing: percent upwards, quarters along. Nothing is drawn where hidden."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.followup.hiding import Shown
from pathway.followup.indicators import HIGH, LOW, Quarter

LEFT, RIGHT, TOP, BOTTOM = 40, 620, 16, 196
MOST_NAMED = 8
"""Of more quarters, every second one is named, the present one included: their names would run into each other."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    label: str
    percent: int


@dataclass(frozen=True, slots=True)
class Trend:
    """`lines` join neighbors; a quarter that is hidden or empty breaks the line."""

    points: list[Point]
    lines: list[str]
    ticks: list[tuple[float, str]]
    grid: list[tuple[float, str, str]]
    said: str


def trend(quarters: list[Quarter], shown: list[Shown]) -> Trend:
    step = (RIGHT - LEFT) / max(len(quarters), 1)
    places = [LEFT + step * (number + 0.5) for number in range(len(quarters))]
    runs: list[list[Point]] = [[]]
    for x, quarter, one in zip(places, quarters, shown, strict=True):
        if one.percent is None:
            runs.append([])
        else:
            runs[-1].append(Point(round(x, 1), _height(one.percent), str(quarter), one.percent))
    points = [point for run in runs for point in run]
    lines = [" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1]
    named = list(zip(places, quarters, strict=True))[:: -1 if len(quarters) <= MOST_NAMED else -2]
    ticks = [(round(x, 1), str(quarter)) for x, quarter in reversed(named)]
    grid = [(_height(value), f"{value}%", "band" if value in (LOW, HIGH) else "plain") for value in (0, LOW, HIGH, 100)]
    return Trend(points, lines, ticks, grid, _said(points))


def _height(percent: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * percent / 100, 1)


def _said(points: list[Point]) -> str:
    """The drawing in a sentence."""
    if not points:
        return _("No quarter has enough fractures to show.")
    first, last = points[0], points[-1]
    if first is last:
        return _("%(percent)d%% in %(quarter)s.") % {"percent": first.percent, "quarter": first.label}
    said = {"first": first.percent, "in_first": first.label, "last": last.percent, "in_last": last.label}
    return _("From %(first)d%% in %(in_first)s to %(last)d%% in %(in_last)s.") % said
