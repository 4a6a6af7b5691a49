"""A visit that is ready to be saved or signed, for tests that really commit."""

import pytest
from django.db import connection

from pathway.plans import paper
from tests import make
from tests.plans.test_signing_pages import decide_all

collect_ignore = ["test_postgres_stops.py"] if connection.vendor == "sqlite" else []
"""`make test` installs no server that could be stopped; `make test-postgres` does."""
PAPER = b"%PDF" + b"." * 100_000


@pytest.fixture
def visit(db, monkeypatch):
    """With papers that cost nothing: these tests are about the database."""
    monkeypatch.setattr(paper, "render_both", lambda record: dict.fromkeys(paper.AUDIENCES, PAPER))
    make.wording()
    made = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    decide_all(made, made.started_by)
    return made


@pytest.fixture
def person(client, visit):
    client.raise_request_exception = False
    client.force_login(visit.started_by)
    return client
