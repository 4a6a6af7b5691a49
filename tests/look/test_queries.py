"""No page asks the database more than twelve times, with the demo's patients on it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathway.accounts import session_limits
from tests.every_page import Page, World

pytestmark = pytest.mark.django_db
MOST = 12


def asked(client: Client, page: Page) -> list[str]:
    """What a page asks the database for, without the savepoints that only tests have."""
    client.get(page.address)  # the first page of a session writes it, and fills what a process keeps
    with CaptureQueriesContext(connection) as found:
        assert client.get(page.address).status_code == (403 if page.is_refused else 200), page
    return [query["sql"] for query in found if "SAVEPOINT" not in query["sql"]]


def test_no_page_asks_more_than_twelve_times(monkeypatch):
    monkeypatch.setattr(session_limits, "NOTED_EVERY_SECONDS", 10**6)  # a slow machine would write the session again
    world = World()
    clients = world.clients()
    counted = {page: len(asked(clients[page.role], page)) for page in world.pages()}
    assert len(counted) > 90
    assert {str(page): count for page, count in counted.items() if count > MOST} == {}
