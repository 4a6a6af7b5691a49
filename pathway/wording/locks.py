"""What the database itself refuses about releases, whoever asks: a change of what was approved, and an approval by
someone who wrote part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pathway.accounts.append_only import AppendOnly
from pathway.wording.models import Release, Statement, StatementRevision

RELEASE, STATEMENT, REVISION = (model._meta.db_table for model in (Release, Statement, StatementRevision))

KEPT = ("number", "title", "copied_from_id", "author_id", "submitted_by_id", "submitted_at", "approver_id",
        "approved_at", "self_approved", "effective_from", "review_by", "reason", "changed_at", "stamp")  # fmt: skip
"""What an approved release keeps for good; afterwards it can only be retired."""


def _in_a_locked_release(row: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {RELEASE} r WHERE r.id = {row}.release_id AND r.status <> 'draft' "  # noqa: S608
        "AND NOT (r.status = 'under_review' AND r.is_effective))"
    )


_CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT)
_APPROVER_WROTE = (
    "NEW.approver_id IS NOT NULL AND NOT NEW.self_approved AND EXISTS ("  # noqa: S608 - the names are those of our own tables
    f"SELECT 1 FROM {REVISION} v JOIN {STATEMENT} s ON s.id = v.statement_id "
    "WHERE s.release_id = NEW.id AND v.by_id = NEW.approver_id)"
)
_TEXT = "The text of a release that was submitted or approved cannot be changed. Start a new draft."
_HEAD = "An approved release can only be retired, and a retired one stays as it is."
_SECOND = "Whoever wrote part of a release cannot approve it."


@dataclass(frozen=True)
class Guard:
    """One trigger: before which event on which table, refused under which condition, with which sentence."""

    table: str
    what: str
    event: str
    condition: str
    refusal: str

    @property
    def name(self) -> str:
        return f"{self.table}_refuse_{self.what}"


GUARDS = (
    Guard(STATEMENT, "locked_insert", "INSERT", _in_a_locked_release("NEW"), _TEXT),
    Guard(
        STATEMENT, "locked_update", "UPDATE",
        f"{_in_a_locked_release('OLD')} OR {_in_a_locked_release('NEW')}", _TEXT,
    ),
    Guard(STATEMENT, "locked_delete", "DELETE", _in_a_locked_release("OLD"), _TEXT),
    Guard(RELEASE, "delete", "DELETE", "OLD.status IN ('approved', 'retired')", _HEAD),
    Guard(
        RELEASE, "update", "UPDATE",
        f"OLD.status = 'retired' OR (OLD.status = 'approved' AND (NEW.status NOT IN ('approved', 'retired') "
        f"OR {_CHANGED}))", _HEAD,
    ),
    Guard(RELEASE, "second", "UPDATE", _APPROVER_WROTE, _SECOND),
)  # fmt: skip


@dataclass(frozen=True)
class Locks(AppendOnly):
    """The guards above, installed, dropped and verified as the triggers of written-once tables are."""

    guards: tuple[Guard, ...] = field(default=GUARDS)

    def names(self, vendor: str) -> tuple[str, ...]:
        return tuple(guard.name for guard in self.guards)

    def _bodies(self) -> dict[str, str]:
        return {guard.name: _body(guard) for guard in self.guards}

    def _for_sqlite(self) -> Iterator[str]:
        for guard in self.guards:
            condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
            yield (
                f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{guard.refusal}'); END"
            )

    def _for_postgresql(self) -> Iterator[str]:
        for guard in self.guards:
            function = f"{guard.name}_now"
            yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${_body(guard)}$$"
            yield (
                f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            )


def _body(guard: Guard) -> str:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return (
        f" BEGIN IF {guard.condition} THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', "
        f"MESSAGE = '{guard.refusal}'; END IF; RETURN {row}; END "
    )


LOCKS = Locks("wording_refuse", (RELEASE, STATEMENT, REVISION), _TEXT)
WRITTEN_ONCE = AppendOnly(
    "wording_revision_refuse_change", (REVISION,), "A text that a sentence had cannot be changed or deleted."
)


def drop_before_migration(using: str, **kwargs) -> None:
    """For the signal pre_migrate: SQLite will not rename a table that a trigger names while it rebuilds another."""
    from django.db import connections

    LOCKS.drop(connections[using])
