"""What every test may rely on: Debian's Chromium for the browser walks, and a database that allows them."""

import os
import shutil

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from pathway.plans.integrity import WRITTEN_ONCE
from tests.hazards.run import Hazards

# Playwright's synchronous interface runs an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long one example takes says more about the machine than about the code.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

PATIENCE_MS = 60_000
"""How long a browser test waits at most: every wait ends with what it waits for, however busy the machine."""
expect.set_options(timeout=PATIENCE_MS)


def pytest_configure(config):
    """The hazard log is held against each run, by the process that hears of all its tests.

    Most tests that open the page to sign sign nothing: no paper is laid out for them (see test_laid_out_ahead.py).
    """
    settings.PRINT_AHEAD = False
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Hazards(config))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """A database file of this run's own. In memory, a browser's server and its test would share one connection; and a
    run that was killed leaves files behind that the next one must not find."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database that anybody is in; a browser's kept-alive request may outlive its test's server."""
    yield
    if connection.vendor == "postgresql":
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"{others} AND pid <> pg_backend_pid()")


@pytest.fixture(autouse=True)
def _tables_can_be_emptied(request):
    """A test that commits is undone by emptying every table, which the triggers refuse. Emptying puts them back."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        for written_once in WRITTEN_ONCE:
            written_once.drop(connection)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "The browser tests need Chromium: run .ci/setup tests, or set CHROMIUM to its path."
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "locale": "en-US"}
