"""Hand-written records as `record.build` makes them, to try the paper without a database."""

import json
from copy import deepcopy
from pathlib import Path

ORDINARY = json.loads(Path(__file__).with_name("ordinary.json").read_text("utf-8"))


def said(text: str) -> list[dict]:
    return [{"kind": "paragraph", "lines": [text]}]


def record(**changed) -> dict:
    """A fresh copy of the ordinary record with some of its parts replaced."""
    assert set(changed) <= set(ORDINARY), changed
    return deepcopy(ORDINARY) | changed


def unsigned() -> dict:
    return record(signature=None, plan=ORDINARY["plan"] | {"number": ""})


def patient(**changed) -> dict:
    """The ordinary record of someone else."""
    assert set(changed) <= set(ORDINARY["patient"]), changed
    return record(patient=ORDINARY["patient"] | changed)


def emergency() -> dict:
    """Saddle numbness: the emergency stands alone, the rest follows."""
    made = record(
        headline={
            "name": "emergency_spine",
            "heading": "Emergency: spinal cord or cauda equina at risk",
            "references": [1],
            "blocks": said(
                "Emergency MRI and a spine surgeon now, by telephone. Nothing else on this plan comes first."
            ),
            "patient": {
                "heading": "You need to be seen in hospital now",
                "blocks": said("Your nerves may be under pressure."),
            },
        }
    )
    made["actions"][0].update(
        status="recommended",
        because=["Cauda equina symptoms: yes"],
        blocks=said(
            "Telephone the spine surgeon on call. Keep the patient flat until the spine is known to be stable."
        ),
    )
    return made


def answers_needed() -> dict:
    return record(
        headline={
            "name": "answers_needed",
            "heading": "Answers are needed first",
            "references": [],
            "blocks": said("The safety questions are not complete, so no routine advice is given yet."),
            "patient": {
                "heading": "We need a few more answers",
                "blocks": said("Your clinician will ask you more questions."),
            },
        },
        questions=[
            {"fact": "neuro_exam_done", "label": "Neurological examination done"},
            {"fact": "temperature_c", "label": "Temperature"},
            {"fact": "cancer_history", "label": "Cancer history"},
        ],
    )
