"""The papers of ordinary patients, whose every question was answered and whose every action was decided."""

import re

import pytest

from pathway.guideline.decisions import DECISIONS
from pathway.guideline.sources import SOURCES
from pathway.plans.evidence import NOT_LISTED
from pathway.plans.few_words import DECISIONS_IN_BRIEF, SOURCES_IN_BRIEF
from tests import make
from tests.plans import ordinary_patients
from tests.plans.reading import pages, words


@pytest.fixture
def plan(request, db):
    make.wording()
    return getattr(ordinary_patients, request.param)()


@pytest.mark.parametrize("plan", ["okafor", "singh", "larsen"], indirect=True)
def test_the_plan_has_two_pages_and_so_has_the_leaflet(plan):
    """Also where six bone medicines were followed, of which one is still to be chosen."""
    assert len(pages(plan.paper("clinician"))) == 2
    assert len(pages(plan.paper("patient"))) == 2


@pytest.mark.parametrize("plan", ["okafor", "larsen"], indirect=True)
def test_the_leaflet_names_every_bone_medicine_that_was_followed(plan):
    text = words(plan.paper("patient"))
    followed = [
        action["patient"]["heading"]
        for action in plan.frozen()["actions"]
        if action["name"].startswith("bone.") and action["decision"] and action["decision"]["choice"] == "follow"
    ]
    assert len(followed) > 3
    assert [heading for heading in followed if heading not in text] == []
    several = sum(name in text for name in ("Alendronate for your bones", "Risedronate for your bones")) == 2
    assert ("To choose from:" in text) is several


@pytest.mark.parametrize("plan", ["okafor"], indirect=True)
def test_both_papers_mark_the_broken_level(plan):
    assert "T12: grade 0, 3 weeks" in words(plan.paper("clinician"))
    assert "The broken bone is T12: where your ribs end and your lower back begins." in words(plan.paper("patient"))


@pytest.mark.parametrize("plan", ["okafor"], indirect=True)
def test_the_plan_says_briefly_what_was_decided_answered_and_cited(plan):
    text = words(plan.paper("clinician"))
    record = plan.frozen()
    followed = sum(1 for a in record["actions"] if a["decision"])
    assert followed > 20
    assert text.count("☑") == followed + 1, "one in the legend"
    assert "Followed" not in text, "a mark says it"
    assert "Temperature 36.77°C (typed 98.2 °F)" in text
    assert "Weight 58.05 kg (typed 128 lb)" in text
    assert "Scoliosis angle" in text, "asked and not recorded"
    assert "Scoliosis known before the fracture." not in text, "not asked without an angle"
    assert "Urgent work-up for a pathologic fracture: Cancer history: None (and 8 more)" in text
    assert "D2 not sufficient relief: worst pain 4 or more of 10" in text
    assert "McCarthy, AFP 2016" in text


@pytest.mark.parametrize("plan", ["larsen"], indirect=True)
def test_a_medicine_that_was_not_chosen_has_its_reason_and_no_text(plan):
    text = words(plan.paper("clinician"))
    risedronate = text.partition("Option: risedronate. ")[2].partition("Option:")[0]
    assert risedronate.startswith("Check first: not recorded: Creatinine. Clinician decision: Not followed.")
    assert "Reason: Another option chosen. Alendronate chosen." in risedronate
    assert "Consider this oral bisphosphonate as an alternative" not in text


@pytest.mark.parametrize("plan", ["singh"], indirect=True)
def test_the_leaflet_says_nothing_twice(plan):
    sentences = re.findall(r"[A-Z][^.•]{20,}\.", words(plan.paper("patient")))
    bodies = [sentence for sentence in sentences if "Page" not in sentence and "SINGH" not in sentence]
    assert len(bodies) == len(set(bodies)) > 20


def test_every_source_and_interpretation_has_its_few_words():
    assert set(SOURCES_IN_BRIEF) == set(SOURCES) - set(NOT_LISTED)
    assert len(set(SOURCES_IN_BRIEF.values())) == len(SOURCES_IN_BRIEF)
    assert set(DECISIONS_IN_BRIEF) == set(DECISIONS)
