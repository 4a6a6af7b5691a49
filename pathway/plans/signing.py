"""Deciding, signing, adding to a signed plan and replacing it. Each is written whole or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from pathway.accounts import audit
from pathway.clinic.models import Visit
from pathway.clinic.models.visits import StaleError
from pathway.plans import canonical, paper
from pathway.plans.drafts import draft, fingerprint, undecided
from pathway.plans.models import Addendum, Decision, Plan, PlanCounter, Replacement
from pathway.plans.signals import plan_signed

MEANING = "I have reviewed this plan. The decisions are mine."


class ChangedError(Exception):
    """The visit, its advice or its decisions are not those that were reviewed. Nothing was signed."""


class UndecidedError(Exception):
    """Actions still wait for a decision. Nothing was signed."""


def decide(
    visit: Visit, action: str, choice: str, user, at: datetime, *, reason: str = "", words: str = ""
) -> Decision:
    """Record what was decided about an action as it stands now; an earlier decision on it is replaced.

    Raises StaleError when the visit is signed. The database refuses a difference without a reason and words.
    """
    status = str(visit.evaluation().actions[action].status)
    with transaction.atomic():
        _lock_open(visit)
        made, _ = Decision.objects.update_or_create(
            visit=visit,
            action=action,
            defaults={
                "status": status,
                "choice": choice,
                "reason": reason,
                "words": words,
                "decided_by": user,
                "decided_at": at,
            },
        )
        visit.note(audit.Action.CHANGE, user, at, reason=f"decision on {action}")
    return made


def withdraw(visit: Visit, action: str, user, at: datetime) -> None:
    """Take back a decision: the action is undecided again. Raises StaleError when the visit is signed."""
    with transaction.atomic():
        _lock_open(visit)
        Decision.objects.filter(visit=visit, action=action).delete()
        visit.note(audit.Action.CHANGE, user, at, reason=f"decision on {action} withdrawn")


def _lock_open(visit: Visit) -> None:
    if not Visit.objects.open().select_for_update().filter(pk=visit.pk).exists():
        raise StaleError


def sign(
    visit: Visit,
    user,
    at: datetime,
    *,
    key: UUID | None = None,
    seen: str = "",
    next_review_on: date | None = None,
    papers: dict[str, bytes] | None = None,
) -> Plan:
    """Freeze the visit into a signed plan, or return the plan that the same press, or another, has made of it already.

    `seen` is the fingerprint of what was reviewed; empty compares with nothing. Both papers are printed first, so a
    plan that cannot be printed is not signed (UnprintableError). Raises ChangedError or UndecidedError; in each case
    the visit stays a draft. `papers` are for synthetic patients, whose plans nobody prints.
    """
    existing = Plan.objects.filter(visit=visit).first()
    if existing is not None:
        return existing
    try:
        return _sign(visit, user, at, key or uuid4(), seen, next_review_on, papers)
    except (ChangedError, UndecidedError, paper.UnprintableError):
        existing = Plan.objects.filter(visit=visit).first()  # signed meanwhile: then nothing is left to refuse
        if existing is None:
            raise
        return existing


def _sign(visit: Visit, user, at: datetime, key: UUID, seen: str, next_review_on: date | None, papers) -> Plan:
    reviewed = draft(visit)
    now_seen = canonical.sha256(canonical.encode(reviewed))
    if seen and seen != now_seen:
        raise ChangedError
    if undecided(visit):
        raise UndecidedError
    if papers is None:
        paper.refuse_unprintable(reviewed)
    record = _signed_record(reviewed, visit, user, at.astimezone(UTC), next_review_on)
    papers = papers or paper.render_both(record)
    try:
        with transaction.atomic():
            return _write(visit, user, at, key, record, papers, now_seen)
    except (IntegrityError, StaleError):
        raise ChangedError from None


def lay_out_ahead(reviewed: dict, user, at: datetime, next_review_on: date | None) -> None:
    """Begin the papers of what is being reviewed, as they will be if `user` signs it as it is. Nothing is kept."""
    plan = {"id": "", "number": str(PlanCounter()), "previous_sha256": ""}
    paper.lay_out_both(_signed(reviewed, user, at.astimezone(UTC), next_review_on, plan, None))


def _signed_record(reviewed: dict, visit: Visit, user, at: datetime, next_review_on: date | None) -> dict:
    """What was reviewed, and what only signing knows."""
    previous = latest_of(visit.patient)
    replacement = Replacement.objects.filter(visit=visit).select_related("plan").first()
    plan = {
        "id": str(uuid4()),
        "number": PlanCounter.take(),
        "previous_sha256": previous.record_sha256 if previous else "",
    }
    return _signed(reviewed, user, at, next_review_on, plan, replacement)


def _signed(
    reviewed: dict, user, at: datetime, next_review_on: date | None, plan: dict, replacement: Replacement | None
) -> dict:
    older = replacement.plan if replacement else None
    return reviewed | {
        "next_review_on": next_review_on.isoformat() if next_review_on else "",
        "plan": plan,
        "supersedes": older
        and {
            "id": str(older.pk),
            "number": older.number,
            "signed_on": older.signed_at.astimezone(UTC).date().isoformat(),
            "reason": replacement.reason,
        },
        "signature": {
            "id": str(user.pk),
            "printed_name": str(user),
            "professional_id": user.professional_id,
            "role": user.role,
            "at": at.isoformat(timespec="seconds"),
            "meaning": MEANING,
        },
    }


def latest_of(patient) -> Plan | None:
    """The end of the patient's chain: the plan that no other names as its previous one."""
    plans = Plan.objects.filter(patient=patient).without_bytes()
    named = set(plans.values_list("previous_sha256", flat=True))
    return next((plan for plan in plans if plan.record_sha256 not in named), None)


