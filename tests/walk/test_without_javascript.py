"""The same job where scripts do not run: every page is whole, every button a real form."""

import re

from django.utils import timezone
from playwright.sync_api import expect

from pathway.clinic.models import Visit
from pathway.plans.models import Plan
from pathway.wording.models import Statement
from tests.plans.reading import words
from tests.walk.pages import OKAFOR, STEPS, answers_of_okafor


def heading(key: str) -> str:
    return Statement.objects.get(kind="headline", key=key, audience="clinician").heading


def test_the_main_job_without_javascript(meet, clinician):
    person = meet(java_script_enabled=False)
    page = person.page
    person.sign_in("marsh", "Kestrel-Harbor-41")
    person.sees("Worklist")
    person.follow("Add a patient")
    person.add_patient(**OKAFOR)
    person.follow("Add a fracture")
    page.get_by_label("What is this fracture called?").fill("T12, lifting a laundry basket")
    person.press("Add the fracture")
    person.press("Start a visit T12, lifting a laundry basket")
    person.follow("Neurology and red flags")
    answers = answers_of_okafor(timezone.localdate())
    answered_with_a_mistake(person, answers["neurology"])
    for step in STEPS[1:]:
        expect(page).to_have_url(re.compile(f"/{step}/$"))
        expect(page.locator("#panel")).to_be_visible()
        person.fill_step(answers[step])
        person.press("Continue")
    visit = Visit.objects.get()
    assert set(visit.saves.values_list("step", flat=True)) == set(STEPS)
    person.follow("Review and sign")
    expect(page.locator("main")).to_contain_text(heading(visit.evaluation().headline))
    decide(person)
    sign(person, visit)


def answered_with_a_mistake(person, answers):
    """Questions that depend on another are all there; a mistake is said on the page that keeps everything."""
    page = person.page
    asked_for = "Neurological examination done"
    expect(page.locator("#panel")).to_contain_text(asked_for)
    person.fill_step({**answers, "temperature_c": ("hot", "°F")})
    person.press("Continue")
    expect(page).to_have_title("Error: Neurology and red flags – Vertebra Pathway")
    expect(page.locator("input[name=temperature_c]")).to_have_value("hot")
    expect(page.locator("select[name=temperature_c_unit]")).to_have_value("°F")
    expect(page.locator("input[name=cord_signs]:checked")).to_have_value("no")
    page.locator("#error-summary").get_by_role("link").click()
    expect(page).to_have_url(re.compile("#id_temperature_c_0$"))
    person.answer("temperature_c", "98.2")
    person.press("Continue")
    person.sees("The fracture")
    expect(page.locator("#panel")).not_to_contain_text(asked_for)


def decide(person):
    """What is asked only for another choice stands open here; it is not asked for where the advice is followed."""
    page = person.page
    expect(page.locator("select[name=reason_pain_opioid]")).to_be_visible()
    page.locator("input[name=choice_pain_opioid][value=do_not_follow]").check()
    person.decide_all()
    person.press("Continue to sign")
    expect(page.locator("#error-summary")).to_contain_text("choose the reason why this differs")
    page.locator("select[name=reason_pain_opioid]").select_option("patient_declined")
    page.locator("textarea[name=words_pain_opioid]").fill("Does not want it.")
    person.press("Continue to sign")
    person.sees("Sign this plan")


def sign(person, visit):
    page = person.page
    page.get_by_label("I have reviewed this plan. The decisions are mine.").check()
    person.press("Sign plan")
    plan = Plan.objects.get(visit=visit)
    person.sees(f"Plan {plan.number} is signed")
    for link in ("Print plan (PDF)", "Patient leaflet (PDF)"):
        assert "OKAFOR, Margaret" in words(person.paper(link))
    page.go_back()
    expect(page.get_by_text("This plan is signed.")).to_be_visible()
