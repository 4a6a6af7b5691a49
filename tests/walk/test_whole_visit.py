"""The main job in a real browser: from the sign-in page to both papers, and a sentence that an editor changes."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pathway.clinic.models import Patient, Visit
from pathway.plans.models import Plan
from pathway.wording.models import Statement
from tests import make
from tests.plans.reading import pages, words
from tests.walk.pages import OKAFOR, STEPS, answers_of_okafor, picture, picture_of_paper

PASSWORD = "Kestrel-Harbor-41"
DECLINED = "Her sister had a bad course on it."


def heading(kind: str, key: str, audience: str = "clinician") -> str:
    return Statement.objects.get(kind=kind, key=key, audience=audience, language="en").heading


@pytest.fixture
def others(clinician):
    """Patients of the same clinic, so that the worklist is not empty."""
    for family, given, label, steps in (
        ("Singh", "Harjit", "L1, fall in the garden", {}),
        ("Thomas", "Gwen", "T11, cough", {"pain_nrs": 8}),
    ):
        patient = make.patient(clinic=clinician.clinic, family_name=family, given_name=given)
        make.visit(by=clinician, of=make.fracture(patient=patient, label=label), on=timezone.localdate(), **steps)


def test_a_visit_from_the_sign_in_page_to_both_papers(meet, clinician, others):
    person = meet()
    sign_in_after_a_mistake(person)
    person.sees("Worklist")
    person.look()
    find_nobody_and_add_the_patient(person)
    start_the_first_visit(person)
    answers = answers_of_okafor(timezone.localdate())
    walk_neurology(person, answers["neurology"])
    for step in ("fracture", "pain"):
        person.look()
        person.fill_step(answers[step])
        person.page.evaluate("scrollTo(0, 0)")
        picture(person, "step")  # the last of these stays
        person.press("Continue")
        expect(person.page).not_to_have_url(re.compile(f"/{step}/$"))
    put_a_mistake_right(person, answers["imaging"])
    person = close_the_browser_and_come_back(meet, person, answers["bone-health"])
    walk_medicines(person, answers["medicines"])
    visit = Visit.objects.get(fracture__patient__family_name="Okafor")
    assert set(visit.saves.values_list("step", flat=True)) == set(STEPS)
    assert not visit.drafts.exists()
    review_and_preview(person, visit)
    plan = sign(person, visit)
    read_the_plan(person, plan)
    going_back_says_that_it_is_signed(person, plan)
    sign_out(person)


# ------------------------------------------------------------------------------------------- from the door to a visit


def sign_in_after_a_mistake(person):
    person.open("/")
    person.look()
    person.sign_in("marsh", "wrong")
    expect(person.page).to_have_title(re.compile("^Error:"))
    person.look()
    person.sign_in("marsh", PASSWORD)


def find_nobody_and_add_the_patient(person):
    page = person.page
    picture(person, "worklist")
    person.follow("Find a patient")
    person.sees("Find a patient")
    person.look()
    page.get_by_label("Family name").fill("Okafor")
    person.date("date_of_birth", OKAFOR["date_of_birth"])
    person.press("Search")
    expect(page.get_by_text("No patient of your clinic matches.")).to_be_visible()
    person.look()
    person.follow("Add a patient")
    person.sees("Add a patient")
    person.look()
    person.add_patient(**{**OKAFOR, "nhs_number": "999 196 4135"})
    expect(page.locator("#error-summary")).to_contain_text("Enter a valid NHS number")
    person.look()
    person.add_patient(nhs_number=OKAFOR["nhs_number"])
    person.sees("Patient record")
    expect(page.locator(".app-banner")).to_contain_text("OKAFOR, Margaret (Mrs)")
    expect(page.locator(".app-banner")).to_contain_text("999 196 4134")
    assert Patient.objects.get(family_name="Okafor").created_by.username == "marsh"


def start_the_first_visit(person):
    person.look()
    person.follow("Add a fracture")
    person.sees("Add a fracture")
    person.look()
    person.page.get_by_label("What is this fracture called?").fill("T12, lifting a laundry basket")
    person.press("Add the fracture")
    person.press("Start a visit T12, lifting a laundry basket")
    expect(person.page.locator("h1")).to_contain_text("Visit on")
    person.look()
    person.follow("Neurology and red flags")


# ---------------------------------------------------------------------------------------------------------- six steps


def walk_neurology(person, answers):
    """A wrong click shows the emergency at once; the panel follows while she types, and takes nothing from her."""
    page = person.page
    person.sees("Neurology and red flags")
    person.look()
    emergency = heading("headline", "emergency_spine")
    expect(person.headline()).not_to_have_text(emergency)
    person.answer("cauda_equina_symptoms", "yes")
    expect(person.headline()).to_have_text(emergency)
    expect(page.locator("#alert")).not_to_be_empty()
    person.look()
    temperature = page.locator("input[name=temperature_c]")
    with page.expect_response(re.compile("/neurology/draft/$")):
        person.answer("cauda_equina_symptoms", "no")
        temperature.click()
        page.keyboard.type("98", delay=30)
    expect(person.headline()).not_to_have_text(emergency)
    expect(temperature).to_be_focused()
    page.keyboard.type(".2")
    expect(temperature).to_have_value("98.2")
    person.fill_step(answers)
    expect(page).to_have_title("Neurology and red flags – Vertebra Pathway")
    person.press("Continue")
    person.sees("The fracture")
    assert Visit.objects.get(fracture__patient__family_name="Okafor").temperature_c is not None


def put_a_mistake_right(person, answers):
    page = person.page
    person.sees("Imaging")
    person.look()
    person.fill_step({**answers, "kyphosis_degrees": "12%"})
    person.press("Continue")
    expect(page).to_have_title("Error: Imaging – Vertebra Pathway")
    expect(page.locator("#error-summary")).to_be_focused()
    person.look()
    mistaken = page.locator("input[name=kyphosis_degrees]")
    expect(mistaken).to_have_value("12%")
    expect(page.locator("input[name=height_loss_percent]")).to_have_value("18")
    page.locator("#error-summary").get_by_role("link").click()
    expect(mistaken).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    person.wait_for_draft()
    mistaken.press("Enter")
    person.sees("Bone health and laboratory")


def close_the_browser_and_come_back(meet, person, answers):
    """What was typed and not saved is there again, for another day and another browser."""
    person.look()
    person.fill_step(answers)
    person.page.locator("h1").click()
    person.wait_for_draft()
    expect(person.page.locator("#panel")).to_contain_text("Pathway so far")
    assert not Visit.objects.get(fracture__patient__family_name="Okafor").saves.filter(step="bone-health").exists()
    person.context.close()
    again = meet()
    again.sign_in("marsh", PASSWORD)
    again.follow("Continue the visit of OKAFOR, Margaret")
    expect(again.page.locator("#status-bone-health")).to_have_text("In progress")
    again.look()
    again.follow("Bone health and laboratory")
    expect(again.page.locator("input[name=weight_kg]")).to_have_value("128")
    expect(again.page.locator("select[name=weight_kg_unit]")).to_have_value("lb")
    expect(again.page.locator("input[name=myeloma_screen]:checked")).to_have_value("normal")
    again.press("Continue")
    return again


def walk_medicines(person, answers):
    person.sees("Medicines and safety")
    person.look()
    person.fill_step(answers)
    person.press("Continue")
    expect(person.page.locator("h1")).to_contain_text("Visit on")
    expect(person.page.locator("#status-medicines")).to_have_text("Completed")
    person.look()


# ------------------------------------------------------------------------------------------ review, signature, papers


def review_and_preview(person, visit):
    page = person.page
    person.follow("Review and sign")
    person.sees("Review the plan")
    expect(page.locator("main")).to_contain_text(heading("headline", visit.evaluation().headline))
    person.look()
    picture(person, "review")
    person.press("Continue to sign")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#error-summary")).to_be_focused()
    person.look()
    page.locator("input[name=choice_pain_opioid][value=do_not_follow]").check()
    page.locator("select[name=reason_pain_opioid]").select_option("patient_declined")
    page.locator("textarea[name=words_pain_opioid]").fill(DECLINED)
    person.decide_all()
    for link in ("Preview the plan (PDF)", "Preview the leaflet (PDF)"):
        preview = pages(person.paper(link))
        assert preview
        assert all("DRAFT" in page_text for page_text in preview)
    person.press("Continue to sign")
    person.sees("Sign this plan")
    person.look()


def sign(person, visit):
    page = person.page
    expect(page.locator("main")).to_contain_text("OKAFOR, Margaret")
    expect(page.locator("main")).to_contain_text("do not follow 1")
    person.press("Sign plan")
    expect(page.locator("#error-summary")).to_contain_text("Tick the box")
    person.look()
    person.open(f"/visits/{visit.pk}/sign/")
    page.get_by_label("I have reviewed this plan. The decisions are mine.").check()
    person.press("Sign plan")
    expect(page.locator("h1")).to_have_text(re.compile("^Plan .* is signed$"))
    return Plan.objects.get(visit=visit)


def read_the_plan(person, plan):
    person.look()
    picture(person, "plan")
    expect(person.page.locator("main")).to_contain_text("Dr Ada Marsh")
    expect(person.page.locator("main")).to_contain_text(DECLINED)
    clinician_paper = person.paper("Print plan (PDF)")
    picture_of_paper(clinician_paper, "plan-on-paper")
    for paper in (pages(clinician_paper), pages(person.paper("Patient leaflet (PDF)"))):
        for number, text in enumerate(paper, start=1):
            assert "OKAFOR, Margaret" in text
            assert plan.number in text
            assert f"Page {number} of {len(paper)}" in text
            assert "DRAFT" not in text
    assert len(pages(clinician_paper)) <= 2
    for said in (DECLINED, "Patient declined", "Dr Ada Marsh", "GMC 0000001", "999 196 4134"):
        assert said in words(clinician_paper)
    leaflet = words(person.paper("Patient leaflet (PDF)"))
    assert DECLINED not in leaflet
    assert "555 0199" in leaflet, "where to call at once"


def going_back_says_that_it_is_signed(person, plan):
    """The sign page is not shown again, and a step that is opened late leads to the signed visit."""
    page = person.page
    page.go_back()
    expect(page.get_by_text("This plan is signed.")).to_be_visible()
    expect(page.locator("h1")).to_contain_text(f"Plan {plan.number} is signed")
    person.open(f"/visits/{plan.visit_id}/neurology/")
    expect(page.get_by_role("link", name="Open the signed plan")).to_be_visible()
    person.look()
    person.open(f"/patients/{plan.patient.pk}/measurements/")
    expect(page.locator("main")).to_contain_text("7")
    person.look()
    person.open(f"/patients/{plan.patient.pk}/")
    person.look()
    person.open("/")
    person.look()
    person.follow("Due later")
    expect(page.locator("main")).to_contain_text("OKAFOR, Margaret")


def sign_out(person):
    """Nobody finds the last page with the Back button."""
    page = person.page
    page.locator(".app-menu summary").click()
    person.press("Sign out")
    expect(page).to_have_title("Sign in – Vertebra Pathway")
    page.go_back()
    expect(page).to_have_title("Sign in – Vertebra Pathway")
    expect(page.get_by_text("OKAFOR")).to_have_count(0)
