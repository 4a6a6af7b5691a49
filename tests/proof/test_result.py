"""The kept proof is of these rules, says what it found, and its patients can be evaluated again without the solver."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from pathway.guideline.evaluate import evaluate_by, rulebook
from pathway.guideline.limits import EDITIONS
from pathway.guideline.proof import __main__ as command
from pathway.guideline.proof import result
from pathway.guideline.proof.fingerprint import fingerprint
from pathway.guideline.proof.report import as_markdown

RULES = rulebook(EDITIONS[-1])
KEPT = result.load()


def test_the_kept_proof_is_of_these_rules_and_the_document_of_that_proof(capsys):
    assert command.main(["--check"]) == 0, capsys.readouterr().err


def test_every_property_holds_and_says_where_the_specification_says_more():
    assert KEPT.held
    assert [found.number for found in KEPT.properties] == [1, 2, 3, 4, 5, 6, 7, 8]
    verdicts = [found.verdict for found in KEPT.properties]
    assert verdicts == ["holds"] * 5 + ["holds with exceptions", "holds", "holds"]
    assert all(found.words and found.proven.startswith("Proven: ") for found in KEPT.properties)


def test_every_example_is_what_it_shows_when_evaluated_again():
    for shown in KEPT.examples:
        ev = evaluate_by(RULES, shown.values(), shown.on)
        kind, _, name = shown.shows.partition(" ")
        if kind == "headline":
            assert ev.headline == name
        elif kind == "notice":
            assert name in ev.notices
        else:
            assert ev.actions[kind].status == name, shown.shows


def test_every_headline_notice_and_status_that_can_be_has_an_example():
    shown = {example.shows for example in KEPT.examples}
    assert {f"headline {name}" for name in RULES.headlines} <= shown
    assert {f"notice {name}" for name in RULES.notices} <= shown
    for name in RULES.actions:
        assert {f"{name} not_indicated", f"{name} undetermined"} <= shown
    assert "bone.teriparatide recommended" not in shown
    assert "refer.surgery blocked" not in shown


def test_a_patient_of_two_copies_marks_the_answer_that_differs():
    deviation = KEPT.properties[5].deviations[0]
    assert deviation.changed == "onset_on"
    assert [line for line in deviation.lines if "← this answer" in line]


def test_what_is_written_is_read_back(tmp_path):
    file = tmp_path / "result.json"
    result.save(KEPT, file)
    assert result.load(file) == KEPT
    assert result.kept_fingerprint(file) == KEPT.fingerprint
    assert result.kept_fingerprint(tmp_path / "none.json") == ""


def test_the_document_names_every_property_and_what_is_left_out():
    document = as_markdown(KEPT)
    for found in KEPT.properties:
        assert found.words in document
    assert "Left out although the specification's words include it" in document
    assert f"{KEPT.combinations:,}" in document


def test_a_failed_property_says_so():
    violated = replace(KEPT.properties[0], held=False, violations=(KEPT.examples[0],))
    assert violated.verdict == "does not hold"
    assert not replace(KEPT, properties=(violated,)).held
    none_found = result.Shown("headline x: reached by no patient", date.min, {})
    assert command.violation_lines(none_found)[-1].strip() == "no patient"
    assert command.violation_lines(KEPT.examples[0])[0].strip() == f"Found: {KEPT.examples[0].shows}"


def test_another_rule_makes_another_fingerprint_and_other_words_do_not():
    criteria = dict(RULES.criteria)
    rule = criteria["decision_day_reached"]
    reworded = replace(RULES, criteria={**criteria, "decision_day_reached": replace(rule, text="Other words")})
    assert fingerprint(reworded) == KEPT.fingerprint
    turned = replace(RULES, criteria={**criteria, "decision_day_reached": replace(rule, operator="<")})
    assert fingerprint(turned) != KEPT.fingerprint


@pytest.mark.parametrize("module", ["result", "report", "fingerprint"])
def test_what_the_app_shows_is_read_without_the_solver(module):
    code = f"import sys, pathway.guideline.proof.{module}; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_option_is_refused(capsys):
    assert command.main(["--fast"]) == 2
    assert "usage" in capsys.readouterr().err
