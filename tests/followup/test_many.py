"""What `make bench` copies inside the database points to its own, on both engines."""

from pathway.clinic.models import Patient
from pathway.followup.models import Kind, Task
from tests import make
from tests.load.many import multiply


def test_copies_point_to_their_own_patient_and_are_found(plan, signed_in):
    multiply(2)
    assert Patient.objects.count() == len(set(Patient.objects.values_list("hospital_number", flat=True))) == 3
    decisions = Task.objects.filter(kind=Kind.DECISION).select_related("plan__visit__fracture")
    assert len({task.patient_id for task in decisions}) == 3
    assert all(task.plan.patient_id == task.patient_id == task.fracture.patient_id for task in decisions)
    assert all(task.plan.visit.fracture_id == task.fracture_id for task in decisions)
    Task.objects.filter(kind=Kind.EARLY).update(due_on="2026-01-01")
    assert len(signed_in.get("/?show=overdue").context["sections"][0].rows) == 3


def test_an_original_that_ends_in_the_number_of_a_copy_does_not_meet_itself(clinician):
    make.patient(id="5f0c36d1-8f5c-4b11-9d3e-5a7f2b000001")
    multiply(2)
    assert len(set(Patient.objects.values_list("pk", flat=True))) == 3
