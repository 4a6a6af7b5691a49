"""Rules as nested lists of words, for the page that shows the whole pathway."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.guideline.truth import All, Any, AtLeast, CountsIf, Indicated, IsUnknown, Not, Ref, Rule, StatusIs


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
    return Line(rule.text, _joined(rule), _refers_to(rule), parts)


def _joined(rule: Rule) -> str:
    match rule:
        case All():
            return _("all of")
        case Any():
            return _("any of")
        case AtLeast():
            return _("at least %(number)s of") % {"number": f"{rule.limit.value:f}"}
        case Not():
            return _("when this is not so")
        case IsUnknown():
            return _("not known whether")
        case CountsIf():
            return _("the second, but only where the first is met; otherwise not known")
    return ""


def _refers_to(rule: Rule) -> str:
    match rule:
        case Ref():
            return f"criterion-{rule.name}"
        case StatusIs() | Indicated():
            return f"action-{rule.name}"
    return ""
