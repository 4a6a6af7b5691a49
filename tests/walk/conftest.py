"""A clinic with its wording, and people who open it in real browsers."""

import re

import pytest

from tests import make
from tests.conftest import PATIENCE_MS
from tests.walk.pages import Person

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def wording(transactional_db):
    """The release in force."""
    make.wording()


@pytest.fixture
def meet(new_context, live_server, request):
    """Open a browser of its own for someone: `meet()`, or `meet(java_script_enabled=False)`.

    At the end of the test the browser must have nothing to complain about, and no address may name a patient.
    """
    met = []

    def open_browser(**settings) -> Person:
        context = new_context(**settings)
        context.set_default_timeout(PATIENCE_MS)
        met.append(Person(context, live_server.url))
        return met[-1]

    yield open_browser
    for person in met:
        assert not person.complaints, "\n".join(person.complaints)
        asked = [ID.sub("", url.removeprefix(live_server.url)) for url in person.asked]  # an id may hold any digits
        assert [url for url in asked if re.search(r"okafor|margaret|1948|9991964134|RX", url, re.I)] == []


@pytest.fixture
def clinician():
    return make.clinician(
        username="marsh",
        password="Kestrel-Harbor-41",
        printed_name="Dr Ada Marsh",
        professional_id="GMC 0000001",
        clinic=make.clinic(name="Northside Spine Clinic", phone="555 0100", emergency_phone="555 0199"),
    )
