"""A full disk and a locked database: a sentence and a time to try again; nothing is lost, and nothing half done."""

from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.urls import reverse

from pathway.plans import integrity
from pathway.plans.models import Plan
from tests.plans.test_signing_pages import signing_form

pytestmark = pytest.mark.django_db(transaction=True)
SQLITE = connection.vendor == "sqlite"


def is_asked_to_try_again(response) -> None:
    assert response.status_code == 503, response.content.decode()
    assert int(response.headers["Retry-After"]) > 0
    assert "sends what you typed again" in response.content.decode()


@contextmanager
def disk_full():
    with connection.cursor() as cursor:
        filled, emptied = _sqlite_without_room(cursor) if SQLITE else (NO_ROOM_FOR_A_PLAN, ROOM_FOR_A_PLAN)
        cursor.execute(filled)
        try:
            yield
        finally:
            cursor.execute(emptied)


def _sqlite_without_room(cursor) -> tuple[str, str]:
    cursor.execute("VACUUM")  # earlier tests leave free pages, which are room
    pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    most = cursor.execute("PRAGMA max_page_count").fetchone()[0]
    return f"PRAGMA max_page_count = {pages}", f"PRAGMA max_page_count = {most}"


# The disk of a PostgreSQL server is not ours to fill: the server itself says here what it says when it is full.
NO_ROOM_FOR_A_PLAN = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON plans_plan EXECUTE FUNCTION no_room();
"""
ROOM_FOR_A_PLAN = "DROP FUNCTION no_room CASCADE"


def test_a_full_disk_signs_nothing_and_the_same_form_is_signed_once_there_is_room(person, visit):
    form = signing_form(person, visit)
    address = reverse("plans:sign", args=[visit.pk])
    with disk_full():
        is_asked_to_try_again(person.post(address, form))
    visit.refresh_from_db()
    assert not visit.is_signed
    assert list(integrity.faults()) == []
    assert person.post(address, form).status_code == 302
    assert Plan.objects.get(visit=visit)
    assert list(integrity.faults()) == []


@contextmanager
def locked_by_another(visit):
    """Another connection holds what a save needs, longer than a save waits."""
    other = connections["default"].copy()
    wait = "PRAGMA busy_timeout = 50" if SQLITE else "SET lock_timeout = '50ms'"
    usual = "PRAGMA busy_timeout = 20000" if SQLITE else "RESET lock_timeout"
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            if SQLITE:
                cursor.execute("UPDATE clinic_visit SET version = version")
            else:
                cursor.execute("SELECT 1 FROM clinic_visit WHERE id = %s FOR UPDATE", [visit.pk])
            with connection.cursor() as mine:
                mine.execute(wait)
            yield
    finally:
        other.rollback()
        other.close()
        with connection.cursor() as mine:
            mine.execute(usual)


def test_a_locked_database_is_a_sentence_and_the_same_form_is_saved_once_it_is_free(person, visit):
    address = reverse("clinic:step", args=[visit.pk, "pain"])
    typed = {"version": visit.version, "rev": "0", "pain_nrs": "9"}
    with locked_by_another(visit):
        is_asked_to_try_again(person.post(address, typed))
    visit.refresh_from_db()
    assert visit.pain_nrs == 6
    assert person.post(address, typed).status_code == 302
    visit.refresh_from_db()
    assert visit.pain_nrs == 9


def test_a_locked_database_signs_nothing_and_the_same_form_is_signed_once_it_is_free(person, visit):
    form = signing_form(person, visit)
    address = reverse("plans:sign", args=[visit.pk])
    with locked_by_another(visit):
        is_asked_to_try_again(person.post(address, form))
    assert not Plan.objects.exists()
    assert person.post(address, form).status_code == 302
    assert list(integrity.faults()) == []


def test_nobody_waits_for_a_lock_for_ever():
    """Shorter than the 30 seconds after which gunicorn ends its worker."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout" if SQLITE else "SHOW lock_timeout")
        assert cursor.fetchone()[0] in (20000, "10s")
