"""A release that goes live while a visit is under way: the clinician is told, and loses nothing."""

import pytest
from django.urls import reverse

from pathway.plans.drafts import undecided
from tests import make
from tests.plans.test_signing_pages import followed

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client):
    make.wording()
    visit = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none", pain_course="improving")
    client.force_login(visit.started_by)
    return visit


def test_a_release_that_goes_live_during_a_review_is_told_and_loses_no_decision(client, visit):
    address = reverse("plans:review", args=[visit.pk])
    assert 'name="release" value="1"' in client.get(address).content.decode()
    make.published(key="pain.acetaminophen", heading="Another heading")
    reply = client.post(address, followed(visit) | {"release": "1"})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "New wording went into force while you were reviewing" in page
    assert reverse("releases:release", args=[2]) in page
    assert "Another heading" in page
    assert page.count(" checked") >= len(undecided(visit)) > 0
    assert client.post(address, followed(visit) | {"release": "2"}).status_code == 302
    visit.refresh_from_db()
    assert undecided(visit) == []
