"""Everything of a clinic as CSV: every row of it, none of another's, and a dictionary that knows every column."""

import csv
import json
from io import BytesIO, StringIO, TextIOWrapper
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from pathway.accounts.models import AuditEvent
from pathway.exchange import clinic_csv
from pathway.guideline.facts import FACTS
from pathway.plans import canonical, paper
from tests import make
from tests.plans.signed import signed


@pytest.fixture
def plan(db, monkeypatch):
    monkeypatch.setattr(paper, "render_both", lambda record: {"clinician": b"%PDF c", "patient": b"%PDF p"})
    make.wording()
    return signed(make.visit(**make.UNREMARKABLE, pain_nrs=6, not_known=("weight_kg",), bone_medicine="none"))


def rows(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(TextIOWrapper(archive.open(name), "utf-8-sig", newline="")))


def test_every_row_of_the_clinic_is_there_and_none_of_another(client, plan):
    stranger = make.visit(by=make.clinician(), pain_nrs=3)
    client.force_login(plan.signed_by)
    response = client.get("/data/clinic.zip")
    archive = ZipFile(BytesIO(b"".join(response.streaming_content)))
    (patient,) = rows(archive, "patients.csv")
    assert (patient["family_name"], patient["date_of_birth"]) == ("Okafor", "1948-03-09")
    (visit,) = rows(archive, "visits.csv")
    assert (visit["pain_nrs"], visit["temperature_c"], visit["weight_kg"]) == ("6", "36.8", "")
    assert visit["id"] != str(stranger.pk)
    assert [entry["fact"] for entry in rows(archive, "visit_entries.csv")] == ["weight_kg"]
    assert len(rows(archive, "tasks.csv")) == plan.tasks.count() == len(rows(archive, "task_events.csv"))
    record = json.loads(archive.read("plan_records.jsonl"))
    assert canonical.sha256(canonical.encode(record["record"])) == record["sha256"] == plan.record_sha256
    event = AuditEvent.objects.first()
    assert (event.action, event.object_type, event.object_id) == ("export", "clinic", str(plan.patient.clinic_id))


def test_the_dictionary_says_what_every_column_is(plan):
    made = BytesIO()
    clinic_csv.write(plan.patient.clinic, made)
    archive = ZipFile(made)
    said = {(row["file"], row["column"]): row for row in rows(archive, "data_dictionary.csv")}
    for name in archive.namelist():
        if name.endswith(".csv") and name != "data_dictionary.csv":
            columns = next(csv.reader(TextIOWrapper(archive.open(name), "utf-8-sig", newline="")))
            assert all(said[name, column]["meaning"] for column in columns), name
    pain = said["visits.csv", "pain_nrs"]
    assert (pain["meaning"], pain["unit"], pain["lowest"], pain["highest"]) == (
        FACTS["pain_nrs"].label, FACTS["pain_nrs"].unit, "0", "10")  # fmt: skip
    assert "bend_or_lift: " in said["visits.csv", "mechanism"]["choices"]


def test_a_cell_that_looks_like_a_formula_is_plain_text(plan):
    plan.patient.preferred_name = "=1+1"
    plan.patient.save()
    made = BytesIO()
    clinic_csv.write(plan.patient.clinic, made)
    assert rows(ZipFile(made), "patients.csv")[0]["preferred_name"] == "'=1+1"


def test_the_command_writes_it_and_never_over_a_file(plan, tmp_path):
    out, printed = tmp_path / "clinic.zip", StringIO()
    call_command("export_clinic", plan.patient.clinic.name, out=out, stdout=printed)
    assert "rows were written" in printed.getvalue()
    assert ZipFile(out).testzip() is None
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_clinic", plan.patient.clinic.name, out=out)
    with pytest.raises(CommandError, match="No clinic is named"):
        call_command("export_clinic", "Nowhere", out=tmp_path / "other.zip")
