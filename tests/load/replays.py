"""The replay of a draft over many visits, on a database of its own, by as many processes as the machine has cores."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def replaying(count: int) -> dict[str, float]:
    """Seconds for `count` open visits, those of all processors with their start, and the largest process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
        said = subprocess.run(
            [sys.executable, "-m", "tests.load.replays", str(count)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True,
        ).stdout  # fmt: skip
    seconds, cpu, largest = (float(figure) for figure in said.split()[-3:])
    return {
        "replayed_visits": count,
        "replay_seconds": seconds,
        "replay_processor_seconds": cpu,
        "replay_process_mb": largest,
    }


def fill(count: int) -> None:
    """Visits with the answers of the bench's patients, each of a patient of their own."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from datetime import date

    from pathway.clinic.models import Fracture, FracturedLevel, Patient, Visit
    from pathway.clinic.models.answers import COLUMNS
    from tests import make
    from tests.guideline.patients import ON
    from tests.load import cases

    make.wording()
    doctor = make.clinician()
    patients, fractures, visits, levels = [], [], [], []
    for number, facts in enumerate(cases.facts(count)):
        patient = Patient(
            clinic=doctor.clinic, family_name="Bench", given_name=str(number), date_of_birth=date(1948, 3, 9),
            sex="female", hospital_number=f"B{number}",
        )  # fmt: skip
        fracture = Fracture(patient=patient, label="T12")
        answers = {name: value for name, value in facts.items() if name in COLUMNS}
        if "onset_on" in answers:
            answers["onset_precision"] = "day"
        visit = Visit(fracture=fracture, on=ON, started_by=doctor, **answers)
        patients.append(patient)
        fractures.append(fracture)
        visits.append(visit)
        levels += [FracturedLevel(visit=visit, level=level) for level in facts.get("levels", ())]
    for model, rows in ((Patient, patients), (Fracture, fractures), (Visit, visits), (FracturedLevel, levels)):
        model.objects.bulk_create(rows, batch_size=200)


def ready() -> None:
    """Start a worker's Django, which a replay does not wait for."""
    import django

    django.setup()
    from pathway.releases import tasks  # noqa: F401


def part(replay: int, first: str, last: str, size: int) -> None:
    """In a process of its own, as a worker runs it."""
    import django

    django.setup()
    from pathway.releases import tasks

    tasks.part.func(replay, first, last, size)


def measure(count: int) -> tuple[float, float, float]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from django.utils import timezone

    from pathway.releases import replay as replays
    from tests import make

    fill(count)
    draft = make.draft(key="pain.acetaminophen", heading="Another heading")
    begun = replays.prepare(draft, by=draft.author, at=timezone.now())
    cut = list(replays.parts())
    type(begun).objects.filter(pk=begun.pk).update(parts=len(cut), total=count)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for warm in [pool.submit(ready) for _ in range(os.cpu_count() or 1)]:
            warm.result()
        started = time.perf_counter()
        for done in [pool.submit(part, begun.pk, str(first), str(last), size) for first, last, size in cut]:
            done.result()
        seconds = time.perf_counter() - started
        cpu = sum(worker.result() for worker in [pool.submit(time.process_time) for _ in range(os.cpu_count() or 1)])
    begun.refresh_from_db()
    assert (begun.done, begun.is_finished) == (count, True)
    return seconds, cpu, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
    import django

    django.setup()
    print(*measure(int(sys.argv[1])))
