"""A database of an earlier day, with patients and signed plans, comes forward with every signed byte as it was.

A fixture is a dump of a demo of that day on that engine. It is never made anew: it is what a clinic has.
"""

from pathlib import Path

import pytest
from django.db import connection

from tests import scratch

DUMPS = sorted(Path(__file__).parent.glob(f"*.{connection.vendor}.sql.xz"))
SIGNED = {
    "plans_plan": "id, number, record, record_sha256, clinician_pdf, clinician_sha256, patient_pdf, patient_sha256, "
    "previous_sha256, supersedes_id, signed_by_id, signed_at",
    "plans_addendum": "plan_id, text, added_by_id, added_at",
    "accounts_auditevent": "seq, at, actor_id, role, patient, object_type, object_id, action, outcome, reason, "
    "request_id, previous_hash, hash",
    "accounts_audithead": "seq, hash",
    "clinic_patient": "id, family_name, given_name, date_of_birth, national_id",
    "wording_statementrevision": "statement_id, number, body, reason",
}
"""What must be the same before and after, by table. The answers of a visit are in its record."""

CHECKED = """
from io import StringIO
from django.core import checks
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_wording", stdout=StringIO())
call_command("verify")
found = checks.run_checks(databases=["default"], include_deployment_checks=True)
assert not [one for one in found if one.id.partition(".")[0] in ("accounts", "clinic", "plans", "wording")], found
from django.test import Client
from pathway.plans.models import Plan
from pathway.releases.models import Counted
assert Counted.objects.count() == Plan.objects.count()
for plan in Plan.objects.all():
    browser = Client(headers={"host": "localhost"})
    browser.force_login(plan.signed_by)
    assert browser.get(f"/plans/{plan.pk}/").status_code == 200, plan
    assert b"".join(browser.get(f"/plans/{plan.pk}/plan.pdf")) == bytes(plan.clinician_pdf)
call_command("verify")
"""


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name.partition(".")[0])
def test_every_signed_byte_comes_forward(dump, tmp_path):
    with scratch.database(tmp_path) as address:
        scratch.load(address, dump)
        before = _signed(address)
        assert len(before["plans_plan"]) == 10
        first, second = scratch.python(address, CHECKED).splitlines()
        assert first.startswith("All is as it was written: 10 signed plans")
        assert second.startswith("All is as it was written: 10 signed plans")
        after = _signed(address)
    for table, rows in before.items():
        if table in ("accounts_auditevent", "wording_statementrevision"):
            assert rows <= after[table], table
        elif table != "accounts_audithead":
            assert rows == after[table], table


def test_there_is_a_database_of_an_earlier_day():
    assert DUMPS


def _signed(address: str) -> dict[str, set[tuple]]:
    with scratch.connect(address) as database:
        return {
            table: set(database.execute(f"SELECT {columns} FROM {table}").fetchall())
            for table, columns in SIGNED.items()
        }
