"""What a replay of a draft over every open visit and signed plan found, and who read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pathway.clinic.models import Visit
from pathway.plans.models import Plan
from pathway.wording.models import Release

_USER = settings.AUTH_USER_MODEL


class Run(models.Model):
    """Work over every open visit and signed plan, cut into parts, so that any number of workers share it.

    Each part adds to the counts.
    """

    started_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    parts = models.PositiveIntegerField(default=0)
    parts_done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["-started_at", "-pk"]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class Replay(Run):
    """One run of a draft against the wording in force. It holds for exactly these two texts (their stamps)."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="replays")
    stamp = models.UUIDField()
    against = models.ForeignKey(Release, models.PROTECT, related_name="+")
    against_stamp = models.UUIDField()
    damaged = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    cases_failing = models.TextField(blank=True, help_text=_("Titles of the clinical cases that do not hold, by line."))

    class Meta(Run.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="replay_done_is_part_of_all"),
        ]

    def __str__(self) -> str:
        return f"Replay {self.pk}"

    @property
    def failing_cases(self) -> list[str]:
        return self.cases_failing.splitlines()

    @property
    def is_current(self) -> bool:
        """Whether both texts are still those that were compared, and the one compared with is in force."""
        stamps = (self.release.stamp, self.against.stamp)
        return self.against.is_effective and stamps == (self.stamp, self.against_stamp)


class Differing(models.Model):
    """A visit whose papers would print differently, and which sentences: names separated by spaces."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="differing")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    is_signed = models.BooleanField()
    sentences = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["replay", "visit"], name="differing_once")]

    def __str__(self) -> str:
        return f"{self.visit_id}"


class Reading(models.Model):
    """That someone read the report of a replay, which publication asks of whoever approves."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="readings")
    by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["replay", "by"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.replay} {self.by}"


class Trial(Run):
    """Another edition of the limits over every open visit and signed plan. Counts only: no visit is kept.

    Without `limit` it is the edition that was coming on the day it was started.
    """

    limit = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=20, blank=True)
    open = models.PositiveIntegerField(default=0)
    signed = models.PositiveIntegerField(default=0)
    headlines = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Trial {self.pk}"


class TrialChange(models.Model):
    """For how many visits of a trial one headline or status becomes another."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="changes")
    said = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-count", "said"]
        constraints = [models.UniqueConstraint(fields=["trial", "said"], name="trial_change_once")]

    def __str__(self) -> str:
        return f"{self.said}: {self.count}"


class Counted(models.Model):
    """A signed plan whose decisions are in the tallies."""

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.plan_id}"


class Tally(models.Model):
    """How often one choice, for one reason, was made about an action while one text said it. No patient is in it."""

    action = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    choice = models.CharField(max_length=18)
    reason = models.CharField(max_length=120, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "revision", "choice", "reason"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.action}@{self.revision} {self.choice}: {self.count}"


class ReviewItem(models.Model):
    """That clinicians often decide otherwise than a text advises: someone looks at it, and says what came of it."""

    action = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "revision"], name="review_item_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, note="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(note="")),
                name="review_item_closed_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}@{self.revision}"
