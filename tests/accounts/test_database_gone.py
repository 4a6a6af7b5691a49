"""A database that goes away in the middle of a request: 503 with a time to try again, never 500."""

from itertools import count

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from pathway.accounts import audit
from tests import make

PASSWORD = "a long enough phrase"


class Gone:
    """From a certain statement on, no statement is answered."""

    def __init__(self, after: int, error: type[Exception]):
        self.after, self.error, self.seen = after, error, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen > self.after and "SAVEPOINT" not in sql:
            raise self.error("server closed the connection unexpectedly: OKAFOR")
        return execute(sql, params, many, context)


@pytest.fixture
def visit(db):
    make.wording()
    return make.visit(by=make.clinician(username="amarsh", password=PASSWORD))


def requests(visit):
    pain = reverse("clinic:step", args=[visit.pk, "pain"])
    typed = {"version": visit.version, "rev": "0", "pain_nrs": "6"}
    return {
        "worklist": lambda client: client.get("/"),
        "patient": lambda client: client.get(reverse("clinic:patient", args=[visit.patient.pk])),
        "step": lambda client: client.get(pain),
        "save": lambda client: client.post(pain, typed),
        "sign in": lambda client: client.post(reverse("account_login"), {"login": "amarsh", "password": PASSWORD}),
        "health": lambda client: client.get("/healthz"),
    }


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("name", ["worklist", "patient", "step", "save", "sign in", "health"])
def test_at_whichever_statement_it_happens(visit, name, error):
    client = Client(raise_request_exception=False)
    client.force_login(visit.started_by)
    cache.clear()
    for after in count():
        gone = Gone(after, error)
        with connection.execute_wrapper(gone):
            response = requests(visit)[name](client)
        if gone.seen <= after:
            break
        if response.status_code != 503:
            # 409: the answer to a save was lost after it was kept, and it is sent again.
            assert response.status_code in (200, 302, 409), f"{response.status_code} when statement {after + 1} fails"
            continue
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        assert "no-store" in response.headers["Cache-Control"]
        assert "OKAFOR" not in response.content.decode()
    assert after > 0
    assert response.status_code in (200, 302, 409)
    assert list(audit.faults()) == []
