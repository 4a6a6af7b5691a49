"""What each action is to the person who decides: whether signing waits for a choice, and how it may differ."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pathway.clinic.panel import URGENT_ACTIONS
from pathway.guideline.evaluate import Evaluation

URGENT, TREATMENT, OPTION, ADVICE, FOLLOW_UP, WARNING = (
    "urgent",
    "treatment",
    "option",
    "advice",
    "follow_up",
    "warning",
)
AUGMENTATION = "refer.augmentation"
WAYS_OF_AUGMENTATION = ("augmentation.vertebroplasty", "augmentation.kyphoplasty")
OPTIONS = (
    *WAYS_OF_AUGMENTATION,
    "bone.alendronate",
    "bone.risedronate",
    "bone.zoledronate",
    "bone.denosumab",
    "bone.teriparatide",
    "bone.romosozumab",
)
"""Alternatives within a treatment that is itself decided on."""
BY_GROUP = {"activity": ADVICE, "longterm": ADVICE, "followup": FOLLOW_UP, "pitfall": WARNING}
DECIDABLE = ("recommended", "check_first")


def kind_of(action: str) -> str:
    if action in URGENT_ACTIONS:
        return URGENT
    if action in OPTIONS:
        return OPTION
    return BY_GROUP.get(action.partition(".")[0], TREATMENT)


def is_decidable(ev: Evaluation, action: str) -> bool:
    """Whether the review offers a decision: on all advice but warnings, which only inform.

    The ways of augmentation are options inside its discussion: nothing to decide before that is itself recommended.
    """
    if action in WAYS_OF_AUGMENTATION and ev.actions[AUGMENTATION].status != "recommended":
        return False
    return ev.actions[action].status in DECIDABLE and kind_of(action) != WARNING


def must_be_decided(ev: Evaluation, action: str) -> bool:
    """Whether signing waits for a decision: on what is urgent or a treatment, not on each of its alternatives."""
    return kind_of(action) in (URGENT, TREATMENT) and ev.actions[action].status in DECIDABLE


def declined(frozen: dict) -> bool:
    """Whether an action of a record was decided against."""
    return frozen["decision"] is not None and frozen["decision"]["choice"] == "do_not_follow"


class Choice(models.TextChoices):
    FOLLOW = "follow", _("Follow")
    FOLLOW_WITH_CHANGE = "follow_with_change", _("Follow with a change")
    DO_NOT_FOLLOW = "do_not_follow", _("Do not follow")


class Reason(models.TextChoices):
    """Why a decision differs from the advice. Short, neutral, and complete through Other."""

    PATIENT_DECLINED = "patient_declined", _("Patient declined")
    PATIENT_PREFERENCE = "patient_preference", _("Patient preference")
    ALREADY_DONE = "already_done", _("Already done or in place")
    OTHER_OPTION = "other_option", _("Another option chosen")
    RISK = "risk", _("Risk outweighs benefit for this patient")
    NOT_AVAILABLE = "not_available", _("Not available here")
    DIAGNOSIS_DIFFERS = "diagnosis_differs", _("Clinical picture differs from what was recorded")
    GOALS_OF_CARE = "goals_of_care", _("Goals of care")
    OTHER = "other", _("Other")
