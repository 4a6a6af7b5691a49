"""What the panel says, in which order, and what it does not say."""

from datetime import date
from decimal import Decimal

import pytest

from pathway.clinic.panel import panel_for
from pathway.guideline.evaluate import evaluate
from tests import make

MET = {
    "pain_nrs": 6,
    "pain_course": "worsening",
    "pain_at_fracture_level": "yes",
    "medical_management_tried": "yes",
    "marrow_edema": "yes",
    "marrow_imaging_on": date(2026, 11, 10),
    "inr": Decimal("1.0"),
    "platelets_10_9_l": 210,
    "unstable_fracture": "no",
    "of_type": "OF2",
    "cord_compression_on_imaging": "no",
    "malignant_imaging_features": "no",
    "infection_imaging_features": "no",
    "cement_or_contrast_allergy": "no",
    "myeloma_screen": "normal",
    "adjusted_calcium_mmol_l": Decimal("2.40"),
    "hemoglobin_g_l": 130,
    "esr_mm_h": 20,
    "crp_mg_l": Decimal(4),
}


@pytest.fixture
def panel(visit, wording):
    """The panel for the ordinary patient with other answers."""

    def panel_with(**answers):
        facts = {**visit.stated(), **make.UNREMARKABLE, **answers}
        return panel_for(visit, evaluate(facts, visit.on))

    return panel_with


def kinds(panel) -> dict[str, str]:
    return {item.name: item.kind for item in (*panel.urgent, *panel.routine)}


def test_the_procedures_are_advised_only_with_their_discussion(panel):
    shown = kinds(panel(**MET))
    assert [shown[name] for name in list(shown)[:3]] == ["advised"] * 3
    first, *options = list(shown)[:3]
    assert first == "refer.augmentation"
    assert set(options) == {"augmentation.vertebroplasty", "augmentation.kyphoplasty"}


def test_a_screen_that_was_not_done_is_still_needed(panel):
    shown = panel(**{**MET, "myeloma_screen": "not_done"})
    assert ("myeloma_screen", "Myeloma screen: Not done") in [(q.fact, q.label) for q in shown.needed]
    assert "myeloma_screen" in shown.deciding


def test_while_a_check_is_open_the_procedures_are_one_note_below_the_discussion(panel):
    checked = panel(**{**MET, "inr": None})
    shown = kinds(checked)
    assert list(shown)[:2] == ["refer.augmentation", "augmentation.options"]
    assert (shown["refer.augmentation"], shown["augmentation.options"]) == ("check", "note")
    assert not {"augmentation.vertebroplasty", "augmentation.kyphoplasty"} & set(shown)
    assert any(reason.startswith("INR: not recorded") for reason in checked.routine[0].because)


def test_long_reasons_are_cut_and_counted(panel):
    reasons = panel(pain_nrs=6, pain_course="worsening", medical_management_tried="yes").routine[0]
    assert len(reasons.because) == 4
    assert reasons.more_reasons > 0


def test_a_blocked_discussion_says_what_blocks_it_first(panel):
    blocked = panel(**{**MET, "cement_or_contrast_allergy": "yes"})
    assert blocked.routine[0].name == "refer.augmentation"
    assert blocked.routine[0].kind == "blocked"
    assert blocked.routine[0].because[0] == "Allergy to bone cement or contrast: Yes"
    assert "augmentation.options" not in kinds(blocked)


def test_what_is_urgent_comes_first_and_is_counted(panel):
    emergency = panel(cord_signs="yes", unstable_fracture="yes")
    assert [item.name for item in emergency.urgent] == ["refer.emergency_spine", "refer.surgery"]
    assert emergency.is_emergency
    assert emergency.counts.startswith("2 urgent")
    assert emergency.alert.startswith("Urgent: ")


def test_what_brought_the_patient_into_scope_is_not_repeated(panel):
    for item in panel(**MET).routine:
        assert not [reason for reason in item.because if reason.startswith(("Mechanism", "Vertebral fracture seen"))]


def test_nothing_said_twice(panel):
    shown = panel(**MET)
    names = [item.name for item in (*shown.urgent, *shown.routine)]
    assert len(names) == len(set(names))
