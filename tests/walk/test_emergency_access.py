"""A clinician of another clinic opens a patient in an emergency, and an auditor reviews it; each page is accessible."""

from playwright.sync_api import expect

from pathway.clinic.models import EmergencyReview
from tests import make
from tests.plans.signed import signed


def test_an_emergency_is_opened_read_and_reviewed(meet, clinician):
    plan = signed(make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none"))
    person = meet()
    page = person.page
    person.is_signed_in(clinician)
    person.open("/patients/")
    person.follow("Emergency: open a patient of another clinic")
    person.look()
    person.press("Open the record")
    expect(page.get_by_role("alert").first).to_contain_text("There is a problem")
    person.look()
    page.locator("input[name=identifier]").fill(plan.patient.hospital_number)
    person.date("date_of_birth", (9, 3, 1948))
    page.get_by_label("Danger to life or limb").check()
    page.get_by_label("In your words").fill("Cannot feel the legs.")
    person.press("Open the record")
    person.sees("Patient of another clinic")
    person.look()
    person.follow(f"Plan {plan.number}")
    expect(page.get_by_text("Emergency access to a patient of")).to_be_visible()
    person.look()

    auditor = meet()
    auditor.is_signed_in(make.user(is_auditor=True))
    auditor.open("/emergency-access/")
    auditor.look()
    auditor.follow("Review")
    auditor.page.get_by_label("Justified", exact=True).check()
    auditor.look()
    auditor.press("Record the review")
    expect(auditor.page.get_by_text("Nothing waits for review")).to_be_visible()
    auditor.look()
    assert EmergencyReview.objects.get().outcome == "justified"
    auditor.open("/audit/mine/")
    auditor.look()
