"""What is added to a signed plan, or asked to replace it, when a form is sent a second time with other words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from pathway.plans.models import Addendum, Replacement
from tests import make
from tests.plans.signed import signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client):
    make.wording()
    clinician = make.clinician()
    client.force_login(clinician)
    today = timezone.localdate()
    return signed(make.visit(by=clinician, on=today, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none"))


def test_other_words_in_a_form_that_has_added_an_addendum_are_shown_again(client, plan):
    """After Back, the form keeps its key: what is typed then must not be taken for what was added."""
    address, key = reverse("plans:addendum", args=[plan.pk]), str(uuid4())
    client.post(address, {"text": "Calcium came back normal.", "key": key})
    answer = client.post(address, {"text": "Vitamin D is low.", "key": key})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "has added an addendum already" in page
    assert page.count("Vitamin D is low.") == 1, "in its box"
    assert key not in page, "the next press adds it"
    assert Addendum.objects.get().text == "Calcium came back normal."


def test_who_asks_again_to_replace_hears_what_the_open_visit_supersedes(client, plan):
    """Another reason, or another plan of the fracture: the first request stands, and the page must not deny it."""
    tomorrow = plan.visit.on + timedelta(days=1)
    later = signed(make.visit(by=plan.signed_by, of=plan.visit.fracture, on=tomorrow, **make.UNREMARKABLE, pain_nrs=5))
    client.post(reverse("plans:replace", args=[plan.pk]), {"reason": "Wrong level."})
    for asked, reason in ((plan, "Another reason."), (later, "Wrong level.")):
        answer = client.post(reverse("plans:replace", args=[asked.pk]), {"reason": reason}, follow=True)
        assert f"supersedes plan {plan.number} (“Wrong level.”)" in answer.content.decode()
    assert Replacement.objects.get().plan == plan
