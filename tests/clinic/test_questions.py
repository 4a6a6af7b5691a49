"""Every fact is asked once; every condition can be read, and looks at questions asked before it in the same step."""

import pytest

from pathway.clinic.asking import applies, facts_in
from pathway.clinic.models.parts_of_visits import STEP_SLUGS
from pathway.clinic.questions import QUESTIONS
from pathway.clinic.steps import STEP_BY_SLUG, STEPS
from pathway.guideline.facts import FACTS, Kind

FROM_ELSEWHERE = {"age_years", "sex", "region"}


def test_every_fact_is_asked_exactly_once():
    asked = [fact for step in STEPS for fact in step.facts]
    assert sorted(asked) == sorted(set(FACTS) - FROM_ELSEWHERE)


def test_every_question_says_what_and_why_in_words_of_its_own():
    for question in QUESTIONS.values():
        assert str(question.text).strip(), question.fact
        assert str(question.why).strip().endswith("."), question.fact
    texts = [str(question.text) for question in QUESTIONS.values()]
    assert len(texts) == len(set(texts))


def test_the_database_knows_the_steps():
    assert tuple(STEP_BY_SLUG) == STEP_SLUGS


def test_a_condition_looks_only_at_earlier_questions_of_its_step():
    for step in STEPS:
        for position, question in enumerate(step.questions):
            earlier = step.facts[:position]
            assert set(facts_in(question.asked_if)) <= set(earlier), question.fact


def test_a_condition_compares_with_answers_that_exist():
    for question in QUESTIONS.values():
        for alternative in question.asked_if.split("||") if question.asked_if else ():
            for term in alternative.split("&"):
                fact, values = term.replace("!=", "=").split("=")
                accepted = {"*", *FACTS[fact].values}
                assert set(values.split("|")) <= accepted, question.fact


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        ("", {}, True),
        ("a=*", {}, False),
        ("a=*", {"a": "not_known"}, False),
        ("a=*", {"a": "0"}, True),
        ("a=yes|no", {"a": "no"}, True),
        ("a=yes|no", {"a": "not_known"}, False),
        ("a!=yes", {}, True),
        ("a!=yes", {"a": "yes"}, False),
        ("a=yes&b=no", {"a": "yes"}, False),
        ("a=yes&b=no", {"a": "yes", "b": "no"}, True),
        ("a=yes||b=yes", {"b": "yes"}, True),
        ("a=yes||b=yes", {"a": "no", "b": "no"}, False),
    ],
)
def test_conditions(condition, answers, asked):
    assert applies(condition, lambda fact: answers.get(fact, "")) is asked


def test_dates_and_levels_are_the_only_kinds_without_a_range_or_choices():
    for name in QUESTIONS:
        fact = FACTS[name]
        assert fact.is_number or fact.choices or fact.kind is Kind.DATE, name