def _write(visit: Visit, user, at, key: UUID, record: dict, papers: dict[str, bytes], seen: str) -> Plan:
    """The one transaction: the visit is closed and the plan is there, or neither."""
    fresh = Visit.objects.select_related("fracture__patient__clinic").get(pk=visit.pk)
    fresh.mark_signed(user, at)
    if seen != fingerprint(_as_reviewed(fresh, visit)):
        raise StaleError
    stored = canonical.encode(record)
    plan = Plan.objects.create(
        id=UUID(record["plan"]["id"]),
        visit=fresh,
        patient=fresh.patient,
        number=record["plan"]["number"],
        record=stored,
        record_sha256=canonical.sha256(stored),
        clinician_pdf=papers["clinician"],
        clinician_sha256=canonical.sha256(papers["clinician"]),
        patient_pdf=papers["patient"],
        patient_sha256=canonical.sha256(papers["patient"]),
        previous_sha256=record["plan"]["previous_sha256"],
        supersedes_id=record["supersedes"] and UUID(record["supersedes"]["id"]),
        signed_by=user,
        signed_at=at,
        next_review_on=date.fromisoformat(record["next_review_on"]) if record["next_review_on"] else None,
        idempotency_key=key,
    )
    plan_signed.send(Plan, plan=plan, record=record, user=user, at=at)
    _note(audit.Action.SIGN, plan, user, at)
    return plan


def _note(action: str, plan: Plan, user, at: datetime, *, reason: str = "") -> None:
    audit.record(action, actor=user, at=at, about=("plan", plan.pk), patient=plan.patient_id, reason=reason)


def _as_reviewed(fresh: Visit, reviewed: Visit) -> Visit:
    """The visit as it is in the database now, without the mark that signing has just set on it."""
    fresh.version = reviewed.version
    fresh.signed_at = fresh.signed_by = None
    return fresh


@transaction.atomic
def add_addendum(plan: Plan, user, at: datetime, text: str, *, key: UUID | None = None) -> Addendum:
    """Add words to a signed plan. A second press with the same key adds nothing."""
    made, is_new = Addendum.objects.get_or_create(
        idempotency_key=key or uuid4(), defaults={"plan": plan, "text": text, "added_by": user, "added_at": at}
    )
    if is_new:
        _note(audit.Action.CHANGE, plan, user, at, reason="addendum")
    return made


@transaction.atomic
def replace(plan: Plan, visit: Visit, user, at: datetime, reason: str) -> Replacement:
    """Have the plan of `visit`, once signed, supersede `plan`. Asked twice, the first reason stands."""
    made, is_new = Replacement.objects.get_or_create(
        visit=visit, defaults={"plan": plan, "reason": reason, "asked_by": user, "asked_at": at}
    )
    visit.__dict__.pop("earlier_signed", None)  # compared from now on with the visits before the replaced one
    if is_new:
        _note(audit.Action.CHANGE, plan, user, at, reason="to be superseded")
    return made
