"""The hazard log is whole, its document current, and each of its tests exists and can fail the run."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from pathway.plans import hazards
from tests.hazards.run import unproven

ROOT = Path(settings.BASE_DIR)
LOG = hazards.read(ROOT / hazards.FILE)


def test_the_document_is_current():
    call_command("document_hazards", check=True)


def test_the_hazards_of_the_safety_case_are_all_there():
    assert [one.id for one in LOG] == [f"H-{number:02}" for number in range(1, len(LOG) + 1)]
    assert len(LOG) >= 33


@pytest.mark.parametrize("hazard", LOG, ids=lambda hazard: hazard.id)
def test_every_test_of_a_hazard_exists(hazard):
    for test in hazard.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ({"passed"}, ""),
        ({"passed", "failed"}, "failed"),
        ({"passed", "skipped"}, "skipped"),
        ({"expected to fail"}, "expected to fail"),
        (None, "did not run"),
    ],
)
def test_a_hazard_is_proven_by_tests_that_pass_only(happened, said):
    one = LOG[0]
    outcomes = {test: {"passed"} for test in one.tests} | {one.tests[0]: happened}
    assert unproven([one], outcomes, ()) == ([f"H-01: {one.tests[0]} {said}."] if said else [])


def test_what_a_run_was_told_to_leave_out_is_not_held_against_it():
    assert unproven(LOG, {}, ("",)) == []
    assert len(unproven(LOG, {}, ())) == sum(len(one.tests) for one in LOG)
    assert not any("tests/walk/" in sentence for sentence in unproven(LOG, {}, ("tests/walk",)))


def test_a_skipped_test_of_a_hazard_fails_the_run(tmp_path):
    """The whole way: pytest itself, told to skip the one test that a hazard has."""
    node = "tests/hazards/test_hazards.py::test_the_document_is_current"
    log = tmp_path / "hazards.toml"
    log.write_text(
        f'["H-01"]\nhazard = "a"\ncause = "b"\nharm = "c"\nseverity = "minor"\nlikelihood = "low"\n'
        f'controls = ["d"]\ntests = ["{node}"]\n'
    )
    plugin = tmp_path / "skips_all.py"
    plugin.write_text(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    [item.add_marker(pytest.mark.skip(reason='on purpose')) for item in items]\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "skips_all", node]
    environment = {"PATH": "", "PYTHONPATH": str(tmp_path), "HAZARDS": str(log)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"H-01: {node} skipped." in run.stdout


def test_a_hazard_without_a_test_or_a_known_severity_is_refused(tmp_path):
    whole = 'hazard = "a"\ncause = "b"\nharm = "c"\nlikelihood = "low"\ncontrols = ["d"]\n'
    log = tmp_path / "hazards.toml"
    for wrong in ('severity = "minor"\ntests = []', 'severity = "dire"\ntests = ["t"]', 'severity = "minor"'):
        log.write_text(f'["H-01"]\n{whole}{wrong}\n')
        with pytest.raises(ValueError, match="H-01"):
            hazards.read(log)


def test_a_stale_document_is_named(monkeypatch):
    monkeypatch.setattr(hazards, "read", lambda file: LOG[:3])
    with pytest.raises(CommandError, match="document_hazards"):
        call_command("document_hazards", check=True)
