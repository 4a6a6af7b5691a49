"""Exports and changes of roles are confirmed like a signature: whoever left the computer open gave nothing away."""

import csv
import time
from io import StringIO

import pytest
from django.core.cache import cache
from django.urls import reverse

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent, User
from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
CONFIRM = "/account/reauthenticate/"


@pytest.fixture(autouse=True)
def asked(settings, db):
    settings.CONFIRM_TO_SIGN = True
    cache.clear()


@pytest.fixture
def administrator(client):
    user = make.user(is_administrator=True, password=PASSWORD)
    client.force_login(user)
    return user


def confirm(client, to: str):
    return client.post(CONFIRM, {"password": PASSWORD, "next": to})


def test_roles_change_only_after_confirming_and_then_as_sent(client, administrator):
    person = make.user(username="bea")
    page = reverse("admin:accounts_user_change", args=[person.pk])
    assert client.get(page).url.startswith(CONFIRM)
    sent = {"username": "bea", "is_active": "on", "is_wording_editor": "on"}
    assert client.post(page, sent).url.startswith(CONFIRM)
    assert not User.objects.get(pk=person.pk).is_wording_editor
    confirm(client, page)
    assert User.objects.get(pk=person.pk).is_wording_editor
    assert AuditEvent.objects.filter(action="confirm", actor=administrator, reason="password").exists()


def test_five_minutes_later_it_is_asked_again(client, administrator, monkeypatch):
    page = reverse("admin:accounts_user_add")
    confirm(client, page)
    assert client.get(page).status_code == 200
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(page).url.startswith(CONFIRM)


def test_actions_on_people_are_confirmed_and_the_list_is_not(client, administrator):
    page = reverse("admin:accounts_user_changelist")
    assert client.get(page).status_code == 200
    assert client.post(page, {"action": "confirm_begin_anew", "_selected_action": ["x"]}).url.startswith(CONFIRM)


def test_the_audit_trail_leaves_only_after_confirming(client):
    auditor = make.user(is_auditor=True, password=PASSWORD)
    client.force_login(auditor)
    assert client.get(reverse("audit_export")).url.startswith(CONFIRM)
    confirm(client, reverse("audit_export"))
    answer = client.get(reverse("audit_export"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-trail.csv"'
    heading, *rows = csv.reader(StringIO(answer.getvalue().decode()))
    assert heading[:3] == ["seq", "at", "actor_id"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, audit.head().seq + 1)]
    assert rows[-1][8:10] == ["export", "done"]


def test_clinical_cases_leave_only_after_confirming(client):
    client.force_login(make.clinician(password=PASSWORD))
    page = reverse("admin:exchange_clinicalcase_export")
    assert client.get(page).url.startswith(CONFIRM)


def test_without_the_setting_nobody_is_asked(client, settings, administrator):
    settings.CONFIRM_TO_SIGN = False
    assert client.get(reverse("admin:accounts_user_add")).status_code == 200
