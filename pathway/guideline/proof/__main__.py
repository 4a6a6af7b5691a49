"""`python -m pathway.guideline.proof` proves the rules anew; with `--check` it only says whether that is needed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from pathway.guideline.evaluate import rulebook
from pathway.guideline.limits import EDITIONS
from pathway.guideline.proof import result
from pathway.guideline.proof.fingerprint import fingerprint
from pathway.guideline.proof.report import as_markdown
from pathway.guideline.proof.result import Property, Result, Shown

DOCUMENT = Path(__file__).parents[3] / "docs" / "proof.md"
NEWEST = EDITIONS[-1]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        return _check()
    if arguments:
        print("usage: python -m pathway.guideline.proof [--check]", file=sys.stderr)
        return 2
    return _prove()


def _check() -> int:
    """1 where the kept result is not of these rules, or the document not of that result."""
    if result.kept_fingerprint() != fingerprint(rulebook(NEWEST)):
        print("The proof is not of the rules as they are now: run `make prove`.", file=sys.stderr)
        return 1
    kept = result.load()
    if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != as_markdown(kept):
        print("docs/proof.md is not what the proof found: run `make prove`.", file=sys.stderr)
        return 1
    print(f"The proof of {kept.proven_on} is of these rules (edition {kept.edition}).")
    return 0


def _prove() -> int:
    # The solver is loaded only to prove: a check runs without it.
    from pathway.guideline.proof.prove import prove_edition

    started = perf_counter()
    print(f"Proving the rules of edition {NEWEST.edition} over every patient.", flush=True)
    found = prove_edition(NEWEST, datetime.now(tz=UTC).date(), _tell)
    print(f"{found.combinations_shown} combinations of {found.facts_read} answers: {found.combinations}")
    print(f"{found.claims} claims, {found.queries} solver queries, {perf_counter() - started:.0f} s; {found.solver}.")
    if not found.held:
        print("A safety property does not hold.", file=sys.stderr)
        return 1
    _keep(found)
    return 0


def _tell(found: Property) -> None:
    print(f"{found.number}. {found.verdict}: {found.words}", flush=True)
    print(f"   {found.claims} claims, {found.queries} queries, {found.seconds} s", flush=True)
    for shown in found.violations:
        print("\n".join(violation_lines(shown)), flush=True)


def violation_lines(shown: Shown) -> list[str]:
    """A violation and the patient who shows it, an answer a line."""
    return [f"   Found: {shown.shows}", *(f"     {line}" for line in shown.lines or ("no patient",))]


def _keep(found: Result) -> None:
    """A proof of the same rules keeps its day: nothing is written over it but the document."""
    if result.kept_fingerprint() != found.fingerprint:
        result.save(found)
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(as_markdown(result.load()), encoding="utf-8")
    print(f"Kept in {result.FILE.name} and docs/{DOCUMENT.name}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
