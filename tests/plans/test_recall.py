"""Recall lists exactly the signed plans that a rule, a text, an edition or an answer touched."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from pathway.plans import paper, recall, triggers
from pathway.plans.models import Plan
from pathway.wording.models import Statement
from tests import make
from tests.plans.signed import NOW, signed


@pytest.fixture
def plans(db, monkeypatch) -> dict[str, Plan]:
    """Signed plans by their kyphosis in degrees and their dorsal wall loss in %; None where neither was recorded."""
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: b"%PDF")
    make.wording()
    made = {}
    for number, kyphosis in enumerate(("9.9", "10", "14.9", "15", "20", "20.1", None)):
        measured = (
            {}
            if kyphosis is None
            else {
                "kyphosis_degrees": Decimal(kyphosis),
                "dorsal_wall_loss_percent": Decimal(kyphosis),
            }
        )
        visit = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none", **measured)
        made[kyphosis] = signed(visit, NOW + timedelta(minutes=number))
    return made


def numbers(asked) -> list[str]:
    return [match.plan.number for match in recall.matches(asked)]


def of(plans, *which) -> list[str]:
    return [plans[key].number for key in which]


def test_an_answer_within_a_range_with_both_ends(plans):
    assert numbers(recall.answer("kyphosis_degrees", "10", "20")) == of(plans, "10", "14.9", "15", "20")
    assert numbers(recall.answer("kyphosis_degrees", "20.05", "200")) == of(plans, "20.1")
    assert numbers(recall.answer("onset_on", "2026-11-01", "2026-11-01")) == of(plans, *plans)
    assert numbers(recall.answer("onset_on", "2026-11-02", "2027-11-01")) == []
    assert numbers(recall.answer("levels", "T12", "T12")) == of(plans, *plans)
    assert numbers(recall.answer("cancer_history", "none", "none")) == of(plans, *plans)


def test_a_rule_that_gave_an_answer_or_one_answer(plans):
    assert numbers(recall.rule("deformity.dorsal_wall")) == of(plans, "9.9", "10", "14.9", "15", "20", "20.1")
    assert numbers(recall.rule("deformity.dorsal_wall=met")) == of(plans, "10", "14.9", "15", "20", "20.1")
    for typed in ("deformity.dorsal_wall = not met", "deformity.dorsal_wall=not_met", "deformity.dorsal_wall=Not met"):
        assert numbers(recall.rule(typed)) == of(plans, "9.9")
    assert numbers(recall.rule("deformity.dorsal_wall=not known")) == of(plans, None)
    recorded = {
        plan.number
        for plan in plans.values()
        for action in plan.frozen()["actions"]
        if (action["name"], action["status"]) == ("refer.augmentation", "recommended")
    }
    assert set(numbers(recall.rule("refer.augmentation=recommended"))) == recorded
    assert numbers(recall.rule("refer.emergency_spine=not indicated")) == of(plans, *plans)


def test_a_sentence_in_one_of_its_texts(plans):
    sentence = "leaflet:healing:patient"
    assert numbers(recall.wording(sentence)) == numbers(recall.wording(f"{sentence}@1")) == of(plans, *plans)
    assert numbers(recall.wording(f"{sentence}@2")) == []
    Statement.objects.filter(kind="leaflet", key="healing", audience="patient", language="en").update(revision=2)
    visit = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    visit_release = Statement.objects.get(kind="leaflet", key="healing", audience="patient", language="en").release
    visit_release.touch(NOW)
    later = signed(visit, NOW + timedelta(hours=1))
    assert numbers(recall.wording(f"{sentence}@2")) == [later.number]
    assert numbers(recall.wording(f"{sentence}@1")) == of(plans, *plans)


def test_a_plan_from_before_texts_were_numbered_is_listed_and_says_so():
    """Its record names the sentence but not which of its texts it was."""
    sentence = {"name": "refer.augmentation", "heading": "x", "patient": {"heading": "y"}}
    record = {"actions": [sentence], "notices": [], "headline": {"name": "z", "patient": {}}, "leaflet": {}}
    for asked in ("action:refer.augmentation:clinician@3", "action:refer.augmentation:patient"):
        assert "before texts were numbered, so it is not ruled out" in recall.wording(asked)(record)
    assert recall.wording("action:pain.acetaminophen:clinician@3")(record) == ""


def test_a_translation_in_one_of_its_texts():
    """What a patient was given to read in another language is found by itself, not by its English text."""
    english, spanish = {"heading": "x", "revision": 7}, {"heading": "y", "revision": 4}
    text = {"headline": spanish, "leaflet": {"healing": spanish}, "actions": {"bone.dxa": spanish}}
    record = {"actions": [], "notices": [], "headline": {"name": "recovering", "patient": english},
              "leaflet": {"healing": english}, "translations": {"es": text}}  # fmt: skip
    for sentence in ("leaflet:healing:patient", "headline:recovering:patient"):
        assert recall.wording(f"{sentence}@7")(record) == recall.wording(f"{sentence}:en@7")(record) == "text 7"
        assert recall.wording(f"{sentence}@4")(record) == ""
    for sentence in ("leaflet:healing:patient", "headline:recovering:patient", "action:bone.dxa:patient"):
        assert recall.wording(f"{sentence}:es@4")(record) == recall.wording(f"{sentence}:es")(record) == "text 4"
        assert recall.wording(f"{sentence}:es@7")(record) == recall.wording(f"{sentence}:fr")(record) == ""


def test_an_edition(plans):
    assert numbers(recall.edition("1")) == of(plans, *plans)


def test_a_damaged_plan_is_not_ruled_out(plans):
    triggers.drop(connection)
    Plan.objects.filter(pk=plans["9.9"].pk).update(record=b"{}")
    found = list(recall.matches(recall.answer("kyphosis_degrees", "20.1", "21")))
    assert [(match.plan.number, match.found) for match in found] == [
        (plans["9.9"].number, "its record is damaged and cannot be read"),
        (plans["20.1"].number, "20.1 °"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        lambda: recall.rule("deformity.nothing"),
        lambda: recall.rule("deformity.kyphosis=maybe"),
        lambda: recall.rule("deformity.kyphosis=recommended"),
        lambda: recall.rule("refer.augmentation=met"),
        lambda: recall.wording("action:nothing:clinician@1"),
        lambda: recall.wording("action:refer.augmentation:clinician@0"),
        lambda: recall.wording("leaflet:healing:patient@"),
        lambda: recall.edition("2"),
        lambda: recall.answer("kyphosis_degrees", "20", "10"),
        lambda: recall.answer("sex", "woman", "woman"),
        lambda: recall.answer("cancer_history", "none", "past"),
        lambda: recall.wording("action:refer.augmentation"),
        lambda: recall.wording("action:refer.augmentation:nurse@1"),
        lambda: recall.wording("action:refer.augmentation:clinician@one"),
        lambda: recall.edition("first"),
        lambda: recall.answer("shoe_size", "1", "2"),
        lambda: recall.answer("kyphosis_degrees", "low", "20"),
        lambda: recall.answer("kyphosis_degrees", "NaN", "20"),
        lambda: recall.answer("onset_on", "11/01/2026", "2026-11-02"),
    ],
)
def test_a_question_that_no_plan_could_answer_is_refused(asked):
    with pytest.raises(recall.NotAskedError):
        asked()


def test_the_command_lists_and_counts(plans):
    printed = StringIO()
    call_command("recall", answer=["kyphosis_degrees", "15", "15"], stdout=printed)
    assert printed.getvalue().splitlines() == [
        f"{plans['15'].number}  2026-11-22  {plans['15'].pk}  15 °",
        "1 signed plans match answer kyphosis_degrees 15 15.",
    ]
    with pytest.raises(CommandError, match="neither a criterion nor an action"):
        call_command("recall", rule="nothing")


def test_the_page_is_for_administrators_and_auditors_and_names_no_patient(plans, client):
    address = reverse("plans:recall")
    for roles, status in (
        ({"is_clinician": True}, 403),
        ({"is_wording_editor": True}, 403),
        ({"is_administrator": True}, 200),
        ({"is_auditor": True}, 200),
    ):
        client.force_login(make.user(**roles))
        assert client.get(address).status_code == status
    page = client.get(address, {"fact": "kyphosis_degrees", "low": "10", "high": "20"})
    assert [match.plan.number for match in page.context["matches"]] == of(plans, "10", "14.9", "15", "20")
    text = page.content.decode()
    assert plans["15"].number in text
    assert "kafor" not in text.lower()
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.action, event.object_type, event.reason) == ("read", "recall", "answer kyphosis_degrees 10 20")
    for wrong in ({"rule": "nothing"}, {"rule": "deformity", "edition": "1"}, {"fact": "kyphosis_degrees"}):
        assert client.get(address, wrong).status_code == 422
