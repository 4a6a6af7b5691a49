"""No log line, address or file name says anything of a patient: with a marker in every field, on every page."""

import json
import logging
import re
from io import StringIO

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client

from pathway.accounts.log import JsonFormatter
from pathway.followup.views import worklist
from tests.accounts import policy, test_matrix
from tests.accounts.test_matrix import EVERY, MARKER, address_of, answered

made_once = test_matrix.made_once
world = test_matrix.world


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


def test_no_log_line_address_or_file_name_holds_what_was_recorded_or_typed(world, log):
    people, ids = world
    client = Client(raise_request_exception=False)
    client.force_login(people[policy.CLINICIAN])
    typed = 0
    for route, example in EVERY:
        if route.endswith("logout/") or route.startswith("admin/"):
            continue
        address = address_of(route, example, ids)
        response, body = answered(client, "get", address)
        assert MARKER not in str(response.headers), address
        names = set(re.findall(r'name="([a-z][a-z0-9_-]*)"', body)) - {"csrfmiddlewaretoken"}
        response, _ = answered(client, "post", address, dict.fromkeys(names, f"{MARKER} {len(names)}"))
        typed += len(names)
        assert MARKER not in str(response.headers), address
    assert typed > 200
    lines = log.getvalue().splitlines()
    assert [line for line in lines if MARKER in line] == []
    assert sum(json.loads(line)["message"] == "request" for line in lines) > 150


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
