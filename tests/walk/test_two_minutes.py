"""From the sign-in page to both papers with the keyboard alone, and how many presses a visit or a call takes.

BENCH_FIGURES names a file that the counts are added to, for `make bench`.
"""

import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pathway.followup.models import Kind, Task
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan
from pathway.plans.signing import decide
from tests import make
from tests.plans.signed import signed
from tests.walk.pages import answers_of_okafor
from tests.walk.typing import Typist

FIRST_VISIT_SECONDS, FOLLOW_UP_SECONDS, CALL_SECONDS = 90, 60, 20
FOLLOW_UP_ANSWERS = 25
FOLLOW_UP = {
    "neurology": {
        "neuro_exam_done": "yes",
        "neurological_deficit": "no",
        "cauda_equina_symptoms": "no",
        "cord_signs": "no",
        "unexplained_weight_loss": "no",
        "night_or_unrelenting_pain": "no",
        "temperature_c": "36.7",
        "infection_risk": "no",
    },
    "fracture": {},
    "pain": {
        "pain_nrs": "3",
        "pain_course": "improving",
        "rmdq24": "9",
        "medical_management_tried": "yes",
        "mobility": "aid",
        "days_in_bed": "0",
        "pulmonary_dysfunction": "no",
    },
    "imaging": {"height_loss_percent": "18", "kyphosis_degrees": "12", "kyphosis_method": "local"},
    "bone-health": {"new_vertebral_fractures_12_months": "1", "falls_last_year": "2"},
    "medicines": {
        "bone_medicine": "oral_bisphosphonate",
        "gi_bleed_or_ulcer": "no",
        "can_sit_upright_30_min": "yes",
        "dental_work_pending": "no",
    },
}
TITLES = ("The fracture", "Pain and function", "Imaging", "Bone health and laboratory", "Medicines and safety", "Visit")


def note(**figures) -> None:
    file = os.environ.get("BENCH_FIGURES")
    if file:
        kept = json.loads(Path(file).read_text()) if Path(file).exists() else {}
        Path(file).write_text(json.dumps(kept | figures))


def walk(typist: Typist, answers: dict[str, dict]) -> None:
    for step, title in zip(answers.values(), TITLES, strict=True):
        typist.step(step, title)


@pytest.fixture
def fracture(clinician):
    patient = make.patient(clinic=clinician.clinic, hospital_number="RX 104 221")
    return make.fracture(patient=patient, label="T12, lifting a laundry basket")


def test_from_sign_in_to_print_by_keyboard_alone(meet, clinician, fracture):
    person = meet()
    typist = Typist(person.page)
    person.open("/")
    typist.to("login")
    typist.type("marsh")
    typist.to("password")
    typist.type("Kestrel-Harbor-41")
    typist.press("Enter")
    person.sees("Worklist")
    typist.follow("Find a patient")
    person.sees("Find a patient")
    typist.to("identifier")
    typist.type("RX 104 221")
    typist.press("Enter")
    typist.follow("OKAFOR, Margaret")
    person.sees("Patient record")
    typist.follow("Start a visit")
    expect(person.page.locator("h1")).to_contain_text("Visit on")
    typist.follow("1. Neurology")
    person.sees("Neurology and red flags")

    begun = typist.presses
    walk(typist, answers_of_okafor(timezone.localdate()))
    presses = typist.presses - begun
    note(first_visit_answers=typist.answers, first_visit_presses=presses, first_visit_seconds=presses * 0.2)
    assert presses * 0.2 <= FIRST_VISIT_SECONDS

    visit = fracture.visits.get()
    for result in undecided(visit):
        decide(visit, result.name, "follow", clinician, timezone.now())
    typist.follow("Review and sign")
    person.sees("Review the plan")
    typist.follow("Preview the plan")
    person.open(f"/visits/{visit.pk}/sign/")
    typist.to("confirm")
    typist.press("Space")
    typist.follow("Sign plan")
    expect(person.page.locator("h1")).to_contain_text("is signed")
    typist.tab_until(lambda focused: focused["text"] == "Print plan (PDF)")
    assert Plan.objects.filter(visit=visit).exists()


def test_a_follow_up_takes_at_most_25_answers_and_a_minute(meet, clinician, fracture):
    today = timezone.localdate()
    first = {**make.UNREMARKABLE, "onset_on": today - timedelta(days=44), "identified_on": today - timedelta(days=40)}
    known = {
        "t_score_femoral_neck": Decimal("-2.7"), "prior_vertebral_fractures": 0, "osteosarcoma_risk": "no",
        "heart_failure_severe": "no", "liver_failure_severe": "no", "esophageal_disorder": "no",
        "calcitonin_allergy": "no", "cement_or_contrast_allergy": "no", "pain_nrs": 7, "rmdq24": 16,
    }  # fmt: skip
    signed(make.visit(by=clinician, of=fracture, on=today - timedelta(days=23), **first, **known))
    person = meet()
    person.is_signed_in(clinician)
    person.open(f"/patients/{fracture.patient_id}/")
    person.press("Start a visit T12, lifting a laundry basket")
    expect(person.page.locator("main")).to_contain_text("answers carried forward to confirm")
    person.follow("1. Neurology")
    person.sees("Neurology and red flags")
    typist = Typist(person.page)
    walk(typist, FOLLOW_UP)
    visit = fracture.visits.open().get()
    note(follow_up_answers=typist.answers, follow_up_presses=typist.presses, follow_up_seconds=typist.seconds)
    assert typist.answers <= FOLLOW_UP_ANSWERS
    assert typist.seconds <= FOLLOW_UP_SECONDS
    assert visit.evaluation().headline != "answers_needed"
    assert (visit.cancer_history, visit.levels, visit.heart_failure_severe) == ("none", ("T12",), "no")


def test_a_call_is_recorded_in_twenty_seconds(meet, clinician, fracture):
    """From the worklist and back to it: nobody answered; then the patient did."""
    today = timezone.localdate()
    first = {**make.UNREMARKABLE, "onset_on": today - timedelta(days=29), "identified_on": today - timedelta(days=22)}
    plan = signed(make.visit(by=clinician, of=fracture, on=today - timedelta(days=20), **first), timezone.now())
    person = meet()
    person.is_signed_in(clinician)
    seconds = {}
    for outcome, words in (("no_answer", ""), ("done", "Pain less, walks with a stick. Legs fine.")):
        person.open("/")
        typist = Typist(person.page)
        typist.follow("Record Early review")
        person.sees("Early review")
        typist.choose("outcome", outcome)
        if words:
            typist.to("words")
            typist.type(words)
        typist.follow("Save")
        person.sees("Worklist")
        seconds[outcome] = typist.seconds
    note(call_without_answer_seconds=seconds["no_answer"], call_seconds=seconds["done"])
    assert Task.objects.get(plan=plan, kind=Kind.EARLY).outcome == "done"
    assert max(seconds.values()) <= CALL_SECONDS
