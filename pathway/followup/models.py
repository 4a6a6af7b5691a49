"""What has to happen after a plan is signed, and everything that was done about it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pathway.accounts.append_only import AppendOnly
from pathway.accounts.models import Clinic
from pathway.clinic.models import Fracture, Patient
from pathway.guideline.facts import FACTS
from pathway.plans.kinds import Choice, Reason
from pathway.plans.models import Plan

LONGEST_REASON, LONGEST_WORDS = 300, 500
_USER = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """What is to be done. Named for the action of the pathway that asks for it, where one does."""

    EMERGENCY = "refer.emergency_spine", _("Confirm the emergency spinal referral")
    INFECTION = "workup.infection", _("Confirm the work-up for infection")
    MALIGNANCY = "workup.malignancy", _("Confirm the work-up for malignancy")
    SURGERY = "refer.surgery", _("Confirm the referral to spinal surgery")
    REBOUND = "bone.rebound", _("Confirm the urgent bone specialist review")
    EARLY = "followup.early", _("Early review")
    SIX_WEEKS = "followup.six_weeks", _("Review at six weeks")
    DECISION = "followup.decision", _("Decision at twelve weeks")
    ONE_YEAR = "followup.one_year", _("Review at one year")
    AGREED = "followup.agreed", _("Review as agreed")
    ANSWERS = "followup.answers", _("Finish the assessment")
    DENOSUMAB = "dose.denosumab", _("Next denosumab dose")
    BONE_START = "bone.start", _("Bone medicine started?")
    MRI = "check.mri", _("MRI or bone scan")
    DXA = "check.dxa", _("DXA")
    BLOODS = "check.bloods", _("Blood tests")
    AUGMENTATION = "refer.augmentation", _("Confirm the referral for augmentation")


class Group(models.TextChoices):
    """What a worklist is narrowed to."""

    REVIEW = "review", _("Reviews")
    MEDICINE = "medicine", _("Medicines")
    CHECK = "check", _("Checks")
    REFERRAL = "referral", _("Referrals")


URGENT = (Kind.EMERGENCY, Kind.INFECTION, Kind.MALIGNANCY, Kind.SURGERY, Kind.REBOUND)
REVIEWS = (Kind.EARLY, Kind.SIX_WEEKS, Kind.DECISION, Kind.ONE_YEAR, Kind.AGREED, Kind.ANSWERS)
MEDICINES = (Kind.DENOSUMAB, Kind.BONE_START)
CHECKS = (Kind.MRI, Kind.DXA, Kind.BLOODS)
REFERRALS = (*URGENT, Kind.AUGMENTATION)
GROUP_OF = {
    kind: group for group, kinds in zip(Group, (REVIEWS, MEDICINES, CHECKS, REFERRALS), strict=True) for kind in kinds
}


class Outcome(models.TextChoices):
    """How a task ended. A task without one stays on the list."""

    DONE = "done", _("Done")
    DECLINED = "declined", _("Patient declined")
    NOT_REACHED = "not_reached", _("Could not reach the patient")
    MOVED = "moved", _("Moved to another service")
    DIED = "died", _("Patient died")
    NOT_NEEDED = "not_needed", _("No longer needed")
    REPLACED = "replaced", _("Replaced by a newer plan")


OF_PATIENT = (Kind.REBOUND, Kind.DENOSUMAB, Kind.BONE_START, Kind.DXA)
"""About the patient's bones, whichever fracture they were found at: never asked for twice at the same time."""
ENDS_ALL = (Outcome.MOVED, Outcome.DIED)
"""Outcomes that are about the patient, not the task: they end all of the patient's tasks."""


MEDICINE_CHOICES = [(name, label) for name, label in FACTS["bone_medicine"].choices if name != "none"]
"""What a bone medicine that was started can be: as the question of a visit has it, without "none"."""
MEDICINE_NAMES = [name for name, _label in MEDICINE_CHOICES]


