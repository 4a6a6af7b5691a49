"""The flow of the pathway as a drawing: where each box, arrow and line of text stands. Nothing here knows a rule.

Units are those of the drawing (1000 wide); text is measured with the font that papers are printed with, which is wider
than the fonts of a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pathway.wording.flow import Advice, Care, Flow, Line, Outcome, Step

WIDTH = 1000
MARGIN = 12
STEP_WIDTH = 600
OUTCOME_X, OUTCOME_WIDTH = 690, WIDTH - 690 - MARGIN
PAD = 14
ROW_GAP = 40
INDENT = 16
TEXT, SMALL, TITLE = 13.0, 11.0, 16.0
LEADING = 1.36
LONG_LIST = 6
"""From this many lines on, a list stands in two columns."""
CARE_COLUMNS = 3
PAINTED = ("step", "block", "gate", "care", "outcome", "urgent", "number-outcome", "number-urgent")
"""Kinds of boxes in the order of painting: a box after what it stands on."""
BEYOND_MARK = "◇"


@dataclass(frozen=True)
class Box:
    """A rectangle of one of the kinds in PAINTED."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Text:
    """One line of text, from its left end on the baseline. `kind`: title, head, line, small, or that of a number."""

    kind: str
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Arrow:
    """A line of straight parts that ends in a point, and what is written beside its beginning."""

    points: tuple[tuple[float, float], ...]
    label: Text | None = None

    @property
    def path(self) -> str:
        return "M" + " L".join(f"{x:g},{y:g}" for x, y in self.points)

    @property
    def head(self) -> str:
        """The point, drawn as a small triangle in the direction of the last part."""
        (x1, _y1), (x, y) = self.points[-2:]
        if x == x1:
            return f"{x - 6:g},{y - 10:g} {x + 6:g},{y - 10:g} {x:g},{y:g}"
        return f"{x - 10:g},{y - 6:g} {x - 10:g},{y + 6:g} {x:g},{y:g}"


@dataclass
class Chart:
    """A finished drawing, in the order of painting: boxes (a step below what stands in it), arrows, then text."""

    title: str
    description: str
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    width: float = WIDTH


def whole(flow: Flow) -> Chart:
    """The whole flow in one drawing."""
    return _drawn(flow, flow.steps, ends=True)


def sheets(flow: Flow) -> tuple[Chart, Chart]:
    """The same flow in two drawings that each fit a page: what comes before augmentation, and the rest."""
    first_gate = next(index for index, step in enumerate(flow.steps) if step.gate)
    return (_drawn(flow, flow.steps[:first_gate], ends=False), _drawn(flow, flow.steps[first_gate:], ends=True))


def _drawn(flow: Flow, steps: tuple[Step, ...], ends: bool) -> Chart:
    title = _("Flow chart of the pathway, rules edition %(edition)s") % {"edition": flow.edition}
    description = _("Questions from top to bottom; a yes leads right to a headline. The same follows as text.")
    pen = _Pen(Chart(title, description))
    y = MARGIN
    for step in steps:
        y = pen.step(step, y)
    if ends:
        y = pen.outcome(flow.otherwise, MARGIN, y, STEP_WIDTH)
        y = pen.care(flow.care, y)
    else:
        y = pen.continued(flow.steps[len(steps)], y)
    pen.chart.height = round(y + MARGIN, 1)
    pen.chart.boxes.sort(key=lambda box: PAINTED.index(box.kind))
    pen.chart.texts.sort(key=lambda text: text.kind)
    return pen.chart


