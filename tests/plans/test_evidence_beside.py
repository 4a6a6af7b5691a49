"""On the review page each criterion opens to what decided it, and evidence stands beside the advice."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evidence import POSITIONS
from pathway.plans.criteria_opened import opened
from tests import make

pytestmark = pytest.mark.django_db
DEFORMED = {**make.UNREMARKABLE, "pain_nrs": 6, "height_loss_percent": Decimal("22"), "bone_medicine": "none"}


@pytest.fixture
def clinician():
    make.wording()
    return make.clinician()


@pytest.fixture
def client(client, clinician):
    client.force_login(clinician)
    return client


def lines_of(visit, name: str) -> dict:
    [found] = [one for one in opened(visit.evaluation(), visit.carried()) if one.name == name]
    return {line.text: line for line in found.lines}


def test_every_criterion_opens_to_its_parts(clinician):
    visit = make.visit(by=clinician, **DEFORMED)
    names = [criterion.name for criterion in opened(visit.evaluation(), visit.carried())]
    assert names == list(CRITERIA)
    assert len(lines_of(visit, "deformity")) > 4


def test_a_leaf_has_value_day_limit_unit_and_source(clinician):
    lines = lines_of(make.visit(by=clinician, **DEFORMED), "deformity.height_loss")
    line = lines["Vertebral body height loss: 20% or more"]
    assert (line.state, line.value, line.limit) == ("met", "22%", "20%")
    assert line.recorded == ("22-Nov-2026",)
    assert line.cites == ("S13", "D7")


def test_a_worked_out_value_tells_its_answers_and_its_formula(clinician):
    lines = lines_of(make.visit(by=clinician, **DEFORMED), "decision_day_reached")
    line = lines["Days since the fracture: 84 days or more"]
    assert line.recorded[0] == "Onset of symptoms: 01-Nov-2026 (22-Nov-2026)"
    assert "days since onset" in line.recorded[-1]


def test_an_answer_of_an_earlier_visit_has_its_own_day(clinician):
    first = make.signed_visit(by=clinician, on=date(2026, 11, 8), **{**DEFORMED, "pain_nrs": 3})
    visit = make.visit(by=clinician, of=first.fracture, **DEFORMED)
    lines = lines_of(visit, "worsening")
    rise = next(line for line in lines.values() if line.text.startswith("Rise of the pain score") and line.limit)
    assert any("3 of 10 (08-Nov-2026)" in said for said in rise.recorded)


def test_what_is_not_recorded_says_so(clinician):
    line = lines_of(make.visit(by=clinician, **DEFORMED), "pulmonary_dysfunction").popitem()[1]
    assert (line.state, line.value, line.recorded) == ("not known", "not recorded", ())


def page(client, visit) -> str:
    return unescape(client.get(reverse("plans:review", args=[visit.pk])).content.decode())


def test_who_disagrees_stands_beside_augmentation_once_it_is_indicated(client, clinician):
    html = page(client, make.visit(by=clinician, **DEFORMED))
    assert all(position.says in html for position in POSITIONS)
    assert "Medtronic" in html
    html = page(client, make.visit(by=clinician, **{**DEFORMED, "height_loss_percent": Decimal("5")}))
    assert not any(position.says in html for position in POSITIONS)


def test_the_relative_effect_of_alendronate_stands_with_the_absolute_one(client, clinician):
    html = page(client, make.visit(by=clinician, **DEFORMED))
    assert "48% fewer; 3.2% against 6.2% over 3 years; about 33 treated for one." in html


def test_the_review_page_opens_the_criteria(client, clinician):
    html = page(client, make.visit(by=clinician, **DEFORMED))
    assert "How each criterion was decided" in html
    assert all(f"{criterion.label}: <strong>" in html for criterion in CRITERIA.values())
