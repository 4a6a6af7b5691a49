"""`manage.py verify` names every plan, event and trigger that is not as it was written."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent, AuditHead
from pathway.followup import models as followed
from pathway.plans import integrity, paper, triggers
from pathway.plans.models import Plan
from tests import make
from tests.plans.signed import NOW, signed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def plans(db, monkeypatch) -> list[Plan]:
    """Two plans of one patient, the second after the first; small papers, since these tests are about bytes."""
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: f"%PDF {audience}".encode())
    make.wording()
    first = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    one = signed(first)
    second = make.visit(of=first.fracture, by=first.started_by, **make.UNREMARKABLE, pain_nrs=4, bone_medicine="none")
    return [one, signed(second, NOW + timedelta(days=1))]


def verify(**options) -> str:
    printed = StringIO()
    try:
        call_command("verify", stdout=printed, **options)
    except CommandError as error:
        return f"{printed.getvalue()}{error}"
    return printed.getvalue()


def test_all_is_well(plans):
    assert f"All is as it was written: 2 signed plans, {audit.head().seq} audit events." in verify()
    assert AuditEvent.objects.filter(action="sign").count() == 2


def test_of_two_plans_at_once_the_one_pressed_first_may_be_the_second_in_the_chain(plans):
    late = make.visit(
        of=plans[0].visit.fracture, by=plans[0].signed_by, **make.UNREMARKABLE, pain_nrs=5, bone_medicine="none"
    )
    last = signed(late, NOW + timedelta(hours=1))
    assert (last.previous_sha256, last.signed_at < plans[1].signed_at) == (plans[1].record_sha256, True)
    assert "All is as it was written: 3 signed plans" in verify()


def test_patients_of_one_name_have_each_their_own_chain(plans):
    """As twins have: their plans lie between each other's in time."""
    of, by = make.fracture(patient=make.patient(clinic=plans[0].visit.patient.clinic)), plans[0].signed_by
    for days in (0, 2):
        visit = make.visit(of=of, by=by, **make.UNREMARKABLE, pain_nrs=5, bone_medicine="none")
        assert signed(visit, NOW + timedelta(days=days, hours=1)).visit.patient.name == plans[0].visit.patient.name
    assert "All is as it was written: 4 signed plans" in verify()


def damage(statement: str, *values) -> None:
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    triggers.install(connection)


def forget_tasks() -> None:
    """The database itself would not lose a plan that tasks refer to."""
    followed.WRITTEN_ONCE.drop(connection)
    followed.TaskEvent.objects.all().delete()
    followed.Task.objects.all().delete()
    followed.WRITTEN_ONCE.install(connection)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("record = convert_to('{}', 'UTF8')", "the stored record is not what was signed"),
        ("clinician_pdf = convert_to('%%PDF', 'UTF8')", "the stored clinician's PDF is not what was signed"),
        ("patient_pdf = convert_to('%%PDF', 'UTF8')", "the stored patient's PDF is not what was signed"),
        ("number = 'P-000777'", "its number in the database is not the one in the signed record"),
        ("previous_sha256 = repeat('0', 64)", "the patient's plan before it is missing or was changed"),
        ("previous_sha256 = repeat('0', 64)", "its previous plan in the database is not the one in the signed record"),
    ],
)
def test_a_changed_plan_is_named(plans, change, sentence):
    if connection.vendor == "sqlite":
        change = change.replace("convert_to('{}', 'UTF8')", "CAST('{}' AS BLOB)")
        change = change.replace("convert_to('%%PDF', 'UTF8')", "CAST('%%PDF' AS BLOB)")
        change = change.replace("repeat('0', 64)", "'" + "0" * 64 + "'")
    number = "P-000777" if "777" in change else plans[1].number
    damage(f"UPDATE plans_plan SET {change} WHERE number = %s", plans[1].number)
    assert f"Plan {number}: {sentence}" in verify()


def test_a_plan_that_is_gone_is_missed_by_its_visit_and_by_the_plan_after_it(plans):
    forget_tasks()
    damage("DELETE FROM plans_plan WHERE number = %s", plans[0].number)
    found = verify()
    assert f"Visit {plans[0].visit_id} is signed, but its plan is gone." in found
    assert f"Plan {plans[1].number}: the patient's plan before it is missing" in found
    assert "2 faults found" in found


def test_a_missing_trigger_and_a_changed_event_are_named(plans):
    triggers.drop(connection)
    audit.WRITTEN_ONCE.drop(connection)
    AuditEvent.objects.filter(seq=2).update(reason="other")
    found = verify()
    for guard in (triggers.SIGNED, audit.WRITTEN_ONCE):
        assert all(f"Trigger {name} is missing" in found for name in guard.names(connection.vendor))
    assert "event 2 is not as it was written" in found


def test_a_cut_tail_shows_against_the_kept_heads(plans, tmp_path):
    kept = tmp_path / "heads"
    for _ in range(2):
        printed = StringIO()
        call_command("audit_head", stdout=printed)
        kept.write_text((kept.read_text() if kept.exists() else "") + printed.getvalue())
        audit.record("read", actor=None, at=NOW)
    assert "All is as it was written" in verify(head=kept)
    audit.WRITTEN_ONCE.drop(connection)
    end = audit.head().seq - 2
    AuditEvent.objects.filter(seq__gt=end).delete()
    AuditHead.objects.update(seq=end, hash=AuditEvent.objects.get(seq=end).hash)
    audit.WRITTEN_ONCE.install(connection)
    assert "All is as it was written" in verify()
    assert "Events were cut off its end" in verify(head=kept)


def test_a_file_that_holds_no_heads_is_refused(db, tmp_path):
    wrong = tmp_path / "heads"
    assert "cannot be read" in verify(head=wrong)
    wrong.write_text("no heads\n")
    assert "line 1 is not a line of `audit_head`" in verify(head=wrong)


def test_before_the_first_plan_all_is_well(db):
    assert list(integrity.faults()) == []


WRITE = """
import django; django.setup()
from datetime import UTC, datetime
from pathway.accounts import audit
for _ in range(25): audit.record("read", actor=None, at=datetime.now(UTC))
"""


@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_write_one_chain(tmp_path):
    where = {**os.environ, "DJANGO_SETTINGS_MODULE": "pathway.settings", "DATABASE_URL": address(tmp_path)}
    run = {"cwd": ROOT, "env": where, "timeout": 300}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **run)
    writers = [subprocess.Popen([sys.executable, "-c", WRITE], cwd=ROOT, env=where) for _ in range(4)]
    assert [writer.wait(300) for writer in writers] == [0, 0, 0, 0]
    done = subprocess.run([sys.executable, "manage.py", "verify"], capture_output=True, text=True, **run)
    assert (done.returncode, done.stdout.strip()) == (0, "All is as it was written: 0 signed plans, 100 audit events.")


def address(folder: Path) -> str:
    """The test's own database on PostgreSQL; on SQLite, where that is in memory, a file."""
    to = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'trail.sqlite3'}"
    return f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
