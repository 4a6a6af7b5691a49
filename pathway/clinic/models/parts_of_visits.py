"""What belongs to a visit: levels, how answers were typed, who saved which step, drafts, answers to interruptions."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from pathway.clinic.models.answers import NOT_KNOWN
from pathway.guideline.facts import FACTS, LEVELS

STEP_SLUGS = ("neurology", "fracture", "pain", "imaging", "bone-health", "medicines")
_USER = settings.AUTH_USER_MODEL


class FracturedLevel(models.Model):
    """A fractured vertebra recorded at a visit."""

    visit = models.ForeignKey("clinic.Visit", on_delete=models.PROTECT, related_name="level_rows")
    level = models.CharField(max_length=3, choices=[(level, level) for level in LEVELS])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("visit", "level"), name="fractured_level_once"),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="fractured_level_accepted"),
        ]

    def __str__(self) -> str:
        return self.level


class Entry(models.Model):
    """What was entered for a fact where its column cannot say it: not known chosen, or typed in another unit."""

    visit = models.ForeignKey("clinic.Visit", on_delete=models.PROTECT, related_name="entries")
    fact = models.CharField(max_length=40)
    typed = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=20, blank=True, default="")
    not_known = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("visit", "fact"), name="entry_once"),
            models.CheckConstraint(condition=Q(fact__in=tuple(FACTS)), name="entry_fact_accepted"),
            models.CheckConstraint(
                condition=Q(not_known=True, typed="", unit="") | (Q(not_known=False) & ~Q(typed="") & ~Q(unit="")),
                name="entry_not_known_or_typed",
            ),
            models.CheckConstraint(condition=LessThanOrEqual(Length("typed"), 40), name="entry_typed_length"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("unit"), 20), name="entry_unit_length"),
        ]

    def __str__(self) -> str:
        return NOT_KNOWN if self.not_known else f"{self.typed} {self.unit}"


class StepSave(models.Model):
    """Who saved a step, when, and the version of the visit that it made. Written once."""

    visit = models.ForeignKey("clinic.Visit", on_delete=models.PROTECT, related_name="saves")
    step = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    saved_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("saved_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=STEP_SLUGS), name="step_save_step_accepted"),
            models.UniqueConstraint(fields=("visit", "version"), name="step_save_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.version}"


class VisitDraft(models.Model):
    """What was typed in a step and not yet saved, valid or not, exactly as typed. `rev` counts its saves."""

    visit = models.ForeignKey("clinic.Visit", on_delete=models.PROTECT, related_name="drafts")
    step = models.CharField(max_length=20)
    # JSON in ASCII: a text column holds what a PostgreSQL JSON column refuses.
    typed_json = models.TextField(default="{}")
    carried_from = models.DateField(null=True, blank=True)
    rev = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("visit", "step"), name="visit_draft_once"),
            models.CheckConstraint(condition=Q(step__in=STEP_SLUGS), name="visit_draft_step_accepted"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.rev}"

    @property
    def typed(self) -> dict[str, list[str]]:
        return json.loads(self.typed_json)

    @typed.setter
    def typed(self, pieces: Mapping[str, list[str]]) -> None:
        self.typed_json = json.dumps(pieces)


class Interruption(models.Model):
    """The answer to the page that an emergency finding raises, once for each set of findings."""

    ARRANGED, CONTINUED = "arranged", "continued"

    visit = models.ForeignKey("clinic.Visit", on_delete=models.PROTECT, related_name="interruptions")
    findings = models.CharField(max_length=120, help_text=_("Names of the facts that were yes, with commas"))
    outcome = models.CharField(max_length=10, choices=((ARRANGED, _("Arranged")), (CONTINUED, _("Continued without"))))
    reason = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("answered_at",)
        constraints = [
            models.UniqueConstraint(fields=("visit", "findings"), name="interruption_once"),
            models.CheckConstraint(
                condition=Q(outcome="arranged") | (Q(outcome="continued") & ~Q(reason="")),
                name="interruption_continued_with_reason",
            ),
            models.CheckConstraint(condition=LessThanOrEqual(Length("reason"), 500), name="interruption_reason_length"),
        ]

    def __str__(self) -> str:
        return f"{self.findings} {self.outcome}"
