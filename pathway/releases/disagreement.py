"""How often clinicians follow each text, read from what was signed, and which texts they often decide against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from pathway.guideline.actions import ACTIONS
from pathway.plans.models import DamagedError, Plan
from pathway.releases.models import Counted, ReviewItem, Tally

FEWEST_DECISIONS = 5
SHARE_THAT_DIFFERS = 0.3
"""From so many decisions, and such a share that is not simply followed, a text is put up for review."""
FOLLOW = "follow"
PLANS_AT_ONCE = 200


@dataclass
class Voice:
    """What was decided about one action while one text said it."""

    action: str
    revision: int
    choices: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    item: ReviewItem | None = None

    @property
    def label(self) -> str:
        return ACTIONS[self.action].label if self.action in ACTIONS else self.action

    @property
    def decided(self) -> int:
        return sum(self.choices.values())

    @property
    def followed(self) -> int:
        return self.choices[FOLLOW]

    @property
    def differing(self) -> int:
        return self.decided - self.followed

    @property
    def percent_followed(self) -> int:
        return round(100 * self.followed / self.decided)

    @property
    def is_for_review(self) -> bool:
        return self.decided >= FEWEST_DECISIONS and self.differing >= SHARE_THAT_DIFFERS * self.decided

    @property
    def why(self) -> list[tuple[str, int]]:
        return self.reasons.most_common()


def count_new(at: datetime) -> int:
    """Add the plans that were signed since the last count, and put texts up for review. Returns how many were new."""
    counted = Counted.objects.filter(plan=OuterRef("pk"))
    found = 0
    while plans := list(Plan.objects.filter(~Exists(counted)).defer("clinician_pdf", "patient_pdf")[:PLANS_AT_ONCE]):
        _count(plans)
        found += len(plans)
    for voice in voices():
        if voice.is_for_review:
            ReviewItem.objects.get_or_create(action=voice.action, revision=voice.revision, defaults={"opened_at": at})
    return found


@transaction.atomic
def _count(plans: list[Plan]) -> None:
    """All of these plans or none: two people who count at once cannot count a plan twice."""
    Counted.objects.bulk_create(Counted(plan=plan) for plan in plans)
    for (action, revision, choice, reason), count in Counter(_decisions(plans)).items():
        tally, _ = Tally.objects.get_or_create(action=action, revision=revision, choice=choice, reason=reason)
        Tally.objects.filter(pk=tally.pk).update(count=F("count") + count)


def _decisions(plans: list[Plan]) -> Iterable[tuple[str, int, str, str]]:
    for plan in plans:
        try:
            actions = plan.frozen()["actions"]
        except DamagedError:
            continue  # `verify` names it
        for action in actions:
            if action["decision"]:
                yield action["name"], action["revision"], action["decision"]["choice"], action["decision"]["reason"]


def voices() -> list[Voice]:
    """Each action and text that was decided on: first those that are most often decided against."""
    found: dict[tuple[str, int], Voice] = {}
    for tally in Tally.objects.all():
        voice = found.setdefault((tally.action, tally.revision), Voice(tally.action, tally.revision))
        voice.choices[tally.choice] += tally.count
        if tally.reason:
            voice.reasons[tally.reason] += tally.count
    items = defaultdict(lambda: None, {(item.action, item.revision): item for item in ReviewItem.objects.all()})
    for key, voice in found.items():
        voice.item = items[key]
    return sorted(found.values(), key=lambda voice: (-voice.differing / voice.decided, -voice.decided, voice.action))
