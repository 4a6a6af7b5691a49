"""`make bench`, its second part: the worklist and the indicators of a clinic with many patients, and with few.

On the database of DATABASE_URL where one is given (.ci/postgres gives one), else on a SQLite file that is removed.
Fails unless a page asks as many queries with many patients as with few. `--save` keeps the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

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
    "service": "/service/",
    "service_12_quarters": "/service/?quarters=12",
    "indicator": "/service/iof-3/",
    "indicator_list": "/service/iof-3/counted/",
    "indicator_list_deep": "/service/iof-3/counted/?after={fracture}",
    "indicators_exported": "/service/spreadsheet/",
    "indicator_by_clinic": "/service/iof-3/",
}
BY_AUDITOR = ("indicator_by_clinic",)


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

    from pathway.followup import counting
    from tests.load.many import multiply

    say(f"{connection.vendor}: a cohort of {COHORT}, with few patients first")
    call_command("migrate", verbosity=0)
    call_command("synthesize", patients=COHORT, stories=STORIES)
    few = look()
    say(f"{connection.vendor}: copying it until there are {patients:,} patients")
    multiply(patients // COHORT - 1)
    started = time.process_time()
    counting.catch_up()
    counted = time.process_time() - started
    many = look()
    prefix = f"worklist_{'sqlite' if connection.vendor == 'sqlite' else 'postgresql'}"
    figures: dict[str, float | int] = {f"{prefix}_patients": patients // COHORT * COHORT, **sizes(prefix)}
    figures[f"{prefix}_indicators_counted_seconds"] = counted
    for name, seen in many.items():
        figures |= {f"{prefix}_{name}_p50_ms": seen.p50, f"{prefix}_{name}_p95_ms": seen.p95}
        figures[f"{prefix}_{name}_processor_ms"] = seen.processor
    if other := [name for name in PAGES if many[name].queries != few[name].queries]:
        sys.exit(f"Other queries with many patients than with few: {', '.join(other)}")
    figures[f"{prefix}_queries"] = max(seen.queries for seen in many.values())
    figures[f"{prefix}_largest_process_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def sizes(prefix: str) -> dict[str, int]:
    from pathway.followup.models import Task

    return {f"{prefix}_open_tasks": Task.objects.open().count()}


class Seen(NamedTuple):
    """One page: of the whole application the median, the 95th percentile and this process's own time, in milliseconds,
    and its queries."""

    p50: float
    p95: float
    processor: float
    queries: int


def look() -> dict[str, Seen]:
    from django.conf import settings
    from django.utils import timezone

    from pathway.accounts import session_limits
    from pathway.accounts.models import User
    from pathway.followup.models import Judged, Task

    settings.ALLOWED_HOSTS = ["testserver"]
    session_limits.NOTED_EVERY_SECONDS = 10**6  # writing the session again has nothing to do with patients
    clinician = User.objects.filter(is_clinician=True).order_by("username").first()
    auditor, _made = User.objects.get_or_create(username="auditor", is_auditor=True)
    overdue = Task.objects.open().filter(due_on__lt=timezone.localdate(), is_urgent=False).order_by("due_on", "id")
    middle = overdue[overdue.count() // 2]
    middle = f"{middle.due_on.isoformat()}_{middle.pk}"
    judged = Judged.objects.filter(
        clinic=clinician.clinic_id, counted_on__gte=timezone.localdate() - timedelta(days=365)
    )
    fracture = judged.order_by("quarter", "counted_on", "pk").first()
    fracture = f"{fracture.counted_on.isoformat()}_{fracture.pk}"
    clients = {False: client_of(clinician), True: client_of(auditor)}
    return {
        name: seen(clients[name in BY_AUDITOR], path.format(middle=middle, fracture=fracture))
        for name, path in PAGES.items()
    }


def client_of(user):
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client


def seen(client, path: str) -> Seen:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    # Counted before the next request forgets them; what begins and ends a transaction asks for nothing.
    queries = sum(one["sql"].split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE") for one in asked)
    before = time.process_time()
    times = sorted(timed(client, path) for _ in range(REQUESTS))
    processor = (time.process_time() - before) / REQUESTS * 1000
    return Seen(times[REQUESTS // 2], times[int(REQUESTS * 0.95)], processor, queries)


def timed(client, path: str) -> float:
    started = time.perf_counter()
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
