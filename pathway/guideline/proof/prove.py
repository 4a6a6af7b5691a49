"""The properties of one edition, proven one beside another, and what came out as a `Result`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from inspect import getdoc
from multiprocessing import get_context
from os import cpu_count
from time import perf_counter

import z3

from pathway.guideline.evaluate import Rulebook, rulebook
from pathway.guideline.facts import FACTS
from pathway.guideline.limits import EDITIONS, Limits
from pathway.guideline.proof.as_specified import rules_as_specified
from pathway.guideline.proof.fingerprint import fingerprint
from pathway.guideline.proof.properties import PROPERTIES, Claims
from pathway.guideline.proof.properties import Property as Proving
from pathway.guideline.proof.regions import count, facts_read
from pathway.guideline.proof.result import Property, Result, Shown
from pathway.guideline.proof.search import Prover, Settled

ALL = (*PROPERTIES, rules_as_specified)
LONGEST = (2, 5, 6)  # by their place in ALL: started first, so that no processor waits for one of them at the end


def prove_property(rules: Rulebook, prove: Proving) -> tuple[Property, tuple[Shown, ...]]:
    """One property of `rules`, with a patient for each thing that it proves reachable."""
    started = perf_counter()
    prover = Prover(rules)
    settled = list(prover.settle_all(prove))
    words, _, proven = getdoc(prove).partition("\n\n")
    found = Property(
        number=ALL.index(prove) + 1,
        name=prove.__name__,
        words=_one_line(words),
        proven=_one_line(proven),
        held=all(claim.holds for claim in settled),
        claims=len(settled),
        queries=prover.queries,
        seconds=round(perf_counter() - started, 1),
        exceptions=tuple(_shown(one) for one in settled if _is_exception(one)),
        deviations=tuple(_shown(one) for one in settled if one.found and one.claim.says is Claims.ALSO_EXCEPTED),
        violations=tuple(_shown(one) for one in settled if not one.holds),
    )
    reached = [one for one in settled if one.claim.says is Claims.SOME_PATIENT and not one.claim.dropped]
    return found, tuple(_shown(one) for one in reached if one.example)


def prove_edition(at: Limits, today: date, tell: Callable[[Property], None]) -> Result:
    """All properties of an edition, on every processor. `tell` hears of each as soon as it is settled."""
    rules = rulebook(at)
    properties, examples = {}, {}
    workers = min(len(ALL), cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        longest_first = sorted(range(len(ALL)), key=lambda index: index not in LONGEST)
        for done in as_completed(pool.submit(_in_process, at.edition, index) for index in longest_first):
            found, shown = done.result()
            properties[found.number], examples[found.number] = found, shown
            tell(found)
        read = facts_read(rules)
    return Result(
        edition=at.edition,
        proven_on=today,
        fingerprint=fingerprint(rules),
        solver=f"Z3 {z3.get_version_string()}",
        facts_read=len(read),
        facts_not_read=tuple(name for name in FACTS if name not in read),
        combinations=count(rules),
        properties=tuple(found for _, found in sorted(properties.items())),
        examples=tuple(shown for _, found in sorted(examples.items()) for shown in found),
    )


def _in_process(edition: int, index: int) -> tuple[Property, tuple[Shown, ...]]:
    at = next(at for at in EDITIONS if at.edition == edition)
    return prove_property(rulebook(at), ALL[index])


def _is_exception(settled: Settled) -> bool:
    """A patient for something that the property leaves out, as the specification has it."""
    says = settled.claim.says
    needed = says is Claims.SOME_PATIENT and settled.claim.dropped
    return settled.holds and settled.found and bool(says is Claims.EXCEPTED or needed)


def _shown(settled: Settled) -> Shown:
    """Without a patient where none that can be typed shows it, or, for what should be reachable, none at all."""
    words, example = settled.claim.words, settled.example
    if example is None:
        missing = "reached by no patient" if not settled.found else "shown only by values that nobody can type"
        return Shown(f"{words}: {missing}", date.min, {})
    return Shown(words, example.on, example.answers, example.dropped)


def _one_line(text: str) -> str:
    return " ".join(text.split())
