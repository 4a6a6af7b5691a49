"""Signed plans and addenda cannot be changed or deleted: the database itself refuses, whoever asks."""

from __future__ import annotations

from pathway.accounts.append_only import AppendOnly

REFUSAL = "A signed plan cannot be changed or deleted. Add an addendum, or sign a plan that supersedes it."
SIGNED = AppendOnly("plans_refuse_change", ("plans_plan", "plans_addendum"), REFUSAL)

TABLES = SIGNED.tables
names, install, drop, missing = SIGNED.names, SIGNED.install, SIGNED.drop, SIGNED.missing