class _Pen:
    """Puts shapes on a chart; every method starts at a height and returns the height below what it drew."""

    def __init__(self, chart: Chart):
        self.chart = chart

    def step(self, step: Step, top: float) -> float:
        inner = top + PAD + TITLE
        self._text("title", MARGIN + PAD, inner, step.question)
        bottom = self._asked(step, inner + 10) + PAD
        self._box("step", MARGIN, top, STEP_WIDTH, bottom - top)
        outcomes_bottom = self._gated(step, top) if step.gate else self._plain(step, top)
        next_top = max(bottom, outcomes_bottom) + ROW_GAP
        x = MARGIN + 44
        label = Text("head", x + 12, bottom + 24, _("No, or not known"))
        self.chart.arrows.append(Arrow(((x, bottom), (x, next_top)), label))
        return next_top

    def _asked(self, step: Step, top: float) -> float:
        x, width = MARGIN + PAD, STEP_WIDTH - 2 * PAD
        if len(step.asked) == 1:
            [line] = step.asked
            self._text("small", x, top + SMALL, _joined(line))
            return self._list(line.parts, x, top + SMALL + 6, width, two_columns=True)
        gap = 30
        word = _("or") if step.joined == _("any of") else _("and")
        bottoms = []
        for line, share in zip(step.asked, _shares(step.asked), strict=True):
            each = (width - gap * (len(step.asked) - 1)) * share
            if bottoms:
                self._text("head", x - gap / 2 - measure(word, TEXT, bold=True) / 2, top + 26, word)
            bottoms.append(self._block("block", line, x, top, each))
            x += each + gap
        self._stretch(len(step.asked), max(bottoms))
        return max(bottoms)

    def _stretch(self, count: int, bottom: float) -> None:
        """Blocks that stand beside each other end at the same height."""
        boxes = self.chart.boxes
        for index in range(len(boxes) - count, len(boxes)):
            box = boxes[index]
            boxes[index] = Box(box.kind, box.x, box.y, box.width, round(bottom - box.y, 1))

    def _block(self, kind: str, line: Line, x: float, top: float, width: float) -> float:
        y = top + 10
        for text in wrap(line.text, width - 20, TEXT, bold=True):
            y += TEXT * LEADING
            self._text("head", x + 10, y - 4, text)
        self._text("small", x + 10, y + SMALL, _joined(line))
        bottom = self._list(line.parts, x + 10, y + SMALL + 6, width - 20) + 10
        self._box(kind, x, top, width, bottom - top)
        return bottom

    def _list(self, parts: Iterable[Line], x: float, top: float, width: float, two_columns: bool = False) -> float:
        lines = [entry for part in parts for entry in part.below()]
        if two_columns and len(lines) > LONG_LIST:
            half = _half(lines)
            column = width / 2 - 8
            left = self._lines(lines[:half], x, top, column)
            return max(left, self._lines(lines[half:], x + column + 16, top, column))
        return self._lines(lines, x, top, width)

    def _lines(self, lines: list[tuple[int, Line]], x: float, top: float, width: float) -> float:
        y = top
        for depth, line in lines:
            left = x + INDENT * (depth + 1)
            said = f"{line.text} ({line.joined})" if line.joined else line.text
            said = f"{said} [{', '.join(line.cites)}]" if line.cites else said
            self.chart.dots.append((round(left - 9, 1), round(y + TEXT * LEADING - 9, 1)))
            for text in wrap(said, width - INDENT * (depth + 1), TEXT):
                y += TEXT * LEADING
                self._text("line", left, y - 4, text)
        return y

    def _plain(self, step: Step, top: float) -> float:
        [(answer, outcome)] = step.branches
        bottom = self.outcome(outcome, OUTCOME_X, top, OUTCOME_WIDTH)
        y = top + PAD + TITLE - 5
        label = Text("head", MARGIN + STEP_WIDTH + 14, y - 8, answer)
        self.chart.arrows.append(Arrow(((MARGIN + STEP_WIDTH, y), (OUTCOME_X, y)), label))
        return bottom

    def _gated(self, step: Step, top: float) -> float:
        """Stops and checks, and below them the outcomes, each with an arrow that says when."""
        bottom = top
        for index, line in enumerate(step.gate):
            bottom = self._block("gate", line, OUTCOME_X, bottom + (8 if index else 0), OUTCOME_WIDTH)
        y = top + PAD + TITLE - 5
        label = Text("head", MARGIN + STEP_WIDTH + 14, y - 8, _("Yes"))
        self.chart.arrows.append(Arrow(((MARGIN + STEP_WIDTH, y), (OUTCOME_X, y)), label))
        spine = OUTCOME_X + 14
        start = bottom
        for answer, outcome in step.branches:
            box_top = bottom + 36
            label = Text("head", spine + 12, box_top - 12, answer)
            below = self.outcome(outcome, OUTCOME_X + 44, box_top, OUTCOME_WIDTH - 44)
            middle = round((box_top + below) / 2, 1)
            self.chart.arrows.append(Arrow(((spine, start), (spine, middle), (OUTCOME_X + 44, middle)), label))
            bottom = below
        return bottom

    def outcome(self, outcome: Outcome, x: float, top: float, width: float) -> float:
        """The box of a headline: its number, its name, its statements and the actions that go with it."""
        left, y = x + 52, top + 10
        for text in wrap(outcome.label, width - 62, TITLE, bold=True):
            y += TITLE * 1.3
            self._text("title", left, y - 4, text)
        under = [outcome.cites and f"[{', '.join(outcome.cites)}]", *map(_said, outcome.advice)]
        for text in [part for said in under if said for part in wrap(said, width - 62, TEXT)]:
            y += TEXT * LEADING
            self._text("line", left, y - 2, text)
        bottom = max(y + 12, top + 46)
        kind = "urgent" if outcome.urgent else "outcome"
        self._box(kind, x, top, width, bottom - top)
        middle = round((top + bottom) / 2, 1)
        self._box(f"number-{kind}", x + 12, middle - 14, 28, 28)
        number = str(outcome.number)
        self._text(f"number-{kind}", x + 26 - measure(number, TITLE, bold=True) / 2, middle + 5.5, number)
        return bottom

    def continued(self, step: Step, top: float) -> float:
        self._text("head", MARGIN + PAD, top + 16, _("Next sheet: %(question)s") % {"question": step.question})
        return top + 20

    def care(self, groups: tuple[Care, ...], top: float) -> float:
        """The advice that goes with the headlines that are not urgent, in columns."""
        y = top + 34
        self._text("title", MARGIN, y, _("Advice beside the headline, each by its own rules"))
        gap = 12
        width = (WIDTH - 2 * MARGIN - gap * (CARE_COLUMNS - 1)) / CARE_COLUMNS
        ends = [y + 12] * CARE_COLUMNS
        for group in groups:
            column = ends.index(min(ends))
            ends[column] = self._care(group, MARGIN + column * (width + gap), ends[column], width) + gap
        self._text("small", MARGIN, max(ends) + 6, f"{BEYOND_MARK} {_('beyond the source pathway')}")
        return max(ends) + 10

    def _care(self, group: Care, x: float, top: float, width: float) -> float:
        y = top + 10 + TEXT * LEADING
        self._text("head", x + 10, y - 4, group.title)
        for condition, advice in group.rows:
            for text in wrap(", ".join(map(_said, advice)), width - 20, TEXT):
                y += TEXT * LEADING
                self._text("line", x + 10, y - 2, text)
            for text in wrap(condition, width - 20 - INDENT, SMALL):
                y += SMALL * LEADING
                self._text("small", x + 10 + INDENT, y - 2, text)
            y += 4
        self._box("care", x, top, width, y + 8 - top)
        return y + 8

    def _box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        self.chart.boxes.append(Box(kind, round(x, 1), round(y, 1), round(width, 1), round(height, 1)))

    def _text(self, kind: str, x: float, y: float, text: str) -> None:
        self.chart.texts.append(Text(kind, round(x, 1), round(y, 1), text))


