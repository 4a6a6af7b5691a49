"""Which interpretations a clinical reviewer has signed off, and which are open."""

from __future__ import annotations

from pathway.accounts.append_only import AppendOnly
from pathway.guideline.decisions import DECISIONS, Decision
from pathway.wording.models import InterpretationSignOff

WRITTEN_ONCE = AppendOnly(
    "wording_refuse_change",
    (InterpretationSignOff._meta.db_table,),
    "A sign-off cannot be changed or deleted. Add one that withdraws it.",
)


def signed_text(decision: Decision) -> str:
    """What a reviewer signs: the question with its answer, as it stands now."""
    return f"{decision.question} {decision.decision}"


def is_reviewer(user) -> bool:
    """A clinical reviewer is a clinician who also edits the wording."""
    return user.is_active and user.is_clinician and user.is_wording_editor


def standing(edition: int) -> dict[str, InterpretationSignOff]:
    """The sign-off of each interpretation under this edition of the rules.

    The latest word counts. A sign-off of another edition, or of words that have changed since, does not.
    """
    latest = {made.decision: made for made in InterpretationSignOff.objects.filter(rules_edition=edition)}
    return {
        key: made
        for key, made in latest.items()
        if key in DECISIONS
        and made.outcome == InterpretationSignOff.Outcome.SIGNED_OFF
        and made.text == signed_text(DECISIONS[key])
    }


def open_decisions(edition: int) -> tuple[str, ...]:
    """The interpretations that nobody has signed off, in their order."""
    signed = standing(edition)
    return tuple(key for key in DECISIONS if key not in signed)
