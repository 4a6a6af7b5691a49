"""`make bench`: how fast the pathway decides, explains and answers, on this machine, beside the last figures kept.

Times differ between machines; the ratios do not, or hardly. `--save` keeps the figures in docs/bench.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pathway.guideline.compiled import compile_rules
from pathway.guideline.evaluate import evaluate, rulebook
from pathway.guideline.explain import as_json
from pathway.guideline.in_bulk import InBulk
from pathway.guideline.limits import EDITION_1
from tests.guideline.patients import ON
from tests.load import bedside, cases, engine, surviving
from tests.load.replays import replaying

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "bench.json"
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--save", action="store_true", help="keep the figures in docs/bench.json")
    options.add_argument("--cases", type=int, default=10_000, help="cases through manage.py evaluate (10000)")
    options.add_argument("--many", type=int, default=100_000, help="cases for the figure of memory (100000)")
    options.add_argument("--visits", type=int, default=10_000, help="visits through the replay of a draft (10000)")
    chosen = options.parse_args()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    measures: tuple[Callable[[], dict[str, object]], ...] = (
        machine,
        deciding,
        lambda: streaming(chosen.cases, chosen.many),
        bedside.figures,
        typing,
        lambda: replaying(chosen.visits),
        surviving.figures,
    )
    figures: dict[str, object] = {}
    print(f"{'':28}{'now':>12}{'kept':>12}")
    for measure in measures:
        measured = measure()
        show(measured, kept)
        figures |= measured
    if chosen.save:
        worklist = {name: value for name, value in kept.items() if name.startswith("worklist_")}
        KEPT.write_text(json.dumps({**figures, **worklist}, indent=1) + "\n")


def machine() -> dict[str, object]:
    load = os.getloadavg()[0]
    return {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count(), "load": load}


def deciding() -> dict[str, float]:
    """Microseconds a case, medians. Rules and the other engine's decision are loaded once, before; the first call of
    the compiled rules includes compiling them."""
    patients = list(cases.facts(400))
    started = time.perf_counter()
    run = compile_rules(rulebook(EDITION_1))
    run(patients[0], ON)
    cold = (time.perf_counter() - started) * 1e6
    full = median_us(lambda facts: evaluate(facts, ON), patients)
    words = median_us(lambda facts: as_json(evaluate(facts, ON)), patients)
    bulk = InBulk(rulebook(EDITION_1))
    text = median_us(lambda visit: bulk.text(*visit), list(cases.visits(2000)))
    statuses = median_us(lambda facts: run(facts, ON), patients * 5)
    figures = {
        "full_trace_us": full,
        "in_words_us": words,
        "in_bulk_us": text,
        "statuses_us": statuses,
        "statuses_cold_us": cold,
    }
    if (decision := engine.decision()) is not None:
        question = engine.question()
        other = median_us(lambda _: decision.evaluate(question, {"trace": True}), patients * 5)
        figures |= {"zen_engine_us": other, "zen_engine_over_statuses": other / statuses}
    return figures


def median_us(run: Callable, patients: list) -> float:
    times = []
    for facts in patients:
        started = time.perf_counter()
        run(facts)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def streaming(count: int, many: int) -> dict[str, float]:
    """The whole process of `manage.py evaluate` over cases of JSON Lines, all cores: for one case, which is starting
    up, for `count`, and for `many`, by when the memory of its largest process is to have grown no further. Cases are
    visits as a clinic has them; `unlike` are those of patients with nothing in common."""

    def visits(some: int) -> Iterator[str]:
        return (cases.as_line(*visit) for visit in cases.visits(some))

    cold, _ = stream(visits(1))
    warm, memory = stream(visits(count))
    unlike, _ = stream(cases.as_line(facts) for facts in cases.facts(count))
    _, memory_many = stream(visits(many))
    return {
        "start_seconds": cold,
        "cases": count,
        "cases_per_second": count / warm,
        "unlike_cases_per_second": count / unlike,
        "largest_process_mb": memory,
        "many_cases": many,
        "largest_process_many_mb": memory_many,
    }


def stream(cases_as_lines: Iterable[str]) -> tuple[float, float]:
    """Seconds, and the megabytes of the largest process. A small process of its own starts it: until a new process has
    loaded its program, the system counts the memory of the one that started it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        with path.open("w") as file:
            file.writelines(f"{line}\n" for line in cases_as_lines)
        command = [sys.executable, "-c", MEASURED, sys.executable, "manage.py", "evaluate", str(path)]
        started = time.perf_counter()
        largest_kb = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, check=True, text=True).stderr
        seconds = time.perf_counter() - started
    return seconds, int(largest_kb.split()[-1]) / 1024


def typing() -> dict[str, float]:
    """How many answers and presses of a key a visit takes, counted in a browser."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "pytest", "tests/walk/test_two_minutes.py", "-q", "-p", "no:cacheprovider"]
        environment = os.environ | {"BENCH_FIGURES": str(file)}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
        return json.loads(file.read_text())


def show(figures: dict, kept: dict) -> None:
    for name, value in figures.items():
        print(f"{name:28}{_short(value):>12}{_short(kept.get(name, '')):>12}", flush=True)


def _short(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