def _said(advice: Advice) -> str:
    return f"{advice.label} {BEYOND_MARK}" if advice.beyond else advice.label


def _joined(line: Line) -> str:
    joined = line.joined[0].upper() + line.joined[1:]
    return f"{joined} [{', '.join(line.cites)}]" if line.cites else joined


def _half(lines: list[tuple[int, Line]]) -> int:
    """Where a list is broken into two columns: near its middle, but not between an entry and the first of its parts."""
    starts = [index for index in range(1, len(lines)) if lines[index][0] <= lines[index - 1][0]]
    middle = (len(lines) + 1) // 2
    return min(starts, key=lambda index: (abs(index - middle), -index))


def _shares(lines: tuple[Line, ...]) -> list[float]:
    """How the width is shared by blocks beside each other: a longer one gets more."""
    weights = [sqrt(sum(1 for _entry in line.below())) for line in lines]
    return [weight / sum(weights) for weight in weights]


def wrap(text: str, width: float, size: float, bold: bool = False) -> Iterator[str]:
    """`text` in lines that are no wider than `width`; a word that is wider stands alone."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and measure(longer, size, bold) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def measure(text: str, size: float, bold: bool = False) -> float:
    """How wide `text` prints at this size."""
    advances = _advances(bold)
    return sum(advances.get(ord(character), 0.6) for character in text) * size


@cache
def _advances(bold: bool) -> dict[int, float]:
    """The width of each character at size 1."""
    from fontTools.ttLib import TTFont

    name = "DejaVuSansCondensed-Bold.ttf" if bold else "DejaVuSansCondensed.ttf"
    with TTFont(Path(settings.BASE_DIR) / "static" / "fonts" / name) as font:
        widths, units = font["hmtx"], font["head"].unitsPerEm
        return {code: widths[glyph][0] / units for code, glyph in font.getBestCmap().items() if code < 0x2600}
