"""A signed plan of another clinic, opened in an emergency: page and papers, and nothing to write on."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pathway.accounts.models import AuditEvent
from pathway.clinic import emergency_access
from tests import make
from tests.plans.signed import signed

pytestmark = pytest.mark.django_db
PAGES = ("plan", "clinician_pdf", "patient_pdf", "large_pdf")


@pytest.fixture
def plan():
    make.wording()
    return signed(make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none"))


@pytest.fixture
def stranger(client):
    user = make.clinician()
    client.force_login(user)
    return user


def test_page_and_papers_open_only_then_and_show_nothing_to_write(client, plan, stranger):
    pages = [reverse(f"plans:{name}", args=[plan.pk]) for name in PAGES]
    assert {client.get(page).status_code for page in pages} == {404}
    emergency_access.open_for(stranger, plan.patient, timezone.now(), "danger", "Words.")
    assert {client.get(page).status_code for page in pages} == {200}
    shown = client.get(pages[0]).content.decode()
    assert "Emergency access to a patient of" in shown
    assert "Add addendum" not in shown
    assert "Replace this plan" not in shown
    for name in ("addendum", "replace"):
        assert client.post(reverse(f"plans:{name}", args=[plan.pk]), {"text": "x", "reason": "x"}).status_code == 404
    reasons = AuditEvent.objects.filter(actor=stranger, action__in=("print", "read"), outcome="done")
    assert {event.reason for event in reasons} == {"emergency access"}
    record = client.get(reverse("clinic:patient", args=[plan.patient_id])).content.decode()
    assert pages[0] in record
