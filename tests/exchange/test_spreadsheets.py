"""Every spreadsheet that the application writes, with text in every field that a spreadsheet program would run.

The places that write one are found in the source: a new one that none of these requests and commands reaches is red.
"""

import ast
import csv
import sys
from io import BytesIO, StringIO
from itertools import cycle
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from pathway.accounts import audit, cells
from pathway.accounts.models import AuditEvent, Clinic, User
from pathway.exchange import clinic_csv
from pathway.followup import spreadsheet
from pathway.wording import languages
from tests import hostile
from tests.accounts import policy, test_matrix

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {
    "csv.writer", "csv.DictWriter", "Workbook", "clinic_csv.write", "clinic_csv.pieces", "languages.sheet",
    "spreadsheet.response",
}  # fmt: skip
FORMULAS = ("=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1")
REQUESTS = (
    ("/worklist/spreadsheet/", policy.CLINICIAN),
    ("/worklist/spreadsheet/?as=csv", policy.CLINICIAN),
    ("/service/spreadsheet/", policy.AUDITOR),
    ("/service/spreadsheet/?as=csv", policy.AUDITOR),
    ("/service/neuro/counted/spreadsheet/", policy.CLINICIAN),
    ("/service/neuro/counted/spreadsheet/?as=csv", policy.CLINICIAN),
    ("/data/clinic.zip", policy.CLINICIAN),
    ("/audit/export.csv", policy.AUDITOR),
    ("/pathway/releases/2/languages/es.xlsx", policy.EDITOR),
)
SPREADSHEETS = ("text/csv", "spreadsheetml", "application/zip", "ms-excel", "tab-separated")

made_once = test_matrix.made_once
world = test_matrix.world


@pytest.fixture
def filled(world):
    """Somebody of each role, where every text that a person types is one that would be run."""
    people, ids = world
    formulas = cycle(FORMULAS)
    hostile.everywhere(people, ids, lambda longest: next(formulas))
    event = {"actor": people[policy.CLINICIAN], "at": timezone.now()}
    audit.record(AuditEvent.Action.SEARCH, **event, about=("-2+3", "=1+1"), reason="@SUM(1)")
    return {role: User.objects.get(pk=person.pk) for role, person in people.items()}


def places() -> set[tuple[str, str]]:
    """(file, function) of everything in the source that writes a spreadsheet, or has one written."""
    found = set()
    for path in sorted((ROOT / "pathway").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                called = {ast.unparse(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
                found |= {(str(path), function.name)} if called & WRITERS else set()
    return found


@pytest.fixture
def reached(monkeypatch) -> set[tuple[str, str]]:
    """(file, function) of whatever calls one of the writers from now on."""
    found = set()

    def noting(place, name):
        really = getattr(place, name)

        def noted(*args, **kwargs):
            caller = sys._getframe(1).f_code
            found.add((caller.co_filename, caller.co_name))
            return really(*args, **kwargs)

        monkeypatch.setattr(place, name, noted)

    for place, name in (
        (csv, "writer"), (clinic_csv, "write"), (clinic_csv, "pieces"), (languages, "sheet"), (spreadsheet, "response"),
        (spreadsheet, "Workbook"), (languages, "Workbook"),
    ):  # fmt: skip
        noting(place, name)
    return found


def files(name: str, content: bytes):
    """Each spreadsheet in what was sent: itself, or the parts of a ZIP that are one."""
    if content[:2] == b"PK" and b"xl/workbook.xml" not in content:
        archive = ZipFile(BytesIO(content))
        yield from ((f"{name}: {part}", archive.read(part)) for part in archive.namelist() if part.endswith(".csv"))
    else:
        yield name, content


def run_by_a_program(content: bytes) -> tuple[list[str], int]:
    """The cells that would be run, and how many were made harmless or stand as text."""
    if content[:2] == b"PK":
        sheets = openpyxl.load_workbook(BytesIO(content)).worksheets
        all_cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        harmless = [cell for cell in all_cells if str(cell.value).lstrip("'").startswith(FORMULAS)]
        assert b"<f>" not in b"".join(map(ZipFile(BytesIO(content)).read, ZipFile(BytesIO(content)).namelist()))
        return [cell.value for cell in all_cells if cell.data_type == "f"], len(harmless)
    table = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    texts = [text for row in table for text in row]
    return [text for text in texts if cells.is_formula(text)], sum(text.startswith("'") for text in texts)


def test_no_cell_of_any_spreadsheet_is_run_and_none_is_left_out(filled, reached, tmp_path):
    sent = {}
    for address, role in REQUESTS:
        client = Client()
        client.force_login(filled[role])
        response = client.get(address)
        assert response.status_code == 200, address
        sent[address] = b"".join(response) if response.streaming else response.content
    clinic = Clinic.objects.get(pk=filled[policy.CLINICIAN].clinic_id)
    call_command("export_clinic", clinic.name, out=tmp_path / "clinic.zip", stdout=StringIO())
    sent["export_clinic"] = (tmp_path / "clinic.zip").read_bytes()
    harmless = {}
    for address, content in sent.items():
        for name, part in files(address, content):
            run, count = run_by_a_program(part)
            assert run == [], name
            harmless[address] = harmless.get(address, 0) + count
    assert all(harmless.values()), harmless
    assert sum(harmless.values()) > 100
    assert places() - reached == set()


def test_every_address_that_answers_with_a_spreadsheet_is_tried(world):
    people, ids = world
    tried = {address.partition("?")[0] for address, _ in REQUESTS}
    roles = (policy.CLINICIAN, policy.EDITOR, policy.ADMINISTRATOR, policy.AUDITOR)
    clients = {role: Client(raise_request_exception=False) for role in roles}
    for role, client in clients.items():
        client.force_login(people[role])
    found = set()
    for route, example in test_matrix.EVERY:
        may_enter = [role for role in roles if role in policy.may_enter(route)]
        if may_enter and not route.endswith("logout/"):
            address = test_matrix.address_of(route, example, ids)
            response, _ = test_matrix.answered(clients[may_enter[0]], "get", address)
            if any(kind in response.headers.get("Content-Type", "") for kind in SPREADSHEETS):
                found.add(address)
    assert len(found) >= 4
    assert found <= tried


def test_a_negative_number_stays_a_number():
    assert [cells.safe(one) for one in ("-2.5", -2.5, "-2.5.1", "-", "12")] == ["-2.5", -2.5, "'-2.5.1", "'-", "12"]


@pytest.mark.parametrize("start", cells.FORMULA_STARTS)
def test_whatever_starts_a_formula_is_made_text(start):
    assert cells.safe(f"{start}1+1") == f"'{start}1+1"


def test_a_spreadsheet_that_forgets_to_is_noticed(filled, monkeypatch):
    """A seeded fault: the rows of the audit trail as they are."""
    monkeypatch.setattr("pathway.accounts.audit_pages.safe", lambda cell: cell)
    client = Client()
    client.force_login(filled[policy.AUDITOR])
    run, _ = run_by_a_program(b"".join(client.get("/audit/export.csv")))
    assert set(run) >= {"-2+3", "=1+1", "@SUM(1)"}
