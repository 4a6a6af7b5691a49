"""What each question rests on: the statements, interpretations and sources of the rules that look at its answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import evaluate
from pathway.guideline.limits import EDITIONS
from pathway.guideline.quantities import inputs_of
from pathway.guideline.truth import Check
from pathway.wording.templatetags.citations import cite_label, cite_url

MOST = 4
"""The pathway's own pages list every use of an answer; beside the question stand the first few."""


@cache
def grounds(fact: str) -> tuple[tuple[str, str], ...]:
    """Label and address of the first sources of the rules that ask for a fact; none for what is only recorded."""
    return tuple((cite_label(cite), cite_url(cite)) for cite in _cites().get(fact, ())[:MOST])


@cache
def _cites() -> dict[str, tuple[str, ...]]:
    """Read off the trees of an evaluation in which nothing is known: there every leaf is still asked."""
    latest = EDITIONS[-1]
    ev = evaluate({}, latest.first_day)
    found: dict[str, dict[str, None]] = {}
    for name, check in ev.criteria.items():
        for fact, limit_cites in _asked(check):
            cites = (*CRITERIA[name].statements, *limit_cites, *CRITERIA[name].decisions)
            found.setdefault(fact, {}).update(dict.fromkeys(cites))
    for result in ev.actions.values():
        for check in (result.indications, *result.stop_checks, *result.check_checks):
            for fact, limit_cites in _asked(check):
                found.setdefault(fact, {}).update(dict.fromkeys((*limit_cites, *result.cites)))
    found["spine_t_includes_fracture"] = found["t_score_spine"]  # decides whether that score counts
    return {fact: tuple(cites) for fact, cites in found.items()}


def _asked(check: Check) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each fact that a leaf needs, with what the leaf's limit rests on."""
    if check.fact:
        cites = tuple(check.limit.source.split()) if check.limit else ()
        for fact in inputs_of(check.fact, {}):
            yield fact, cites
    for part in check.parts:
        yield from _asked(part)