_WAITS = Q(closed_at=None, is_urgent=False)
_URGENT_WAITS = Q(closed_at=None, is_urgent=True)
"""Each section of the worklist, for a clinic or a person, reads one index and nothing else to find and count its rows:
SQLite uses a partial index only where the query says its condition in the same words."""


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> TaskQuerySet:
        """The tasks of the clinician's own clinic; nobody else's exist for them."""
        if not user.is_clinician or user.clinic_id is None:
            return self.none()
        return self.filter(clinic_id=user.clinic_id)

    def open(self) -> TaskQuerySet:
        return self.filter(closed_at=None)


class Task(models.Model):
    """One thing to do for a patient by a day. `version` counts its changes; `tries` the calls that nobody answered,
    the last one on `tried_on`, the next one meant for `again_on`: the task stays as late as it is. `follows` is the
    task whose outcome, recorded on a call, made this one: a dose that was given, or one that was not. `medicine` is
    what a call found to be taken, `medicine_since` from which day (of denosumab: the last dose), where that is known.

    Kept for good: it ends with a coded outcome, and every change is a TaskEvent. `clinic` is that of the patient and
    `group` follows from the kind, so that a worklist finds its rows by one index without a join.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="tasks")
    fracture = models.ForeignKey(Fracture, on_delete=models.PROTECT, related_name="tasks")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=24, choices=Kind)
    group = models.CharField(max_length=8, choices=Group)
    is_urgent = models.BooleanField(default=False)
    reason = models.CharField(max_length=LONGEST_REASON)
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="tasks")
    due_on = models.DateField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_on = models.DateField(null=True, blank=True)
    again_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True, default="", choices=Outcome)
    done_on = models.DateField(null=True, blank=True)
    medicine = models.CharField(
        _("bone medicine taken, as said on a call"), max_length=24, blank=True, default="", choices=MEDICINE_CHOICES
    )
    medicine_since = models.DateField(_("taken since; of denosumab, the last dose"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="replaced")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(fields=("clinic", "due_on", "id"), condition=_WAITS, name="task_open_of_clinic"),
            models.Index(fields=("clinic", "group", "due_on", "id"), condition=_WAITS, name="task_open_of_group"),
            models.Index(fields=("owner", "clinic", "due_on", "id"), condition=_WAITS, name="task_open_of_person"),
            models.Index(
                fields=("owner", "clinic", "group", "due_on", "id"), condition=_WAITS, name="task_open_person_group"
            ),
            models.Index(fields=("clinic", "due_on", "id"), condition=_URGENT_WAITS, name="task_open_urgent"),
            models.Index(
                fields=("owner", "clinic", "due_on", "id"), condition=_URGENT_WAITS, name="task_open_urgent_person"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=("plan", "kind"), condition=Q(follows=None), name="task_once_a_plan"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="task_kind_is_known"),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="task_group_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None, closed_by=None, done_on=None)
                | Q(outcome__in=Outcome.values, closed_at__isnull=False, closed_by__isnull=False),
                name="task_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="done", done_on__isnull=False) | (~Q(outcome="done") & Q(done_on=None)),
                name="task_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(outcome="replaced", replaced_by__isnull=False)
                | (~Q(outcome="replaced") & Q(replaced_by=None)),
                name="task_replaced_by_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(medicine="", medicine_since=None)
                | Q(medicine__in=MEDICINE_NAMES, kind="bone.start", outcome="done"),
                name="task_medicine_of_a_start",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="task_has_a_reason"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("reason"), LONGEST_REASON), name="task_reason_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def title(self) -> str:
        """What is to be done, in words. A list of many asks it often: get_kind_display costs ten times as much."""
        return str(Kind(self.kind).label)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_review(self) -> bool:
        return self.kind in REVIEWS

    @property
    def planned_at(self) -> date:
        """Only what happened after this day shows that it was done."""
        if self.follows is None:
            return self.plan.visit.on
        return self.follows.done_on or timezone.localdate(self.follows.closed_at)

    @property
    def dose_before(self) -> date | None:
        """Of a dose of denosumab: the day of the last one that is known."""
        if self.kind != Kind.DENOSUMAB:
            return None
        return self.follows.done_on if self.follows else self.plan.visit.denosumab_last_dose_on

    @property
    def first_day(self) -> date:
        """The first on which it can have been done: after the dose before, or for the fracture."""
        if self.dose_before:
            return self.dose_before + timedelta(days=1)
        visit = self.plan.visit
        return visit.onset_on or visit.identified_on or visit.on


class What(models.TextChoices):
    """What happened to a task."""

    MADE = "made", _("Planned")
    KEPT = "kept", _("Still asked for")
    NO_ANSWER = "no_answer", _("Call not answered")
    MOVED = "moved", _("Other day")
    GIVEN = "given", _("Given to someone else")
    ENDED = "ended", _("Ended")
    REOPENED = "reopened", _("Opened again")


class TaskEvent(models.Model):
    """One thing that happened to a task. Written once: the database refuses to change or delete it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    outcome = models.CharField(max_length=12, blank=True, default="", choices=Outcome)
    on = models.DateField(null=True, blank=True)
    medicine = models.CharField(max_length=24, blank=True, default="", choices=MEDICINE_CHOICES)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(what__in=What.values), name="task_event_what_is_known"),
            models.CheckConstraint(
                condition=Q(what="ended", outcome__in=Outcome.values) | (~Q(what="ended") & Q(outcome="")),
                name="task_event_end_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(medicine="") | Q(medicine__in=MEDICINE_NAMES, outcome="done"),
                name="task_event_medicine_of_an_end",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("words"), LONGEST_WORDS), name="task_event_words_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.outcome}".strip()


