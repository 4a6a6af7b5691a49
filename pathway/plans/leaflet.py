"""What stands where on the patient's leaflet: a record, in the order of its parts and in plain words.

Everything comes from the record alone. Nothing is evaluated and no clock is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from pathway.clinic import broken
from pathway.guideline.facts import YES
from pathway.guideline.headline import HEADLINES
from pathway.plans import denosumab
from pathway.plans.kinds import declined

BONE_TREATMENT = "bone.treat"
EARLY_REVIEW = "followup.early"
AGREED_WITH_ROOM = 5
"""Up to so many things agreed, each has its heading on a line of its own; more run on, so that two pages hold them."""
MOST_TAKEN = 2
"""Nobody takes more bone medicines: from a longer list one is still to be chosen, and the leaflet names them all."""


def page(record: dict) -> dict:
    """The names that the leaflet's template uses."""
    name = record["headline"]["name"]
    agreed = [a for a in record["actions"] if a["decision"] and not declined(a)]
    to_choose = [a for a in agreed if a["kind"] == "option" and a["name"].startswith("bone.")]
    is_open = len(to_choose) > MOST_TAKEN and any(a["name"] == BONE_TREATMENT for a in agreed)
    to_choose = to_choose if is_open else []
    agreed = [a for a in agreed if a["kind"] not in ("advice", "follow_up") and a not in to_choose]
    seen = fracture_seen(record)
    return {
        "has_fracture": seen,
        "title": _("Your spine fracture: your plan") if seen else _("Your back: your plan"),
        "tells_what": tells_what(name, seen),
        "tells_healing": tells_healing(name, seen),
        "emergency": sends_at_once(name),
        "headline": record["headline"]["patient"],
        "leaflet": record["leaflet"],
        "agreed": [_agreed(a, to_choose) for a in agreed] if name != "answers_needed" else [],
        "is_long": len(agreed) > AGREED_WITH_ROOM,
        "this_week": [_agreed(a) for a in record["actions"] if _is_advice(a)]
        if name != "answers_needed" and not sends_at_once(name)
        else [],
        "comes_back": bool(record["next_review_on"] or reviews(record)),
        "appointments": _appointments(record),
        "spine": broken.for_patient(levels(record)) if seen else None,
        "clinic": record["clinic"],
        "seen_on": day_in_words(record["visit"]["on"]),
    }


def fracture_seen(record: dict) -> bool:
    return record["facts"].get("fracture_confirmed", {}).get("value") == YES


def sends_at_once(headline: str) -> bool:
    """Whether the patient goes to hospital now: no time for advice on the week, nor for routine appointments."""
    return headline == "emergency_spine"


def tells_what(headline: str, fracture_seen: bool) -> bool:
    """Whether the patient is told of a bone that broke because it is thin: not of one that nobody has seen broken,
    and not where another cause is known."""
    return fracture_seen and headline != "out_of_scope"


def tells_healing(headline: str, fracture_seen: bool) -> bool:
    """Most of these fractures heal by themselves: no comfort to give while an emergency, an infection, a tumor or an
    unstable spine stands in the way."""
    return tells_what(headline, fracture_seen) and not HEADLINES[headline].urgent


def _agreed(frozen: dict, to_choose: Sequence[dict] = ()) -> dict:
    """What was agreed, for the patient. Medicines that are still to be chosen from are named under their treatment."""
    changed = frozen["decision"] and frozen["decision"]["choice"] == "follow_with_change"
    return {
        **frozen["patient"],
        "change": frozen["decision"]["words"] if changed else "",
        "checked_first": frozen["status"] == "check_first",
        "to_choose": "; ".join(a["patient"]["heading"] for a in to_choose) if frozen["name"] == BONE_TREATMENT else "",
    }


def reviews(record: dict) -> list[dict]:
    """The reviews to come back for. A day of its own that was agreed stands in place of the early one, as in the tasks
    that follow the plan."""
    to_come = [a for a in record["actions"] if _is_to_come(a, record["visit"]["on"])]
    if _agreed_is_listed(record, to_come):
        return to_come
    return [a for a in to_come if a["name"] != EARLY_REVIEW]


def _appointments(record: dict) -> list[dict]:
    """Every day to come back, in the order of the days, with the agreed one and the next dose of denosumab."""
    to_come = reviews(record)
    found = [(a["due_on"], a["patient"]["heading"]) for a in to_come]
    if not _agreed_is_listed(record, to_come):
        found.append((record["next_review_on"], _("The check that we agreed")))
    last_dose = denosumab.last_dose(record)
    dose_on = denosumab.dose_after(last_dose).isoformat() if last_dose else ""
    if dose_on >= record["visit"]["on"]:
        found.append((dose_on, _("Your denosumab injection. Do not miss it or put it off.")))
    return [{"on": day_in_words(on), "heading": heading} for on, heading in sorted(found)]


def _agreed_is_listed(record: dict, to_come: Sequence[dict]) -> bool:
    """Whether no other day was agreed than those of the reviews."""
    agreed = record["next_review_on"]
    return not agreed or agreed in {a["due_on"] for a in to_come}


def _is_to_come(frozen: dict, visit_on: str) -> bool:
    """Whether it is a review to come back for. On the decision day itself, that review is this visit."""
    return bool(frozen["due_on"] > visit_on and frozen["status"] == "recommended" and not declined(frozen))


def _is_advice(frozen: dict) -> bool:
    return (
        frozen["kind"] == "advice"
        and frozen["status"] == "recommended"
        and not frozen["due_on"]
        and not declined(frozen)
    )


def levels(record: dict) -> list[str]:
    """The broken levels; empty where none is recorded."""
    return record["facts"].get("levels", {"value": []})["value"]


def day_in_words(iso: str) -> str:
    """22 November 2026, for a patient."""
    on = date.fromisoformat(iso)
    said = {"day": on.day, "month": MONTHS[on.month], "year": on.year}
    return _("%(day)s %(month)s %(year)s") % said
