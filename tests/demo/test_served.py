"""The demo as README starts it: a process of its own, its own file, a server on this computer only."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "DATABASE_URL": f"sqlite:///{tmp_path}/demo.sqlite3", "PYTHONUNBUFFERED": "1"}


def command(*arguments):
    return [sys.executable, "manage.py", "demo", *arguments]


def test_the_printed_link_opens_okafors_visit_with_its_style(environment):
    pipe = subprocess.PIPE
    with subprocess.Popen(command("--port", "8710"), cwd=ROOT, env=environment, stdout=pipe, text=True) as server:
        try:
            printed = "".join(iter(server.stdout.readline, "Quit the server with CONTROL-C.\n"))
            link = re.search(r"Dr Ada Marsh.*\n\s+(http\S+)", printed)[1]
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            page = browser.open(link).read().decode()
            assert "OKAFOR" in page
            style = re.search(r'href="(/static/site[^"]*\.css)"', page)[1]
            assert browser.open(link.partition("/demo/")[0] + style).status == 200
        finally:
            server.terminate()


def test_reset_starts_afresh(environment, tmp_path):
    def run(*arguments):
        subprocess.run(command("--no-server", *arguments), cwd=ROOT, env=environment, check=True, capture_output=True)

    def titles():
        with closing(sqlite3.connect(tmp_path / "demo.sqlite3")) as database:
            return {row[0] for row in database.execute("SELECT title FROM clinic_patient")}

    run()
    with closing(sqlite3.connect(tmp_path / "demo.sqlite3")) as database:
        database.execute("UPDATE clinic_patient SET title = 'Changed'")
        database.commit()
    assert titles() == {"Changed"}
    run("--reset")
    assert "Changed" not in titles()
