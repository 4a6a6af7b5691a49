"""The shipped release is complete, cites only what is registered, and says what it must."""

import re
import tomllib

import pytest
from django.conf import settings

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evidence import BIBLIOGRAPHY, EFFECTS, POSITIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1
from pathway.guideline.notices import NOTICES
from pathway.guideline.readings import READINGS
from pathway.guideline.sources import CONFIDENCE, SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.wording.fixture import faults, read_release
from pathway.wording.registry import LEAFLET, is_known, required

RELEASE = read_release(settings.BASE_DIR / "fixtures" / "wording" / "release-1")
TEXTS = {text.identity: text for text in RELEASE.statements}
NAMES = {*CRITERIA, *ACTIONS, *HEADLINES, *NOTICES, *(f"leaflet.{key}" for key in LEAFLET)}


def said(kind, key, audience="clinician"):
    return f"{TEXTS[kind, key, audience].heading}\n{TEXTS[kind, key, audience].body}"


def test_the_release_has_no_fault():
    assert faults(RELEASE, EDITION_1) == []


def test_every_name_has_both_audiences():
    assert set(TEXTS) == set(required())
    assert len(required()) == 2 * (len(ACTIONS) + len(NOTICES) + len(HEADLINES) + len(CRITERIA)) + len(LEAFLET)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_an_action_cites_the_statements_and_decisions_of_its_rule(action):
    cited = TEXTS["action", action.name, "clinician"].cites.split()
    assert {*action.statements, *action.decisions} <= set(cited)


def test_every_citation_of_the_guideline_is_registered():
    cites = [cite for action in ACTIONS.values() for cite in action.cites]
    cites += [cite for notice in NOTICES.values() for cite in notice.cites]
    cites += [cite for criterion in CRITERIA.values() for cite in (*criterion.statements, *criterion.decisions)]
    cites += [cite for limit in EDITION_1.by_name.values() for cite in limit.source.split()]
    assert [cite for cite in cites if not is_known(cite)] == []


def test_the_registries_name_only_what_exists():
    assert list(STATEMENTS) == [f"S{n}" for n in range(1, 32)]
    assert list(DECISIONS) == [f"D{n}" for n in range(1, 14)]
    assert [name for s in STATEMENTS.values() for name in s.carried_by if name not in NAMES] == []
    assert [name for d in DECISIONS.values() for name in d.depends if name not in NAMES] == []
    assert [name for reading in READINGS for name in reading.names if name not in NAMES] == []
    keys = [key for s in STATEMENTS.values() for key in s.sources]
    keys += [entry.source for entry in (*POSITIONS, *EFFECTS)]
    keys += [key for entry in BIBLIOGRAPHY.values() for key in entry.likely]
    assert [key for key in keys if key not in SOURCES] == []
    assert {source.confidence for source in SOURCES.values()} == set(CONFIDENCE)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=lambda statement: statement.id)
def test_every_statement_reaches_a_reader(statement):
    carriers = [
        text for text in RELEASE.statements
        if statement.id in text.cites.split() and (text.key in statement.carried_by or text.kind == "leaflet")
    ]  # fmt: skip
    assert carriers


def test_an_action_that_carries_a_statement_is_named_by_it():
    unnamed = [
        (action.name, cite) for action in ACTIONS.values() for cite in action.statements
        if action.name not in STATEMENTS[cite].carried_by
    ]  # fmt: skip
    assert unnamed == []


def test_a_doi_stands_only_where_it_is_confirmed():
    assert [s.key for s in SOURCES.values() if s.doi and s.confidence != "confirmed"] == []


@pytest.mark.parametrize("key", ["augmentation.vertebroplasty", "augmentation.kyphoplasty"])
def test_relief_by_cement_is_told_as_contested(key):
    assert "sham-controlled" in said("action", key)
    assert "no important benefit" in said("action", key)
    assert "contested" in said("action", key)


def test_notes_on_augmentation_are_carried():
    assert "age of the fracture" in said("action", "refer.augmentation")
    assert "Focal pain" in said("action", "refer.augmentation")
    assert "restored height" in said("action", "augmentation.kyphoplasty")


def test_relative_effects_stand_with_absolute_ones():
    for kind, key in (("action", "bone.alendronate"), ("notice", "alendronate_evidence")):
        assert all(number in said(kind, key) for number in ("48%", "3.2% against 6.2%", "33"))


def test_the_funder_of_the_panel_is_named():
    assert "Medtronic" in said("notice", "augmentation_contested")


def test_the_emergency_names_the_local_pathway_and_now():
    for kind, key in (("headline", "emergency_spine"), ("action", "refer.emergency_spine")):
        assert "local emergency pathway now" in said(kind, key)
        assert "hospital now" in said(kind, key, "patient")


def test_safety_words_of_medicines():
    assert "laxative" in said("action", "pain.opioid")
    assert "shortest course" in said("action", "pain.opioid")
    assert "gastroprotection" in said("action", "pain.nsaid")
    assert "$calcitonin_window" in said("action", "pain.calcitonin")


def test_the_leaflet_tells_when_to_get_help():
    help_now = said("leaflet", "get_help_now", "patient").lower()
    for sign in ("weakness", "numbness", "bladder", "bowels", "between your legs", "temperature", "breathing"):
        assert sign in help_now


def test_what_the_leaflet_says_is_broken_is_true_of_one_bone_and_of_several():
    """The line above it names every broken level."""
    assert TEXTS["leaflet", "what_you_have", "patient"].body.startswith("One or more bones in your back have broken")
    spanish = tomllib.loads((settings.BASE_DIR / "fixtures/wording/release-1/es/leaflet.toml").read_text("utf-8"))
    [body] = [one["body"] for one in spanish["statement"] if one["key"] == "what_you_have"]
    assert body.startswith("Uno o más huesos de su espalda se han roto y están más planos.")


def test_healing_takes_two_to_twelve_weeks():
    assert "2 to 12 weeks" in said("leaflet", "healing", "patient")


def test_no_dose_is_printed_and_nothing_is_ordered():
    doses = re.compile(r"\d\s?(mg|µg|mcg|ug|IU|units|tablets?|ml)\b(?!/)", re.IGNORECASE)
    orders = re.compile(r"\bperform\b", re.IGNORECASE)
    assert [t.identity for t in TEXTS.values() if doses.search(t.body) or orders.search(t.body)] == []


def test_patients_read_no_codes():
    codes = re.compile(r"\b([SD]\d+|NRS|RMDQ|ODI|DXA|CRP|ESR|INR|eGFR|OF\d|NSAIDs?|T-score)\b")
    patient = [text for text in RELEASE.statements if text.audience == "patient"]
    assert [text.identity for text in patient if codes.search(f"{text.heading} {text.body}")] == []


def test_who_was_told_to_stay_in_bed_is_not_told_to_get_up():
    """Bed rest is advised without a stop: with an unstable spine only these words keep a patient lying."""
    up = [text for text in RELEASE.statements if text.audience == "patient" and "get up" in text.body]
    assert {text.key for text in up} >= {"activity.limit_bed_rest", "pitfall.immobilization"}
    assert [
        text.key for text in up if "a doctor told you to stay in bed" not in " ".join(text.body.lower().split())
    ] == []


def test_patients_read_short_sentences():
    """Twenty-three words: about what an eleven-year-old follows in one breath."""
    long = []
    for text in RELEASE.statements:
        if text.audience == "patient":
            long += [s for s in re.split(r"[.?!:]\s|\n\n|\n- ", text.body) if len(s.split()) > 23]
    assert long == []
