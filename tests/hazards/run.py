"""Holds the hazard log against what the tests of a run did: a hazard whose test did not pass fails the run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from pathway.plans.hazards import FILE, Hazard, read

PASSED = {"passed"}


class Hazards:
    """A pytest plugin. Of a run of some tests only, it says nothing about those that were not among them."""

    def __init__(self, config: pytest.Config):
        self.log = read(Path(os.environ.get("HAZARDS", config.rootpath / FILE)))
        self.outcomes: dict[str, set[str]] = {}
        self.left_out = _left_out(config)
        self.faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each phase of each case; set-up and tear-down count when they do not pass."""
        outcome = "expected to fail" if hasattr(report, "wasxfail") else report.outcome
        self.outcomes.setdefault(report.nodeid.partition("[")[0], set()).add(outcome)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.faults = unproven(self.log, self.outcomes, self.left_out)
        if self.faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter) -> None:
        for fault in self.faults:
            terminalreporter.write_line(f"HAZARD {fault}", red=True)


def _left_out(config: pytest.Config) -> tuple[str, ...]:
    """The beginnings of nodes that this run was told to leave out; all of them where it was told what to run."""
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    if chosen or list(config.args) != list(config.getini("testpaths")):
        return ("",)
    return tuple(config.option.ignore or ())


def unproven(log: Iterable[Hazard], outcomes: Mapping[str, set[str]], left_out: tuple[str, ...]) -> list[str]:
    """A sentence for each test of a hazard that did not pass in every case."""
    found = []
    for hazard in log:
        for test in hazard.tests:
            happened = outcomes.get(test)
            if happened is None and not test.startswith(left_out):
                found.append(f"{hazard.id}: {test} did not run.")
            elif happened is not None and happened != PASSED:
                found.append(f"{hazard.id}: {test} {' and '.join(sorted(happened - PASSED))}.")
    return found
