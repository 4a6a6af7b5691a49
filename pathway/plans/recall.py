"""Which signed plans used a rule, a text, an edition of the limits, or an answer: read from what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pathway.guideline.actions import ACTIONS, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.limits import EDITIONS
from pathway.plans.models import DamagedError, Plan
from pathway.wording.registry import required
from pathway.wording.releasing import ENGLISH

Question = Callable[[dict], str]
"""Asks a signed record; answers with what was found in it, or with nothing."""
CRITERION_STATES = ("met", "not met", "not known")


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
    kind, key, states, open_state = (
        ("criteria", "state", CRITERION_STATES, "not known")
        if name in CRITERIA
        else ("actions", "status", tuple(Status), "undetermined")
    )
    state = _named(state, states) if state else ""

    def asked(record: dict) -> str:
        said = next((entry[key] for entry in record[kind] if entry["name"] == name), "")
        wanted = said == state if state else said != open_state
        return said if wanted else ""

    return asked


def _named(state: str, states: tuple[str, ...]) -> str:
    """A state as records name it, however it was typed: not met, not_met. Raises NotAskedError for one that is none."""
    typed = state.replace("_", " ").casefold()
    found = next((name for name in states if name.replace("_", " ") == typed), None)
    if found is None:
        raise NotAskedError(f"{state!r} is no state of it; accepted are {', '.join(states)}.")
    return found


def wording(text: str) -> Question:
    """A sentence in one of its texts: "action:refer.augmentation:clinician@3"; without "@3", in any of them. A
    translation names its language: "leaflet:healing:patient:es@4"."""
    address, at, number = text.partition("@")
    kind, key, audience, language = [*address.split(":"), "", "", ""][:4]
    is_sentence = (kind, key, audience) in required() and kind != "criterion" and address.count(":") in (2, 3)
    if not is_sentence or (at and (not _is_count(number) or int(number) == 0)):
        raise NotAskedError(
            f"{text!r} is not a sentence such as action:refer.augmentation:clinician@3; of a translation, "
            "leaflet:healing:patient:es@1."
        )

    def asked(record: dict) -> str:
        said = _sentences(record).get((kind, key, audience, "" if language == ENGLISH else language))
        if said is None:
            return ""
        revision = said.get("revision")
        if revision is None:
            return "one of its texts: the plan was signed before texts were numbered, so it is not ruled out"
        return f"text {revision}" if not number or revision == int(number) else ""

    return asked


def _sentences(record: dict) -> dict[tuple[str, str, str, str], dict]:
    """Every sentence of the wording that a record holds, by its kind, key, audience and language; English has none."""
    kinds = (("action", record["actions"]), ("notice", record["notices"]), ("headline", [record["headline"]]))
    found = {("leaflet", key, "patient", ""): said for key, said in record["leaflet"].items()}
    for kind, entries in kinds:
        for entry in entries:
            found[kind, entry["name"], "clinician", ""] = entry
            found[kind, entry["name"], "patient", ""] = entry["patient"]
    for language, text in record.get("translations", {}).items():
        found["headline", record["headline"]["name"], "patient", language] = text["headline"]
        for kind, said in (("leaflet", text["leaflet"]), ("action", text["actions"])):
            found |= {(kind, key, "patient", language): sentence for key, sentence in said.items()}
    return found


def edition(text: str) -> Question:
    """The edition of the rules and limits, such as "1"."""
    editions = [str(limits.edition) for limits in EDITIONS]
    if text not in editions:
        raise NotAskedError(f"{text!r} is no edition of the rules; accepted are {', '.join(editions)}.")
    return lambda record: f"edition {text}" if record["rules"]["edition"] == int(text) else ""


def answer(name: str, low: str, high: str) -> Question:
    """A recorded value from `low` to `high`, both included. A choice, yes, no or a level is given as both of them."""
    fact = FACTS.get(name)
    if fact is None:
        raise NotAskedError(f"{name!r} is not a fact of the pathway, such as kyphosis_degrees.")
    least, most = _value(fact.kind, low), _value(fact.kind, high)
    if fact.values and not low == high in fact.values:
        raise NotAskedError(f"{low!r} to {high!r}: name one answer, twice; accepted are {', '.join(fact.values)}.")
    if least > most:
        raise NotAskedError(f"{low!r} to {high!r} holds no value: name the lower one first.")

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
