"""What the proof found, as `make prove` wrote it beside this file. Read without the solver: the app shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.quantities import show

_PATIENTS = ("exceptions", "deviations", "violations")
FILE = Path(__file__).with_name("result.json")


@dataclass(frozen=True, slots=True)
class Shown:
    """A patient who shows something. `answers` as `manage.py evaluate` takes them, on the day `on`. `changed` is the
    answer that a second copy of the patient has not; empty where there is one patient only."""

    shows: str
    on: date
    answers: Mapping[str, Any]
    changed: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The answers as a clinician reads them; the changed one says so."""
        return tuple(self._line(name, value) for name, value in self.values().items())

    def _line(self, name: str, value: Any) -> str:
        mark = " ← this answer" if name == self.changed else ""
        return f"{FACTS[name].label}: {show(name, value)}{mark}"

    def values(self) -> dict[str, Any]:
        """The answers as `evaluate` takes them."""
        return {name: _value(name, value) for name, value in self.answers.items()}


class Piece(NamedTuple):
    """A stretch of text, or a name of the pathway's vocabulary in it."""

    text: str
    is_name: bool


def pieces(text: str) -> tuple[Piece, ...]:
    """A text with its names, which stand between backticks, told apart."""
    parts = enumerate(text.split("`"))
    return tuple(Piece(part, position % 2 == 1) for position, part in parts if part)


@dataclass(frozen=True, slots=True)
class Property:
    """One safety property: the specification's words, what exactly is proven, and whether that holds. `exceptions` are
    patients for what it leaves out, `deviations` for what only the proof leaves out and the specification does not;
    `violations` are the smallest patients against it."""

    number: int
    name: str
    words: str
    proven: str
    held: bool
    claims: int
    queries: int
    seconds: float
    exceptions: tuple[Shown, ...] = ()
    deviations: tuple[Shown, ...] = ()
    violations: tuple[Shown, ...] = ()

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def words_in_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.words)

    @property
    def proven_in_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.proven)

    @property
    def verdict(self) -> str:
        """In words. A property with deviations is not true as the specification words it, and does not say it is."""
        if not self.held:
            return "does not hold"
        return "holds with exceptions" if self.deviations else "holds"


@dataclass(frozen=True, slots=True)
class Result:
    """The proof of one edition of the rules. `combinations` is how many of answers its limits tell apart."""

    edition: int
    proven_on: date
    fingerprint: str
    solver: str
    facts_read: int
    facts_not_read: tuple[str, ...]
    combinations: int
    properties: tuple[Property, ...]
    examples: tuple[Shown, ...] = ()

    @property
    def held(self) -> bool:
        return all(found.held for found in self.properties)

    @property
    def seconds(self) -> float:
        return round(sum(found.seconds for found in self.properties), 1)

    @property
    def queries(self) -> int:
        return sum(found.queries for found in self.properties)

    @property
    def claims(self) -> int:
        return sum(found.claims for found in self.properties)

    @property
    def labels_not_read(self) -> tuple[str, ...]:
        """The facts that no rule looks at, as a clinician reads them."""
        return tuple(FACTS[name].label for name in self.facts_not_read)

    @property
    def combinations_shown(self) -> str:
        """To two figures, cut: "1.1 × 10⁴⁵"."""
        digits = str(self.combinations)
        power = str(len(digits) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{digits[0]}.{digits[1]} × 10{power}"

    @property
    def headlines(self) -> tuple[Shown, ...]:
        """The smallest patient for each headline, in order."""
        return tuple(shown for shown in self.examples if shown.shows.startswith("headline "))


def load(file: Path = FILE) -> Result:
    """The last proof. Raises FileNotFoundError where there is none: `make prove` writes it."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Result(
        **{
            **kept,
            "proven_on": date.fromisoformat(kept["proven_on"]),
            "combinations": int(kept["combinations"]),
            "facts_not_read": tuple(kept["facts_not_read"]),
            "properties": tuple(
                Property(**{**found, **{kind: _shown(found[kind]) for kind in _PATIENTS}})
                for found in kept["properties"]
            ),
            "examples": _shown(kept["examples"]),
        }
    )


def kept_fingerprint(file: Path = FILE) -> str:
    """What the last proof was a proof of; empty where there is none."""
    return json.loads(file.read_text(encoding="utf-8"))["fingerprint"] if file.exists() else ""


def save(result: Result, file: Path = FILE) -> None:
    """Written so that a changed patient is one changed line."""
    kept = asdict(result)
    examples = kept.pop("examples")
    kept["combinations"] = str(result.combinations)
    head = json.dumps(kept, indent=1, ensure_ascii=False, default=_plain).removesuffix("\n}")
    lines = ",\n".join(json.dumps(shown, ensure_ascii=False, default=_plain) for shown in examples)
    file.write_text(f'{head},\n "examples": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def _shown(kept: list[dict[str, Any]]) -> tuple[Shown, ...]:
    return tuple(Shown(**{**one, "on": date.fromisoformat(one["on"])}) for one in kept)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(name: str, value: Any) -> Any:
    kind = FACTS[name].kind
    if kind is Kind.DATE and isinstance(value, str):
        return date.fromisoformat(value)
    if kind is Kind.DECIMAL:
        return Decimal(value)
    return tuple(value) if kind is Kind.LEVELS else value
