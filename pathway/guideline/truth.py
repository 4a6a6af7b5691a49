"""Yes, no and not known: the parts that rules are made of, and what a rule says of one patient.

A rule is a tree of the small classes below, built once from the limits of an edition. Its shape never depends on the
patient, so the same tree is walked to decide, to explain, to find what would change, to print the pathway as a
document, to generate fast code and to prove the safety properties.

Logic is Kleene's, as in SQL: any no settles an `All`, any yes settles an `Any`, otherwise not known stays not known.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any as Value
from typing import NamedTuple

from pathway.guideline.limits import Limit
from pathway.guideline.quantities import label_of, show, shown_limit

OPERATORS = {">=": ge, ">": gt, "<=": le, "<": lt}
OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
IN_WORDS = {">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "less than {}"}

STATE = {True: "met", False: "not_met", None: "unknown"}


class Check(NamedTuple):
    """What a rule says of one patient: yes (True), no (False) or not known (None), with its reasons."""

    rule: Rule
    truth: bool | None
    raw: Value = None
    parts: tuple[Check, ...] = ()

    @property
    def text(self) -> str:
        return self.rule.text

    @property
    def fact(self) -> str:
        """On a leaf, the one fact or worked-out value that it looked at."""
        return getattr(self.rule, "quantity", "")

    @property
    def value(self) -> str:
        """On a leaf, the patient's value with its unit, or "not recorded"."""
        return show(self.fact, self.raw) if self.fact else ""

    @property
    def limit(self) -> Limit | None:
        """On a leaf, the number that the value was held against."""
        return getattr(self.rule, "limit", None)

    @property
    def state(self) -> str:
        return STATE[self.truth]

    def deciding_leaves(self) -> list[Check]:
        """The leaves that made the answer what it is: for a yes the yeses, for a no the noes, else the unknowns."""
        rule, truth, _, parts = self
        if not parts:
            return [] if isinstance(rule, All) else [self]  # an all of nothing says nothing of the patient
        alike = [part for part in parts if part.truth is truth]
        leaves = [leaf for part in alike or parts for leaf in part.deciding_leaves()]
        return [leaf.turned() for leaf in leaves] if isinstance(rule, Not) else leaves

    def turned(self) -> Check:
        """Of a leaf: its opposite, for whoever asks whether it is not so."""
        return Check(_turned(self.rule), None if self.truth is None else not self.truth, self.raw)

    def reason(self) -> str:
        """One sentence for one leaf, with the patient's own value and the limit it was held against."""
        return _reason(self.rule, self.raw)


