"""The hazard log: what could harm a patient, what stands against it, and the tests that show that it does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path("fixtures") / "hazards.toml"
SEVERITIES = ("minor", "significant", "considerable", "major", "catastrophic")
LIKELIHOODS = ("very low", "low", "medium", "high", "very high")

OPENING = """\
# Hazard log

What could harm a patient, why, what stands against it here, and the tests that show that it does. Severity, and
likelihood with the controls in place, are proposals of the engineers until a clinical safety officer has set them.

A hazard without a passing test fails the tests: each test named here must exist, and must pass without being skipped.
This file is generated from `fixtures/hazards.toml` by `make docs`.
"""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard. `tests` are pytest nodes without parameters, as in "tests/plans/test_paper.py::test_it"."""

    id: str
    hazard: str
    cause: str
    harm: str
    severity: str
    likelihood: str
    controls: tuple[str, ...]
    tests: tuple[str, ...]


def read(file: Path) -> list[Hazard]:
    """Every hazard of the log, in its order. Raises ValueError, naming the hazard, where one is not whole."""
    told = tomllib.loads(file.read_text("utf-8"))
    return [_hazard(key, fields) for key, fields in told.items()]


def _hazard(key: str, fields: dict) -> Hazard:
    try:
        made = Hazard(key, **{name: tuple(said) if isinstance(said, list) else said for name, said in fields.items()})
    except TypeError as error:
        raise ValueError(f"{key}: {error}") from None
    if made.severity not in SEVERITIES or made.likelihood not in LIKELIHOODS:
        raise ValueError(f"{key}: severity is one of {SEVERITIES}, likelihood one of {LIKELIHOODS}.")
    if not (made.controls and made.tests):
        raise ValueError(f"{key}: a hazard has at least one control and one test.")
    return made


def markdown(hazards: list[Hazard]) -> str:
    return "\n".join([OPENING, *_table(hazards), "", *(line for one in hazards for line in _section(one))])


def _table(hazards: list[Hazard]) -> Iterator[str]:
    yield "| | hazard | severity | likelihood | tests |"
    yield "|---|---|---|---|---|"
    for one in hazards:
        link = f"[{one.id}](#{one.id.lower()})"
        yield f"| {link} | {one.hazard} | {one.severity} | {one.likelihood} | {len(one.tests)} |"


def _section(one: Hazard) -> Iterator[str]:
    yield f"## {one.id}\n"
    yield f"**{one.hazard}.** {one.cause}. Harm: {one.harm[0].lower()}{one.harm[1:]}.\n"
    yield from (f"- {control}." for control in one.controls)
    yield "\nVerified by:\n"
    for test in one.tests:
        file, _, name = test.partition("::")
        yield f"- [{name.removeprefix('test_').replace('_', ' ')}](../{file})"
    yield ""
