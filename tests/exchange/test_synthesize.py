"""`manage.py synthesize`: invented patients that look like real ones to the code, and like nobody to a person."""

from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pathway.accounts.models import SiteState
from pathway.clinic.models import Patient, Visit
from pathway.exchange import synthetic
from pathway.exchange.synthetic import FAMILY, Template
from pathway.exchange.synthetic_courses import story
from pathway.followup import counting
from pathway.followup.models import Task
from pathway.plans import canonical, integrity
from pathway.plans.models import Plan
from tests import make
from tests.followup import by_hand


def synthesize(patients: int, **options) -> str:
    printed = StringIO()
    call_command("synthesize", patients=patients, stdout=printed, **options)
    return printed.getvalue()


def broken_checks() -> list:
    """What SQLite finds against the checks of its tables, not asked of every copy there; PostgreSQL asks always."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        return [row for row in cursor.execute("PRAGMA integrity_check").fetchall() if row != ("ok",)]


def test_a_cohort_is_whole_fictional_and_followed_up_and_another_is_added(db, client, monkeypatch):
    monkeypatch.setattr(synthetic, "WHOLE_RECORDS", 2)
    synthesize(6, stories=3)
    synthesize(2, stories=1, seed=2)
    assert SiteState.is_demo()
    assert len(set(Patient.objects.values_list("hospital_number", flat=True))) == 8
    assert set(Patient.objects.values_list("family_name", flat=True)) <= set(FAMILY)
    assert set(Patient.objects.exclude(national_id__startswith="999").values_list("national_id", flat=True)) <= {""}
    assert list(integrity.faults()) == []
    assert broken_checks() == []
    assert Visit.objects.signed().count() == Plan.objects.count() > 0
    assert Task.objects.open().exists()
    assert counting.waiting() == 0
    assert all(by_hand.check())
    client.force_login(Plan.objects.first().signed_by)
    assert client.get("/").status_code == 200
    for plan in (Plan.objects.order_by("number").first(), Plan.objects.order_by("number").last()):
        assert client.get(f"/plans/{plan.pk}/").status_code == 200


def test_the_same_seed_gives_the_same_patients():
    assert story(Random(7), make.TODAY) == story(Random(7), make.TODAY)
    assert story(Random(7), make.TODAY) != story(Random(8), make.TODAY)


def test_a_filled_template_is_what_encoding_the_record_gives():
    record = {"zoo": [{"b": 1, "a": "é"}], "patient": {"name": "x"}, "plan": {"id": "1"}, "visit": {"on": "2026-11-22"}}
    parts = {"patient": {"b": '"<plan>"', "a": ""}, "plan": {"number": "P"}, "visit": {"id": "v"}}
    assert Template(record).about(**parts) == canonical.encode({**record, **parts})


def test_a_database_in_use_is_refused_and_not_changed(db):
    make.clinician()
    with pytest.raises(CommandError, match="not a demo"):
        synthesize(1)
    assert not Patient.objects.exists()


@pytest.mark.parametrize("count", [0, 2_000_000])
def test_a_number_of_patients_out_of_range_is_a_sentence(db, count):
    with pytest.raises(CommandError, match="1 to 1,000,000"):
        synthesize(count)
