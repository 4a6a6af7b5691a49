"""A patient whose sex nobody knows has a plan like any other."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("answers", [{}, {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}])
def test_a_patient_of_unknown_sex_is_reviewed_and_the_sex_asked_for_among_the_details(client, answers):
    """It belongs to no step; whoever did not know it may go on."""
    make.wording()
    clinician = make.clinician()
    client.force_login(clinician)
    patient = make.patient(clinic=clinician.clinic, sex="")
    visit = make.visit(of=make.fracture(patient=patient), by=clinician, **answers)
    details = reverse("clinic:patient_edit", args=[patient.pk]) + "#id_sex_0"
    review = client.get(reverse("plans:review", args=[visit.pk]))
    assert review.status_code == 200
    assert details in review.content.decode()
    assert client.get(reverse("clinic:visit", args=[visit.pk])).status_code == 200
    assert client.get(reverse("clinic:step", args=[visit.pk, "pain"])).status_code == 200
    assert client.get(reverse("plans:sign", args=[visit.pk]), follow=True).status_code == 200
