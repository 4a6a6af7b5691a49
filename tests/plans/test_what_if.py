"""What if: any answers changed, headline and statuses before and after, and nothing written."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.apps import apps
from django.urls import reverse

from pathway.accounts.models import AuditEvent, AuditHead
from tests import make

pytestmark = pytest.mark.django_db
KEPT_BY_READING = (AuditEvent, AuditHead)


@pytest.fixture
def clinician():
    make.wording()
    return make.clinician()


@pytest.fixture
def client(client, clinician):
    client.force_login(clinician)
    return client


@pytest.fixture
def visit(clinician):
    answers = {**make.UNREMARKABLE, "pain_nrs": 6, "pain_course": "improving", "medical_management_tried": "yes"}
    return make.visit(by=clinician, **answers, pulmonary_dysfunction="no", bone_medicine="none")


def address(visit) -> str:
    return reverse("plans:what_if", args=[visit.pk])


def recorded(client, visit) -> dict[str, list[str]]:
    """What a browser would post for the page as it stands."""
    html = client.get(address(visit)).content.decode()
    data: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html.partition("what-if")[2]):
        found = {key: unescape(value) for key, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        if found.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in found and found["name"] != "csrfmiddlewaretoken":
            data.setdefault(found["name"], []).append(found.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', inner) or re.findall(r'<option value="([^"]*)"', inner)
        data[name] = chosen[:1]
    return data


def tried(client, visit, **changed):
    return client.post(address(visit), recorded(client, visit) | changed)


def moves(reply, part: str) -> dict[str, tuple[str, str]]:
    return {move.what: (move.before, move.after) for move in reply.context["result"][part]}


def rows() -> dict[str, int]:
    models = [model for model in apps.get_models() if model not in KEPT_BY_READING]
    return {model._meta.label: model._base_manager.count() for model in models}


def test_the_page_as_it_stands_moves_nothing(client, visit):
    reply = tried(client, visit)
    assert reply.status_code == 200
    assert reply.context["result"]["answers"] == []
    assert "No answer was changed" in reply.content.decode()


def test_a_changed_answer_moves_headline_advice_and_criteria(client, visit):
    reply = tried(client, visit, cord_signs="yes")
    assert moves(reply, "answers") == {"Spinal cord signs": ("No", "Yes")}
    assert not reply.context["result"]["same_headline"]
    assert moves(reply, "criteria")["Spinal emergency"] == ("not met", "met")
    emergency = reply.context["result"]["headlines"][1]["heading"]
    assert emergency in unescape(reply.content.decode())
    assert any(after == "Recommended" for _before, after in moves(reply, "actions").values())


def test_only_what_moves_is_shown(client, visit):
    reply = tried(client, visit, sedatives="yes")
    assert len(moves(reply, "answers")) == 1
    assert reply.context["result"]["same_headline"]
    assert moves(reply, "criteria") == {}


def test_several_answers_of_several_steps_count_together(client, visit):
    reply = tried(client, visit, pain_course="worsening", temperature_c="38.4")
    assert len(moves(reply, "answers")) == 2
    assert moves(reply, "criteria")["Infection suspected"][1] == "met"


def test_a_withdrawn_answer_waits_for_answers_and_nothing_is_called_recommended(client, visit):
    reply = tried(client, visit, cauda_equina_symptoms="not_known")
    assert {after for _before, after in moves(reply, "actions").values()} == {"Waits for answers"}


def test_it_says_that_it_is_not_saved(client, visit):
    assert "What if: not saved" in client.get(address(visit)).content.decode()
    assert "What if: not saved" in tried(client, visit, cord_signs="yes").content.decode()


def test_nothing_is_written(client, visit):
    before, answers, version = rows(), visit.answers(), visit.version
    tried(client, visit, cord_signs="yes", pain_nrs="9")
    tried(client, visit, pain_nrs="11")
    assert rows() == before
    visit.refresh_from_db()
    assert (type(visit).objects.get(pk=visit.pk).answers(), visit.version) == (answers, version)


def test_a_mistake_is_refused_as_on_the_step(client, visit):
    reply = tried(client, visit, pain_nrs="11")
    assert reply.status_code == 422
    assert reply.context["result"] is None
    assert "Error:" in reply.content.decode()


def test_a_signed_visit_may_be_explored(client, visit, clinician):
    visit.mark_signed(clinician, datetime(2026, 11, 22, 12, tzinfo=UTC))
    reply = tried(client, visit, cord_signs="yes")
    assert reply.status_code == 200
    assert not reply.context["result"]["same_headline"]


def test_another_clinic_finds_nothing(client, visit):
    client.force_login(make.clinician())
    assert client.get(address(visit)).status_code == 404
    assert client.post(address(visit), {"cord_signs": "yes"}).status_code == 404


def test_the_review_page_leads_here(client, visit):
    html = client.get(reverse("plans:review", args=[visit.pk])).content.decode()
    assert address(visit) in html
