"""Each criterion of a visit, opened: the facts with their days, the limits with unit and source, and the statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import QUANTITIES, inputs_of, show, shown_limit
from pathway.guideline.truth import Check

STATE_WORDS = {"met": "met", "not_met": "not met", "unknown": "not known"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a criterion. On a leaf: the value, the answers it comes from, the limit and what that rests on."""

    depth: int
    text: str
    state: str
    value: str
    recorded: tuple[str, ...]
    limit: str
    cites: tuple[str, ...]

    @property
    def indent(self) -> str:
        return indent(self.depth)


@dataclass(frozen=True, slots=True)
class Opened:
    name: str
    label: str
    state: str
    cites: tuple[str, ...]
    lines: tuple[Asked, ...]


def indent(depth: int) -> str:
    """What stands before a line that is part of another one."""
    return "· " * depth


def opened(ev: Evaluation, carried: Mapping[str, tuple]) -> list[Opened]:
    """Every criterion in the order of the pathway. `carried` maps facts of earlier visits to their value and day."""
    days = {name: day for name, (_value, day) in carried.items()}
    return [
        Opened(
            name,
            CRITERIA[name].label,
            STATE_WORDS[check.state],
            (*CRITERIA[name].statements, *CRITERIA[name].decisions),
            tuple(_lines(check, ev, days, 0)),
        )
        for name, check in ev.criteria.items()
    ]


def frozen(ev: Evaluation, carried: Mapping[str, tuple]) -> list[dict]:
    """The same as plain data, for the record of a plan."""
    return [asdict(criterion) for criterion in opened(ev, carried)]


def _lines(check: Check, ev: Evaluation, days: Mapping[str, date], depth: int) -> Iterator[Asked]:
    limit = check.limit if check.fact else None
    yield Asked(
        depth,
        check.text,
        STATE_WORDS[check.state],
        check.value,
        tuple(_recorded(check.fact, ev, days)) if check.fact else (),
        shown_limit(limit) if limit else "",
        tuple(limit.source.split()) if limit else (),
    )
    for part in check.parts:
        yield from _lines(part, ev, days, depth + 1)


def _recorded(quantity: str, ev: Evaluation, days: Mapping[str, date]) -> Iterator[str]:
    """The day of the visit that recorded a value; of a worked-out one, its answers with their days, and its formula."""
    for name in inputs_of(quantity, ev.facts):
        if name in ev.facts:
            day = show(name, days.get(name, ev.on))
            is_worked_out = quantity in QUANTITIES
            yield f"{FACTS[name].label}: {show(name, ev.facts[name])} ({day})" if is_worked_out else day
    if quantity in QUANTITIES:
        yield QUANTITIES[quantity].formula
