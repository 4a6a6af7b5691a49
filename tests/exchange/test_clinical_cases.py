"""The clinical cases hold, and together they cover every statement, decision, rule, status and limit."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pathway.exchange.clinical_cases import load_cases
from pathway.exchange.expectations import STATES, differences
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evaluate import evaluate, rulebook
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1
from pathway.guideline.notices import BONE_DENSITY, NOTICES
from pathway.guideline.statements import STATEMENTS
from pathway.guideline.truth import Never

CASES = load_cases(Path(__file__).parents[2] / "fixtures" / "cases")

# A count, and a test of what is recorded: neither is ever open.
NEVER_UNKNOWN = {("malignancy.weak", "unknown"), ("essentials_recorded", "unknown")}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    found = differences(case.expect, evaluate(case.facts, case.on))
    assert not found, "\n".join([str(case), case.story, *map(str, found), f"Facts: {dict(case.facts)}"])


def test_every_case_has_its_own_title():
    titles = [str(case) for case in CASES]
    assert len(set(titles)) == len(titles)


def test_every_case_tells_its_story_and_who_checked_it():
    for case in CASES:
        assert len(case.story) > 40, case
        assert case.checked_by, case
        assert case.checked_on >= EDITION_1.first_day, case


def test_every_statement_and_decision_has_a_case():
    covered = {name for case in CASES for name in case.covers}
    assert covered == set(STATEMENTS) | set(DECISIONS)


def test_every_criterion_is_expected_in_every_state():
    expected = {item for case in CASES for item in case.expect.get("criteria", {}).items()}
    assert {(name, state) for name in CRITERIA for state in STATES} - expected == NEVER_UNKNOWN


def test_every_action_is_expected_in_every_status_that_its_rule_allows():
    expected = {item for case in CASES for item in case.expect.get("actions", {}).items()}
    for name, action in rulebook(EDITION_1).actions.items():
        assert {status for expected_name, status in expected if expected_name == name} == _possible(action), name


def _possible(action):
    possible = {"not_indicated", "undetermined"}
    if not any(isinstance(check, Never) for check in action.checks):
        possible.add("recommended")
    if action.stops:
        possible.add("blocked")
    if action.stops or action.checks:
        possible.add("check_first")
    return possible


def test_every_headline_label_and_notice_is_expected():
    assert {case.expect.get("headline") for case in CASES} >= set(HEADLINES)
    assert {case.expect.get("bone_density") for case in CASES} >= set(BONE_DENSITY)
    assert {notice for case in CASES for notice in case.expect.get("notices", ())} == set(NOTICES)
    assert {notice for case in CASES for notice in case.expect.get("no_notices", ())} == set(NOTICES)


@pytest.mark.parametrize("direction", [1, -1], ids=["higher", "lower"])
@pytest.mark.parametrize("name", EDITION_1.by_name)
def test_a_limit_moved_by_its_last_digit_breaks_a_case(name, direction):
    limit = EDITION_1.by_name[name]
    last_digit = Decimal((0, (1,), limit.value.as_tuple().exponent))
    moved = EDITION_1.next_edition(
        EDITION_1.first_day, **{name: replace(limit, value=limit.value + direction * last_digit)}
    )
    assert any(differences(case.expect, evaluate(case.facts, case.on, moved)) for case in CASES)
