"""A release that goes live while a visit is under way: the clinician is told, and loses nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pathway.clinic.models import Visit
from pathway.plans.drafts import undecided
from tests import make
from tests.clinic.walking import autosave, page, send, step_url
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


TOLD = "New wording went into force while this page was open. The advice here is in the words of release 2."
BEGUN_SINCE = "after this visit began"


def begun(visit: Visit, hours: int) -> None:
    """So many hours after the release went into force that `make.published` makes."""
    Visit.objects.filter(pk=visit.pk).update(started_at=make.NOW + timedelta(hours=hours))


def test_a_release_that_goes_live_while_a_step_is_open_is_told_in_the_panel_with_the_choice(client, visit):
    begun(visit, -1)
    opened = page(client, visit, "pain")
    assert 'name="release" value="1"' in opened
    assert BEGUN_SINCE not in opened
    assert TOLD not in autosave(client, visit, "pain", release="1", pain_nrs="7").content.decode()
    make.published(key="pain.acetaminophen", heading="Another heading")
    panel = autosave(client, visit, "pain", release="1", pain_nrs="7").content.decode()
    assert panel.count(f"<p>{TOLD}</p>") == 1
    assert f'<a class="nhsuk-link" href="{step_url(visit, "pain")}">Refresh this page</a>' in panel
    assert reverse("releases:release", args=[2]) in panel
    assert f'data-told="{TOLD}"' in panel
    assert 'data-summary="New wording. Pathway so far: ' in panel
    assert "Another heading" in panel
    refreshed = page(client, visit, "pain")
    assert 'name="release" value="2"' in refreshed
    assert 'value="7"' in refreshed, "what was typed"
    assert TOLD not in refreshed
    assert BEGUN_SINCE in refreshed
    assert TOLD not in autosave(client, visit, "pain", release="2", pain_nrs="7").content.decode()


def test_a_step_that_is_refused_says_so_too_and_a_visit_begun_since_says_nothing(client, visit):
    make.published(key="pain.acetaminophen", heading="Another heading")
    assert TOLD in send(client, visit, "pain", release="1", pain_nrs="x").content.decode()
    for hours, is_told in ((-1, True), (1, False)):
        begun(visit, hours)
        overview = client.get(reverse("clinic:visit", args=[visit.pk])).content.decode()
        assert (BEGUN_SINCE in overview) is is_told
