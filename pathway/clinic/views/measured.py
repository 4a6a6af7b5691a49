"""Measurements over time: charts and a table for each fracture, a row for each measure, a column for each visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pathway.clinic.fields import saved_answer
from pathway.clinic.forms import answer_text
from pathway.clinic.models import Fracture, Visit
from pathway.clinic.since import MEASURED
from pathway.clinic.trend_chart import Drawing, drawing
from pathway.clinic.trends import trends_of
from pathway.guideline.facts import FACTS

MEASURES = (*MEASURED, "weight_kg")


@dataclass(frozen=True, slots=True)
class Table:
    fracture: Fracture
    visits: list[Visit]
    rows: list[tuple[str, list[str]]]
    drawing: Drawing


def measurements_of(fractures: Iterable[Fracture], signed: list[Visit]) -> list[Table]:
    """Tables of the fractures that have signed visits, without the measures that were never recorded."""
    tables = []
    for fracture in fractures:
        visits = [visit for visit in signed if visit.fracture_id == fracture.pk]
        if visits:
            trends = trends_of(visits)
            tables.append(Table(fracture, visits, _rows(visits), drawing(trends["charts"], trends["events"])))
    return tables


def _rows(visits: list[Visit]) -> list[tuple[str, list[str]]]:
    recorded = [name for name in MEASURES if any(getattr(visit, name) is not None for visit in visits)]
    return [
        (FACTS[name].label, [answer_text(FACTS[name], saved_answer(visit, FACTS[name])) for visit in visits])
        for name in recorded
    ]
