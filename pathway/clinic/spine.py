"""The spine from T1 to L5, drawn from the side: to choose levels by, and to show which are broken. Front is left.

Shapes only, the same on screen and on paper. The curve and the wedge of a broken vertebra are schematic, not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, cos, pi, sin

from pathway.guideline.facts import LEVELS

WIDTH = 112
BROKEN, EARLIER = "broken", "earlier"
ON_SCREEN = 1.6
"""How much larger the boxes to choose from are drawn: a box is at least 24 pixels high."""
WEDGE = 0.45
"""How much of its front a broken vertebra loses in the drawing."""
_MIDDLE, _BACKWARD, _FORWARD = 40.0, 15.0, 13.0
_THORACIC = 12
_LETTERS = 42
"""Room on the right of the bones for the names of the levels."""


@dataclass(frozen=True, slots=True)
class Vertebra:
    """One vertebra: its slice of the drawing, its body as it is and as it is when broken, and the process behind it."""

    level: str
    top: float
    height: float
    body: str
    wedge: str
    process: str
    name_x: float
    name_y: float

    @property
    def slice(self) -> str:
        """The viewBox that shows this vertebra alone."""
        return f"0 {self.top} {WIDTH - _LETTERS} {self.height}"

    @property
    def drawn_width(self) -> float:
        return round((WIDTH - _LETTERS) * ON_SCREEN, 1)

    @property
    def drawn_height(self) -> float:
        return round(self.height * ON_SCREEN, 1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A vertebra in a drawing: `state` is broken, earlier or nothing; `note` stands beside its name."""

    vertebra: Vertebra
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Spine:
    """A drawing with its description in words."""

    says: str
    vertebrae: tuple[Drawn, ...]
    width: int
    height: float

    @property
    def notes(self) -> str:
        """What stands beside the levels, in one line."""
        noted = (f"{drawn.vertebra.level}: {drawn.note}" for drawn in self.vertebrae if drawn.note)
        return "; ".join(noted)

    @property
    def bare(self) -> Spine:
        """The same drawing without the notes, for a narrow place that says them elsewhere."""
        without = tuple(Drawn(drawn.vertebra, drawn.state, "") for drawn in self.vertebrae)
        return Spine(self.says, without, WIDTH, self.height)

    @property
    def has_earlier(self) -> bool:
        return any(drawn.state == EARLIER for drawn in self.vertebrae)


def _x(at: float) -> float:
    """How far back the spine lies, `at` counted in vertebrae: back in the chest, forward in the loin."""
    if at <= _THORACIC:
        return _MIDDLE + _BACKWARD * sin(pi * at / _THORACIC)
    return _MIDDLE - _FORWARD * sin(pi * (at - _THORACIC) / 5.5)


def _made() -> tuple[Vertebra, ...]:
    made, top = [], 5.0
    for index, level in enumerate(LEVELS):
        height = 15 + index * 0.5 if index < _THORACIC else 22.0 + (index - _THORACIC) * 0.5
        made.append(_vertebra(level, index + 0.5, round(top, 1), height))
        top += height
    return tuple(made)


def _vertebra(level: str, at: float, top: float, height: float) -> Vertebra:
    middle = (_x(at), top + height / 2)
    tilt = -atan2(_x(at + 0.5) - _x(at - 0.5), height)
    wide, tall = (8 + at * 0.34), height * 0.37

    def place(across: float, down: float) -> tuple[float, float]:
        x = middle[0] + across * cos(tilt) - down * sin(tilt)
        y = middle[1] + across * sin(tilt) + down * cos(tilt)
        return round(x, 1), round(y, 1)

    def path(*corners: tuple[float, float]) -> str:
        return " ".join(f"{x},{y}" for x, y in (place(*corner) for corner in corners))

    front = tall * (1 - 2 * WEDGE)
    name_x, name_y = place(wide + 16, 3.5)
    return Vertebra(
        level,
        top,
        height,
        path((-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)),
        path((-wide, -front), (wide, -tall), (wide, tall), (-wide, tall)),
        path((wide + 3, -1.5), (wide + 13, tall * 0.8)),
        round(max(name_x, WIDTH - _LETTERS), 1),
        round(name_y, 1),
    )


VERTEBRAE = _made()
BY_LEVEL = {vertebra.level: vertebra for vertebra in VERTEBRAE}
HEIGHT = VERTEBRAE[-1].top + VERTEBRAE[-1].height + 2
NOTE_WIDTH = 128
"""Room for the notes, where a drawing has any."""


def spine(says: str, broken: Mapping[str, str], earlier: Mapping[str, str] | None = None) -> Spine:
    """The drawing with these levels marked; `broken` and `earlier` map a level to the note beside it."""
    older = earlier or {}
    drawn = tuple(
        Drawn(
            vertebra,
            BROKEN if vertebra.level in broken else EARLIER if vertebra.level in older else "",
            broken.get(vertebra.level) or older.get(vertebra.level, ""),
        )
        for vertebra in VERTEBRAE
    )
    has_notes = any(one.note for one in drawn)
    return Spine(says, drawn, WIDTH + (NOTE_WIDTH if has_notes else 0), HEIGHT)
