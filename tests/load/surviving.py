"""Signing, wording, saving and surviving, measured on a database of their own (SQLite, on this disk).

`python -m tests.load.surviving` prints the figures; `make bench` keeps them beside the others.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
WRITERS, SECONDS, SIGNATURES, KILLS = 8, 5, 7, 100
READING_SECONDS = 3  # at least so long is the page to sign in front of a clinician


def figures() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        measured = _run(Path(folder) / "service.sqlite3", "tests.load.surviving", "measure")
        survived = _run(Path(folder) / "kills.sqlite3", "tests.faults.kills", str(KILLS))
    return measured | {"kills_survived": survived["kills"], "acknowledged_before_kills": survived["acknowledged"]}


def _run(database: Path, module: str, argument: str) -> dict:
    where = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "pathway.settings"}
    command = [sys.executable, "-m", module, argument]
    run = subprocess.run(command, cwd=ROOT, env=where, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def measure() -> None:
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from tests import make
    from tests.accounts import addresses, policy

    setup_test_environment()
    call_command("migrate", verbosity=0)
    make.wording()
    told = {**_signing(), **_wording(), **_saving()}
    told["matrix_cells"] = len(addresses.every_address()) * len(policy.ROLES) * 2
    print(json.dumps(told))


def _signing() -> dict[str, float]:
    """From the press on Sign to the paper in hand, and the same paper once more; milliseconds, medians."""
    from django.test import Client

    from pathway.plans import paper
    from tests import make
    from tests.plans.ordinary_patients import THREE_WEEKS
    from tests.plans.test_signing_pages import decide_all, signing_form

    to_paper, again = [], []
    paper.problem()  # prints once, so that the printers are warm
    for _ in range(SIGNATURES):
        visit = make.visit(**THREE_WEEKS)
        decide_all(visit, visit.started_by)
        client = Client()
        client.force_login(visit.started_by)
        form = signing_form(client, visit)
        time.sleep(READING_SECONDS)

        def sign(visit=visit, client=client, form=form):
            client.post(f"/visits/{visit.pk}/sign/", form)
            visit.refresh_from_db()
            client.get(f"/plans/{visit.plan.pk}/plan.pdf")

        to_paper.append(_ms(sign))
        again.append(_ms(lambda visit=visit, client=client: client.get(f"/plans/{visit.plan.pk}/plan.pdf")))
    return {"sign_to_paper_ms": statistics.median(to_paper), "stored_paper_ms": statistics.median(again)}


def _wording() -> dict[str, float]:
    """From an editor's press on Save to the statement in the draft, and a preview of the plan that says it."""
    from django.test import Client

    from pathway.releases import previews
    from tests import make
    from tests.wording.test_admin import post

    client, saved, seen = Client(), [], []
    client.force_login(make.editor())
    statement = make.draft().statements.get(kind="action", key="pain.nsaid", audience="clinician")
    address = f"/pathway/releases/{statement.release.number}/cases/{next(iter(previews.cases()))}/clinician-after.pdf"
    for number in range(SIGNATURES):
        statement.refresh_from_db()
        saved.append(_ms(lambda number=number: post(client, statement, heading=f"NSAID, wording {number}")))
        seen.append(_ms(lambda: client.get(address)))
    return {"statement_save_ms": statistics.median(saved), "statement_preview_ms": statistics.median(seen)}


def _ms(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def _saving() -> dict[str, float]:
    """Saves of a step, each with its audit event and on the disk before it is told, by processes at the same time."""
    from django.db import connections

    from tests import make

    visits = [make.visit() for _ in range(WRITERS)]
    connections.close_all()
    reads, writes = os.pipe()
    for visit in visits:
        if os.fork() == 0:
            os.write(writes, _save_for_a_while(visit))
            os._exit(0)
    for _ in visits:
        os.wait()
    os.close(writes)
    counts = [json.loads(line) for line in os.read(reads, 65536).splitlines()]
    return {
        "saves_per_second_8_writers": sum(count for count, _, _ in counts) / SECONDS,
        "saves_refused_8_writers": sum(refused for _, refused, _ in counts),
        "longest_save_ms_8_writers": max(longest for _, _, longest in counts),
    }


def _save_for_a_while(visit) -> bytes:
    from datetime import UTC, datetime

    from django.db import OperationalError

    count, refused, longest, until = 0, 0, 0.0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        said, at = {"pain_nrs": count % 11}, datetime.now(UTC)
        started = time.perf_counter()
        try:
            visit.save_step("pain", said, [], visit.started_by, at, version=visit.version, rev=0)
            count += 1
        except OperationalError:
            refused += 1
        longest = max(longest, (time.perf_counter() - started) * 1000)
    return json.dumps([count, refused, longest]).encode() + b"\n"


if __name__ == "__main__":
    measure()
