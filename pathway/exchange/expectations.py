"""What a clinician expects of the pathway for one case, and where the pathway differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pathway.guideline.actions import ACTIONS, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import FACTS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.notices import BONE_DENSITY, NOTICES
from pathway.guideline.quantities import QUANTITIES

STATES = ("met", "not_met", "unknown")
UNSETTLED = ("not_met", "not_recorded")
NO_LABEL = "none"
_ANY = None

# For each key of an expectation: the names it may hold, and the values that each name may have.
_TABLES: dict[str, tuple[Collection[str], Collection[str] | None]] = {
    "criteria": (CRITERIA, STATES),
    "actions": (ACTIONS, tuple(Status)),
    "derived": (QUANTITIES, _ANY),
    "due": (ACTIONS, _ANY),
    "unsettled": (ACTIONS, _ANY),
}
_LISTS: dict[str, Collection[str]] = {
    "notices": NOTICES,
    "no_notices": NOTICES,
    "missing_includes": FACTS,
    "order": ACTIONS,
}
_VALUES: dict[str, Collection[str]] = {"headline": HEADLINES, "bone_density": (*BONE_DENSITY, NO_LABEL)}
KEYS = (*_VALUES, *_TABLES, *_LISTS)
PRESENT = "present"
ABSENT = "absent"
_LARGEST = 10**6


class Difference(NamedTuple):
    """One expectation that does not hold. `name` is blank for the headline, the bone density and the order."""

    key: str
    name: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        what = f"{self.key}, {self.name}" if self.name else self.key
        return f"{what}: expected {self.expected}, got {self.got}"


def mistakes(expect: Mapping[str, Any]) -> list[str]:
    """A sentence for each thing in `expect` that the pathway has no name for; nothing expected is a mistake too."""
    found = [f"{key} cannot be expected; {', '.join(KEYS)} can" for key in expect if key not in KEYS]
    found += [sentence for key in KEYS if key in expect and (sentence := _misshapen(key, expect[key]))]
    if found:
        return found
    for key, accepted in _VALUES.items():
        if key in expect:
            found += _unknown(key, [expect[key]], accepted)
    for key, accepted in _LISTS.items():
        found += _unknown(key, expect.get(key, ()), accepted)
    for key, (names, values) in _TABLES.items():
        table = expect.get(key, {})
        found += _unknown(key, table, names)
        if values is not None:
            found += _unknown(key, table.values(), values)
    return found or ([] if expect else ["nothing is expected; at least one expectation is accepted"])


def differences(expect: Mapping[str, Any], ev: Evaluation) -> list[Difference]:
    """Each expectation that `ev` does not hold. Only what `expect` names is compared."""
    order = [name for name in ev.actions if name in expect.get("order", ())]
    single = {"headline": ev.headline, "bone_density": ev.bone_density or NO_LABEL, "order": order}
    return [
        *(Difference(key, "", expect[key], got) for key, got in single.items() if key in expect and expect[key] != got),
        *_compared(expect, "criteria", lambda name: ev.criteria[name].state),
        *_compared(expect, "actions", lambda name: str(ev.actions[name].status)),
        *_compared(expect, "derived", ev.derived.get),
        *_compared(expect, "due", lambda name: ev.actions[name].due_on),
        *_compared(expect, "unsettled", lambda name: _unsettled(ev, name)),
        *_found(expect, "notices", ev.notices, PRESENT),
        *_found(expect, "no_notices", ev.notices, ABSENT),
        *_found(expect, "missing_includes", ev.missing, PRESENT),
    ]


def _misshapen(key: str, value: Any) -> str | None:
    """A sentence where the value of a key is not of the kind that the key takes."""
    if key in _VALUES:
        return None if isinstance(value, str) else f"{key}: one name is accepted"
    if key in _LISTS:
        is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        return None if is_names else f"{key}: a list of names is accepted"
    takes, words = _TAKES.get(key, (_is_text, "names with a text"))
    is_table = isinstance(value, dict) and all(takes(each) for each in value.values())
    return None if is_table else f"{key}: a table of {words} is accepted"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_plain(value: Any) -> bool:
    """ "yes", "no", or a number of a size that a person writes."""
    if isinstance(value, str):
        return value in ("yes", "no")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return Decimal(value).is_finite() and abs(value) < _LARGEST and "E" not in str(value)


def _is_day(value: Any) -> bool:
    return type(value) is date


def _is_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        state in UNSETTLED and type(count) is int and 0 < count < _LARGEST for state, count in value.items()
    )


_TAKES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "derived": (_is_plain, 'worked-out values and plain numbers, "yes" or "no"'),
    "due": (_is_day, "actions and dates"),
    "unsettled": (_is_counts, f"actions and counts of {' and '.join(UNSETTLED)}"),
}


def _unknown(key: str, given: Any, accepted: Collection[str]) -> list[str]:
    return [f"{key}: {name!r} is not accepted; {', '.join(accepted)} are" for name in given if name not in accepted]


def _compared(expect: Mapping[str, Any], key: str, got: Callable[[str], Any]) -> Iterator[Difference]:
    for name, value in expect.get(key, {}).items():
        if value != got(name):
            yield Difference(key, name, value, got(name))


def _found(expect: Mapping[str, Any], key: str, found: Collection[str], wanted: str) -> Iterator[Difference]:
    for name in expect.get(key, ()):
        state = PRESENT if name in found else ABSENT
        if state != wanted:
            yield Difference(key, name, wanted, state)


def _unsettled(ev: Evaluation, name: str) -> dict[str, int]:
    """How many stops and checks of an action are not met, and how many not recorded; a count of none is left out."""
    action = ev.actions[name]
    states = [finding.state for finding in (*action.stops, *action.checks)]
    return {state: states.count(state) for state in UNSETTLED if state in states}
