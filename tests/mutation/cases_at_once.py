"""Every clinical case in one test, so that a mutant is judged quickly."""

from pathlib import Path

from pathway.exchange.clinical_cases import load_cases
from pathway.exchange.expectations import differences
from pathway.guideline.evaluate import evaluate

CASES = Path(__file__).parents[2] / "fixtures" / "cases"


def test_every_case_holds():
    cases = load_cases(CASES)
    assert [str(case) for case in cases if differences(case.expect, evaluate(case.facts, case.on))] == []
