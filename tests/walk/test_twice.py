"""A double press and Back, in a real browser: one result each time."""

from django.test import Client
from playwright.sync_api import expect

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Patient
from pathway.wording.models import Release
from tests import make
from tests.releases.conftest import few_cases  # noqa: F401 - a replay runs every clinical case
from tests.walk.pages import OKAFOR


def press_twice(person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).dblclick()


def test_publishing_twice_publishes_once(meet):
    author = make.editor()
    release = make.draft(by=author, heading="New")
    client = Client()
    client.force_login(author)
    said = {"step": "submit", "title": "Second", "reason": "Clearer.", "review_by": "2030-01-01"}
    assert client.post(f"/pathway/releases/{release.number}/step/", said).status_code == 302
    editor = meet()
    editor.is_signed_in(make.editor())
    editor.open(f"/pathway/releases/{release.number}/")
    editor.page.get_by_label("I have read what changes").check()
    press_twice(editor, "Approve and publish")
    expect(editor.page.locator("h1")).to_contain_text(f"Release {release.number}")
    expect(editor.page.get_by_text("in force", exact=False).first).to_be_visible()
    editor.page.go_back()
    editor.page.go_forward()
    expect(editor.page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    assert list(Release.objects.filter(is_effective=True)) == [release]
    published = AuditEvent.objects.filter(object_type="release", object_id=str(release.pk), outcome="done")
    assert sum("approve" in event.reason or "publish" in event.reason for event in published) == 1


def test_adding_a_patient_twice_adds_one(meet, clinician):
    person = meet()
    person.is_signed_in(clinician)
    person.open("/patients/new/")
    person.add_patient(**{**OKAFOR, "family_name": ""})
    expect(person.page.locator("#error-summary")).to_be_focused()
    person.page.locator("input[name=family_name]").fill("Okafor")
    press_twice(person, "Add the patient")
    person.sees("Patient record")
    assert Patient.objects.count() == 1
    person.page.go_back()
    person.sees("Add a patient")
    person.add_patient(**OKAFOR)
    expect(person.page.locator("#error-summary")).to_contain_text("This number belongs to OKAFOR, Margaret")
    assert Patient.objects.count() == 1
