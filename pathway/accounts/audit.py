"""Who saw and did what: one chain of events that only grows. No clinical value and no name is ever in it.

An event of a change is written inside the transaction of that change, as its last step: writing it locks the end of the
chain until the transaction ends. A page about a patient is shown only after the event of reading it is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from .append_only import AppendOnly
from .models import ROLES, AuditEvent, AuditHead, User

ROWS_AT_ONCE = 500
Action, Outcome = AuditEvent.Action, AuditEvent.Outcome
WRITTEN_ONCE = AppendOnly(
    "audit_refuse_change",
    (AuditEvent._meta.db_table,),
    "The audit trail cannot be changed or deleted.",
)
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Ties the events of one request together, and to its line in the log."""


@transaction.atomic
def record(
    action: str,
    *,
    actor: User | None,
    at: datetime,
    about: tuple[str, object] = ("", ""),
    patient: UUID | None = None,
    outcome: str = Outcome.DONE,
    reason: str = "",
) -> AuditEvent:
    """Write the next event. `about` is the kind and the id of an object; `reason` is ours, never a person's words."""
    head = _locked_head()
    event = _next(head, action, actor, at, about, patient, outcome, reason)
    event.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(seq=event.seq, hash=event.hash)
    return event


@transaction.atomic
def record_added(patients: Iterable[UUID], *, actor: User, at: datetime, reason: str) -> None:
    """An event for each of many patients who are added together, by a few statements for thousands of them."""
    head, events = _locked_head(), []
    for patient in patients:
        events.append(_next(head, Action.CREATE, actor, at, ("patient", patient), patient, Outcome.DONE, reason))
        head.seq, head.hash = events[-1].seq, events[-1].hash
    AuditEvent.objects.bulk_create(events, batch_size=ROWS_AT_ONCE)
    AuditHead.objects.filter(pk=1).update(seq=head.seq, hash=head.hash)


def _next(
    head: AuditHead,
    action: str,
    actor: User | None,
    at: datetime,
    about: tuple[str, object],
    patient: UUID | None,
    outcome: str,
    reason: str,
) -> AuditEvent:
    """The event that follows the last one, not written yet."""
    kind, key = about
    event = AuditEvent(
        seq=head.seq + 1,
        at=at.astimezone(UTC),
        actor=actor,
        role=" ".join(name.removeprefix("is_") for name in ROLES if actor is not None and getattr(actor, name)),
        clinic_id=actor.clinic_id if actor is not None else None,
        patient=patient,
        object_type=kind,
        object_id=str(key),
        action=action,
        outcome=outcome,
        reason=reason,
        request_id=request_id.get(),
        previous_hash=head.hash,
    )
    event.hash = hash_of(event)
    return event


def _locked_head() -> AuditHead:
    """Made by the first event of all, or by another that is the first at the same moment."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def hash_of(event: AuditEvent) -> str:
    """SHA-256 over everything the event says, with the hash of the event before it."""
    said = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    del said["hash"]
    said["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = {name: None if value is None else str(value) for name, value in said.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def head() -> AuditHead:
    """The end of the chain as it is now: seq 0 before the first event."""
    return AuditHead.objects.filter(pk=1).first() or AuditHead()


def faults() -> Iterator[str]:
    """A sentence for each event that is missing, was changed, or does not follow from the one before it.

    The service may go on meanwhile: what it writes comes after the end as it was in the beginning.
    """
    end, last, previous = head(), 0, ""
    for event in AuditEvent.objects.order_by("seq").iterator():
        if event.seq != last + 1:
            missing = f"event {last + 1} is" if event.seq == last + 2 else f"events {last + 1} to {event.seq - 1} are"
            yield f"Audit trail: {missing} missing."
        elif event.previous_hash != previous:
            yield f"Audit trail: event {event.seq} does not follow from event {last}."
        if event.hash != hash_of(event):
            yield f"Audit trail: event {event.seq} is not as it was written."
        if event.seq == end.seq and event.hash != end.hash:
            yield f"Audit trail: event {event.seq} is another one than was written last."
        last, previous = event.seq, event.hash
    if last < end.seq or last > head().seq:
        yield f"Audit trail: it ends with event {last}, but event {end.seq} was the last one written."


def fault_against(seq: int, hash_then: str) -> str:
    """What an earlier end of the chain, kept outside the database, shows to be wrong; empty where nothing is."""
    event = AuditEvent.objects.filter(pk=seq).first()
    if seq == 0 or (event is not None and event.hash == hash_then):
        return ""
    if event is None:
        return f"Audit trail: event {seq}, which was written before, is gone. Events were cut off its end."
    return f"Audit trail: event {seq} is another one than was written before. The trail was replaced."
