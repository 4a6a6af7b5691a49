"""A clinical reviewer signs off interpretations: who may, what is kept, what a page and a plan then say."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from pathway.guideline.decisions import DECISIONS
from pathway.plans import drafts
from pathway.wording.models import InterpretationSignOff
from pathway.wording.sign_offs import WRITTEN_ONCE, open_decisions, signed_text, standing
from tests import make

pytestmark = pytest.mark.django_db
ADD = "admin:wording_interpretationsignoff_add"


@pytest.fixture
def reviewer(client, db):
    user = make.clinician(is_wording_editor=True, printed_name="Dr Eve Reviewer")
    client.force_login(user)
    return user


def post(client, decision="D1", outcome="signed_off", note=""):
    return client.post(reverse(ADD), {"decision": decision, "outcome": outcome, "note": note})


def refusal(reply) -> str:
    assert reply.status_code == 200
    return " ".join(str(error) for errors in reply.context["errors"] for error in errors)


def signed(decision="D1", edition=1, text="", outcome="signed_off", note=""):
    return InterpretationSignOff.objects.create(
        decision=decision, rules_edition=edition, text=text or signed_text(DECISIONS[decision]), outcome=outcome,
        by=make.clinician(), printed_name="Dr Eve Reviewer", on=date(2026, 11, 20), note=note,
    )  # fmt: skip


def test_at_first_every_interpretation_is_open(db):
    assert open_decisions(1) == tuple(DECISIONS)


def test_a_sign_off_keeps_who_when_which_edition_and_the_words(client, reviewer):
    assert post(client, note="Agreed at the fracture meeting.").status_code == 302
    made = InterpretationSignOff.objects.get()
    assert (made.by, made.printed_name, made.rules_edition) == (reviewer, "Dr Eve Reviewer", 1)
    assert made.text == f"{DECISIONS['D1'].question} {DECISIONS['D1'].decision}"
    assert open_decisions(1) == tuple(DECISIONS)[1:]


def test_the_page_says_who_signed_and_what_awaits(client, reviewer, release):
    post(client, "D4")
    html = client.get(reverse("wording:interpretations")).content.decode()
    assert "1 of 13 are signed off under rules edition 1." in html
    assert "Dr Eve Reviewer, " in html
    assert html.count("Awaiting sign-off") == 12


def test_a_withdrawn_one_is_open_again_and_says_why(client, reviewer):
    post(client)
    assert "Say in the note why" in refusal(post(client, outcome="withdrawn"))
    assert post(client, outcome="withdrawn", note="New trial.").status_code == 302
    assert open_decisions(1) == tuple(DECISIONS)
    assert post(client).status_code == 302
    assert "D1" not in open_decisions(1)


def test_twice_or_without_cause_is_refused(client, reviewer):
    assert "nothing to withdraw" in refusal(post(client, outcome="withdrawn", note="Why not."))
    post(client)
    assert "signed off already" in refusal(post(client))
    assert "choose one of the answers shown" in refusal(post(client, "D99"))


def test_another_edition_or_other_words_are_not_signed_off(db):
    signed("D1", edition=2)
    signed("D2", text="What was asked before?")
    assert standing(1) == {}
    assert set(standing(2)) == {"D1"}


def test_the_database_keeps_what_was_signed(db):
    made = signed()
    for change in (made.delete, lambda: InterpretationSignOff.objects.update(note="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert WRITTEN_ONCE.missing(connection) == []


@pytest.mark.parametrize(
    "roles", [("is_wording_editor",), ("is_administrator",), ("is_administrator", "is_wording_editor")]
)
def test_without_being_a_clinician_and_an_editor_nobody_signs(client, release, roles):
    client.force_login(make.user(**dict.fromkeys(roles, True)))
    assert client.get(reverse(ADD)).status_code == 403
    assert post(client).status_code == 403
    assert "Sign off an interpretation" not in client.get(reverse("wording:interpretations")).content.decode()
    assert client.get(reverse("admin:wording_interpretationsignoff_changelist")).status_code == 200


def test_a_clinician_who_does_not_edit_the_wording_does_not_sign(client, release):
    client.force_login(make.clinician())
    assert client.get(reverse(ADD)).status_code in (302, 403)
    assert post(client).status_code in (302, 403)
    assert not InterpretationSignOff.objects.exists()


def test_nobody_changes_or_deletes_one(client, reviewer):
    post(client)
    made = InterpretationSignOff.objects.get()
    page = reverse("admin:wording_interpretationsignoff_change", args=[made.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"decision": "D2", "outcome": "withdrawn", "note": "x"}).status_code == 403
    assert client.post(reverse("admin:wording_interpretationsignoff_delete", args=[made.pk])).status_code == 403


def test_a_plan_names_only_what_is_open(release):
    visit = make.visit(**make.UNREMARKABLE, pain_nrs=6)
    before = {item["id"] for item in drafts.draft(visit)["interpretations"]}
    signed("D1")
    after = {item["id"] for item in drafts.draft(visit)["interpretations"]}
    assert "D1" in before
    assert after == before - {"D1"}
