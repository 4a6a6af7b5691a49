"""A clinician who is signed in, and the wording that every page reads."""

import pytest
from django.db import connection

from pathway.wording import locks
from pathway.wording.models import Release, Statement, StatementRevision
from tests import make


@pytest.fixture(scope="package")
def wording_of_the_package(django_db_setup, django_db_blocker):
    """Loaded once: reading the files takes longer than most tests here."""
    with django_db_blocker.unblock():
        make.wording()
        yield
        for guard in (locks.LOCKS, locks.WRITTEN_ONCE):
            guard.drop(connection)
        for model in (StatementRevision, Statement, Release):
            model.objects.all().delete()
        for guard in (locks.LOCKS, locks.WRITTEN_ONCE):
            guard.install(connection)


@pytest.fixture
def wording(wording_of_the_package, db):
    """The release in force."""


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
