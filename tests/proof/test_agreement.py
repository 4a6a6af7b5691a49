"""The solver's rules say of a patient exactly what the rules that run say."""

from random import Random

import pytest

from pathway.guideline.evaluate import rulebook
from pathway.guideline.limits import EDITION_1
from pathway.guideline.proof.agreement import by_evaluation, by_solver, differences
from pathway.guideline.proof.patients import any_patient
from pathway.guideline.proof.properties import Pathway
from pathway.guideline.proof.regions import facts_read
from pathway.guideline.proof.translate import Translator, Verdicts
from pathway.guideline.truth import Rule
from tests.proof.random_patients import ON, random_answers

RULES = rulebook(EDITION_1)
PATIENTS = 100


def test_every_verdict_on_random_patients_is_the_same():
    pathway = Pathway(RULES)
    for seed in range(PATIENTS):
        answers = random_answers(Random(seed))
        said = by_solver(pathway.verdicts, pathway.patient, RULES, answers, ON)
        assert differences(said, by_evaluation(RULES, answers, ON)) == [], f"patient {seed}: {answers}"


def test_a_copy_without_one_answer_is_the_patient_without_it():
    pathway = Pathway(RULES)
    for seed, fact in enumerate(facts_read(RULES)[::4]):
        answers = random_answers(Random(seed))
        said = by_solver(pathway.without(fact), pathway.patient, RULES, answers, ON)
        less = {name: value for name, value in answers.items() if name != fact}
        assert differences(said, by_evaluation(RULES, less, ON)) == [], f"without {fact}: {answers}"


def test_the_random_patients_reach_most_headlines_and_all_five_statuses():
    said = [by_evaluation(RULES, random_answers(Random(seed)), ON) for seed in range(PATIENTS)]
    assert len({one["headline"] for one in said}) >= 6
    statuses = {one[f"status of {name}"] for one in said for name in RULES.actions}
    assert statuses == {"recommended", "check_first", "blocked", "undetermined", "not_indicated"}


def test_a_difference_is_told():
    assert differences({"headline": "a", "x": 1}, {"headline": "b", "x": 1}) == ["headline: a against b"]


def test_a_kind_of_rule_without_a_translation_stops_the_proof():
    class Guess(Rule):
        pass

    with pytest.raises(TypeError, match="no translation of Guess"):
        Translator(any_patient(), Verdicts()).ask(Guess("A guess"))
