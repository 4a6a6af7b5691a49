"""Everything of a clinic as CSV: every row of it, none of another's, and a dictionary that knows every column."""

import csv
import json
from io import BytesIO, StringIO, TextIOWrapper
from itertools import chain
from secrets import token_hex
from zipfile import BadZipFile, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Visit
from pathway.exchange import clinic_csv
from pathway.guideline.facts import FACTS
from pathway.plans import canonical, paper
from pathway.plans.models import Plan
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


PAINS = [*range(11), 5]


@pytest.fixture
def many(db):
    """A clinician of a clinic with twelve visits, which are read five rows at a time."""
    by = make.clinician()
    for pain in PAINS:
        make.visit(by=by, pain_nrs=pain)
    return by


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_while_it_is_made_and_the_trail_has_it_first(client, many, monkeypatch):
    """Outside a transaction, as a service runs it: on PostgreSQL each table is read through a cursor of the server."""
    monkeypatch.setattr(clinic_csv, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(clinic_csv, "PIECE_BYTES", 1)
    client.force_login(many)
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/data/clinic.zip")
        assert response.streaming
        assert response.headers["Content-Disposition"] == 'attachment; filename="clinic.zip"'
        assert AuditEvent.objects.filter(action="export", object_type="clinic").count() == 1
        assert not reads_of(Visit, asked)
        coming = iter(response.streaming_content)
        first = next(coming)
        assert not reads_of(Visit, asked)
        rest = list(coming)
        for model in {sheet.model for sheet in clinic_csv.SHEETS}:
            assert len(reads_of(model, asked)) == (2 if model is Plan else 1), model
    assert len(rest) > 2
    archive = ZipFile(BytesIO(first + b"".join(rest)))
    assert archive.testzip() is None
    assert sorted(int(visit["pain_nrs"]) for visit in rows(archive, "visits.csv")) == sorted(PAINS)
    assert len(rows(archive, "patients.csv")) == len(PAINS)


GZIP = {"accept-encoding": "gzip"}


def test_what_is_compressed_already_is_sent_as_it_is(client, plan):
    client.force_login(plan.signed_by)
    for address in ("/data/clinic.zip", "/worklist/spreadsheet/", f"/plans/{plan.pk}/plan.pdf"):
        response = client.get(address, headers=GZIP)
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers, address
        assert "Accept-Encoding" not in response.headers.get("Vary", ""), address
    whole = ZipFile(BytesIO(b"".join(client.get("/data/clinic.zip", headers=GZIP).streaming_content)))
    assert whole.testzip() is None
    assert client.get("/", headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_who_asks_for_it_is_confirmed_first(client, db, settings):
    settings.CONFIRM_TO_SIGN = True
    client.force_login(make.clinician(password="Zebra-Zebra-1"))
    assert client.get("/data/clinic.zip").url.startswith("/account/reauthenticate/")
    assert not AuditEvent.objects.filter(action="export").exists()


def reads_of(model, asked) -> list[str]:
    """The statements that read the clinic's rows of a table in the order of the file."""
    table = connection.ops.quote_name(model._meta.db_table)
    order = f"ORDER BY {table}.{connection.ops.quote_name(model._meta.pk.column)} ASC"
    return [one["sql"] for one in asked.captured_queries if f"FROM {table}" in one["sql"] and order in one["sql"]]


def test_one_that_is_broken_off_does_not_open(many, monkeypatch):
    monkeypatch.setattr(clinic_csv, "PIECE_BYTES", 1)
    *pieces, _ = clinic_csv.pieces(many.clinic)
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(b"".join(pieces)))


def test_however_many_rows_little_is_held_at_once(many, monkeypatch):
    """Eight thousand rows of text that does not compress: no piece is larger than what a few hundred of them need."""
    line = [[token_hex(200)] for _ in range(500)]
    monkeypatch.setattr(clinic_csv, "_with_heading", lambda sheet, clinic: chain([["heading"]], *[line] * 16))
    sizes = [len(piece) for piece in clinic_csv.pieces(many.clinic)]
    assert sum(sizes) > 10 * max(sizes)
    assert max(sizes) < clinic_csv.PIECE_BYTES + 500 * 400


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
