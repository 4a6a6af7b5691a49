"""Clinical cases as text: a patient's story, the facts, and what a clinician expects of the pathway.

The files lie in `fixtures/cases/`, one for each theme. `bases.toml` holds patients that cases start from; a
`[[series]]` is one story told at several values. Days may be written as "21 days ago", counted from the visit.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pathway.exchange.case_json import read_facts
from pathway.exchange.expectations import mistakes
from pathway.guideline.facts import FACTS

BASES_FILE = "bases.toml"
_DAYS_AGO = re.compile(r"(\d{1,5}) days ago", re.ASCII)
_OF_FILE = ("on", "checked_by", "checked_on")
_NEEDED = ("title", "story", "expect", *_OF_FILE)
_OPTIONAL = ("base", "facts", "unset", "covers")


class CaseFileError(ValueError):
    """A case file that cannot be read; the message names the file, the case and what is accepted."""


@dataclass(frozen=True)
class ClinicalCase:
    """One patient on one day with what is expected; only what `expect` names is compared."""

    title: str
    story: str
    on: date
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    covers: tuple[str, ...]
    checked_by: str
    checked_on: date
    file: str

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def load_cases(folder: Path) -> tuple[ClinicalCase, ...]:
    """Every case of every file in `folder`, in the order of the file names. Raises CaseFileError."""
    bases_file = folder / BASES_FILE
    bases = _load(bases_file) if bases_file.exists() else {}
    files = [file for file in sorted(folder.glob("*.toml")) if file.name != BASES_FILE]
    return tuple(case for file in files for case in _cases_of(file, bases))


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CaseFileError(f"{file.name}: {error}; TOML in UTF-8 is accepted") from None


def _cases_of(file: Path, bases: Mapping[str, Any]) -> list[ClinicalCase]:
    document = _load(file)
    _only(document, (*_OF_FILE, "case", "series"), file.name)
    common = {key: document[key] for key in _OF_FILE if key in document}
    tables = list(document.get("case", ()))
    for series in document.get("series", ()):
        tables += _steps(series, f"{file.name}: {series.get('title')}")
    return [_case({**common, **table}, bases, file.name) for table in tables]


def _steps(series: Mapping[str, Any], place: str) -> list[dict[str, Any]]:
    """The cases of a series: what all share, and what each step changes, titled by the change."""
    _only(series, (*_NEEDED, *_OPTIONAL, "steps"), place)
    _needs(series, ("title", "steps"), place)
    shared = {key: value for key, value in series.items() if key != "steps"}
    return [_step(shared, step, place) for step in series["steps"]]


def _step(shared: Mapping[str, Any], step: Mapping[str, Any], place: str) -> dict[str, Any]:
    _only(step, ("facts", "unset", "expect"), place)
    facts, unset = step.get("facts", {}), step.get("unset", [])
    changes = [f"{name} {_told(value)}" for name, value in facts.items()] + [f"{name} not known" for name in unset]
    return {
        **shared,
        "title": f"{shared['title']}: {', '.join(changes)}",
        "facts": {**_without(shared.get("facts", {}), unset), **facts},
        "unset": [*_without(dict.fromkeys(shared.get("unset", ())), facts), *unset],
        "expect": step.get("expect", {}),
    }


def _case(table: Mapping[str, Any], bases: Mapping[str, Any], file_name: str) -> ClinicalCase:
    place = f"{file_name}: {table.get('title', 'a case without a title')}"
    _only(table, (*_NEEDED, *_OPTIONAL), place)
    _needs(table, _NEEDED, place)
    facts, refused = read_facts(_written_facts(table, bases, place), table["on"])
    if problems := mistakes(table["expect"]) + refused:
        raise CaseFileError(f"{place}: {'; '.join(problems)}")
    return ClinicalCase(
        **{key: table[key] for key in _NEEDED},
        facts=facts,
        covers=tuple(table.get("covers", ())),
        file=file_name,
    )


def _written_facts(table: Mapping[str, Any], bases: Mapping[str, Any], place: str) -> dict[str, Any]:
    unset = table.get("unset", ())
    _only(dict.fromkeys(unset), FACTS, f"{place}: unset")
    written = {**_base(table.get("base"), bases, place), **table.get("facts", {})}
    return {name: _as_json(value, table["on"]) for name, value in _without(written, unset).items()}


def _base(name: str | None, bases: Mapping[str, Any], place: str) -> dict[str, Any]:
    if name is None:
        return {}
    if name not in bases:
        raise CaseFileError(f"{place}: base {name!r} is not in {BASES_FILE}; {', '.join(bases)} are")
    facts = {key: value for key, value in bases[name].items() if key != "like"}
    rest = {key: value for key, value in bases.items() if key != name}  # a base that is like itself ends here
    return {**_base(bases[name].get("like"), rest, place), **facts}


def _without(facts: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _as_json(value: Any, on: date) -> Any:
    """The value as a JSON case would have it, with days counted back from the visit."""
    if isinstance(value, str) and (ago := _DAYS_AGO.fullmatch(value)):
        value = on - timedelta(days=int(ago[1]))
    return value.isoformat() if isinstance(value, date) else value


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str).replace('"', "")


def _only(table: Mapping[str, Any], accepted: Collection[str], place: str) -> None:
    if unknown := [key for key in table if key not in accepted]:
        raise CaseFileError(f"{place}: {', '.join(unknown)} unknown; {', '.join(accepted)} are accepted")


def _needs(table: Mapping[str, Any], needed: Collection[str], place: str) -> None:
    if absent := [key for key in needed if key not in table]:
        raise CaseFileError(f"{place}: {', '.join(absent)} missing; {', '.join(needed)} are needed")
