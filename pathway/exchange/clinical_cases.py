"""Clinical cases as text: a patient's story, the facts, and what a clinician expects of the pathway.

The files lie in `fixtures/cases/`, one for each theme. `bases.toml` holds patients that cases start from; a
`[[series]]` is one story told at several values. Days may be written as "21 days ago", counted from the visit.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pathway.exchange.case_json import EARLIEST_DAY, LATEST_DAY, read_facts
from pathway.exchange.expectations import mistakes
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.facts import FACTS
from pathway.guideline.statements import STATEMENTS

MOST_CHARACTERS_OF_A_TITLE = 300
MOST_CHARACTERS_OF_A_NAME = 120
FOLDER = Path(__file__).parents[2] / "fixtures" / "cases"
BASES_FILE = "bases.toml"
_DAYS_AGO = re.compile(r"(\d{1,5}) days ago", re.ASCII)
_OF_FILE = ("on", "checked_by", "checked_on")
_NEEDED = ("title", "story", "expect", *_OF_FILE)
_OPTIONAL = ("base", "facts", "unset", "covers")


class CaseFileError(ValueError):
    """A case that cannot be read. `place` names the file and the case; `problems` are sentences of what is accepted."""

    def __init__(self, place: str, *problems: str) -> None:
        super().__init__(f"{place}: {'; '.join(problems)}")
        self.place = place
        self.problems = problems


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
    bases = load_bases(folder)
    files = [file for file in sorted(folder.glob("*.toml")) if file.name != BASES_FILE]
    return tuple(_or_raise(read) for file in files for read in read_cases(_text_of(file), file.name, bases))


def load_bases(folder: Path) -> dict[str, dict[str, Any]]:
    """The facts of each patient of `bases.toml`, none where there is no such file. Raises CaseFileError."""
    file = folder / BASES_FILE
    bases = parsed(_text_of(file), file.name) if file.exists() else {}
    return {name: _base(name, bases, file.name) for name in bases}


def read_cases(text: str, source: str, bases: Mapping[str, Any]) -> list[ClinicalCase | CaseFileError]:
    """The cases that one text holds, each read or refused. `source` is the name of the text in messages.

    Raises CaseFileError where the text as a whole is no case file.
    """
    document = parsed(text, source)
    _only(document, (*_OF_FILE, "case", "series"), source)
    common = {key: document[key] for key in _OF_FILE if key in document}
    read: list[ClinicalCase | CaseFileError] = []
    for table in _tables(document, "case", source):
        read.append(_case_or_refusal({**common, **table}, bases, source))
    for series in _tables(document, "series", source):
        try:
            steps = list(_steps(series, f"{source}: {_title_in(series)}"))
        except CaseFileError as refusal:
            read.append(refusal)
        else:
            read += [_case_or_refusal({**common, **step}, bases, source) for step in steps]
    return read


def read_case(table: Mapping[str, Any], bases: Mapping[str, Any], source: str) -> ClinicalCase:
    """One case from its table. Raises CaseFileError with every mistake in what is expected and in the facts."""
    place = f"{source}: {_title_in(table)}"
    _only(table, (*_NEEDED, *_OPTIONAL), place)
    _needs(table, _NEEDED, place)
    if misshapen := [sentence for key, value in table.items() if (sentence := _misshapen(key, value))]:
        raise CaseFileError(place, *misshapen)
    facts, refused = read_facts(_written_facts(table, bases, place), table["on"])
    if problems := mistakes(table["expect"]) + refused:
        raise CaseFileError(place, *problems)
    return ClinicalCase(
        **{key: table[key] for key in _NEEDED},
        facts=facts,
        covers=tuple(table.get("covers", ())),
        file=source,
    )


def parsed(text: str, source: str) -> dict[str, Any]:
    """The text as a table, its decimals exact. Raises CaseFileError."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise CaseFileError(source, f"{error}; TOML is accepted") from None


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CaseFileError(file.name, f"{error}; TOML in UTF-8 is accepted") from None


def _or_raise(read: ClinicalCase | CaseFileError) -> ClinicalCase:
    if isinstance(read, CaseFileError):
        raise read
    return read


def _case_or_refusal(table: Mapping[str, Any], bases: Mapping[str, Any], source: str) -> ClinicalCase | CaseFileError:
    try:
        return read_case(table, bases, source)
    except CaseFileError as refusal:
        return refusal


