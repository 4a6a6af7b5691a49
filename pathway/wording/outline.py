"""Rules as nested lists of words, for the page that shows the whole pathway."""

from __future__ import annotations

from dataclasses import dataclass

from pathway.guideline.truth import Indicated, Ref, Rule, StatusIs
from pathway.wording.flow import joined


@dataclass(frozen=True)
class Line:
    """One rule: what it asks, how its parts are joined, and the criterion or action it refers to."""

    text: str
    joined: str
    refers_to: str
    parts: tuple[Line, ...]


def outline(rule: Rule) -> Line:
    """A rule with its parts; one whose part says the same (a rise, whose values must be recorded) stays one line."""
    says_it = any(part.text == rule.text for part in rule.children)
    parts = () if says_it else tuple(outline(part) for part in rule.children)
    return Line(rule.text, joined(rule), _refers_to(rule), parts)


def _refers_to(rule: Rule) -> str:
    match rule:
        case Ref():
            return f"criterion-{rule.name}"
        case StatusIs() | Indicated():
            return f"action-{rule.name}"
    return ""
