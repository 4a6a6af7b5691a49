"""The pathway as a flow of questions, read off the rules: each headline in its order, with what decides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.guideline.actions import ACTIONS, Action, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.headline import HEADLINES, Headline
from pathway.guideline.limits import Limits
from pathway.guideline.truth import All, Any, AtLeast, CountsIf, IsUnknown, Not, Ref, Rule, StatusIs

BEYOND = "beyond"
CARE = {
    "pain": gettext_lazy("Pain"),
    "activity": gettext_lazy("Activity"),
    "bone": gettext_lazy("Bone"),
    "longterm": gettext_lazy("Long term"),
    "followup": gettext_lazy("Follow-up"),
    "pitfall": gettext_lazy("Pitfalls to warn of"),
}
BY_STATUS = {
    Status.RECOMMENDED: gettext_lazy("No stop, every check met"),
    Status.CHECK_FIRST: gettext_lazy("Otherwise: a stop, or an open check"),
}


@dataclass(frozen=True)
class Line:
    """One thing that is asked. `joined` says how its parts belong together."""

    text: str
    joined: str = ""
    cites: tuple[str, ...] = ()
    parts: tuple[Line, ...] = ()

    def below(self, depth: int = 0) -> Iterator[tuple[int, Line]]:
        """This line and all below it, each with how deep it stands."""
        yield depth, self
        for part in self.parts:
            yield from part.below(depth + 1)


@dataclass(frozen=True)
class Advice:
    """The label of an action, and whether it goes beyond the source."""

    label: str
    beyond: bool


@dataclass(frozen=True)
class Outcome:
    """A headline as an end of the flow, with the actions that have its rule."""

    number: int
    name: str
    label: str
    urgent: bool
    cites: tuple[str, ...]
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class Step:
    """One question of the flow.

    `asked` is one line, whose parts decide, or several that are joined by `joined`. `gate` stands between a yes and the
    outcomes: stops and checks. `branches` say under which answer each outcome is reached.
    """

    question: str
    asked: tuple[Line, ...]
    joined: str
    gate: tuple[Line, ...]
    branches: tuple[tuple[str, Outcome], ...]


@dataclass(frozen=True)
class Care:
    """A group of advice, by the condition that it has beside the scope of the pathway ("" for none)."""

    title: str
    rows: tuple[tuple[str, tuple[Advice, ...]], ...]


@dataclass(frozen=True)
class Flow:
    steps: tuple[Step, ...]
    otherwise: Outcome
    care: tuple[Care, ...]
    edition: int


def flow(at: Limits) -> Flow:
    """The whole pathway under the limits of one edition. Headlines that ask after the same action are one step."""
    reader = _Reader(at)
    groups = [list(found) for _subject, found in groupby(HEADLINES.values(), lambda h: _subject_of(h, at))]
    *asked, [last] = groups
    steps = tuple(reader.step(headlines) for headlines in asked)
    care = tuple(Care(str(title), reader.care(group)) for group, title in CARE.items())
    return Flow(steps, reader.outcome(last), care, at.edition)


def _subject_of(headline: Headline, at: Limits) -> str:
    rule = headline.rule(at)
    return rule.name if isinstance(rule, StatusIs) else headline.name


class _Reader:
    """Reads rules in the order of the flow. A criterion that was spelled out before is afterwards only named."""

    def __init__(self, at: Limits):
        self._at = at
        self._told: set[str] = set()
        self._settled: set[str] = set()

    def step(self, headlines: list[Headline]) -> Step:
        rule = headlines[0].rule(self._at)
        outcomes = [self.outcome(headline) for headline in headlines]
        if not isinstance(rule, StatusIs):
            return self._step(rule, (), (_("Yes"),), outcomes)
        action = ACTIONS[rule.name]
        answers = tuple(str(BY_STATUS[headline.rule(self._at).statuses[0]]) for headline in headlines)
        return self._step(action.indications(self._at), self._gate(action), answers, outcomes)

    def _step(self, rule: Rule, gate: tuple[Line, ...], answers: tuple[str, ...], outcomes: list[Outcome]) -> Step:
        line = self.line(rule)
        question = f"{line.text}?"
        line = replace(line, parts=tuple(part for part in line.parts if part.text not in self._settled))
        self._settled |= {CRITERIA[name].label for name in _names(rule)}
        while len(line.parts) == 1 and line.parts[0].parts:
            line = line.parts[0]
        several = len(line.parts) > 1 and all(part.parts for part in line.parts)
        asked = line.parts if several else (line,)
        return Step(question, asked, line.joined, gate, tuple(zip(answers, outcomes, strict=True)))

    def _gate(self, action: Action) -> tuple[Line, ...]:
        stops = tuple(self._named(rule) for rule in action.stops(self._at))
        checks = tuple(self._named(rule) for rule in action.checks(self._at))
        return Line(_("Stopped by"), _("any of"), (), stops), Line(_("Checked first"), _("all of"), (), checks)

    def outcome(self, headline: Headline) -> Outcome:
        rule = headline.rule(self._at)
        same = [action for action in ACTIONS.values() if _is_same(action.indications(self._at), rule)]
        advice = tuple(_advice(action) for action in same)
        number = list(HEADLINES).index(headline.name) + 1
        return Outcome(number, headline.name, headline.label, headline.urgent, headline.statements, advice)

    def care(self, group: str) -> tuple[tuple[str, tuple[Advice, ...]], ...]:
        rows: dict[str, list[Advice]] = {}
        for action in ACTIONS.values():
            if action.name.partition(".")[0] == group:
                rows.setdefault(self._condition(action), []).append(_advice(action))
        return tuple((condition, tuple(advice)) for condition, advice in rows.items())

    def _condition(self, action: Action) -> str:
        rule = action.indications(self._at)
        if not isinstance(rule, All):
            line = self._named(rule)
            return "" if line.text in self._settled else _(" or ").join(part.text for part in line.parts) or line.text
        lines = [self._named(part) for part in rule.parts]
        return "; ".join(line.text for line in lines if line.text not in self._settled)

    def _named(self, rule: Rule) -> Line:
        """A rule by name where it is a criterion of several parts: its parts stand where it is decided."""
        if isinstance(rule, Ref):
            opened = CRITERIA[rule.name].rule(self._at)
            text = CRITERIA[rule.name].label if opened.children else self.line(opened).text
            return Line(text, "", CRITERIA[rule.name].statements)
        return self.line(rule)

    def line(self, rule: Rule) -> Line:
        """A rule in as few lines as say all of it."""
        match rule:
            case Ref():
                return self._criterion(rule)
            case CountsIf():
                return self._counted(rule)
            case Not() if isinstance(rule.part, Ref) and rule.part.name not in self._told:
                inner = self.line(rule.part)
                return Line(rule.text, _("not %(joined)s") % {"joined": inner.joined}, inner.cites, inner.parts)
            case All() | Any() | AtLeast() if not any(part.text == rule.text for part in rule.parts):
                return Line(rule.text, joined(rule), (), tuple(self.line(part) for part in rule.parts))
        return Line(rule.text.removesuffix(": Yes"))

    def _criterion(self, rule: Ref) -> Line:
        criterion = CRITERIA[rule.name]
        line = self.line(criterion.rule(self._at))
        if not line.parts:
            return replace(line, cites=criterion.statements)
        if rule.name in self._told:
            return Line(criterion.label, "", criterion.statements)
        self._told.add(rule.name)
        return Line(criterion.label, line.joined, criterion.statements, line.parts)

    def _counted(self, rule: CountsIf) -> Line:
        part = self.line(rule.part)
        if getattr(rule.part, "quantity", "") == getattr(rule.condition, "quantity", ""):
            return part
        condition = _("only where %(condition)s") % {"condition": rule.condition.text}
        is_empty = isinstance(rule.part, All) and not rule.part.parts
        return Line(condition[0].upper() + condition[1:] if is_empty else f"{part.text}, {condition}")


def joined(rule: Rule) -> str:
    """How the parts of a rule belong together, in words."""
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


def _names(rule: Rule) -> Iterator[str]:
    if isinstance(rule, Ref):
        yield rule.name
    for child in rule.children:
        yield from _names(child)


def _is_same(indications: Rule, rule: Rule) -> bool:
    return isinstance(rule, Ref) and isinstance(indications, Ref) and indications.name == rule.name


def _advice(action: Action) -> Advice:
    return Advice(action.label, action.origin == BEYOND)
