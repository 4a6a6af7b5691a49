"""Another clinic's patient, opened in an emergency: by whom, why, until when, and what a reviewer said of it later."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pathway.accounts.append_only import AppendOnly

from .patients import Patient

LASTS = timedelta(minutes=60)
LONGEST_WORDS = 500


class EmergencyAccessQuerySet(models.QuerySet):
    def lasting(self, user, at) -> EmergencyAccessQuerySet:
        """What this person may read now. Whoever lost the role or moved to another clinic may not."""
        if not user.is_clinician:
            return self.none()
        return self.filter(by=user, clinic_id=user.clinic_id, opened_at__lte=at, ends_at__gt=at)


class EmergencyAccess(models.Model):
    """Written once. For reading only: the record is kept by its own clinic."""

    class Reason(models.TextChoices):
        DANGER = "danger", _("Danger to life or limb")
        UNABLE = "unable", _("The patient cannot speak for themselves")
        TRANSFER = "transfer", _("Urgent transfer from the other clinic")
        OTHER = "other", _("Another emergency")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="emergency_accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="+", help_text=_("Of the person."))
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.CharField(max_length=LONGEST_WORDS)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["by", "ends_at"], name="emergency_access_lasting")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="emergency_access_ends"),
            models.CheckConstraint(condition=~Q(words=""), name="emergency_access_has_words"),
            models.CheckConstraint(
                condition=Q(reason__in=("danger", "unable", "transfer", "other")), name="emergency_access_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency access {self.pk}"


class EmergencyReview(models.Model):
    """What someone else found when they looked back at an emergency access. Written once."""

    class Outcome(models.TextChoices):
        JUSTIFIED = "justified", _("Justified")
        NOT_JUSTIFIED = "not", _("Not justified")
        FOLLOWED_UP = "followed", _("Followed up with the person and their clinic")

    access = models.OneToOneField(EmergencyAccess, models.PROTECT, related_name="review")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=("justified", "not", "followed")), name="emergency_review_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.access_id}"


WRITTEN_ONCE = AppendOnly(
    "emergency_access_refuse_change",
    (EmergencyAccess._meta.db_table, EmergencyReview._meta.db_table),
    "Emergency access and its review cannot be changed or deleted.",
)
