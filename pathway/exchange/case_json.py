"""A case as JSON: one patient on one day, read strictly, with every problem named in a sentence.

    {"on": "2026-11-22", "facts": {"age_years": 72, "sex": "female", "onset_on": "2026-11-01", "pain_nrs": 6}}

An optional "name" names the case in messages and is repeated in its answer. Decimals stay exactly as written.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from pathway.guideline.facts import FACTS, LEVELS, Fact, Kind

EARLIEST_DAY = date(1900, 1, 1)
LATEST_DAY = date(2199, 12, 31)
MOST_DAYS_BEFORE_ONSET = 14  # a fracture seen on imaging earlier than this before its onset is another fracture
MOST_CHARACTERS_OF_A_NUMBER = 40
MOST_DECIMALS = 12  # keeps every difference and product of the rules exact
MOST_CHARACTERS_OF_A_NAME = 200

_NUMBER_TEXT = re.compile(r"-?\d{1,9}(\.\d{1,12})?", re.ASCII)
_DAY_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NO_NUMBER = Decimal("NaN")


class CaseRefusedError(Exception):
    """A case that is not evaluated. `problems` are sentences, each with what is wrong and what is accepted."""

    def __init__(self, problems: list[str], name: str = "") -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.name = name


@dataclass(frozen=True)
class Case:
    """The facts of one patient on the day `on`, ready for `evaluate`. A fact that is not known is absent."""

    on: date
    facts: dict[str, Any]
    name: str = ""


def read_case(text: str | bytes) -> Case:
    """The case that one JSON text holds. Raises CaseRefusedError with every problem found."""
    document = _load(text)
    if not isinstance(document, dict):
        raise CaseRefusedError([f'{shown(document)} is no case; a JSON object with "on" and "facts" is accepted'])
    name = document.get("name", "")
    problems = [
        f'{shown(key)} is no part of a case; "on", "facts" and "name" are accepted'
        for key in document
        if key not in ("on", "facts", "name")
    ]
    if not isinstance(name, str) or len(name) > MOST_CHARACTERS_OF_A_NAME or not name.isprintable():
        problems.append(f"name: a printable text of up to {MOST_CHARACTERS_OF_A_NAME} characters is accepted")
        name = ""
    on = _visit_day(document.get("on"), problems)
    raw = document.get("facts")
    if not isinstance(raw, dict):
        problems.append("facts: a JSON object of fact names and values is accepted")
        raw = {}
    facts, refused = read_facts(raw, on)
    problems += refused
    if problems or on is None:
        raise CaseRefusedError(problems, name)
    return Case(on, facts, name)


def read_facts(raw: Mapping[str, Any], on: date | None) -> tuple[dict[str, Any], list[str]]:
    """The known facts of `raw` in the types that `evaluate` takes, and a sentence for each that is not accepted and
    for dates in conflict with each other or with the visit on the day `on`."""
    facts: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in raw.items():
        fact = FACTS.get(name)
        if fact is None:
            problems.append(_unknown_name(name))
        elif value is not None:
            try:
                facts[name] = _READ[fact.kind](fact, value)
            except ValueError as refusal:
                problems.append(f"{name}: {shown(value)} is not accepted; {refusal}")
    return facts, problems + _date_conflicts(facts, on)


def shown(value: Any) -> str:
    """What was given, short and without control or direction characters, for a message."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    text = value if isinstance(value, str) else str(value)
    short = text if len(text) <= 40 else text[:40] + "..."
    if isinstance(value, bool):
        return short.lower()
    return json.dumps(short) if isinstance(value, str) else short


def _load(text: str | bytes) -> Any:
    try:
        return json.loads(
            text.decode("utf-8-sig") if isinstance(text, bytes) else text,
            parse_float=_exact,
            parse_int=_whole,
            parse_constant=Decimal,
            object_pairs_hook=_without_repeats,
        )
    except UnicodeDecodeError as error:
        raise CaseRefusedError([f"the text is not UTF-8 (byte {error.start + 1}); JSON in UTF-8 is accepted"]) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CaseRefusedError(
            [f"the text is not JSON ({error.msg} at {where}); one JSON object is accepted"]
        ) from None
    except RecursionError:
        raise CaseRefusedError(["the text is nested too deeply; one object with simple values is accepted"]) from None


