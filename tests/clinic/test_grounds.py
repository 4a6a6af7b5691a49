"""Every question says why it is asked, and those that the rules look at say on what that rests."""

from pathway.clinic.grounds import MOST, grounds
from pathway.clinic.questions import QUESTIONS
from tests.clinic.walking import page

ONLY_RECORDED = {"frax_major_percent", "frax_hip_percent", "falls_last_year", "pain_pattern"}
"""Printed on the plan; no rule looks at them."""


def test_every_question_that_a_rule_looks_at_names_its_sources(db):
    assert {fact for fact in QUESTIONS if not grounds(fact)} <= ONLY_RECORDED
    assert all(len(grounds(fact)) <= MOST for fact in QUESTIONS)


def test_the_statement_behind_a_limit_stands_beside_its_question(db):
    labels = [label for label, _url in grounds("kyphosis_degrees")]
    assert "S13" in labels
    assert dict(grounds("kyphosis_degrees"))["S13"] == "/pathway/statements/#S13"


def test_a_step_shows_them_with_the_reason(signed_in, visit):
    shown = page(signed_in, visit, "imaging")
    assert 'Source: <a class="nhsuk-link" href="/pathway/statements/#S13">S13</a>' in shown
    assert shown.count("Why we ask") == len([fact for fact in QUESTIONS if f'name="{fact}' in shown])
