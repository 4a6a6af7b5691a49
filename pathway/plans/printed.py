"""Which sentences of the wording the two papers of a visit print, without laying the papers out.

For replays of many visits. What it names is what could print differently; a test holds it against real papers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import YES
from pathway.plans import leaflet
from pathway.plans.kinds import ADVICE, FOLLOW_UP, OPTION, is_decidable, kind_of
from pathway.plans.layout import IN_FULL

HEADING, BODY = "heading", "body"
LEAFLET = ("get_help_now", "next_appointment", "questions")
"""The parts of the leaflet that always have their heading."""

Part = tuple[str, str, str, str]
"""Kind, key and audience of a sentence, and whether its heading or its body is meant."""

NEXT_APPOINTMENT: Part = ("leaflet", "next_appointment", "patient", BODY)


class Advice(NamedTuple):
    """What decides how an action is printed. `choice` is empty where nobody decided on it; on the day it is due, an
    action has a day, which is not to come."""

    name: str
    status: str
    choice: str
    has_day: bool
    is_to_come: bool


def of_visit(ev: Evaluation, choices: dict[str, str]) -> set[Part]:
    """What the papers of an unsigned visit print. `choices` are the decisions that stand, by action."""
    actions = (
        Advice(
            name,
            str(result.status),
            choices.get(name, "") if is_decidable(ev, name) else "",
            result.due_on is not None,
            result.due_on is not None and result.due_on > ev.on,
        )
        for name, result in ev.actions.items()
    )
    return printed(ev.headline, ev.facts.get("fracture_confirmed") == YES, ev.notices, actions)


def of_record(record: dict) -> set[Part]:
    """What the papers of a signed plan print."""
    to_come = {a["name"] for a in leaflet.reviews(record)}
    actions = (
        Advice(
            a["name"],
            a["status"],
            a["decision"]["choice"] if a["decision"] else "",
            bool(a["due_on"]),
            a["name"] in to_come,
        )
        for a in record["actions"]
    )
    notices = (notice["name"] for notice in record["notices"])
    found = printed(record["headline"]["name"], leaflet.fracture_seen(record), notices, actions)
    return found | {NEXT_APPOINTMENT} if record["next_review_on"] else found


def printed(headline: str, fracture_seen: bool, notices: Iterable[str], actions: Iterable[Advice]) -> set[Part]:
    found = _both("headline", headline, "clinician") | _both("headline", headline, "patient")
    found |= {("leaflet", key, "patient", HEADING) for key in LEAFLET}
    found |= {("leaflet", key, "patient", BODY) for key in ("get_help_now", "about_leaflet")}
    if not leaflet.sends_at_once(headline):
        found |= {NEXT_APPOINTMENT, ("leaflet", "questions", "patient", BODY)}
    if leaflet.tells_what(headline, fracture_seen):
        found |= _both("leaflet", "what_you_have", "patient")
    if leaflet.tells_healing(headline, fracture_seen):
        found |= _both("leaflet", "healing", "patient")
    for name in notices:
        found |= _both("notice", name, "clinician")
    for advice in actions:
        found |= _of_action(advice, headline)
    return found


def _of_action(advice: Advice, headline: str) -> set[Part]:
    name, kind = advice.name, kind_of(advice.name)
    declined = advice.choice == "do_not_follow"
    found: set[Part] = set()
    if headline != "answers_needed":
        found.add(("action", name, "clinician", HEADING))
        unchosen = kind == OPTION and (declined or (advice.status == "check_first" and not advice.choice))
        if advice.status in IN_FULL and not unchosen:
            found.add(("action", name, "clinician", BODY))
        if advice.choice and not declined and kind not in (ADVICE, FOLLOW_UP):
            found |= _both("action", name, "patient") | _both("leaflet", "what_we_agreed", "patient")
        if (
            kind == ADVICE
            and advice.status == "recommended"
            and not (advice.has_day or declined or leaflet.sends_at_once(headline))
        ):
            found |= _both("action", name, "patient") | _both("leaflet", "this_week", "patient")
    if advice.is_to_come and advice.status == "recommended" and not declined:
        found |= {("action", name, "patient", HEADING), NEXT_APPOINTMENT}
    return found


def _both(kind: str, key: str, audience: str) -> set[Part]:
    return {(kind, key, audience, HEADING), (kind, key, audience, BODY)}
