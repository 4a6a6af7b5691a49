"""How often clinicians follow each text, read from what was signed, and which texts they often decide against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.dispatch import receiver

from pathway.guideline.actions import ACTIONS
from pathway.plans.models import DamagedError, Plan
from pathway.plans.signals import plan_signed
from pathway.releases.models import Counted, ReviewItem, Tally

FEWEST_DECISIONS = 5
SHARE_THAT_DIFFERS = 0.3
"""From so many decisions, and such a share that is not simply followed, a text is put up for review."""
FOLLOW = "follow"
PLANS_AT_ONCE = 200

Decided = tuple[str, int, str, str]
"""An action, the revision of its text, the choice and the reason for it."""


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
            _open(voice, at)
    return found


@receiver(plan_signed, dispatch_uid="releases.count_the_signed_plan")
def count_signed(sender, plan: Plan, record: dict, at: datetime, **kwargs) -> None:
    """After the signature is kept, and nothing of it fails if this does: the page counts what was not counted."""
    plan_id, decisions = plan.pk, list(_decisions_of(record))
    transaction.on_commit(lambda: _count_one(plan_id, decisions, at), robust=True)


def _count_one(plan_id: UUID, decisions: list[Decided], at: datetime) -> None:
    _add([plan_id], decisions)
    for action, revision in sorted({(one[0], one[1]) for one in decisions if one[2] != FOLLOW}):
        tallies = Tally.objects.filter(action=action, revision=revision)
        voice = Voice(action, revision)
        voice.choices.update(dict(tallies.values_list("choice").annotate(Sum("count"))))
        if voice.is_for_review:
            _open(voice, at)


def _open(voice: Voice, at: datetime) -> None:
    ReviewItem.objects.get_or_create(action=voice.action, revision=voice.revision, defaults={"opened_at": at})


def _count(plans: list[Plan]) -> None:
    _add([plan.pk for plan in plans], _decisions(plans))


@transaction.atomic
def _add(plan_ids: list[UUID], decisions: Iterable[Decided]) -> None:
    """All of these plans or none: two who count at once cannot count a plan twice, and wait for each other in order."""
    Counted.objects.bulk_create(Counted(plan_id=pk) for pk in plan_ids)
    counts = sorted(Counter(decisions).items())
    Tally.objects.bulk_create((Tally(**_named(one)) for one, _ in counts), ignore_conflicts=True)
    for one, count in counts:
        Tally.objects.filter(**_named(one)).update(count=F("count") + count)


def _named(decided: Decided) -> dict[str, str | int]:
    return dict(zip(("action", "revision", "choice", "reason"), decided, strict=True))


def _decisions(plans: list[Plan]) -> Iterator[Decided]:
    for plan in plans:
        try:
            yield from _decisions_of(plan.frozen())
        except DamagedError:
            continue  # `verify` names it


def _decisions_of(record: dict) -> Iterator[Decided]:
    for action in record["actions"]:
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
