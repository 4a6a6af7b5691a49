"""The whole pathway as one document, read off the rules and the registries: what docs/pathway.md and its PDF say.

No wording and no database: this is what was programmed, for someone who reviews it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.guideline.actions import ACTIONS, Action
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evidence import BIBLIOGRAPHY, EFFECTS, POSITIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import Limit, Limits
from pathway.guideline.notices import NOTICES
from pathway.guideline.quantities import QUANTITIES, shown_limit
from pathway.guideline.readings import READINGS
from pathway.guideline.sources import CONFIDENCE, SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.guideline.truth import Rule
from pathway.wording.flow import BEYOND, Flow, flow
from pathway.wording.outline import Line, outline


@dataclass(frozen=True)
class Rules:
    """A titled list of rules of one entry."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Entry:
    """One headline, criterion, action or notice."""

    anchor: str
    title: str
    name: str
    beyond: bool
    rules: tuple[Rules, ...]
    remark: str
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A titled part of the document: entries or a table."""

    anchor: str
    title: str
    about: str
    entries: tuple[Entry, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Document:
    title: str
    about: tuple[str, ...]
    flow: Flow
    parts: tuple[Part, ...]


def document(at: Limits) -> Document:
    """Everything that decides, under the limits of one edition."""
    about = (
        _("Rules edition %(edition)s, in force from %(day)s.")
        % {"edition": at.edition, "day": at.first_day.strftime("%d-%b-%Y")},
        _(
            "Decision support for qualified clinicians who can review its basis; not a medical device cleared for use. "
            "For adults with a low-trauma vertebral compression fracture. The source is one secondary article that is "
            "itself pending human review. What goes beyond it is marked."
        ),
        _("Not known never counts as no: any no settles an “all of”, any yes settles an “any of”."),
    )
    parts = (_headlines(at), _criteria(at), _actions(at), _notices(at), *_tables(at))
    return Document(_("Vertebral compression fracture: the pathway"), about, flow(at), parts)


def _headlines(at: Limits) -> Part:
    entries = (
        Entry(f"headline-{h.name}", f"{number}. {h.label}", h.name, False, _when(h.rule(at)),
              _("Urgent.") if h.urgent else "", h.statements)
        for number, h in enumerate(HEADLINES.values(), 1)
    )  # fmt: skip
    about = _("A plan has exactly one headline: the first whose rule holds.")
    return Part("headlines", _("Headlines"), about, tuple(entries))


def _criteria(at: Limits) -> Part:
    entries = (
        Entry(f"criterion-{c.name}", c.label, c.name, c.origin == BEYOND, _when(c.rule(at)), "",
              (*c.statements, *c.decisions))
        for c in CRITERIA.values()
    )  # fmt: skip
    about = _("Each is met, not met or not known; all limits are inclusive as written.")
    return Part("criteria", _("Criteria"), about, tuple(entries))


def _actions(at: Limits) -> Part:
    about = _(
        "Not indicated, or undetermined while that is not known. Otherwise blocked by a stop that is yes; to check "
        "first while a stop is not known, or a check is not met or not known; recommended when nothing is left."
    )
    return Part("actions", _("Actions"), about, tuple(_action(action, at) for action in ACTIONS.values()))


def _action(action: Action, at: Limits) -> Entry:
    lists = (
        Rules(_("Indicated when"), (outline(action.indications(at)),)),
        Rules(_("Stopped by"), tuple(outline(rule) for rule in action.stops(at))),
        Rules(_("Checked first"), tuple(outline(rule) for rule in action.checks(at))),
    )
    rules = tuple(one for one in lists if one.lines)
    beyond = action.origin == BEYOND
    return Entry(f"action-{action.name}", action.label, action.name, beyond, rules, _due(action, at), action.cites)


def _due(action: Action, at: Limits) -> str:
    if not action.due_after:
        return ""
    start = _("the visit") if action.due_from_visit else _("the fracture")
    return _("Due %(time)s after %(start)s.") % {"time": shown_limit(at.by_name[action.due_after]), "start": start}


def _notices(at: Limits) -> Part:
    entries = (
        Entry(f"notice-{n.name}", n.label, n.name, False, _when(n.rule(at)), "", n.cites) for n in NOTICES.values()
    )
    return Part("notices", _("Notices"), _("Remarks that stand with a plan."), tuple(entries))


def _when(rule: Rule) -> tuple[Rules, ...]:
    return (Rules(_("When"), (outline(rule),)),)


def _tables(at: Limits) -> tuple[Part, ...]:
    return (
        _limits(at), _quantities(), _decisions(), _readings(), _statements(), _positions(), _effects(),
        _bibliography(), _sources(),
    )  # fmt: skip


def _limits(at: Limits) -> Part:
    def row(limit: Limit) -> tuple[str, ...]:
        return limit.name, format(limit.value, "f"), limit.unit, limit.meaning, ", ".join(limit.source.split())

    about = _("Every number that the pathway compares with.")
    table = Table((_("Limit"), _("Value"), _("Unit"), _("Meaning"), _("From")), tuple(map(row, at.by_name.values())))
    return Part("limits", _("Limits"), about, table=table)


def _quantities() -> Part:
    rows = tuple((q.name, q.label, q.unit, q.formula) for q in QUANTITIES.values())
    table = Table((_("Value"), _("Name"), _("Unit"), _("Formula")), rows)
    return Part("worked-out", _("Worked-out values"), _("Never typed; shown with their formula."), table=table)


def _decisions() -> Part:
    about = _(
        "The source leaves these questions open. The application shows who has signed an answer off, and each plan "
        "names those that it depends on and that nobody has signed off."
    )
    rows = tuple((d.id, d.question, d.decision, ", ".join(d.depends)) for d in DECISIONS.values())
    table = Table((_("No."), _("Question"), _("Answer"), _("What depends on it")), rows)
    return Part("decisions", _("Interpretations"), about, table=table)


def _readings() -> Part:
    about = _("Details that the specification of these rules leaves open. They ask for a reviewer's eye too.")
    rows = tuple((r.question, r.reading, r.reason, ", ".join(r.names)) for r in READINGS)
    table = Table((_("Question"), _("How it is read"), _("Why"), _("What it concerns")), rows)
    return Part("readings", _("Details with two readings"), about, table=table)


def _statements() -> Part:
    about = _("In our own words. The numbers in brackets are the source's own, of a bibliography it does not list.")
    rows = tuple(
        (s.id, s.text, " ".join(s.refs), s.strength, s.caveat, ", ".join(s.carried_by), ", ".join(s.sources))
        for s in STATEMENTS.values()
    )
    head = (_("No."), _("Statement"), _("Refs"), _("Strength"), _("Caveat"), _("Carried by"), _("See"))
    return Part("statements", _("Statements of the source"), about, table=Table(head, rows))


def _positions() -> Part:
    about = _("Who recommends what, when it was said, and who paid for it.")
    rows = tuple((p.who, p.year, p.says, p.funder, p.source) for p in POSITIONS)
    table = Table((_("Body"), _("Year"), _("Position"), _("Funder"), _("From")), rows)
    return Part("positions", _("Where bodies disagree on augmentation"), about, table=table)


def _effects() -> Part:
    about = _("A relative effect never stands without the absolute one.")
    rows = tuple((e.name, e.relative, e.absolute, e.treated_for_one, e.population, e.source) for e in EFFECTS)
    head = (_("Effect"), _("Relative"), _("Absolute"), _("Treated for one"), _("In whom"), _("From"))
    return Part("effects", _("Relative effects with absolute ones"), about, table=Table(head, rows))


def _bibliography() -> Part:
    about = _("What the source's numbers likely mean was worked out from its sentences; it is not a fact.")
    rows = tuple(
        (b.label, "; ".join(SOURCES[key].short for key in b.likely) or _("not identified"), b.certainty, b.why)
        for b in BIBLIOGRAPHY.values()
    )
    table = Table((_("Number"), _("Likely"), _("How sure"), _("Why")), rows)
    return Part("bibliography", _("The source's unlisted bibliography"), about, table=table)


def _sources() -> Part:
    about = _("A DOI stands only where the publication's own text confirmed it.")
    rows = tuple((s.key, str(s), CONFIDENCE[s.confidence], s.note) for s in SOURCES.values())
    table = Table((_("Key"), _("Source"), _("How far checked"), _("Note")), rows)
    return Part("sources", _("Sources"), about, table=table)
