"""Printing processes: warm, sealed, limited, and none of them takes another paper down with it."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from pathway.plans import paper
from pathway.plans.models import Plan
from pathway.plans.printing import pool, sealed
from pathway.plans.printing.pool import Printers
from tests import make
from tests.plans import sample
from tests.plans.test_signing_pages import decide_all, signing_form

STAND_IN = """
import os, sys, time
from pathway.plans.printing import sealed
answers = sys.stdout.buffer
while (told := sealed.read(sys.stdin.buffer)) is not None:
    if b"hang" in told:
        time.sleep(60)
    if b"die" in told:
        os._exit(1)
    if b"defect" in told:
        sealed.write(answers, sealed.FAILED, b"TypeError in layout.py, line 7")
    elif b"huge" in told:
        sealed.write(answers, sealed.TOO_LARGE)
    elif b"link" in told:
        sealed.write(answers, sealed.REFUSED)
    elif b"environment" in told:
        sealed.write(answers, sealed.PRINTED, " ".join(os.environ).encode())
    else:
        sealed.write(answers, sealed.PRINTED, f"{os.getpid()} ".encode() + told)
"""
"""Prints nothing, and does at once what the layout engine does seldom."""


@pytest.fixture
def printers():
    made = []

    def start(most=1, seconds=20.0):
        made.append(Printers(most, seconds, (sys.executable, "-c", STAND_IN)))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_the_same_record_has_the_same_bytes_in_every_process():
    html = paper.to_html(sample.record(), "patient", draft=False)
    here = sealed.Printer().pdf(html)
    assert paper.sealed(html) == here
    both = paper.render_both(sample.record())
    assert both["patient"] == here
    assert set(both) == set(paper.AUDIENCES)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("hang", "took longer than 0.5 seconds and was stopped"),
        ("die", "stopped in the middle of this paper"),
        ("huge", "too large to print"),
        ("link", "asks for something outside itself"),
        ("x" * (pool.LARGEST_HTML + 1), "more text than fits a paper"),
    ],
    ids=["hang", "die", "huge", "link", "long"],
)
def test_a_paper_beyond_a_limit_is_a_sentence_and_the_next_one_prints(printers, told, sentence):
    pool_of_one = printers()
    assert pool_of_one.print("first").endswith(b"first")
    pool_of_one.seconds = 0.5 if told == "hang" else 20
    with pytest.raises(paper.UnprintableError, match=sentence):
        pool_of_one.print(told)
    pool_of_one.seconds = 20
    assert pool_of_one.print("next").endswith(b"next")


def test_a_process_that_ended_while_it_waited_is_replaced(printers):
    pool_of_one = printers()
    process = int(pool_of_one.print("first").split()[0])
    os.kill(process, signal.SIGKILL)
    pool_of_one._idle[0]._process.wait()
    assert int(pool_of_one.print("next").split()[0]) != process


def test_a_defect_is_told_by_its_place_alone(printers):
    with pytest.raises(pool.PrinterError, match=r"^TypeError in layout.py, line 7$"):
        printers().print("defect")


def test_a_process_prints_so_many_papers_and_is_replaced(printers, monkeypatch):
    monkeypatch.setattr(pool, "MOST_PAPERS", 2)
    pool_of_one = printers()
    by = [pool_of_one.print("x").split()[0] for _ in range(4)]
    assert by[0] == by[1] != by[2] == by[3]


def test_papers_of_many_threads_are_never_mixed_up(printers):
    pool_of_two = printers(most=2)
    told = [f"paper {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        said = [answer.partition(b" ") for answer in threads.map(pool_of_two.print, told)]
    assert [words.decode() for _, _, words in said] == told
    assert len({process for process, _, _ in said}) <= 2


def test_a_paper_waits_for_a_printer_only_so_long(printers):
    pool_of_one = printers(seconds=0.5)
    with ThreadPoolExecutor(1) as other:
        stuck = other.submit(pool_of_one.print, "hang")
        while pool_of_one._idle or not pool_of_one._count:  # until the other has the one printer
            pass
        pool_of_one.seconds = 0.0
        with pytest.raises(paper.UnprintableError, match="All printers are busy"):
            pool_of_one.print("x")
        with pytest.raises(paper.UnprintableError):
            stuck.result()


def test_a_process_knows_no_secret_of_the_service(printers, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    assert set(printers().print("environment").decode().split()) <= {"PATH", "LANG", "LC_CTYPE", "PWD"}


CLOSED = """
import socket, subprocess, sys
from pathway.plans.printing import sealed
sealed._close_the_process()
attempts = {
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "resolve": lambda: socket.getaddrinfo("example.org", 80),
    "start": lambda: subprocess.run(["true"]),
    "write": lambda: print("x" * 9999, file=open(sys.argv[1], "w"), flush=True),
    "hold": lambda: bytearray(2 * sealed.MOST_MEMORY),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print(name, "was possible")
    except Exception as error:
        print(name, type(error).__name__)
"""


def test_a_process_can_do_nothing_but_print(tmp_path):
    command = [sys.executable, "-c", CLOSED, str(tmp_path / "file")]
    run = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60)
    assert run.stdout.splitlines() == [
        "connect PermissionError",
        "resolve PermissionError",
        "start PermissionError",
        "write OSError",
        "hold MemoryError",
    ], run.stderr


def test_no_part_of_the_application_lays_out_paper_itself():
    importing = {
        path.name
        for path in (Path(settings.BASE_DIR) / "pathway").rglob("*.py")
        if "import weasyprint" in path.read_text("utf-8") or "from weasyprint" in path.read_text("utf-8")
    }
    assert importing == {"sealed.py"}


def test_a_plan_whose_paper_is_never_done_is_not_signed(client, db, printers, monkeypatch):
    make.wording()
    visit = make.visit(**make.UNREMARKABLE)
    client.force_login(visit.started_by)
    decide_all(visit, visit.started_by)
    form = signing_form(client, visit)
    hanging = printers(seconds=0.3)
    monkeypatch.setattr(paper, "printers", lambda: hanging)
    monkeypatch.setattr(paper, "to_html", lambda *args: "hang")
    refused = client.post(reverse("plans:sign", args=[visit.pk]), form)
    assert refused.status_code == 409
    assert "The plan was not signed and the visit is still a draft." in refused.content.decode()
    assert not Plan.objects.exists()
    visit.refresh_from_db()
    assert not visit.is_signed
