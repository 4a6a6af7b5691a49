"""No log line, address or file name says anything of a patient: with a marker in every field, on every page."""

import json
import logging
import os
import re
from io import StringIO
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathway.accounts import checks
from pathway.accounts.log import JsonFormatter
from pathway.accounts.models import User
from pathway.clinic.models import Patient
from pathway.followup.views import worklist
from tests import hostile
from tests.accounts import policy, test_matrix
from tests.accounts.test_matrix import EVERY, MARKER, answered

made_once = test_matrix.made_once
world = test_matrix.world
WRITERS = (policy.CLINICIAN, policy.EDITOR, policy.ADMINISTRATOR, policy.AUDITOR)


@pytest.fixture
def log():
    """Everything that the application says, at the lowest level, as its own formatter writes it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(), *map(logging.getLogger, ("django", "django.request", "django.security", "pathway"))]
    before = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def filled(world):
    """With the marker in every other field too."""
    people, ids = world
    more = hostile.everywhere(people, ids, lambda longest: MARKER)
    return {role: User.objects.get(pk=person.pk) for role, person in people.items()}, ids, more


def test_no_log_line_address_or_file_name_holds_what_was_recorded_or_typed(filled, log):
    """The admin, and the statements that the database is sent or refuses, included."""
    people, ids, more = filled
    clients = {role: Client(raise_request_exception=False) for role in people if role != policy.NOBODY}
    for role, client in clients.items():
        client.force_login(people[role])
    typed = 0
    for route, example in EVERY:
        role = next((role for role in WRITERS if role in policy.may_enter(route)), None)
        if role is None or route.endswith("logout/"):
            continue
        for address in hostile.addresses(route, example, ids, more):
            response, body = answered(clients[role], "get", address)
            assert MARKER not in str(response.headers), address
            names = set(re.findall(r'name="([a-z][a-z0-9_.-]*)"', body)) - {"csrfmiddlewaretoken"}
            response, _ = answered(clients[role], "post", address, dict.fromkeys(names, f"{MARKER} {len(names)}"))
            typed += len(names)
            assert MARKER not in str(response.headers), address
    assert typed > 400
    lines = log.getvalue().splitlines()
    assert [line for line in lines if MARKER in line] == []
    said = [json.loads(line) for line in lines]
    assert sum(one["message"] == "request" for one in said) > 200
    assert any(one["route"].startswith("admin/accounts/user/") for one in said if one.get("route"))


@pytest.mark.parametrize(
    "refused",
    [
        lambda patient: Patient.objects.filter(pk=patient).update(family_name=MARKER * 20),
        lambda patient: Patient.objects.filter(pk=patient).update(sex=MARKER[:6], family_name=MARKER),
        lambda patient: Patient.objects.extra(where=[f"no_column = '{MARKER}'"]).first(),
    ],
    ids=["too long", "a check", "no column"],
)
def test_what_the_database_refuses_is_in_no_log(world, log, monkeypatch, refused):
    """Neither in ours, with Django's own logger of statements turned on, nor in that of PostgreSQL."""
    people, ids = world
    client = Client(raise_request_exception=False)
    client.force_login(people[policy.CLINICIAN])
    monkeypatch.setattr(worklist, "render", lambda *anything: refused(ids["patients"]))
    with CaptureQueriesContext(connection):
        response, body = answered(client, "get", "/")
    assert response.status_code in (400, 500, 503)
    assert '"django.db.backends"' in log.getvalue()
    assert MARKER not in body + log.getvalue() + log_of_postgresql()


def log_of_postgresql() -> str:
    """What the server wrote that `.ci/postgres` started."""
    path = os.environ.get("POSTGRES_LOG", "")
    return Path(path).read_text() if path else ""


def test_a_server_that_would_log_patients_is_warned_of(db):
    """The settings of the server are looked at where there is one; elsewhere there is no such log."""
    databases = ["default"]
    assert [one.msg for one in checks.server_log_is_silent(databases=databases)] == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL log_min_error_statement = error")
            cursor.execute("SET LOCAL log_statement = 'all'")
    said = " ".join(one.msg for one in checks.server_log_is_silent(databases=databases))
    expected = connection.vendor == "postgresql"
    assert ("log_min_error_statement is error" in said, "log_statement is all" in said) == (expected, expected)


@pytest.mark.parametrize("error", [ValueError, IntegrityError, DataError, OperationalError, KeyError])
def test_what_went_wrong_is_logged_without_the_row_that_it_is_about(world, log, monkeypatch, error):
    def fails(*args, **kwargs):
        raise error(f"DETAIL: Failing row contains ({MARKER})")

    monkeypatch.setattr(worklist, "render", fails)
    client = Client(raise_request_exception=False)
    client.force_login(world[0][policy.CLINICIAN])
    response, body = answered(client, "get", "/")
    assert response.status_code in (400, 500, 503)
    assert MARKER not in body + log.getvalue()
    assert error.__name__ in log.getvalue()


def test_what_is_asked_for_and_is_not_there_is_logged_without_its_address(world, log):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(world[0][policy.CLINICIAN])
    for method, address in (("get", f"/{MARKER}/?q={MARKER}"), ("post", f"/patients/?q={MARKER}")):
        response, _ = answered(client, method, address)
        assert response.status_code in (403, 404)
    assert log.getvalue()
    assert MARKER not in log.getvalue()
