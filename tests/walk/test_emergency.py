"""Saddle numbness: the walk is interrupted once for each set of findings, and the paper puts the emergency first."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from pathway.plans.models import Plan
from pathway.wording.models import Statement
from tests import make

REASON = "Seen by the spine surgeon on call at 09:40."


@pytest.fixture
def visit(clinician):
    answers = {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
    return make.visit(by=clinician, **answers)


@pytest.fixture
def person(meet, visit):
    person = meet()
    person.is_signed_in(visit.started_by)
    return person


def record(person, visit, **answers) -> None:
    """Answer on the neurology step and press Continue."""
    person.open(f"/visits/{visit.pk}/neurology/")
    person.fill_step(answers)
    person.press("Continue")


def emergency() -> str:
    return Statement.objects.get(kind="headline", key="emergency_spine", audience="clinician").heading


def test_an_emergency_interrupts_once_for_each_set_of_findings(person, visit):
    page = person.page
    record(person, visit, cauda_equina_symptoms="yes")
    person.sees(emergency())
    expect(page).to_have_url(f"{person.url}/visits/{visit.pk}/check/emergency/")
    expect(page.locator("main")).to_contain_text("Cauda equina symptoms: Yes")
    for line in Statement.objects.get(kind="headline", key="emergency_spine", audience="clinician").body.split("\n\n"):
        expect(page.locator("main")).to_contain_text(" ".join(line.removeprefix("- ").split())[:60])
    person.look()
    person.press("I have arranged this")
    expect(page.locator("main")).to_contain_text("Emergency referral arranged, recorded by Dr Ada Marsh")
    person.look()
    assert list(visit.interruptions.values_list("findings", "outcome")) == [("cauda_equina_symptoms", "arranged")]

    record(person, visit)
    person.sees("The fracture")

    record(person, visit, neurological_deficit="yes")
    person.sees(emergency())
    expect(page.locator("main")).to_contain_text("New weakness or sensory loss: Yes")
    person.open(f"/visits/{visit.pk}/sign/")
    person.sees(emergency())
    page.get_by_text("Continue without, and say why").click()
    person.press("Continue without")
    expect(page.locator("#error-summary")).to_contain_text("Enter why you continue")
    expect(page).to_have_title(f"Error: {emergency()} – Vertebra Pathway")
    person.look()
    page.get_by_label("Why do you continue without?").fill(REASON)
    person.press("Continue without")
    expect(page.locator("main")).to_contain_text(f"Reason: {REASON}")
    assert visit.interruptions.get(outcome="continued").reason == REASON

    record(person, visit)
    person.sees("The fracture")


def test_the_answer_can_be_changed_instead(person, visit):
    record(person, visit, cauda_equina_symptoms="yes")
    person.follow("Change the answer")
    person.sees("Neurology and red flags")
    person.answer("cauda_equina_symptoms", "no")
    person.press("Continue")
    person.sees("The fracture")
    assert not visit.interruptions.exists()


def test_the_emergency_stands_alone_on_the_first_half_of_the_paper(person, visit):
    page = person.page
    record(person, visit, cauda_equina_symptoms="yes")
    person.press("I have arranged this")
    person.follow("Review and sign")
    person.sees("Review the plan")
    person.look()
    person.decide_all()
    person.press("Continue to sign")
    person.sees("Sign this plan")
    page.get_by_label("I have reviewed this plan. The decisions are mine.").check()
    person.press("Sign plan")
    expect(page.locator("h1")).to_contain_text("is signed")
    person.look()
    plan = Plan.objects.get(visit=visit)
    routine = [action["heading"] for action in plan.frozen()["actions"] if not action["urgent"]]
    upper, lower = halves(person.paper("Print plan (PDF)"))
    assert emergency() in upper
    assert "Emergency referral arranged" in upper
    assert [heading for heading in routine if heading in upper] == []
    assert "After the emergency" in lower
    assert [heading for heading in routine if heading in lower] != []
    leaflet = Statement.objects.get(kind="headline", key="emergency_spine", audience="patient", language="en").heading
    upper, _lower = halves(person.paper("Patient leaflet (PDF)"))
    assert leaflet in upper


def halves(pdf: bytes) -> tuple[str, str]:
    """The text of the first page above and below its middle, white space evened out."""
    page = PdfReader(BytesIO(pdf)).pages[0]
    middle = float(page.mediabox.height) / 2
    parts: tuple[list[str], list[str]] = ([], [])

    def visit(text, matrix, text_matrix, _font, _size):
        height = matrix[5] + text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3]
        parts[0 if height > middle else 1].append(text)

    page.extract_text(visitor_text=visit)
    return tuple(" ".join("".join(part).split()) for part in parts)
