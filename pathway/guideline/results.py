"""What became of one action for one patient, with everything that decided it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pathway.guideline.actions import Action, Status
from pathway.guideline.truth import Check

STOP_STATE = {True: "yes", False: "no", None: "not_recorded"}
CHECK_STATE = {True: "met", False: "not_met", None: "not_recorded"}


class Finding(NamedTuple):
    """One stop or check of an action as it came out, in words: "yes", "no" or "not_recorded"; "met" or "not_met"."""

    text: str
    state: str
    check: Check

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(leaf.reason() for leaf in self.check.deciding_leaves())


class ActionResult(NamedTuple):
    """What became of one action, with everything that decided it."""

    action: Action
    status: Status
    indications: Check
    stop_checks: tuple[Check, ...]
    check_checks: tuple[Check, ...]
    due_on: date | None = None

    @property
    def name(self) -> str:
        return self.action.name

    @property
    def origin(self) -> str:
        return self.action.origin

    @property
    def statements(self) -> tuple[str, ...]:
        return self.action.statements

    @property
    def cites(self) -> tuple[str, ...]:
        return self.action.cites

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(Finding(check.text, STOP_STATE[check.truth], check) for check in self.stop_checks)

    @property
    def checks(self) -> tuple[Finding, ...]:
        return tuple(Finding(check.text, CHECK_STATE[check.truth], check) for check in self.check_checks)

    @property
    def because(self) -> tuple[str, ...]:
        """The facts that made the indications what they are, each with its value and limit, each once."""
        return tuple(dict.fromkeys(leaf.reason() for leaf in self.indications.deciding_leaves()))
