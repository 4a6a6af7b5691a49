"""`make bench`, its second part: the worklist of a clinic with many patients, and with few.

On the database of DATABASE_URL where one is given (.ci/postgres gives one), else on a SQLite file that is removed.
Fails when a page asks for more queries with many patients than with few. `--save` keeps the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "bench.json"
COHORT, STORIES, REQUESTS = 200, 12, 40
PAGES = {
    "home": "/",
    "mine": "/?whose=mine",
    "overdue": "/?show=overdue",
    "overdue_deep": "/?show=overdue&after={middle}",
    "checks": "/?show=later&group=check",
    "drafts": "/?show=drafts",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, default=100_000)
    options.add_argument("--save", action="store_true", help="keep the figures in docs/bench.json")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/worklist.sqlite3")
        figures = measured(chosen.patients)
    for name, value in figures.items():
        print(f"{name:40}{value:>12,.1f}" if isinstance(value, float) else f"{name:40}{value:>12,}")
    if chosen.save:
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        KEPT.write_text(json.dumps({**kept, **figures}, indent=1) + "\n")


def measured(patients: int) -> dict[str, float | int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.load.many import multiply

    say(f"{connection.vendor}: a cohort of {COHORT}, with few patients first")
    call_command("migrate", verbosity=0)
    call_command("synthesize", patients=COHORT, stories=STORIES)
    few = look()
    say(f"{connection.vendor}: copying it until there are {patients:,} patients")
    multiply(patients // COHORT - 1)
    many = look()
    prefix = f"worklist_{'sqlite' if connection.vendor == 'sqlite' else 'postgresql'}"
    figures: dict[str, float | int] = {f"{prefix}_patients": patients // COHORT * COHORT, **sizes(prefix)}
    for name in PAGES:
        figures |= {f"{prefix}_{name}_p50_ms": many[name][0], f"{prefix}_{name}_p95_ms": many[name][1]}
    grown = [name for name in PAGES if many[name][2] > few[name][2]]
    if grown:
        sys.exit(f"More queries with many patients than with few: {', '.join(grown)}")
    figures[f"{prefix}_queries"] = max(queries for _, _, queries in many.values())
    return figures


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def sizes(prefix: str) -> dict[str, int]:
    from pathway.followup.models import Task

    return {f"{prefix}_open_tasks": Task.objects.open().count()}


def look() -> dict[str, tuple[float, float, int]]:
    """Of each page the median and the 95th percentile in milliseconds of the whole application, and its queries."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from pathway.accounts.models import User
    from pathway.followup.models import Task

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.filter(is_clinician=True).order_by("username").first())
    overdue = Task.objects.open().filter(due_on__lt=timezone.localdate(), is_urgent=False).order_by("due_on", "id")
    middle = overdue[overdue.count() // 2]
    found = {}
    for name, path in PAGES.items():
        path = path.format(middle=f"{middle.due_on.isoformat()}_{middle.pk}")
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        queries = len(asked)  # before the next request forgets them
        times = sorted(timed(client, path) for _ in range(REQUESTS))
        found[name] = (times[REQUESTS // 2], times[int(REQUESTS * 0.95)], queries)
    return found


def timed(client, path: str) -> float:
    started = time.perf_counter()
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
