"""What of the indicators' counts is shown to whom.

A clinician of the clinic may open the patients who are counted, so every count is shown. Whoever may not, and every
spreadsheet, gets a count only where it tells of nobody: not from 1 to 4, nor where 1 to 4 are left, nor where the
other counts of the same table would give such a count away by subtraction, nor where it would tell what another table
withholds: how many meet an indicator, where just those are counted by the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from pathway.followup.indicators import HIGH, LOW, Counted, Quarter

FEWEST = 5
"""Counts from 1 up to this are few: with so few patients a count can name one."""
Cell = tuple[object, Quarter | None]
"""A clinic and a quarter. None stands for all: (None, quarter) adds up the clinics, (clinic, None) the quarters."""
Line = tuple[Cell, list[Cell]]
"""A sum, and the parts that it is the sum of."""
Sums = Mapping[Cell, Counted]
Point = tuple[str, object]
Edges = dict[Point, list[tuple[int, Point, Cell]]]
IsFew = Callable[[Counted], bool]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says of a count: `met` and `of` are None where they are withheld. Without a share where so few
    fractures count that it would mean nothing, whoever looks."""

    met: int | None
    of: int | None

    @property
    def is_share(self) -> bool:
        return self.met is not None and self.of is not None and self.of >= FEWEST

    @property
    def percent(self) -> int | None:
        """Rounded half up."""
        return (200 * self.met + self.of) // (2 * self.of) if self.is_share else None

    @property
    def band(self) -> str:
        """Below 50, from 50 to 80, above 80, before rounding."""
        if not self.is_share:
            return ""
        share = 100 * self.met / self.of
        return "low" if share < LOW else "middle" if share <= HIGH else "high"


def is_small(number: int) -> bool:
    return 0 < number < FEWEST


def tells_of_few(counted: Counted) -> bool:
    """Whether it names few fractures: those that count, those that meet it, or those that do not."""
    return is_small(counted.of) or is_small(counted.met) or is_small(counted.of - counted.met)


def as_it_is(counted: Counted) -> Shown:
    return Shown(counted.met, counted.of)


def by_itself(counted: Counted) -> Shown:
    """A count that stands in no table, for whoever may not see the patients."""
    of = None if is_small(counted.of) else counted.of
    return Shown(None if tells_of_few(counted) else counted.met, of)


def of_table(
    cells: Mapping[tuple[object, Quarter], Counted], *, withhold: bool, also: Collection[Cell] = ()
) -> dict[Cell, Shown]:
    """A table of clinics and quarters with all its sums. `also` are withheld whatever they hold."""
    sums, lines = _added_up(cells)
    if not withhold:
        return {cell: as_it_is(counted) for cell, counted in sums.items()}
    no_of = _withheld(sums, lines, lambda counted: is_small(counted.of), also)
    no_met = _withheld(sums, lines, tells_of_few, also) | no_of
    return {
        cell: Shown(None if cell in no_met else counted.met, None if cell in no_of else counted.of)
        for cell, counted in sums.items()
    }


def _added_up(cells: Mapping[tuple[object, Quarter], Counted]) -> tuple[dict[Cell, Counted], list[Line]]:
    clinics, quarters = (list(dict.fromkeys(of)) for of in (zip(*cells, strict=True) if cells else ((), ())))
    lines: list[Line] = [((clinic, None), [(clinic, quarter) for quarter in quarters]) for clinic in clinics]
    lines += [((None, quarter), [(clinic, quarter) for clinic in clinics]) for quarter in quarters]
    sums: dict[Cell, Counted] = dict(cells)
    for total, parts in lines:
        sums[total] = sum((sums[part] for part in parts), Counted())
    lines += [
        ((None, None), [(None, quarter) for quarter in quarters]),
        ((None, None), [(clinic, None) for clinic in clinics]),
    ]
    sums[None, None] = sum(cells.values(), Counted())
    return sums, lines


def _withheld(sums: Sums, lines: Collection[Line], is_few: IsFew, also: Collection[Cell]) -> set[Cell]:
    """The cells that tell of few, those that are withheld also, and as many more as it takes that adding and
    subtracting finds none of them.

    With sums for rows and columns, a cell joins its clinic and its quarter as an edge of a graph joins two points. What
    is shown tells what a withheld cell holds just where no other way of withheld cells leads from one end to the other.
    """
    withheld = {cell for cell, counted in sums.items() if is_few(counted)} | set(also)
    edges = _edges(sums)
    while True:
        for cell in list(withheld):
            withheld |= _way_round(cell, edges, withheld)
        more = next(filter(None, (_one_more(line, sums, withheld, is_few) for line in lines)), None)
        if more is None:
            return withheld
        withheld.add(more)


def _edges(sums: Sums) -> Edges:
    edges: Edges = defaultdict(list)
    for cell, counted in sums.items():
        if counted.of:
            clinic, quarter = ("clinic", cell[0]), ("quarter", cell[1])
            edges[clinic].append((counted.of, quarter, cell))
            edges[quarter].append((counted.of, clinic, cell))
    return edges


def _way_round(cell: Cell, edges: Edges, withheld: set[Cell]) -> set[Cell]:
    """From the clinic of a cell to its quarter over other cells: the way that withholds the fewest fractures more."""
    tried, numbers, passed = [(0, 0, ("clinic", cell[0]), ())], count(1), set()
    while tried:
        cost, _number, point, way = heappop(tried)
        if point == ("quarter", cell[1]):
            return set(way)
        if point not in passed:
            passed.add(point)
            for size, end, other in edges[point]:
                if other != cell and end not in passed:
                    more = 0 if other in withheld else size
                    heappush(tried, (cost + more, next(numbers), end, (*way, other)))
    return set()


def _one_more(line: Line, sums: Sums, withheld: set[Cell], is_few: IsFew) -> Cell | None:
    """Where the sum is shown and what is withheld of it tells of few together: the smallest other part, or the sum."""
    total, parts = line
    hidden = [cell for cell in parts if cell in withheld]
    if total in withheld or not hidden or not is_few(sum((sums[cell] for cell in hidden), Counted())):
        return None
    return min((cell for cell in parts if cell not in withheld and sums[cell].of), key=lambda cell: sums[cell].of,
               default=total)  # fmt: skip
