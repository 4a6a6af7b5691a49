"""Which signed plans used a rule, a text, an edition of the limits, or an answer: read from what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.facts import FACTS, Kind
from pathway.plans.models import DamagedError, Plan

Question = Callable[[dict], str]
"""Asks a signed record; answers with what was found in it, or with nothing."""
AUDIENCES = ("clinician", "patient")


class NotAskedError(ValueError):
    """The question names nothing that a plan could hold. Its text says what is accepted."""


@dataclass(frozen=True, slots=True)
class Match:
    """A plan that matches, and how. A plan whose record is damaged is listed too: it cannot be ruled out."""

    plan: Plan
    found: str


def matches(asked: Question) -> Iterator[Match]:
    """Every signed plan that matches, the oldest first. Reads them all."""
    plans = Plan.objects.order_by("signed_at", "number").defer("clinician_pdf", "patient_pdf")
    for plan in plans.select_related("patient__clinic", "signed_by").iterator(chunk_size=100):
        try:
            found = asked(plan.frozen())
        except DamagedError:
            found = "its record is damaged and cannot be read"
        if found:
            yield Match(plan, found)


def rule(text: str) -> Question:
    """A criterion or an action, such as "deformity.height_loss", or only in one state, as in "deformity=not met"."""
    name, _, state = (part.strip() for part in text.partition("="))
    if name not in CRITERIA and name not in ACTIONS:
        raise NotAskedError(
            f"{name!r} is neither a criterion nor an action of the pathway, such as deformity.kyphosis."
        )
    kind, key, open_state = (
        ("criteria", "state", "not known") if name in CRITERIA else ("actions", "status", "undetermined")
    )

    def asked(record: dict) -> str:
        said = next((entry[key] for entry in record[kind] if entry["name"] == name), "")
        wanted = said == state if state else said != open_state
        return said if wanted else ""

    return asked


def wording(text: str) -> Question:
    """A sentence in one of its texts: "action:refer.augmentation:clinician@3"; without "@3", in any of them."""
    address, _, number = text.partition("@")
    kind, key, audience = [*address.split(":"), "", ""][:3]
    known = {"action", "notice", "headline", "leaflet"}
    if kind not in known or not key or audience not in AUDIENCES or (number and not _is_count(number)):
        raise NotAskedError(f"{text!r} is not a sentence such as action:refer.augmentation:clinician@3.")

    def asked(record: dict) -> str:
        said = _sentences(record).get((kind, key, audience))
        if said is None:
            return ""
        revision = said.get("revision")
        if revision is None:
            return "one of its texts: the plan was signed before texts were numbered, so it is not ruled out"
        return f"text {revision}" if not number or revision == int(number) else ""

    return asked


def _sentences(record: dict) -> dict[tuple[str, str, str], dict]:
    """Every sentence of the wording that a record holds, by its kind, key and audience."""
    kinds = (("action", record["actions"]), ("notice", record["notices"]), ("headline", [record["headline"]]))
    found = {("leaflet", key, "patient"): said for key, said in record["leaflet"].items()}
    for kind, entries in kinds:
        for entry in entries:
            found[kind, entry["name"], "clinician"] = entry
            found[kind, entry["name"], "patient"] = entry["patient"]
    return found


def edition(text: str) -> Question:
    """The edition of the rules and limits, such as "1"."""
    if not _is_count(text):
        raise NotAskedError(f"{text!r} is not the number of an edition of the rules, such as 1.")
    return lambda record: f"edition {text}" if record["rules"]["edition"] == int(text) else ""


def answer(name: str, low: str, high: str) -> Question:
    """A recorded value from `low` to `high`, both included. A choice, yes, no or a level is given as both of them."""
    fact = FACTS.get(name)
    if fact is None:
        raise NotAskedError(f"{name!r} is not a fact of the pathway, such as kyphosis_degrees.")
    least, most = _value(fact.kind, low), _value(fact.kind, high)

    def asked(record: dict) -> str:
        kept = record["facts"].get(name)
        if kept is None:
            return ""
        values = kept["value"] if isinstance(kept["value"], list) else [kept["value"]]
        within = [value for value in values if least <= _value(fact.kind, value) <= most]
        return f"{', '.join(within)} {kept['unit']}".strip() if within else ""

    return asked


def _value(kind: Kind, text: str) -> Decimal | date | str:
    """What a value is compared as. Raises NotAskedError for text that is none of its kind."""
    try:
        if kind in (Kind.INTEGER, Kind.DECIMAL):
            number = Decimal(text)
            if number.is_finite():
                return number
            raise InvalidOperation
        return date.fromisoformat(text) if kind == Kind.DATE else text
    except (InvalidOperation, ValueError):
        wanted = "a day such as 2026-11-22" if kind == Kind.DATE else "a number such as 15.5"
        raise NotAskedError(f"{text!r} is not {wanted}.") from None


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