def _exact(text: str) -> Decimal:
    """The number as written; one too long or too large to be any fact becomes NaN, which every fact refuses."""
    if len(text) > MOST_CHARACTERS_OF_A_NUMBER:
        return _NO_NUMBER
    try:
        return Decimal(text)
    except InvalidOperation:
        return _NO_NUMBER


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= MOST_CHARACTERS_OF_A_NUMBER else _NO_NUMBER


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        repeated = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise CaseRefusedError([f"{shown(repeated)} is given twice; each name is accepted once"])
    return document


def _unknown_name(name: str) -> str:
    near = difflib.get_close_matches(name, FACTS, n=1) if len(name) <= MOST_CHARACTERS_OF_A_NUMBER else []
    hint = f"did you mean {near[0]}?" if near else "the fact names of the pathway document are accepted"
    return f"{shown(name)} is no fact; {hint}"


def _visit_day(value: Any, problems: list[str]) -> date | None:
    try:
        day = _day(value)
    except ValueError as refusal:
        said = f"{shown(value)} is not accepted; {refusal}"
        problems.append(f"on: {said if value is not None else f'the day of the visit is missing; {refusal} accepted'}")
        return None
    return day


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY_TEXT.fullmatch(value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
            if EARLIEST_DAY <= day <= LATEST_DAY:
                return day
    _refuse(f"a date from {EARLIEST_DAY} to {LATEST_DAY} as YYYY-MM-DD is")


def _read_choice(fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or value not in fact.values:
        _refuse(" or ".join(f'"{choice}"' for choice in fact.values) + " is")
    return value


def _read_integer(fact: Fact, value: Any) -> int:
    if isinstance(value, str) and _NUMBER_TEXT.fullmatch(value) and "." not in value:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not fact.low <= value <= fact.high:
        _refuse(f"a whole number {_range(fact)} is")
    return value


def _read_decimal(fact: Fact, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        _refuse(f"a number {_range(fact)} is")
    if isinstance(value, str) and not _NUMBER_TEXT.fullmatch(value):
        _refuse(f"a number {_range(fact)} is")
    number = Decimal(value)
    if not number.is_finite() or not fact.low <= number <= fact.high:
        _refuse(f"a number {_range(fact)} is")
    if -number.as_tuple().exponent > MOST_DECIMALS:
        _refuse(f"up to {MOST_DECIMALS} decimals are")
    return number


def _read_date(fact: Fact, value: Any) -> date:
    return _day(value)


def _read_levels(fact: Fact, value: Any) -> tuple[str, ...]:
    accepted = f"a list of one or more of {LEVELS[0]} to T12 and L1 to {LEVELS[-1]} is"
    if not isinstance(value, list) or not value or not all(isinstance(level, str) for level in value):
        _refuse(accepted)
    if not set(value) <= set(LEVELS):
        _refuse(accepted)
    return tuple(level for level in LEVELS if level in value)


_READ = {
    Kind.YES_NO: _read_choice,
    Kind.CHOICE: _read_choice,
    Kind.INTEGER: _read_integer,
    Kind.DECIMAL: _read_decimal,
    Kind.DATE: _read_date,
    Kind.LEVELS: _read_levels,
}


def _refuse(accepted: str) -> NoReturn:
    raise ValueError(accepted)


def _range(fact: Fact) -> str:
    """The hard range in words, without a unit such as "of 10" that says nothing more."""
    unit = "" if fact.unit.startswith("of ") else fact.unit
    return f"from {fact.low} to {fact.high} {unit}".rstrip()


def _date_conflicts(facts: Mapping[str, Any], on: date | None) -> list[str]:
    problems = []
    for name, value in facts.items():
        if on is not None and FACTS[name].kind is Kind.DATE and value > on:
            problems.append(f"{name}: {value} is after the visit; a date up to the day of the visit, {on}, is accepted")
    onset, identified = facts.get("onset_on"), facts.get("identified_on")
    if onset and identified and (onset - identified).days > MOST_DAYS_BEFORE_ONSET:
        problems.append(
            f"identified_on: {identified} is more than {MOST_DAYS_BEFORE_ONSET} days before onset_on, {onset}; "
            f"a date up to {MOST_DAYS_BEFORE_ONSET} days before the onset, or later, is accepted"
        )
    return problems
