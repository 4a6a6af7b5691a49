"""Seeded fictional cases for measuring: every fact around its limits, the red flags as rare as they are."""

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

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


def as_line(answers: dict[str, Any]) -> str:
    """One case as a line of JSON Lines."""
    return json.dumps({"on": ON.isoformat(), "facts": {name: _plain(value) for name, value in answers.items()}})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