def _tables(document: Mapping[str, Any], key: str, place: str) -> list[dict[str, Any]]:
    tables = document.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CaseFileError(place, f"{key}: tables under [[{key}]] are accepted")
    return tables


def _title_in(table: Mapping[str, Any]) -> str:
    title = table.get("title")
    return title[:MOST_CHARACTERS_OF_A_TITLE] if isinstance(title, str) else "a case without a title"


def _steps(series: Mapping[str, Any], place: str) -> Iterator[dict[str, Any]]:
    """The cases of a series: what all share, and what each step changes, titled by the change."""
    _only(series, (*_NEEDED, *_OPTIONAL, "steps"), place)
    _needs(series, ("title", "steps"), place)
    shared = {key: value for key, value in series.items() if key != "steps"}
    for step in _tables(series, "steps", place):
        if misshapen := [
            sentence
            for table in (shared, step)
            for key in ("title", "facts", "unset")
            if key in table and (sentence := _misshapen(key, table[key]))
        ]:
            raise CaseFileError(place, *misshapen)
        yield _step(shared, step, place)


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


def _misshapen(key: str, value: Any) -> str | None:
    """A sentence where the value of a key is not of the kind that the key takes."""
    if key in ("title", "checked_by"):
        most = MOST_CHARACTERS_OF_A_TITLE if key == "title" else MOST_CHARACTERS_OF_A_NAME
        if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
            return f"{key}: one line of text of up to {most} characters is accepted"
    if key == "story" and not (isinstance(value, str) and value.strip() and value.replace("\n", " ").isprintable()):
        return "story: a printable text is accepted"
    if key in ("on", "checked_on") and not (type(value) is date and EARLIEST_DAY <= value <= LATEST_DAY):
        return f"{key}: a date from {EARLIEST_DAY} to {LATEST_DAY} as YYYY-MM-DD is accepted"
    if key in ("facts", "expect") and not isinstance(value, dict):
        return f"{key}: a table of names and values is accepted"
    if key == "base" and not isinstance(value, str):
        return "base: the name of a patient in the file of bases is accepted"
    if key == "unset" and not _holds_only(value, FACTS):
        return "unset: a list of fact names is accepted"
    if key == "covers" and not _holds_only(value, (*STATEMENTS, *DECISIONS)):
        return "covers: a list of statements S1 to S31 and decisions D1 to D13 is accepted"
    return None


def _holds_only(value: Any, accepted: Collection[str]) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each in accepted for each in value)


def _written_facts(table: Mapping[str, Any], bases: Mapping[str, Any], place: str) -> dict[str, Any]:
    base = table.get("base")
    if base is not None and base not in bases:
        raise CaseFileError(place, f"base {base!r} is not in {BASES_FILE}; {', '.join(bases)} are")
    written = {**bases.get(base, {}), **table.get("facts", {})}
    return {name: _as_json(value, table["on"]) for name, value in _without(written, table.get("unset", ())).items()}


def _base(name: str, bases: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The facts of a base, with those of the base that it is like and does not change."""
    facts = {key: value for key, value in bases[name].items() if key != "like"}
    like = bases[name].get("like")
    if like is None:
        return facts
    rest = {key: value for key, value in bases.items() if key != name}  # a base that is like itself ends here
    if like not in rest:
        raise CaseFileError(place, f"{name}: like {like!r} is not in {BASES_FILE}; {', '.join(rest)} are")
    return {**_base(like, rest, place), **facts}


def _without(facts: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _as_json(value: Any, on: date) -> Any:
    """The value as a JSON case would have it, with days counted back from the visit."""
    if isinstance(value, str) and (ago := _DAYS_AGO.fullmatch(value)):
        value = on - timedelta(days=int(ago[1]))
    return value.isoformat() if isinstance(value, date) else value


def _told(value: Any) -> str:
    if isinstance(value, str | Mapping):
        return value if isinstance(value, str) else "a table"
    return json.dumps(value, default=str).replace('"', "")


def _only(table: Mapping[str, Any], accepted: Collection[str], place: str) -> None:
    if unknown := [key for key in table if key not in accepted]:
        raise CaseFileError(place, f"{', '.join(unknown)} unknown; {', '.join(accepted)} are accepted")


def _needs(table: Mapping[str, Any], needed: Collection[str], place: str) -> None:
    if absent := [key for key in needed if key not in table]:
        raise CaseFileError(place, f"{', '.join(absent)} missing; {', '.join(needed)} are needed")
