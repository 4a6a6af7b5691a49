"""Seeded fictional cases for measuring.

`visits` are those of the synthetic cohort, as a clinic would have them. `facts` draws each answer by itself and around
its limits, so that hardly two patients are alike in anything: the hardest there is for what is kept between patients.
"""

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from pathway.exchange import synthetic_courses
from pathway.guideline.facts import FACTS
from tests.guideline.patients import ON, RARE, VALUES

SEED = 20261122


def facts(count: int, known: float = 0.75) -> Iterator[dict[str, Any]]:
    """`count` patients, the same every time."""
    draw = random.Random(SEED)
    for _ in range(count):
        answers = {name: _answer(draw, name) for name in VALUES if draw.random() < known}
        if "onset_on" in answers:  # an imaging long before the onset would be refused
            answers.pop("identified_on", None)
        yield answers


def _answer(draw: random.Random, name: str) -> Any:
    if name in RARE:
        return draw.choice(["no"] * 30 + ["yes"])
    if name == "fracture_confirmed":
        return draw.choice(["yes"] * 20 + ["no"])
    return draw.choice(VALUES[name])


def visits(count: int) -> Iterator[tuple[dict[str, Any], date]]:
    """Visits with their days, patient after patient, the same every time."""
    return islice(_visits(random.Random(SEED)), count)


def _visits(draw: random.Random) -> Iterator[tuple[dict[str, Any], date]]:
    while True:
        yield from _visits_of(synthetic_courses.story(draw, ON))


def _visits_of(story: synthetic_courses.Story) -> Iterator[tuple[dict[str, Any], date]]:
    patient = {"sex": story.sex, "age_years": story.age_years}
    for visit in (visit for course in story.courses for visit in course.visits):
        answers = {name: value for name, value in visit.answers.items() if name in FACTS and value != ""}
        yield {**answers, **patient, "levels": visit.levels}, visit.on


def as_line(answers: dict[str, Any], on: date = ON) -> str:
    """One case as a line of JSON Lines."""
    return json.dumps({"on": on.isoformat(), "facts": {name: _plain(value) for name, value in answers.items()}})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
