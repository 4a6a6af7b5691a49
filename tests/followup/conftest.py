"""A clinic whose plans are signed quickly: these tests are about what comes after."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pathway.followup.models import GROUP_OF, URGENT, Task
from pathway.plans import paper
from tests import make
from tests.plans.signed import signed


@pytest.fixture
def quick_papers(db, monkeypatch):
    """Small papers."""
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: f"%PDF {audience}".encode())
    make.wording()


@pytest.fixture
def clinician(db):
    return make.clinician()


@pytest.fixture
def signed_in(client, clinician):
    client.force_login(clinician)
    return client


@pytest.fixture
def plan(quick_papers, clinician):
    """The plan of a patient three weeks after a fracture, signed today. Its own tasks are put aside."""
    today = timezone.localdate()
    answers = {**make.UNREMARKABLE, "onset_on": today - timedelta(days=21), "identified_on": today - timedelta(days=14)}
    made = signed(make.visit(by=clinician, on=today, **answers), timezone.now())
    put_aside(made)
    return made


def put_aside(plan) -> None:
    """Far in the future, where no section of the home page shows them."""
    Task.objects.filter(plan=plan).update(due_on=date(2100, 1, 1), is_urgent=False)


def due(plan, kind: str, days: int, **fields) -> Task:
    """The plan's task of this kind, so many days from today; made where the plan has none."""
    day = timezone.localdate() + timedelta(days=days)
    fields = {"due_on": day, "is_urgent": kind in URGENT, "owner": plan.signed_by, **fields}
    made, _ = Task.objects.update_or_create(
        plan=plan,
        kind=kind,
        defaults=fields,
        create_defaults={
            **fields,
            "clinic": plan.patient.clinic,
            "patient": plan.patient,
            "fracture": plan.visit.fracture,
            "group": GROUP_OF[kind],
            "reason": "Asked for by a test.",
            "created_at": plan.signed_at,
        },
    )
    return made
