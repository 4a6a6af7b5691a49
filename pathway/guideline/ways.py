"""Sets of changed answers: joined, compared and put in order. What `changes` finds is made of these."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pathway.guideline.facts import FACTS
from pathway.guideline.truth import OPPOSITE

LARGEST_SET = 4
MOST_SETS = 12
CACHED = 4_096  # joined sets kept; up to some KB each
RECORDED = "recorded"
# How readily a clinician obtains an answer, by the group of the fact: asked, examined, looked up, measured, imaged.
_EASE = {"patient": 0, "clinic": 0, "pain": 1, "red_flags": 1, "neurology": 1, "fracture": 2, "medicines": 2,
         "laboratory": 3, "bone_health": 4, "imaging": 5}  # fmt: skip
_WORKED_OUT = 6


class Change(NamedTuple):
    """One answer that would be another: `to` is a bound (">= 15", "<= 2026-08-30"), a choice, or "recorded". While sets
    are searched, a bound of a date is in days from the visit ("<= -84")."""

    fact: str
    to: str


class Ways(tuple):
    """Sets of changes, each of which is a way. Equal ways are one object, so that looking them up costs nothing."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


@lru_cache(CACHED)
def ways_of(sets: tuple[frozenset[Change], ...]) -> Ways:
    return Ways(sets)


NO_WAY = ways_of(())
AS_IT_IS = ways_of((frozenset(),))


Sets = tuple[tuple[Change, ...], ...]


@lru_cache(CACHED)
def together(parts: tuple[Ways, ...]) -> Ways:
    """Every way of each part with every way of the others, where they do not ask one fact for two things."""
    if NO_WAY in parts:
        return NO_WAY
    ways = AS_IT_IS
    for part in parts:
        if ways is AS_IT_IS:
            ways = part
        elif part is not AS_IT_IS:
            joined = (_merged(one | other) for one in ways for other in part)
            ways = _smallest(way for way in joined if way is not None)
    return ways


@lru_cache(CACHED)
def one_of(parts: tuple[Ways, ...]) -> Ways:
    some = [part for part in parts if part]
    return some[0] if len(some) == 1 else _smallest(way for part in some for way in part)


@lru_cache(CACHED)
def named_in(ways: Ways) -> frozenset[str]:
    return frozenset(change.fact for way in ways for change in way)


@lru_cache(CACHED)
def easiest_first(ways: Ways, answered: frozenset[str]) -> Sets:
    """Fewest answers first, then those most readily obtained; an answer already given is hardest to change."""

    def cost(change: Change) -> int:
        fact = FACTS.get(change.fact)
        return (10 if change.fact in answered else 0) + (_EASE[fact.group] if fact else _WORKED_OUT)

    def ease(way: frozenset[Change]) -> tuple:
        return len(way), sum(map(cost, way)), sorted(way)

    return tuple(tuple(sorted(way)) for way in sorted(filter(None, ways), key=ease)[:MOST_SETS])


def _merged(changes: frozenset[Change]) -> frozenset[Change] | None:
    by_fact: dict[str, str] = {}
    for change in changes:
        before = by_fact.get(change.fact)
        merged = change.to if before is None else _both(before, change.to)
        if merged is None:
            return None
        by_fact[change.fact] = merged
    return frozenset(Change(fact, to) for fact, to in by_fact.items())


def _both(one: str, other: str) -> str | None:
    """Two demands on one fact as one, or None where a single answer is not known to meet both."""
    if one == other or other == RECORDED:
        return one
    if one == RECORDED:
        return other
    (operator, _, bound), (other_operator, _, other_bound) = one.partition(" "), other.partition(" ")
    if operator in OPPOSITE:
        return f"{operator} {_tighter(operator, bound, other_bound)}" if operator == other_operator else None
    accepted_by_both = [value for value in one.split(" or ") if value in other.split(" or ")]
    return " or ".join(accepted_by_both) or None


def _tighter(operator: str, *bounds: str) -> str:
    return sorted(bounds, key=Decimal, reverse=operator[0] == ">")[0]


def _smallest(ways: Iterable[frozenset[Change]]) -> Ways:
    """The sets that ask no more than another does, smallest first, none larger than a person can take in."""
    kept: list[tuple[frozenset[str], frozenset[Change]]] = []
    for way in sorted(set(ways), key=_smaller_first):
        if len(way) > LARGEST_SET:
            break
        facts = _facts_of(way)
        if not any(asked <= facts and _asks_no_less(way, other) for asked, other in kept):
            # Only a set of the same facts can be as long and ask more; shorter ones that ask no more are kept.
            kept = [one for one in kept if one[0] != facts or not _asks_no_less(one[1], way)]
            kept.append((facts, way))
    return ways_of(tuple([way for _, way in kept[: 2 * MOST_SETS]]))


@lru_cache(CACHED)
def _smaller_first(way: frozenset[Change]) -> tuple[int, list[Change]]:
    return len(way), sorted(way)


def _asks_no_less(way: frozenset[Change], other: frozenset[Change]) -> bool:
    """Whether all that `other` asks of the same facts or some of them is asked by `way` too, perhaps more strictly:
    ">= 6" asks no less than ">= 4"."""
    return other <= way or all(any(_implies(change, asked) for change in way) for asked in other)


@lru_cache(CACHED)
def _facts_of(way: frozenset[Change]) -> frozenset[str]:
    return frozenset(change.fact for change in way)


@lru_cache(CACHED)
def _implies(change: Change, asked: Change) -> bool:
    return change == asked or (change.fact == asked.fact and _both(change.to, asked.to) == change.to)
