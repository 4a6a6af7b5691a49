"""Clinical cases as text: a patient's story, the facts, and what a clinician expects of the pathway.

The files lie in `fixtures/cases/`, one per theme. `bases.toml` holds patients that cases start from; a `[[series]]`
is one story told at several values. Days may be written as "21 days ago", counted from the visit.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pathway.exchange.case_json import read_facts
from pathway.guideline.evaluate import Evaluation

BASES_FILE = "bases.toml"
_DAYS_AGO = re.compile(r"(\d+) days ago", re.ASCII)
_CASE_KEYS = {"title", "story", "base", "facts", "unset", "covers", "expect", "on", "checked_by", "checked_on"}
_FILE_KEYS = {"on", "checked_by", "checked_on", "case", "series"}
_EXPECT_KEYS = {
    "headline",
    "bone_density",
    "criteria",
    "actions",
    "notices",
    "no_notices",
    "missing_includes",
    "derived",
    "due",
    "unsettled",
}


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
    bases = _load(folder / BASES_FILE)
    files = [file for file in sorted(folder.glob("*.toml")) if file.name != BASES_FILE]
    return tuple(case for file in files for case in _cases_of(file, bases))


def differences(case: ClinicalCase, ev: Evaluation) -> list[str]:
    """A line for each expectation of `case` that `ev` does not hold."""
    expect = case.expect
    found = [
        *_compared("headline", expect.get("headline", ev.headline), ev.headline),
        *_compared("bone density", expect.get("bone_density", ev.bone_density), ev.bone_density),
    ]
    for name, state in expect.get("criteria", {}).items():
        found += _compared(name, state, ev.criteria[name].state)
    for name, status in expect.get("actions", {}).items():
        found += _compared(name, status, str(ev.actions[name].status))
    for name, value in expect.get("derived", {}).items():
        found += _compared(name, value, ev.derived.get(name))
    for name, day in expect.get("due", {}).items():
        found += _compared(f"{name} due", day, ev.actions[name].due_on)
    for name, counts in expect.get("unsettled", {}).items():
        found += _compared(f"{name} unsettled", counts, _unsettled(ev, name))
    found += [f"notice {name}: expected, absent" for name in expect.get("notices", ()) if name not in ev.notices]
    found += [f"notice {name}: not expected, present" for name in expect.get("no_notices", ()) if name in ev.notices]
    found += [f"missing {name}: expected, absent" for name in expect.get("missing_includes", ()) if name not in ev.missing]
    return found


def _compared(what: str, expected: Any, got: Any) -> list[str]:
    return [] if expected == got else [f"{what}: expected {expected}, got {got}"]


def _unsettled(ev: Evaluation, name: str) -> dict[str, int]:
    """How many stops and checks of an action are not met, and how many not recorded."""
    action = ev.actions[name]
    states = [finding.state for finding in (*action.stops, *action.checks)]
    counts = {state: states.count(state) for state in ("not_met", "not_recorded")}
    return {state: count for state, count in counts.items() if count}


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseFileError(f"{file.name}: {error}; TOML in UTF-8 is accepted") from None


def _cases_of(file: Path, bases: Mapping[str, Any]) -> list[ClinicalCase]:
    document = _load(file)
    _only(document, _FILE_KEYS, file.name)
    common = {key: document[key] for key in ("on", "checked_by", "checked_on")}
    tables = [{**common, **table} for table in document.get("case", ())]
    tables += [{**common, **table} for series in document.get("series", ()) for table in _steps(series, file)]
    return [_case(table, bases, file) for table in tables]


def _steps(series: Mapping[str, Any], file: Path) -> list[dict[str, Any]]:
    """The cases of a series: its facts and what each step changes, titled by the change."""
    _only(series, (_CASE_KEYS | {"steps"}) - {"expect"}, f"{file.name}: {series.get('title')}")
    shared = {key: value for key, value in series.items() if key != "steps"}
    cases = []
    for step in series["steps"]:
        _only(step, {"facts", "unset", "expect"}, f"{file.name}: {series['title']}")
        facts, unset = step.get("facts", {}), step.get("unset", [])
        told = [f"{name} {_told(value)}" for name, value in facts.items()] + [f"{name} not known" for name in unset]
        cases.append(
            {
                **shared,
                "title": f"{series['title']}: {', '.join(told)}",
                "facts": {**_without(shared.get("facts", {}), unset), **facts},
                "unset": [name for name in (*shared.get("unset", ()), *unset) if name not in facts],
                "expect": step["expect"],
            }
        )
    return cases


def _case(table: Mapping[str, Any], bases: Mapping[str, Any], file: Path) -> ClinicalCase:
    place = f"{file.name}: {table.get('title', 'a case without a title')}"
    _only(table, _CASE_KEYS, place)
    _only(table["expect"], _EXPECT_KEYS, place)
    written = {**_base(table["base"], bases), **table.get("facts", {})} if "base" in table else dict(table["facts"])
    absent = set(table.get("unset", ())) - set(written)
    if absent - set(table.get("facts", {})) and "base" not in table:
        raise CaseFileError(f"{place}: unset names {', '.join(sorted(absent))}, which the case does not record")
    on = table["on"]
    written = {name: _json_value(value, on) for name, value in _without(written, table.get("unset", ())).items()}
    problems: list[str] = []
    facts = read_facts(written, on, problems)
    if problems:
        raise CaseFileError(f"{place}: {'; '.join(problems)}")
    return ClinicalCase(
        table["title"],
        table["story"],
        on,
        facts,
        table["expect"],
        tuple(table.get("covers", ())),
        table["checked_by"],
        table["checked_on"],
        file.name,
    )


def _base(name: str, bases: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(bases[name])
    like = facts.pop("like", None)
    return {**_base(like, bases), **facts} if like else facts


def _without(facts: Mapping[str, Any], names: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


def _json_value(value: Any, on: date) -> Any:
    """The value as a JSON case would have it, with days counted back from the visit."""
    if isinstance(value, str) and (ago := _DAYS_AGO.fullmatch(value)):
        value = on - timedelta(days=int(ago[1]))
    return value.isoformat() if isinstance(value, date) else value


def _told(value: Any) -> str:
    return json.dumps(value, default=str).strip('"')


def _only(table: Mapping[str, Any], accepted: set[str], place: str) -> None:
    if unknown := table.keys() - accepted:
        raise CaseFileError(f"{place}: {', '.join(sorted(unknown))} unknown; {', '.join(sorted(accepted))} are accepted")
