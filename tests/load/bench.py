"""`make bench`: how fast the pathway decides and explains, on this machine, beside the last figures kept.

Times differ between machines; the ratios do not, or hardly. `--save` keeps the figures in docs/bench.json.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pathway.guideline.compiled import compile_rules, outcome
from pathway.guideline.evaluate import evaluate, rulebook
from pathway.guideline.explain import as_json
from pathway.guideline.limits import EDITION_1
from tests.guideline.patients import ON
from tests.load import cases, engine

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "bench.json"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--save", action="store_true", help="keep the figures in docs/bench.json")
    options.add_argument("--cases", type=int, default=10_000, help="cases through manage.py evaluate (10000)")
    chosen = options.parse_args()
    figures = {**machine(), **deciding(), **streaming(chosen.cases)}
    show(figures, json.loads(KEPT.read_text()) if KEPT.exists() else {})
    if chosen.save:
        KEPT.write_text(json.dumps(figures, indent=1) + "\n")


def machine() -> dict[str, object]:
    load = os.getloadavg()[0]
    return {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count(), "load": load}


def deciding() -> dict[str, float]:
    """Microseconds a case, medians; the first call of the compiled rules includes compiling them."""
    patients = list(cases.facts(400))
    started = time.perf_counter()
    compile_rules(rulebook(EDITION_1))(patients[0], ON)
    cold = (time.perf_counter() - started) * 1e6
    full = median_us(lambda facts: evaluate(facts, ON), patients)
    words = median_us(lambda facts: as_json(evaluate(facts, ON)), patients)
    statuses = median_us(lambda facts: outcome(facts, ON), patients * 5)
    figures = {"full_trace_us": full, "in_words_us": words, "statuses_us": statuses, "statuses_cold_us": cold}
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


def streaming(count: int) -> dict[str, float]:
    """The whole process of `manage.py evaluate` over `count` cases of JSON Lines, all cores."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "cases.jsonl"
        lines.write_text("".join(f"{cases.as_line(facts)}\n" for facts in cases.facts(count)))
        started = time.perf_counter()
        command = [sys.executable, "manage.py", "evaluate", str(lines)]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        seconds = time.perf_counter() - started
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"cases": count, "cases_per_second": count / seconds, "largest_process_mb": largest}


def show(figures: dict, kept: dict) -> None:
    print(f"{'':28}{'now':>12}{'kept':>12}")
    for name, value in figures.items():
        print(f"{name:28}{_short(value):>12}{_short(kept.get(name, '')):>12}")


def _short(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
