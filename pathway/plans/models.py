"""What is decided about a visit before signing, and what signing leaves behind for good."""

from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext

from pathway.clinic.models import Patient, Visit
from pathway.guideline.actions import ACTIONS, Status
from pathway.plans import canonical
from pathway.plans.kinds import DECIDABLE, Choice, Reason

LONGEST_WORDS = 500
_USER = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """What a clinician decided about one action of an unsigned visit. `status` is what the action said at the time."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=40)
    status = models.CharField(max_length=14)
    choice = models.CharField(max_length=18, choices=Choice)
    reason = models.CharField(max_length=20, blank=True, default="", choices=Reason)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("visit", "action"), name="decision_once"),
            models.CheckConstraint(condition=Q(action__in=tuple(ACTIONS)), name="decision_action_accepted"),
            models.CheckConstraint(condition=Q(status__in=DECIDABLE), name="decision_status_accepted"),
            models.CheckConstraint(
                condition=Q(choice=Choice.FOLLOW, reason="", words="")
                | (
                    Q(choice__in=(Choice.FOLLOW_WITH_CHANGE, Choice.DO_NOT_FOLLOW), reason__in=Reason.values)
                    & ~Q(words="")
                ),
                name="decision_differs_with_reason",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("words"), LONGEST_WORDS), name="decision_words_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.choice}"

    def is_about(self, status: Status | str) -> bool:
        """Whether the action still says what it said when this was decided; otherwise it is asked again."""
        return self.status == str(status)


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user) -> PlanQuerySet:
        """Signed plans of the clinician's own clinic."""
        return self.of(Patient.objects.visible_to(user))

    def of(self, patients) -> PlanQuerySet:
        return self.filter(patient__in=patients).select_related("visit__fracture__patient__clinic", "signed_by")

    def without_bytes(self) -> PlanQuerySet:
        return self.defer("record", "clinician_pdf", "patient_pdf")

    def with_paper_only(self, audience: str) -> PlanQuerySet:
        """Whose plan it is, and the stored paper for "clinician" or "patient"; nothing else is read."""
        fields = ("number", f"{audience}_pdf", f"{audience}_sha256", "patient__clinic_id")
        return self.select_related(None).select_related("patient").only(*fields)


class Plan(models.Model):
    """A signed plan: the record as signed, both papers, and the hashes that show them unchanged.

    Written once. The database refuses to change or delete a row (`triggers.py`); a correction is an addendum, or the
    plan of a new visit that supersedes this one. `previous_sha256` chains it to the patient's plan before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="plan")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    number = models.CharField(max_length=12, unique=True)
    record = models.BinaryField()
    record_sha256 = models.CharField(max_length=64, unique=True)
    clinician_pdf = models.BinaryField()
    clinician_sha256 = models.CharField(max_length=64)
    patient_pdf = models.BinaryField()
    patient_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True, default="")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    signed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="plans_signed")
    signed_at = models.DateTimeField()
    next_review_on = models.DateField(null=True, blank=True)
    idempotency_key = models.UUIDField(unique=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_at",)
        constraints = [
            models.UniqueConstraint(fields=("patient", "previous_sha256"), name="plan_chain_has_no_fork"),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="plan_supersedes_another"),
            *(
                models.CheckConstraint(condition=LessThanOrEqual(64, Length(column)), name=f"plan_{column}_is_whole")
                for column in ("record_sha256", "clinician_sha256", "patient_sha256")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def short_id(self) -> str:
        """For file names: tells two plans apart and nothing about the patient."""
        return str(self.pk)[:8]

    def frozen(self) -> dict:
        """The record as signed. Raises DamagedError where its bytes are not those that were signed."""
        return canonical.decode(self._whole("record"))

    def paper(self, audience: str) -> bytes:
        """The stored PDF for "clinician" or "patient". Raises DamagedError where it is not the one that was signed."""
        return self._whole(f"{audience}_pdf", f"{audience}_sha256")

    def _whole(self, column: str, hash_column: str = "record_sha256") -> bytes:
        stored = bytes(getattr(self, column))
        if canonical.sha256(stored) != getattr(self, hash_column):
            said = gettext(
                "The stored %(column)s of plan %(number)s is not what was signed. It is not shown. "
                "Tell your administrator."
            )
            raise DamagedError(said % {"column": column, "number": self.number})
        return stored


class ReviewDraft(models.Model):
    """What one person typed on the review page and has not saved, valid or not, exactly as typed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="review_drafts")
    # JSON in ASCII: a text column holds what a PostgreSQL JSON column refuses.
    typed_json = models.TextField(default="{}")
    saved_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("visit", "saved_by"), name="review_draft_once_a_person")]

    def __str__(self) -> str:
        return f"Review of {self.visit_id}"

    @property
    def typed(self) -> dict[str, str]:
        return json.loads(self.typed_json)


class DamagedError(Exception):
    """Stored bytes do not match the hash that was taken when they were signed."""


class Addendum(models.Model):
    """Words added to a signed plan later. Written once, like the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="addenda")
    text = models.CharField(max_length=2000)
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    idempotency_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ("added_at", "pk")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="addendum_has_text"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), 2000), name="addendum_text_length"),
        ]

    def __str__(self) -> str:
        return f"Addendum to {self.plan_id}"


class Replacement(models.Model):
    """That the plan of a visit, once signed, supersedes an earlier one, and why."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="replacement")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="replacements")
    reason = models.CharField(max_length=LONGEST_WORDS)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="replacement_has_reason"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("reason"), LONGEST_WORDS), name="replacement_reason_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} replaces {self.plan_id}"


class PlanCounter(models.Model):
    """The number of the last plan. One row; taking the next number locks it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="plan_counter_is_one_row")]

    def __str__(self) -> str:
        return f"P-{self.last:06}"

    @classmethod
    @transaction.atomic
    def take(cls) -> str:
        """The next plan number, such as P-000123. A number whose plan is then not signed stays unused."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(last=F("last") + 1)
        return str(cls.objects.get(pk=1))
