"""What `make bench` copies inside the database points to its own, on both engines."""

import pytest
from django.db import connection

from pathway.clinic.models import Patient
from pathway.followup.models import Kind, Task
from tests.load.many import COPIED, multiply


@pytest.fixture
def copied(plan):
    multiply(2)
    yield plan
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(f"DROP TABLE first_{model.__name__}")


def test_copies_point_to_their_own_patient_and_are_found(copied, signed_in):
    assert Patient.objects.count() == len(set(Patient.objects.values_list("hospital_number", flat=True))) == 3
    decisions = Task.objects.filter(kind=Kind.DECISION).select_related("plan__visit__fracture")
    assert len({task.patient_id for task in decisions}) == 3
    assert all(task.plan.patient_id == task.patient_id == task.fracture.patient_id for task in decisions)
    assert all(task.plan.visit.fracture_id == task.fracture_id for task in decisions)
    Task.objects.filter(kind=Kind.EARLY).update(due_on="2026-01-01")
    assert len(signed_in.get("/?show=overdue").context["sections"][0].rows) == 3
