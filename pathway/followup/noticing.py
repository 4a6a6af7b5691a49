"""What the database notes by itself: that something changed about a fracture, or a day of visits, after it was counted.

Triggers, because whatever writes a visit, a decision, a task or a patient is noticed then, in the same transaction; no
code can forget to say so. Everything is noted anew where one was missing or changed, and when the definitions of the
indicators change: each names the digest of their code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.db import connections, transaction

from pathway.accounts import append_only

VISIT, DECISION, TASK, PATIENT, FRACTURE = (
    "clinic_visit", "plans_decision", "followup_task", "clinic_patient", "clinic_fracture",
)  # fmt: skip
FRACTURES, DAYS = "followup_uncountedfracture", "followup_uncountedday"
_OF_SIGNED = f"FROM {VISIT} JOIN {FRACTURE} ON {FRACTURE}.id = {VISIT}.fracture_id WHERE signed_at IS NOT NULL"


def _note(fractures: str, days: str = "") -> str:
    """The statements that note what two queries find."""
    noted = f"INSERT INTO {FRACTURES} (fracture) {fractures};"
    return f"{noted} INSERT INTO {DAYS} (day) {days};" if days else noted


def _visit(row: str) -> str:
    return _note(f"VALUES ({row}.fracture_id)", f'VALUES ({row}."on")')


def _decision(row: str) -> str:
    signed = f"FROM {VISIT} WHERE id = {row}.visit_id AND signed_at IS NOT NULL"
    return _note(f"SELECT fracture_id {signed}", f'SELECT "on" {signed}')


def _task(row: str) -> str:
    return _note(f"VALUES ({row}.fracture_id)")


def _ids(which: str = "") -> str:
    return f"SELECT id FROM {FRACTURE} {which}"  # noqa: S608 - our own names


def _both(note) -> str:
    return f"{note('OLD')} {note('NEW')}"


_OF_PATIENT = f"{_OF_SIGNED} AND {FRACTURE}.patient_id = NEW.id"
EVERYTHING = _note(_ids(), f'SELECT DISTINCT "on" {_OF_SIGNED}')


@dataclass(frozen=True)
class Change:
    """A change to a table that is noted, when it is one that counts."""

    table: str
    event: str
    when: str
    noted: str

    @property
    def name(self) -> str:
        return f"{self.table}_counted_{self.event.lower()}"


CHANGES = (
    Change(VISIT, "INSERT", "NEW.signed_at IS NOT NULL", _visit("NEW")),
    Change(VISIT, "UPDATE", "OLD.signed_at IS NOT NULL OR NEW.signed_at IS NOT NULL", _both(_visit)),
    Change(VISIT, "DELETE", "OLD.signed_at IS NOT NULL", _visit("OLD")),
    Change(DECISION, "INSERT", "NEW.id IS NOT NULL", _decision("NEW")),
    Change(DECISION, "UPDATE", "NEW.id IS NOT NULL", _both(_decision)),
    Change(DECISION, "DELETE", "OLD.id IS NOT NULL", _decision("OLD")),
    Change(TASK, "INSERT", "NEW.outcome = 'done'", _task("NEW")),
    Change(TASK, "UPDATE", "OLD.outcome = 'done' OR NEW.outcome = 'done'", _both(_task)),
    Change(TASK, "DELETE", "OLD.outcome = 'done'", _task("OLD")),
    Change(PATIENT, "UPDATE", "OLD.deceased_on IS DISTINCT FROM NEW.deceased_on OR OLD.clinic_id <> NEW.clinic_id",
           _note(_ids("WHERE patient_id = NEW.id"), f'SELECT DISTINCT "on" {_OF_PATIENT}')),
    Change(FRACTURE, "UPDATE", "OLD.patient_id <> NEW.patient_id",
           _note("VALUES (NEW.id)", f'SELECT DISTINCT "on" {_OF_SIGNED} AND fracture_id = NEW.id')),
)  # fmt: skip


def _definitions() -> str:
    """Of the code that judges: another digest, other triggers, and everything is counted again."""
    files = (Path(__file__).with_name(f"{name}.py").read_bytes() for name in ("cases", "indicators"))
    return sha256(b"".join(files)).hexdigest()[:12]


@dataclass(frozen=True)
class Noticing(append_only.AppendOnly):
    """The triggers above, installed, dropped and verified as those of tables that are written once."""

    changes: tuple[Change, ...] = CHANGES
    definitions: str = field(default_factory=_definitions)

    def names(self, vendor: str) -> tuple[str, ...]:
        return tuple(change.name for change in self.changes)

    def install_after_migration(self, using: str, **kwargs) -> None:
        """For the signal post_migrate. What happened while a trigger was not there is not known: all is noted."""
        connection = connections[using]
        if not {*self.tables, FRACTURES, DAYS} <= set(connection.introspection.table_names()):
            return
        if not self.missing(connection):
            return
        with transaction.atomic(using=using), connection.cursor() as cursor:
            self.install(connection)
            for statement in filter(None, EVERYTHING.split(";")):
                cursor.execute(statement)

    def drop(self, connection) -> None:
        present = set(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for change in self.changes:
                on_table = "" if connection.vendor == "sqlite" else f" ON {change.table}"
                if change.table in present:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {change.name}{on_table}")

    def _bodies(self) -> dict[str, str]:
        return {change.name: self._body(change) for change in self.changes}

    def _for_sqlite(self) -> Iterator[str]:
        for change in self.changes:
            when = change.when.replace("IS DISTINCT FROM", "IS NOT")
            yield (
                f"CREATE TRIGGER {change.name} AFTER {change.event} ON {change.table} WHEN {when} "
                f"BEGIN {change.noted} /* {self.definitions} */ END"
            )

    def _for_postgresql(self) -> Iterator[str]:
        for change in self.changes:
            function = f"{change.name}_now"
            body = self._body(change)
            yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            yield (
                f"CREATE TRIGGER {change.name} AFTER {change.event} ON {change.table} "
                f"FOR EACH ROW WHEN ({change.when}) EXECUTE FUNCTION {function}()"
            )

    def _body(self, change: Change) -> str:
        return f" BEGIN {change.noted} RETURN NULL; END /* {self.definitions} */ "


NOTICED = Noticing("followup_notice", (VISIT, DECISION, TASK, PATIENT, FRACTURE), "")


def drop_before_migration(using: str, plan, **kwargs) -> None:
    """For the signal pre_migrate: SQLite will not rename a table that a trigger names while it rebuilds another."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        NOTICED.drop(connection)
