"""Whatever is done in the Django admin leaves an event with the names of what changed and none of its content."""

import pytest
from django.contrib import admin
from django.urls import reverse

from pathway.accounts.audited_admin import Audited
from pathway.accounts.models import AuditEvent, Clinic, User
from pathway.exchange.models import ClinicalCase
from pathway.wording.models import InterpretationSignOff, Statement
from tests import make
from tests.exchange.test_cases_admin import CASE

pytestmark = pytest.mark.django_db
Action = AuditEvent.Action


def last(action) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).order_by("-seq")[0]


@pytest.fixture
def administrator(client):
    user = make.user(is_administrator=True)
    client.force_login(user)
    return user


def test_nothing_is_in_the_admin_that_is_not_audited():
    assert [one for one in admin.site._registry.values() if not isinstance(one, Audited)] == []
    assert {model._meta.app_label for model in admin.site._registry} == {"accounts", "wording", "exchange"}
    longest = AuditEvent._meta.get_field("object_type").max_length
    assert max(len(one.kind or one.opts.model_name) for one in admin.site._registry.values()) <= longest


def test_a_changed_clinic_says_which_fields_and_not_what_they_hold(client, administrator):
    clinic = make.clinic(name="Harbor")
    page = reverse("admin:accounts_clinic_change", args=[clinic.pk])
    assert client.post(page, {"name": "Harbor", "region": "uk", "phone": "555 0100"}).status_code == 302
    event = last(Action.CHANGE)
    assert (event.actor, event.object_type, event.object_id) == (administrator, "clinic", str(clinic.pk))
    assert (event.reason, Clinic.objects.get().phone) == ("Region, Phone, Two-person approval", "555 0100")


def test_a_new_person_is_recorded(client, administrator):
    assert client.post(reverse("admin:accounts_user_add"), {"username": "bnew"}).status_code == 302
    made = User.objects.get(username="bnew")
    assert (last(Action.CREATE).object_type, last(Action.CREATE).object_id) == ("user", str(made.pk))


def test_a_change_of_wording_and_going_back_are_recorded_without_the_words(client):
    make.wording()
    editor = make.user(is_wording_editor=True)
    client.force_login(editor)
    statement = make.draft().statements.get(kind="action", key="pain.nsaid", audience="clinician")
    changed = {**statement.texts(), "body": "Zebra words.", "reason": "Zebra reason.", "seen_revision": 1}
    assert client.post(reverse("admin:wording_statement_change", args=[statement.pk]), changed).status_code == 302
    event = last(Action.CHANGE)
    assert (event.actor, event.object_type, event.object_id) == (editor, "statement", str(statement.pk))
    back = reverse("admin:wording_statement_go_back", args=[statement.pk, 1])
    client.post(back, {"seen_revision": "2"})
    assert last(Action.CHANGE).reason == "back to text 1"
    assert "ebra" not in str([vars(event) for event in AuditEvent.objects.all()])


def test_a_text_that_went_stale_leaves_no_event(client):
    make.wording()
    client.force_login(make.user(is_wording_editor=True))
    statement = Statement.objects.get(kind="action", key="pain.nsaid", audience="clinician")
    client.post(reverse("admin:wording_statement_go_back", args=[statement.pk, 1]), {"seen_revision": "7"})
    assert not AuditEvent.objects.filter(action=Action.CHANGE).exists()


def test_a_sign_off_is_recorded(client):
    reviewer = make.clinician(is_wording_editor=True, printed_name="Dr Eve Reviewer")
    client.force_login(reviewer)
    made = {"decision": "D1", "outcome": "signed_off", "note": "Zebra."}
    assert client.post(reverse("admin:wording_interpretationsignoff_add"), made).status_code == 302
    event = last(Action.CREATE)
    assert (event.actor, event.object_id) == (reviewer, str(InterpretationSignOff.objects.get().pk))
    assert event.object_type == "sign-off"


def test_writing_deleting_and_exporting_a_clinical_case_is_recorded(client):
    clinician = make.clinician()
    client.force_login(clinician)
    assert client.post(reverse("admin:exchange_clinicalcase_add"), CASE).status_code == 302
    case = ClinicalCase.objects.get()
    assert (last(Action.CREATE).object_type, last(Action.CREATE).object_id) == ("clinicalcase", str(case.pk))
    assert client.get(reverse("admin:exchange_clinicalcase_export")).status_code == 200
    assert last(Action.EXPORT).object_type == "clinicalcases"
    delete = reverse("admin:exchange_clinicalcase_delete", args=[case.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert (last(Action.DELETE).actor, last(Action.DELETE).object_id) == (clinician, str(case.pk))
    assert "cord" not in str([vars(event) for event in AuditEvent.objects.all()]).lower()
