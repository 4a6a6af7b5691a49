"""Beside the seven properties: the rules are those of the specification, held against a second writing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from pathway.guideline.evaluate import ActionRules
from pathway.guideline.proof import specification, tables
from pathway.guideline.proof.properties import Claim, Claims, Pathway
from pathway.guideline.proof.translate import Truth, some, statuses_of
from pathway.guideline.truth import Rule


def rules_as_specified(pathway: Pathway) -> Iterator[Claim]:
    """Beside the seven: every criterion, every status of every action, every notice and the bone density label are
    what sections 4, 5 and 7 say.

    Proven: they equal a second writing of those sections for every patient, and no patient has two bone density
    labels. This sees what the seven do not, such as a comparison turned around where that endangers none of them.
    """
    at, verdicts = pathway.rules.at, pathway.verdicts
    yield from _alike(pathway, "criterion", verdicts.criteria, specification.criteria(at))
    yield from _alike(pathway, "notice", verdicts.notices, specification.notices(at))
    yield from _alike(pathway, "bone density", verdicts.bone_density, specification.bone_density(at))
    labels = [(label.yes, 1) for label in verdicts.bone_density.values()]
    yield Claim(Claims.NO_PATIENT, "two bone density labels", z3.Not(z3.PbLe(labels, 1)))
    indications, stops, checks = specification.indications(at), tables.stops(at), tables.checks(at)
    for name in {**indications, **pathway.rules.actions}:
        action = pathway.rules.actions.get(name)
        words = f"action {name} with another status than section 5 gives"
        if action is None or name not in indications:
            yield Claim(Claims.NO_PATIENT, f"{words}: it is in one of them only", z3.BoolVal(True))
            continue
        written = ActionRules(action.action, indications[name], stops.get(name, ()), checks.get(name, ()), 0)
        expected = statuses_of(written, pathway.ask(indications[name]), pathway.ask)
        differs = some(is_it != expected[status] for status, is_it in verdicts.statuses[name].items())
        yield Claim(Claims.NO_PATIENT, words, differs)


def _alike(pathway: Pathway, kind: str, running: Mapping[str, Truth], written: Mapping[str, Rule]) -> Iterator[Claim]:
    for name in {**written, **running}:
        words = f"{kind} {name} with another answer than the specification gives"
        if name not in written or name not in running:
            yield Claim(Claims.NO_PATIENT, f"{words}: it is in one of them only", z3.BoolVal(True))
            continue
        one, other = running[name], pathway.ask(written[name])
        yield Claim(Claims.NO_PATIENT, words, z3.Or(one.yes != other.yes, one.no != other.no))
