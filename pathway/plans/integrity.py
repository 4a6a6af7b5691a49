"""Whether everything that was signed is still as it was signed, and the audit trail as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db import connection

from pathway.accounts import append_only, audit
from pathway.clinic.models import Visit
from pathway.plans import canonical
from pathway.plans.models import DamagedError, Plan

PAPERS = ("clinician", "patient")
WRITTEN_ONCE = append_only.GUARDS
"""Every table that only grows."""


def faults() -> Iterator[str]:
    """A sentence for everything that is wrong, each naming its plan, event or trigger; none when all is well."""
    for guard in WRITTEN_ONCE:
        for name in guard.missing(connection):
            yield f"Trigger {name} is missing, disabled or changed. Run: python manage.py migrate"
    yield from _of_plans()
    yield from audit.faults()


def _of_plans() -> Iterator[str]:
    in_order = Plan.objects.order_by("patient_id", "signed_at").select_related("visit").iterator(chunk_size=50)
    for _, plans in groupby(in_order, key=lambda plan: plan.patient_id):
        yield from _of_a_patient(plans)
    for visit in Visit.objects.signed().filter(plan=None).order_by("signed_at"):
        yield f"Visit {visit.pk} is signed, but its plan is gone."


def _of_a_patient(plans: Iterator[Plan]) -> Iterator[str]:
    """Of two plans signed at once, the one whose button was pressed first may be the second in the chain."""
    known, previous = {""}, []
    for plan in plans:
        yield from faults_of(plan)
        known.add(plan.record_sha256)
        previous.append((plan.number, plan.previous_sha256))
    for number, sha256 in previous:
        if sha256 not in known:
            yield f"Plan {number}: the patient's plan before it is missing or was changed."


def faults_of(plan: Plan) -> Iterator[str]:
    """What is wrong with one plan, apart from its place in the patient's chain."""
    try:
        record = plan.frozen()
    except DamagedError:
        yield f"Plan {plan.number}: the stored record is not what was signed."
    else:
        yield from _disagreements(plan, record)
    for audience in PAPERS:
        try:
            plan.paper(audience)
        except DamagedError:
            yield f"Plan {plan.number}: the stored {audience}'s PDF is not what was signed."


def _disagreements(plan: Plan, record: dict) -> Iterator[str]:
    """Columns beside the record that say something else than the record."""
    if canonical.encode(record) != bytes(plan.record):
        yield f"Plan {plan.number}: the stored record is not in its canonical form."
    signed = {
        "number": (plan.number, record["plan"]["number"]),
        "id": (str(plan.pk), record["plan"]["id"]),
        "previous plan": (plan.previous_sha256, record["plan"]["previous_sha256"]),
        "signer": (str(plan.signed_by_id), record["signature"]["id"]),
        "signer of the visit": (str(plan.visit.signed_by_id), record["signature"]["id"]),
        "visit": (str(plan.visit_id), record["visit"]["id"]),
        "patient": (str(plan.patient_id), record["patient"]["id"]),
    }
    for what, (column, said) in signed.items():
        if column != said:
            yield f"Plan {plan.number}: its {what} in the database is not the one in the signed record."