class Known:
    """What is known while one patient is evaluated: values of facts and worked-out values, then the answers so far."""

    __slots__ = ("criteria", "indicated", "statuses", "values")

    def __init__(self, values: dict[str, Value]):
        self.values = values
        self.criteria: dict[str, Check] = {}
        self.indicated: dict[str, Check] = {}
        self.statuses: dict[str, str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A question about a patient that is answered yes, no or not known. Compared by identity: it is built once."""

    text: str

    # A mark for the reader: an abstract base class would make every isinstance below several times slower.
    @abstractmethod
    def check(self, known: Known) -> Check:
        """What the rule says of the patient."""

    @property
    def children(self) -> tuple[Rule, ...]:
        return ()

    def leaves(self) -> Iterator[Rule]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def reason(self, value: str) -> str:
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Rule):
    """A number held against a limit, exactly as recorded: 19.9 is not 20."""

    quantity: str
    operator: str
    limit: Limit
    _holds: Value = field(init=False, repr=False)
    _bound: Value = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_holds", OPERATORS[self.operator])
        object.__setattr__(self, "_bound", self.limit.value)

    def check(self, known: Known) -> Check:
        value = known.values.get(self.quantity)
        return Check(self, None if value is None else self._holds(value, self._bound), value)

    def reason(self, value: str) -> str:
        return f"{label_of(self.quantity)}: {value} (limit: {limit_in_words(self.operator, self.limit)})"


@dataclass(frozen=True, slots=True, eq=False)
class Is(Rule):
    """A chosen answer that is one of `values`; of a set of levels, whether it includes one of them."""

    quantity: str
    values: tuple[str, ...]

    def check(self, known: Known) -> Check:
        value = known.values.get(self.quantity)
        if value is None:
            return Check(self, None)
        if isinstance(value, str):
            return Check(self, value in self.values, value)
        return Check(self, any(level in self.values for level in value), value)

    def reason(self, value: str) -> str:
        return f"{label_of(self.quantity)}: {value}"


@dataclass(frozen=True, slots=True, eq=False)
class Recorded(Rule):
    """Whether a value is known at all. Never itself not known."""

    quantity: str

    def check(self, known: Known) -> Check:
        value = known.values.get(self.quantity)
        return Check(self, value is not None, value)

    def reason(self, value: str) -> str:
        return f"{label_of(self.quantity)}: {value}"


@dataclass(frozen=True, slots=True, eq=False)
class Never(Rule):
    """A check that no recorded answer can satisfy: it asks for another person's judgment."""

    def check(self, known: Known) -> Check:
        return Check(self, False)


@dataclass(frozen=True, slots=True, eq=False)
class All(Rule):
    parts: tuple[Rule, ...]

    @property
    def children(self) -> tuple[Rule, ...]:
        return self.parts

    def check(self, known: Known) -> Check:
        checks = tuple([part.check(known) for part in self.parts])
        truths = [check.truth for check in checks]
        return Check(self, False if False in truths else None if None in truths else True, None, checks)


@dataclass(frozen=True, slots=True, eq=False)
class Any(Rule):
    parts: tuple[Rule, ...]

    @property
    def children(self) -> tuple[Rule, ...]:
        return self.parts

    def check(self, known: Known) -> Check:
        checks = tuple([part.check(known) for part in self.parts])
        truths = [check.truth for check in checks]
        return Check(self, True if True in truths else None if None in truths else False, None, checks)


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast(Rule):
    """At least so many of the parts."""

    limit: Limit
    parts: tuple[Rule, ...]

    @property
    def children(self) -> tuple[Rule, ...]:
        return self.parts

    def check(self, known: Known) -> Check:
        checks = tuple([part.check(known) for part in self.parts])
        truths = [check.truth for check in checks]
        yes, unknown = truths.count(True), truths.count(None)
        truth = True if yes >= self.limit.value else None if yes + unknown >= self.limit.value else False
        return Check(self, truth, None, checks)


@dataclass(frozen=True, slots=True, eq=False)
class Not(Rule):
    part: Rule

    @property
    def children(self) -> tuple[Rule, ...]:
        return (self.part,)

    def check(self, known: Known) -> Check:
        check = self.part.check(known)
        return Check(self, None if check.truth is None else not check.truth, None, (check,))


@dataclass(frozen=True, slots=True, eq=False)
class CountsIf(Rule):
    """`part` where `condition` is yes; otherwise not known: a measurement taken another way says nothing."""

    condition: Rule
    part: Rule

    @property
    def children(self) -> tuple[Rule, ...]:
        return (self.condition, self.part)

    def check(self, known: Known) -> Check:
        condition, part = self.condition.check(known), self.part.check(known)
        return Check(self, part.truth if condition.truth is True else None, None, (condition, part))


@dataclass(frozen=True, slots=True, eq=False)
class IsUnknown(Rule):
    """Whether `part` is not known. Never itself not known."""

    part: Rule

    @property
    def children(self) -> tuple[Rule, ...]:
        return (self.part,)

    def check(self, known: Known) -> Check:
        check = self.part.check(known)
        return Check(self, check.truth is None, None, (check,))


@dataclass(frozen=True, slots=True, eq=False)
class Ref(Rule):
    """A criterion that was answered earlier, by name."""

    name: str

    def check(self, known: Known) -> Check:
        return known.criteria[self.name]


@dataclass(frozen=True, slots=True, eq=False)
class Indicated(Rule):
    """Whether the indications of an earlier action are met."""

    name: str

    def check(self, known: Known) -> Check:
        indications = known.indicated[self.name]
        return Check(self, indications.truth, None, (indications,))


@dataclass(frozen=True, slots=True, eq=False)
class StatusIs(Rule):
    """Whether an earlier action came out with one of these statuses; not known while it is undetermined."""

    name: str
    statuses: tuple[str, ...]

    def check(self, known: Known) -> Check:
        status = known.statuses[self.name]
        truth = True if status in self.statuses else None if status == "undetermined" else False
        return Check(self, truth, None, (known.indicated[self.name],))


@lru_cache(maxsize=65_536)
def _reason(rule: Rule, raw: Value) -> str:
    return rule.reason(Check(rule, None, raw).value)


@lru_cache
def _turned(rule: Rule) -> Rule:
    """A comparison the other way about, so that a reason names the limit that counts: less than, where not at least."""
    if isinstance(rule, Compare):
        return _compare(rule.quantity, OPPOSITE[rule.operator], rule.limit)
    return rule


def limit_in_words(operator: str, limit: Limit) -> str:
    return IN_WORDS[operator].format(shown_limit(limit))


# The vocabulary that criteria, actions, headlines and notices are written in.


def at_least(quantity: str, limit: Limit) -> Compare:
    return _compare(quantity, ">=", limit)


def more_than(quantity: str, limit: Limit) -> Compare:
    return _compare(quantity, ">", limit)


def at_most(quantity: str, limit: Limit) -> Compare:
    return _compare(quantity, "<=", limit)


def less_than(quantity: str, limit: Limit) -> Compare:
    return _compare(quantity, "<", limit)


def _compare(quantity: str, operator: str, limit: Limit) -> Compare:
    return Compare(f"{label_of(quantity)}: {limit_in_words(operator, limit)}", quantity, operator, limit)


def is_(quantity: str, *values: str) -> Is:
    return Is(f"{label_of(quantity)}: {' or '.join(show(quantity, value) for value in values)}", quantity, values)


def includes(quantity: str, values: tuple[str, ...], text: str) -> Is:
    return Is(text, quantity, values)


def yes(quantity: str) -> Is:
    return is_(quantity, "yes")


def no(quantity: str) -> Is:
    return is_(quantity, "no")


def recorded(quantity: str) -> Recorded:
    return Recorded(f"{label_of(quantity)} recorded", quantity)


def not_recorded(quantity: str) -> Not:
    return Not(f"{label_of(quantity)} not recorded", recorded(quantity))


def all_of(text: str, *parts: Rule) -> All:
    return All(text, parts)


def any_of(text: str, *parts: Rule) -> Any:
    return Any(text, parts)


def not_(text: str, part: Rule) -> Not:
    return Not(text, part)


def rise_of(quantity: str, limit: Limit) -> All:
    """A rise by `limit` or more. Where one of its two values is not recorded there is no rise to speak of: no."""
    compare = at_least(quantity, limit)
    return All(compare.text, (recorded(quantity), compare))
