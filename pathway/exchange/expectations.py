"""What a clinician expects of the pathway for one case, and where the pathway differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

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


def mistakes(expect: Mapping[str, Any]) -> list[str]:
    """A sentence for each thing in `expect` that the pathway has no name for; nothing expected is a mistake too."""
    found = [f"{key} cannot be expected; {', '.join(KEYS)} can" for key in expect if key not in KEYS]
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


def differences(expect: Mapping[str, Any], ev: Evaluation) -> list[str]:
    """A line for each expectation that `ev` does not hold. Only what `expect` names is compared."""
    return [
        *_compared(expect, "headline", ev.headline),
        *_compared(expect, "bone_density", ev.bone_density or NO_LABEL),
        *_all_compared(expect, "criteria", lambda name: ev.criteria[name].state),
        *_all_compared(expect, "actions", lambda name: str(ev.actions[name].status)),
        *_all_compared(expect, "derived", ev.derived.get),
        *_all_compared(expect, "due", lambda name: ev.actions[name].due_on),
        *_all_compared(expect, "unsettled", lambda name: _unsettled(ev, name)),
        *_compared(expect, "order", [name for name in ev.actions if name in expect.get("order", ())]),
        *(f"notice {name}: expected, absent" for name in expect.get("notices", ()) if name not in ev.notices),
        *(f"notice {name}: not expected, present" for name in expect.get("no_notices", ()) if name in ev.notices),
        *(f"missing {name}: expected, absent" for name in expect.get("missing_includes", ()) if name not in ev.missing),
    ]


def _unknown(key: str, given: Any, accepted: Collection[str]) -> list[str]:
    return [f"{key}: {name!r} is not accepted; {', '.join(accepted)} are" for name in given if name not in accepted]


def _compared(expect: Mapping[str, Any], what: str, got: Any) -> list[str]:
    if what not in expect or expect[what] == got:
        return []
    return [f"{what}: expected {expect[what]}, got {got}"]


def _all_compared(expect: Mapping[str, Any], key: str, got: Any) -> list[str]:
    table = expect.get(key, {})
    return [f"{key}, {name}: expected {value}, got {got(name)}" for name, value in table.items() if value != got(name)]


def _unsettled(ev: Evaluation, name: str) -> dict[str, int]:
    """How many stops and checks of an action are not met, and how many not recorded; a count of none is left out."""
    action = ev.actions[name]
    states = [finding.state for finding in (*action.stops, *action.checks)]
    return {state: states.count(state) for state in UNSETTLED if state in states}
