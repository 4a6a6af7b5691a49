"""What is withheld of the counts: whoever sees a table cannot work out a small one."""

from fractions import Fraction
from random import Random

import pytest

from pathway.followup import hiding
from pathway.followup.hiding import Shown, as_it_is, by_itself, of_table
from pathway.followup.indicators import Counted, Quarter

QUARTERS = [Quarter.at(8000 + number) for number in range(8)]


@pytest.mark.parametrize(
    ("met", "of", "percent", "band"),
    [
        (5, 10, 50, "middle"),
        (8, 10, 80, "middle"),
        (81, 100, 81, "high"),
        (49, 100, 49, "low"),
        (161, 200, 81, "high"),
        (0, 10, 0, "low"),
        (7, 8, 88, "high"),
        (4, 4, None, ""),
        (0, 0, None, ""),
        (None, 10, None, ""),
        (None, None, None, ""),
    ],
)
def test_shares_and_bands(met, of, percent, band):
    assert (Shown(met, of).percent, Shown(met, of).band) == (percent, band)


@pytest.mark.parametrize(
    ("met", "of", "shown"),
    [
        (5, 10, (5, 10)),
        (0, 10, (0, 10)),
        (10, 10, (10, 10)),
        (0, 0, (0, 0)),
        (4, 10, (None, 10)),
        (7, 8, (None, 8)),
        (6, 10, (None, 10)),
        (0, 4, (None, None)),
        (4, 4, (None, None)),
    ],
)
def test_a_count_tells_of_few_where_few_meet_it_and_where_few_do_not(met, of, shown):
    assert by_itself(Counted(met, of)) == Shown(*shown)
    assert as_it_is(Counted(met, of)) == Shown(met, of)


def test_a_small_count_takes_another_with_it_so_that_subtraction_does_not_find_it():
    cells = {("one", QUARTERS[0]): Counted(1, 30), ("one", QUARTERS[1]): Counted(12, 24),
             ("one", QUARTERS[2]): Counted(20, 40)}  # fmt: skip
    shown = of_table(cells, withhold=True)
    assert [shown["one", quarter].met for quarter in QUARTERS[:3]] == [None, None, 20]
    assert [shown["one", quarter].of for quarter in QUARTERS[:3]] == [30, 24, 40]
    assert shown["one", None] == shown[None, None] == Shown(33, 94)
    assert of_table(cells, withhold=False)["one", QUARTERS[0]] == Shown(1, 30)
    assert of_table({}, withhold=True)[None, None] == Shown(0, 0)


def test_where_nothing_else_is_left_the_sum_is_withheld():
    cells = {("one", QUARTERS[0]): Counted(1, 30), ("one", QUARTERS[1]): Counted()}
    assert of_table(cells, withhold=True)["one", None].met is None


SEEDS = range(40)


def test_no_table_lets_a_small_count_be_worked_out():
    """An attacker who adds and subtracts all that is shown, in every way there is."""
    for seed in SEEDS:
        chosen = Random(seed)
        clinics = [f"clinic {number}" for number in range(chosen.choice((1, 1, 2, 3, 5)))]
        cells = {}
        for clinic in clinics:
            for quarter in QUARTERS[: chosen.choice((2, 4, 8))]:
                of = chosen.choice((0, 3, 6, 12, 30, 60))
                cells[clinic, quarter] = Counted(chosen.randint(0, of), of)
        sums, lines = hiding._added_up({(c, q): cells.get((c, q), Counted()) for c in clinics for q in QUARTERS})
        shown = of_table({cell: one for cell, one in sums.items() if None not in cell}, withhold=True)
        for what, is_few in (("met", hiding.tells_of_few), ("of", lambda one: hiding.is_small(one.of))):
            known = {cell for cell, one in shown.items() if getattr(one, what) is not None}
            found = worked_out(set(shown), known, lines)
            assert not [cell for cell in found if is_few(sums[cell])], (seed, what)
            for total, parts in lines:
                hidden = sum((sums[cell] for cell in parts if cell not in known), Counted())
                assert total not in known or not is_few(hidden), (seed, what, total)
        assert not [cell for cell, one in shown.items() if one.of is None and one.met is not None], seed


def test_all_of_it_is_the_sum_of_the_clinics_and_of_the_quarters():
    cells = {(clinic, quarter): Counted(1, 2) for clinic in ("one", "other") for quarter in QUARTERS[:2]}
    _sums, lines = hiding._added_up(cells)
    of_all = [parts for total, parts in lines if total == (None, None)]
    assert of_all == [[(None, quarter) for quarter in QUARTERS[:2]], [("one", None), ("other", None)]]


def worked_out(cells: set, known: set, lines: list) -> set:
    """The unknown cells that the sums determine: those that stand alone in a row of the reduced equations."""
    unknown = sorted(cells - known, key=str)
    rows = []
    for total, parts in lines:
        row = {cell: Fraction(1) for cell in parts if cell not in known}
        if total not in known:
            row[total] = row.get(total, Fraction()) - 1
        rows.append(row)
    reduced: list[dict] = []
    for pivot in unknown:
        first = next((row for row in rows if row.get(pivot)), None)
        if first is None:
            continue
        rows.remove(first)
        first = {cell: value / first[pivot] for cell, value in first.items()}
        rows, reduced = ([_less(row, first, pivot) for row in some] for some in (rows, reduced))
        reduced.append(first)
    return {next(iter(row)) for row in reduced if len(row) == 1}


def _less(row: dict, other: dict, pivot) -> dict:
    times = row.get(pivot, Fraction())
    left = {cell: row.get(cell, Fraction()) - times * other.get(cell, Fraction()) for cell in {*row, *other}}
    return {cell: value for cell, value in left.items() if value}