WRITTEN_ONCE = AppendOnly(
    "followup_refuse_change",
    (TaskEvent._meta.db_table,),
    "What happened to a task cannot be changed or deleted. Record what happened next.",
)


# ------------------------------------------------------------------------------------------- counted for the service


class UncountedFracture(models.Model):
    """A fracture about which something changed since it was judged. The database adds these rows by itself
    (`noticing.py`), so that no code can forget to; counting takes away those it has seen."""

    fracture = models.UUIDField()

    def __str__(self) -> str:
        return str(self.fracture)


class UncountedDay(models.Model):
    """A day of visits whose decisions changed since they were counted."""

    day = models.DateField()

    def __str__(self) -> str:
        return str(self.day)


class Judged(models.Model):
    """One fracture as the indicators count it: a column each, as it is once the time that it allows is over.

    Worked out from visits, tasks and decisions (`counting.py`), never written by anything else.
    """

    fracture = models.OneToOneField(Fracture, on_delete=models.CASCADE, primary_key=True, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(null=True)
    counted_on = models.DateField()
    quarter = models.PositiveSmallIntegerField()
    iof_3 = models.BooleanField(null=True)
    iof_4 = models.BooleanField(null=True)
    iof_5 = models.BooleanField(null=True)
    iof_6 = models.BooleanField(null=True)
    iof_7 = models.BooleanField(null=True)
    iof_8 = models.BooleanField(null=True)
    iof_10 = models.BooleanField(null=True)
    iof_11 = models.BooleanField(null=True)
    neuro = models.BooleanField(null=True)
    decision = models.BooleanField(null=True)
    checks = models.BooleanField(null=True)
    started = models.BooleanField(null=True)
    still = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=("clinic", "quarter", "counted_on", "fracture"), name="judged_in_order")]

    def __str__(self) -> str:
        return str(self.fracture_id)


class DecidedDay(models.Model):
    """How often an action was decided on in one way, at the signed visits of one day in one clinic."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    action = models.CharField(max_length=40)
    choice = models.CharField(max_length=18, choices=Choice)
    reason = models.CharField(max_length=20, blank=True, default="", choices=Reason)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("clinic", "day", "action", "choice", "reason"), name="decided_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.action} {self.choice}"
