"""A chart of one measurement over time: the coordinates that its drawing needs, the same for the screen and for paper.

Points joined by thin lines, a symbol and a color for each series, a time axis true to scale, the limit as a dashed
line with its words, events as ticks under the axis, the latest value large and the one before it smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import ascii_lowercase

from django.utils.translation import gettext as _

from pathway.clinic import limit_words
from pathway.clinic.numbers import day_text, shown
from pathway.guideline.quantities import with_unit

WIDTH, HEIGHT = 300, 112
LEFT, RIGHT, TOP, BOTTOM = 28, 212, 22, 80
OWN_ROW = 10
SYMBOLS = ("circle", "square", "triangle")
INKS = ("#0b5563", "#7a4b00", "#4a3b7a")
_SMALL = 3.2
"""Half the size of a symbol."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    symbol: str
    ink: str

    @property
    def corner(self) -> tuple[float, float]:
        """Upper left of a square."""
        return round(self.x - _SMALL, 1), round(self.y - _SMALL, 1)

    @property
    def triangle(self) -> str:
        x, y, r = self.x, self.y, _SMALL * 1.2
        return f"{x},{y - r:.1f} {x + r:.1f},{y + r:.1f} {x - r:.1f},{y + r:.1f}"


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its line, its points, and its name with the latest value and the one before."""

    label: str
    path: str
    points: tuple[Point, ...]
    latest: str
    before: str
    key: Point
    label_y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place: a number on an axis, a day, the letter of an event."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Limit:
    """A dashed line and its words."""

    y: float
    words: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    says: str
    lines: tuple[Line, ...]
    values: tuple[Mark, ...]
    days: tuple[Mark, ...]
    events: tuple[Mark, ...]
    limit: Limit | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    words_x: int = RIGHT + 15


@dataclass(frozen=True, slots=True)
class Drawing:
    """The charts of one fracture on one time axis, and what the letters under it stand for."""

    charts: tuple[Chart, ...]
    legend: tuple[tuple[str, str, str], ...]


def drawing(charts: Sequence[dict], events: Sequence[dict]) -> Drawing:
    """Charts as `trends_of` gives them, drawn under one another: their time axes are the same."""
    days = [date.fromisoformat(p["on"]) for chart in charts for line in chart["series"] for p in line["points"]]
    shown_events = [event for event in events if days and min(days) <= date.fromisoformat(event["on"]) <= max(days)]
    lettered = list(zip(ascii_lowercase, shown_events, strict=False))
    return Drawing(
        tuple(_chart(chart, lettered, min(days), max(days)) for chart in charts),
        tuple((letter, day_text(date.fromisoformat(event["on"])), event["text"]) for letter, event in lettered),
    )


def _chart(chart: dict, lettered: Sequence[tuple[str, dict]], first: date, last: date) -> Chart:
    values = [float(point["value"]) for line in chart["series"] for point in line["points"]]
    low = min(float(chart["low"]), *values)
    high = max(float(chart["high"]), *values)

    def across(on: str) -> float:
        span = (last - first).days
        part = (date.fromisoformat(on) - first).days / span if span else 0.5
        return round(LEFT + 6 + part * (RIGHT - LEFT - 12), 1)

    def down(value: str | float) -> float:
        return round(BOTTOM - (float(value) - low) / (high - low) * (BOTTOM - TOP), 1)

    lines = tuple(_line(line, index, across, down) for index, line in enumerate(chart["series"]))
    limit = _limit(chart, down(chart["limit"]), lines) if chart["limit"] else None
    unit = f" ({chart['unit']})" if chart["unit"] else ""
    return Chart(
        chart["label"] + unit,
        " ".join(_in_words(chart, line) for line in chart["series"]) + (f" {_limit_said(chart)}" if limit else ""),
        lines,
        (Mark(LEFT - 4, down(low) + 3, _number(low), "end"), Mark(LEFT - 4, down(high) + 6, _number(high), "end")),
        _days(first, last),
        tuple(Mark(across(event["on"]), BOTTOM + 14, letter) for letter, event in _apart(lettered, across)),
        limit,
        height=HEIGHT + OWN_ROW if limit and limit.words[0].y > HEIGHT else HEIGHT,
    )


def _limit(chart: dict, y: float, lines: Sequence[Line]) -> Limit:
    """Its words beside the line; in a row of their own under the days where the curves leave no room there."""
    curves = [[(point.x, point.y) for point in line.points] for line in lines]
    rows = limit_words.place(chart["limit_text"], y, (LEFT + 3, TOP - 6, RIGHT, BOTTOM - 1), curves)
    return Limit(y, tuple(Mark(*row) for row in rows) or (Mark(LEFT, HEIGHT + 7, _limit_said(chart), "start"),))


def _apart(lettered: Sequence[tuple[str, dict]], across) -> list[tuple[str, dict]]:
    """One mark for each day: the letters of one day stand together."""
    by_day: dict[str, list[str]] = {}
    for letter, event in lettered:
        by_day.setdefault(event["on"], []).append(letter)
    return [("".join(letters), {"on": on}) for on, letters in by_day.items()]


def _line(line: dict, index: int, across, down) -> Line:
    symbol, ink = SYMBOLS[index % len(SYMBOLS)], INKS[index % len(INKS)]
    points = tuple(Point(across(p["on"]), down(p["value"]), symbol, ink) for p in line["points"])
    label_y = TOP + 12 + index * 30
    latest, *others = [point["value"] for point in reversed(line["points"])]
    return Line(
        line["label"],
        " ".join(f"{point.x},{point.y}" for point in points),
        points,
        latest,
        others[0] if others else "",
        Point(RIGHT + 9, label_y - 5, symbol, ink),
        label_y,
    )


def _days(first: date, last: date) -> tuple[Mark, ...]:
    if first == last:
        return (Mark((LEFT + RIGHT) / 2, HEIGHT - 4, day_text(first)),)
    return (Mark(LEFT, HEIGHT - 4, day_text(first), "start"), Mark(RIGHT, HEIGHT - 4, day_text(last), "end"))


def _number(value: float) -> str:
    return shown(Decimal(str(round(value, 1))))


def _limit_said(chart: dict) -> str:
    return _("Dashed line: %s.") % chart["limit_text"]


def _in_words(chart: dict, line: dict) -> str:
    """One sentence: where it began, where it is, over how many visits."""
    label = f"{chart['label']}, {line['label']}" if line["label"] else chart["label"]
    first, last = line["points"][0]["value"], line["points"][-1]["value"]
    count = len(line["points"])
    began, ended = with_unit(first, chart["unit"]), with_unit(last, chart["unit"])
    if count == 1:
        return _("%(label)s: %(value)s at one visit.") % {"label": label, "value": ended}
    change = float(last) - float(first)
    if not change:
        sentence = _("%(label)s: %(last)s at the first and at the latest of %(count)d visits.")
    elif change > 0:
        sentence = _("%(label)s: rose from %(first)s to %(last)s over %(count)d visits.")
    else:
        sentence = _("%(label)s: fell from %(first)s to %(last)s over %(count)d visits.")
    return sentence % {"label": label, "first": began, "last": ended, "count": count}
