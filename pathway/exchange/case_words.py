"""The words that a clinician reads for what a case expects and for what came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from pathway.exchange.expectations import NO_LABEL, Difference
from pathway.guideline.actions import ACTIONS, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.facts import FACTS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.notices import BONE_DENSITY, NOTICES
from pathway.guideline.quantities import label_of, show

STATE_WORDS = {"met": "Met", "not_met": "Not met", "unknown": "Not known"}
STATUS_WORDS = {str(status): status.replace("_", " ").capitalize() for status in Status}
BONE_DENSITY_WORDS = {**{name: NOTICES[f"bmd_{name}"].label for name in BONE_DENSITY}, NO_LABEL: "No label"}
KEY_WORDS = {
    "headline": "Headline",
    "bone_density": "Bone density",
    "criteria": "Criterion",
    "actions": "Action",
    "derived": "Worked out",
    "due": "Due",
    "unsettled": "Open stops and checks",
    "notices": "Notice",
    "no_notices": "Notice",
    "missing_includes": "Still missing",
    "order": "Order",
}
_LABELS = {"criteria": CRITERIA, "notices": NOTICES, "no_notices": NOTICES}
_NAME_WITH_UNDERSCORE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


def what(key: str, name: str) -> str:
    """What an expectation is about: "Action: Discussion of vertebral augmentation"."""
    return f"{KEY_WORDS[key]}: {_label(key, name)}" if name else KEY_WORDS[key]


def sentence(difference: Difference) -> str:
    """A difference as a sentence."""
    key, name, expected, got = difference
    words = {"what": what(key, name), "expected": value_words(key, name, expected), "got": value_words(key, name, got)}
    return _("%(what)s: expected %(expected)s, got %(got)s.") % words


def expectations(expect: Mapping[str, Any]) -> list[str]:
    """A line for each expectation."""
    lines = []
    for key, value in expect.items():
        if key == "missing_includes":
            lines += [what(key, name) for name in value]
        elif key == "order":
            lines.append(f"{what(key, '')}: {value_words(key, '', value)}")
        else:
            lines += [f"{what(key, name)}: {value_words(key, name, each)}" for name, each in value.items()]
    return lines


def value_words(key: str, name: str, value: Any) -> str:
    """A value of an expectation, or what came in its place."""
    if value is None:
        return _("nothing")
    if key == "headline":
        return HEADLINES[value].label
    if key == "derived":
        return show(name, value)
    if key == "order":
        return ", ".join(ACTIONS[each].label for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in value.items()) or _("none")
    if isinstance(value, date):
        return value.strftime("%d-%b-%Y")
    words = {"bone_density": BONE_DENSITY_WORDS, "criteria": STATE_WORDS, "actions": STATUS_WORDS}.get(key, {})
    return words.get(value, value)


def with_labels(problem: str) -> str:
    """A sentence about a fact, with the label that the fact has on a page instead of its name."""
    name, colon, rest = problem.partition(": ")
    if colon and name in FACTS:
        problem = f"{FACTS[name].label}: {rest}"
    return _NAME_WITH_UNDERSCORE.sub(lambda found: _fact_label(found[0]), problem)


def _fact_label(name: str) -> str:
    return FACTS[name].label if name in FACTS else name


def _label(key: str, name: str) -> str:
    if key in ("derived", "missing_includes"):
        return label_of(name)
    return _LABELS.get(key, ACTIONS)[name].label
