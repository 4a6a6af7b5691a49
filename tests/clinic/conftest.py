"""A clinician who is signed in, and the wording that every page reads."""

import pytest

from tests import make


@pytest.fixture
def wording(db):
    make.wording()


@pytest.fixture
def clinician(db):
    return make.clinician()


@pytest.fixture
def signed_in(client, clinician, wording):
    client.force_login(clinician)
    return client


@pytest.fixture
def visit(clinician):
    """An open first visit in which nothing is recorded."""
    return make.visit(by=clinician)
