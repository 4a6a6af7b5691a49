"""What nobody knows, or was not done, is named on every page and leads to where it is answered."""

from html import unescape

import pytest
from django.urls import reverse

from tests import make
from tests.clinic.test_panel import MET
from tests.plans.reading import words
from tests.plans.test_signing_pages import decide_all, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician(client):
    make.wording()
    clinician = make.clinician()
    client.force_login(clinician)
    return clinician


@pytest.mark.parametrize("answers", [{}, {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}])
def test_a_patient_of_unknown_sex_is_reviewed_and_the_sex_asked_for_among_the_details(client, clinician, answers):
    """It belongs to no step; whoever did not know it may go on."""
    patient = make.patient(clinic=clinician.clinic, sex="")
    visit = make.visit(of=make.fracture(patient=patient), by=clinician, **answers)
    details = reverse("clinic:patient_edit", args=[patient.pk]) + "#id_sex_0"
    review = client.get(reverse("plans:review", args=[visit.pk]))
    assert review.status_code == 200
    assert details in review.content.decode()
    assert client.get(reverse("clinic:visit", args=[visit.pk])).status_code == 200
    assert client.get(reverse("clinic:step", args=[visit.pk, "pain"])).status_code == 200
    assert client.get(reverse("plans:sign", args=[visit.pk]), follow=True).status_code == 200


def test_a_screen_that_was_not_done_is_named_wherever_it_leaves_something_open(client, clinician):
    found = MET | {"height_loss_percent": 26, "myeloma_screen": "not_done"}
    visit = make.visit(by=clinician, **make.UNREMARKABLE, **found)
    assert visit.evaluation().headline == "augmentation_checks"
    page = unescape(client.get(reverse("plans:review", args=[visit.pk])).content.decode())
    assert "Check first:</strong> Myeloma screen: Not done</p>" in page
    assert ">Myeloma screen: Not done</a>" in page.partition("Still needed")[2]
    decide_all(visit, clinician)
    asked = client.get(reverse("plans:sign", args=[visit.pk])).content.decode()
    assert "Not done, and can still decide something: Myeloma screen: Not done." in asked
    text = words(bytes(sign(client, visit, clinician).clinician_pdf))
    assert "Urgent work-up for a pathologic fracture: Myeloma screen: Not done" in text
    assert "not recorded: ;" not in text
