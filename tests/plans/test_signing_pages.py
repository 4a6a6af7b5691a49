"""The walk from review to the signed plan, page by page."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make.clinician()


@pytest.fixture
def client(client, clinician):
    client.force_login(clinician)
    return client


@pytest.fixture
def visit(clinician):
    make.wording()
    return make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")


def test_smoke(client, visit):
    page = client.get(reverse("plans:review", args=[visit.pk]))
    assert page.status_code == 200
    open("/tmp/plans_out/review.html", "w").write(page.content.decode())
