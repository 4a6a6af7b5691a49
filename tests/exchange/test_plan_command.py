"""`manage.py plan`: a case as paper, marked as a draft, from a database that stays as it was."""

import json
import os
import sqlite3
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parents[2]
CASE = {"on": "2026-11-22", "facts": {"age_years": 72, "sex": "female", "levels": ["L1"], "cord_signs": "yes"}}


def manage(database, *arguments, stdin=b""):
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"},
        input=stdin,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "db.sqlite3"
    for command in ("migrate", "load_wording"):
        made = manage(path, command)
        assert made.returncode == 0, made.stderr
    return path


def stored(database):
    with sqlite3.connect(database) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("audience", ["clinician", "patient"])
def test_a_case_prints_as_a_draft_and_nothing_is_stored(database, tmp_path, audience):
    before = stored(database)
    out = tmp_path / "plan.pdf"
    (tmp_path / "case.json").write_text(json.dumps({"name": "Zoë Öz", **CASE}))
    result = manage(database, "plan", tmp_path / "case.json", "--audience", audience, "--out", out)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    pages = PdfReader(out).pages
    assert pages
    for page in pages:
        text = page.extract_text()
        assert "DRAFT – NOT SIGNED" in text
        assert "FICTIONAL PATIENT" in text
        assert "ZOË ÖZ" in text
    assert stored(database) == before


def test_standard_input_and_a_case_without_a_name(database, tmp_path):
    out = tmp_path / "plan.pdf"
    result = manage(database, "plan", "-", "--out", out, stdin=json.dumps(CASE).encode())
    assert result.returncode == 0, result.stderr
    assert "FICTIONAL" in PdfReader(BytesIO(out.read_bytes())).pages[0].extract_text()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"on": "2026-11-22", "facts": {"pain_nrs": 11}}', "case 1: pain_nrs: 11 is not accepted"),
        (b"", "case 1: the text is not JSON"),
        (b"[]", "one JSON object is accepted"),
        (b"{}\n{}", "one JSON object is accepted"),
        (json.dumps({"name": "\U00013000", **CASE}).encode(), "bundled fonts"),
    ],
)
def test_what_is_no_single_printable_case_is_refused(database, tmp_path, content, problem):
    result = manage(database, "plan", "-", "--out", tmp_path / "plan.pdf", stdin=content)
    assert result.returncode == 2
    assert problem in result.stderr.decode()
    assert not (tmp_path / "plan.pdf").exists()


def test_a_database_without_wording_says_what_to_run(tmp_path):
    result = manage(
        tmp_path / "empty.sqlite3", "plan", "-", "--out", tmp_path / "p.pdf", stdin=json.dumps(CASE).encode()
    )
    assert result.returncode == 2
    assert "load_wording" in result.stderr.decode()


def test_a_folder_that_does_not_exist_is_refused(database, tmp_path):
    result = manage(database, "plan", "-", "--out", tmp_path / "no" / "p.pdf", stdin=json.dumps(CASE).encode())
    assert result.returncode == 2
    assert "cannot be written" in result.stderr.decode()
