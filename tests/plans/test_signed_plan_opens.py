"""A signed plan's page opens what decided it, and its papers carry what belongs to them, from the record alone."""

import json
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from pathway.guideline.evidence import POSITIONS
from pathway.plans import canonical, layout, paper
from pathway.plans.few_words import POSITIONS_IN_BRIEF
from tests import make
from tests.plans import ordinary_patients as ordinary
from tests.plans.reading import pages, words
from tests.plans.signed import signed

DEFORMED = {**ordinary.THREE_WEEKS, "height_loss_percent": Decimal(26), "kyphosis_degrees": Decimal(17)}


@pytest.fixture
def plan(db):
    make.wording()
    return signed(make.visit(by=make.clinician(), **DEFORMED))


@pytest.fixture
def follow_up(plan):
    """The next visit of the same fracture, three weeks later, with less pain."""
    later = {**DEFORMED, "pain_nrs": 4, "bone_medicine": "oral_bisphosphonate", "marrow_imaging_on": date(2026, 12, 10)}
    return signed(make.visit(by=plan.signed_by, of=plan.visit.fracture, on=date(2026, 12, 13), **later))


def page_of(client, plan) -> str:
    client.force_login(plan.signed_by)
    return unescape(client.get(reverse("plans:plan", args=[plan.pk])).content.decode())


def test_each_criterion_opens_without_deciding_anything_again(client, plan, monkeypatch):
    def decided_again(*_args):
        raise AssertionError("A signed plan is read, never computed.")

    monkeypatch.setattr("pathway.clinic.models.visits.evaluate", decided_again)
    page = page_of(client, plan)
    assert "How each criterion was decided" in page
    assert "Vertebral body height loss: 20% or more" in page
    assert "Onset of symptoms: 01-Nov-2026 (22-Nov-2026)" in page
    assert "S13" in page
    assert reverse("plans:what_if", args=[plan.visit_id]) in page
    assert 'class="app-spine"' in page


def test_a_record_of_the_first_format_still_opens_and_prints(plan):
    old = json.loads(plan.record)
    for added in ("trends", "positions"):
        del old[added]
    old["criteria"] = [{key: one[key] for key in ("name", "label", "state")} for one in old["criteria"]]
    page = layout.page(old, "clinician", draft=False)
    assert page["criteria"][0]["lines"] == []
    assert not page["trends"]["charts"]
    assert len(pages(paper.render(old, "clinician", draft=False))) >= 1


def test_the_clinicians_paper_says_who_disagrees_on_augmentation(plan):
    assert plan.frozen()["positions"]
    text = words(plan.paper("clinician"))
    assert "Who disagrees on augmentation" in text
    for position in POSITIONS:
        assert position.who in text
        assert POSITIONS_IN_BRIEF[position.source] in text
    assert "Medtronic" in text


def test_it_does_not_where_augmentation_is_no_question(db):
    make.wording()
    plan = ordinary.singh()
    assert plan.frozen()["positions"] == []
    assert "Who disagrees" not in words(plan.paper("clinician"))


def test_every_position_has_its_few_words():
    assert set(POSITIONS_IN_BRIEF) == {position.source for position in POSITIONS}


def test_a_later_plan_shows_the_course_on_its_page_and_on_paper(client, follow_up):
    page = page_of(client, follow_up)
    said = "Worst pain in 24 hours: fell from 7 of 10 to 4 of 10 over 2 visits."
    assert said in page
    text = words(follow_up.paper("clinician"))
    for shown in ("Course", "7 of 10 4 of 10", "b 13-Dec-2026 bone medicine: Oral bisphosphonate"):
        assert shown in text


def test_large_print_is_the_leaflet_again_and_says_the_same(client, plan):
    client.force_login(plan.signed_by)
    answer = client.get(reverse("plans:large_pdf", args=[plan.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    large, ordinary_print = words(answer.content), words(plan.paper("patient"))
    assert "OKAFOR" in large
    assert len(pages(answer.content)) > len(pages(plan.paper("patient")))
    assert set(ordinary_print.split()) - set(large.split()) <= {"2", "1", "of"}


def test_the_record_stays_one_that_can_be_signed(plan, follow_up):
    for stored in (plan.record, follow_up.record):
        assert canonical.encode(canonical.decode(bytes(stored))) == bytes(stored)
