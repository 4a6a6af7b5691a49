"""Where the words of a limit stand in a chart: beside their line, on one row or two, where no curve and no point is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

Spot = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Row = tuple[float, float, str, str]
"""Where a row of words stands: x, y of its baseline, the words, and which end of them is at x."""

SIZE = 8.5
WIDE = 0.56 * SIZE
"""A character, generously: the screen may have another font than paper."""
RISE, FALL, APART = 0.8 * SIZE, 0.25 * SIZE, 9.0
GAPS = (2.5, 8.0, 13.5)
"""From the line to its words: as near as can be."""
CLEAR = 4.5
"""Half a symbol and its line, and a little air."""
STEP = 6


def place(text: str, y: float, frame: Box, curves: Sequence[Sequence[Spot]]) -> tuple[Row, ...]:
    """The rows of the words for the limit at height y; none where there is no room that the curves leave."""
    for gap, rows in product(GAPS, ((text,), _two_rows(text))):
        for anchor, box in _boxes(rows, y, gap, frame):
            if not any(touches(box, curve) for curve in curves):
                left, top, right, _bottom = box
                x = right if anchor == "end" else left
                return tuple((x, round(top + RISE + APART * at, 1), row, anchor) for at, row in enumerate(rows))
    return ()


def touches(box: Box, curve: Sequence[Spot]) -> bool:
    """Does the curve, as thick as its symbols, come into the box?"""
    left, top, right, bottom = box
    wider = left - CLEAR, top - CLEAR, right + CLEAR, bottom + CLEAR
    return any(_enters(wider, one, other) for one, other in pairwise((curve[0], *curve)))


def _two_rows(text: str) -> tuple[str, ...]:
    what, colon, how_much = text.partition(": ")
    return (f"{what}:", how_much) if colon else (text,)


def _boxes(rows: Sequence[str], y: float, gap: float, frame: Box) -> Iterator[tuple[str, Box]]:
    """Above and below the line: at the right, at the left, then in between from the right."""
    left, top, right, bottom = frame
    width, height = max(map(len, rows)) * WIDE, RISE + FALL + APART * (len(rows) - 1)
    between = range(round(right - width) - STEP, round(left), -STEP)
    for x, anchor in ((right - width, "end"), (left, "start"), *((float(x), "start") for x in between)):
        for above in (y - gap + FALL - height, y + gap):
            box = x, above, x + width, above + height
            if left <= x and top <= above and box[3] <= bottom:
                yield anchor, box


def _enters(box: Box, one: Spot, other: Spot) -> bool:
    """Is any part of the straight line between two spots in the box? (Liang and Barsky)"""
    left, top, right, bottom = box
    (x, y), across, down = one, other[0] - one[0], other[1] - one[1]
    first, last = 0.0, 1.0
    for step, room in ((-across, x - left), (across, right - x), (-down, y - top), (down, bottom - y)):
        if step < 0:
            first = max(first, room / step)
        elif step > 0:
            last = min(last, room / step)
        elif room < 0:
            return False
    return first <= last
