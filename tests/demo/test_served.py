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
MANAGE = [sys.executable, "manage.py"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "demo.sqlite3"


@pytest.fixture
def environment(file):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "DATABASE_URL": f"sqlite:///{file}", "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def demo_of_another_day(file, environment):
    subprocess.run([*MANAGE, "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("INSERT INTO accounts_sitestate (id, kind, loaded_on) VALUES (1, 'demo', '2020-01-01')")
        database.commit()


def until_it_serves(server: subprocess.Popen) -> str:
    """What the command prints before it waits for requests; all of it where it ends before that."""
    printed = []
    for line in server.stdout:
        printed.append(line)
        if line == "Quit the server with CONTROL-C.\n":
            break
    return "".join(printed)


def test_reset_starts_afresh_and_the_printed_link_opens_okafors_visit(demo_of_another_day, file, environment):
    start = [*MANAGE, "demo", "--reset", "--port", "8710"]
    with subprocess.Popen(start, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            printed = until_it_serves(server)
            link = re.search(r"Dr Ada Marsh.*\n\s+(http://127\.0\.0\.1:\d+/\S+)", printed)[1]
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            page = browser.open(link).read().decode()
            assert "OKAFOR" in page
            style = re.search(r'href="(/static/frame[^"]*\.css)"', page)[1]
            assert browser.open(link.partition("/demo/")[0] + style).status == 200
        finally:
            server.terminate()
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT loaded_on FROM accounts_sitestate").fetchone() > ("2020-01-01",)
