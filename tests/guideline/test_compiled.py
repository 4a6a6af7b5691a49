"""The compiled rules come out as the walked ones, patient by patient."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from pathway.guideline.compiled import compile_rules, outcome
from pathway.guideline.evaluate import Evaluation, evaluate, evaluate_by, rulebook
from pathway.guideline.limits import EDITION_1
from pathway.guideline.truth import Any, Is, Rule
from tests.guideline.patients import ON, patients


def same(ev: Evaluation, compiled) -> bool:
    return (
        compiled.headline == ev.headline
        and compiled.statuses == {name: result.status for name, result in ev.actions.items()}
        and compiled.criteria == {name: check.truth for name, check in ev.criteria.items()}
    )


@pytest.mark.parametrize("known", [0.3, 0.6, 0.8, 1.0])
def test_outcomes_agree(known):
    @settings(max_examples=100, deadline=None)
    @given(facts=patients(known=known))
    def agree(facts):
        assert same(evaluate(facts, ON), outcome(facts, ON))

    agree()


def test_every_leaf_is_in_the_trace_as_yes_no_or_not_known():
    empty, full = outcome({}, ON).leaves, outcome({"pain_nrs": 5, "inr": Decimal("1.8")}, ON).leaves
    assert len(empty) == len(full) > 90
    assert {True, False, None} >= set(full)
    assert full.count(None) < empty.count(None)


def test_a_changed_rule_is_compiled_as_changed():
    facts = {"cord_signs": "yes"}
    rules = rulebook(EDITION_1)
    without = Any("Emergency", (Is("Deficit", "neurological_deficit", ("yes",)),))
    changed = replace(rules, criteria={**rules.criteria, "emergency": without})
    assert compile_rules(rules)(facts, ON).headline == "emergency_spine"
    assert compile_rules(changed)(facts, ON).headline == "answers_needed"
    assert same(evaluate_by(changed, facts, ON), compile_rules(changed)(facts, ON))


def test_a_rule_of_a_kind_that_the_compiler_does_not_know_is_refused():
    @dataclass(frozen=True, eq=False)
    class Resembles(Rule):
        quantity: str

    rules = rulebook(EDITION_1)
    changed = replace(rules, criteria={**rules.criteria, "emergency": Resembles("Resembles pain", "pain_nrs")})
    with pytest.raises(TypeError, match="cannot be compiled"):
        compile_rules(changed)


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        outcome({"pain": 3}, ON)
