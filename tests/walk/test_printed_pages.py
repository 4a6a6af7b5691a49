"""Pages as a browser prints them: whose they are and what this is on each sheet, no menus, nothing cut."""

import re
from unittest.mock import patch

from django.utils import timezone
from playwright.sync_api import expect

from pathway.plans import paper, signing
from pathway.plans.drafts import undecided
from tests import make
from tests.plans.reading import pages

NOTICE = "not a medical device cleared for use"
MENUS = ("Skip to", "Sign out", "Change password", "Print plan", "Link: ", "Find a patient", "Continue to sign")

MOST_SHEETS = 8
"""Of the page of the pathway: what somebody takes to a meeting. With all that is on the screen it was 57."""


def printed(person, address: str) -> list[str]:
    """The words of the first sheets that a browser prints of a page."""
    person.open(address)
    expect(person.page.locator("h1")).to_be_visible()
    return pages(person.page.pdf(format="A4", page_ranges="1-4"))


def test_pages_on_paper(meet, clinician):
    person = meet()
    person.is_signed_in(clinician)
    answers = {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
    patients = [make.patient(clinic=clinician.clinic, family_name=f"Number{number}") for number in range(11)]
    visits = [make.visit(by=clinician, of=make.fracture(patient=patient), **answers) for patient in patients]
    visit, signed = visits[0], visits[1]
    for result in undecided(signed):
        signing.decide(signed, result.name, "follow", clinician, timezone.now())
    with patch.object(paper, "render_both", lambda record: {"clinician": b"%PDF c", "patient": b"%PDF p"}):
        plan = signing.sign(signed, clinician, timezone.now())

    of_a_patient = {
        f"/patients/{plan.patient.pk}/": ("NUMBER1", "Patient record"),
        f"/patients/{plan.patient.pk}/timeline/": ("NUMBER1", "What happened"),
        f"/visits/{visit.pk}/": ("NUMBER0", "Temperature"),  # closed on the screen
        f"/visits/{visit.pk}/review/": ("NUMBER0", "Provisional, not signed"),
        f"/plans/{plan.pk}/": ("NUMBER1", "Clinician decision: Followed"),
    }
    of_all = {"/": "Visits not signed yet", "/service/": "pathway's own indicators", "/pathway/": "Spinal emergency?"}
    sheets = {address: printed(person, address) for address in (*of_a_patient, *of_all)}
    for address, sheet, number in ((a, sheet, n) for a, found in sheets.items() for n, sheet in enumerate(found, 1)):
        assert NOTICE in sheet, (address, number)
        assert f"{number} / " in sheet, (address, number)
        assert [menu for menu in MENUS if menu in sheet] == [], (address, number)
        if address in of_a_patient:
            assert f"{of_a_patient[address][0]}, " in sheet, (address, number)
            assert "Born" in sheet, (address, number)
    for address, words in (of_all | {address: words for address, (_name, words) in of_a_patient.items()}).items():
        assert words in " ".join(sheets[address]), address
    check_rows_are_whole(sheets["/"], [visit.patient for visit in visits if visit != signed])
    assert int(re.search(r"1 / (\d+)", sheets["/pathway/"][0])[1]) <= MOST_SHEETS
    assert "Based on:" not in " ".join(sheets[f"/plans/{plan.pk}/"])  # printed where it was opened


def check_rows_are_whole(worklist: list[str], waiting) -> None:
    """Each patient with an open visit stands on one sheet with day of birth and number."""
    assert len(worklist) > 1
    for patient in waiting:
        (sheet,) = (sheet for sheet in worklist if f"{patient.family_name.upper()}, " in sheet)
        after = sheet.partition(f"{patient.family_name.upper()}, ")[2][:120]
        assert f"{patient.date_of_birth:%d-%b-%Y}" in after
        assert patient.hospital_number in after
