"""Tables whose rows are written once: the database itself refuses to change or delete them, whoever asks.

The one place that installs, drops and verifies the triggers for it, on SQLite and PostgreSQL. They are installed again
after every migration, because rebuilding a table on SQLite drops its triggers without a word.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.checks import Error
from django.db import connections, transaction

GUARDS: list[AppendOnly] = []
"""Every one of them, whichever app made it, so that `manage.py verify` can forget none."""


@dataclass(frozen=True)
class AppendOnly:
    """Tables that belong together, and the sentence with which the database refuses. `name` is that of its function."""

    name: str
    tables: tuple[str, ...]
    refusal: str

    def __post_init__(self) -> None:
        GUARDS.append(self)

    def names(self, vendor: str) -> tuple[str, ...]:
        """The names of all triggers on this kind of database."""
        events = ("update", "delete") if vendor == "sqlite" else ("change", "truncate")
        return tuple(f"{table}_refuse_{event}" for table in self.tables for event in events)

    def install(self, connection) -> None:
        """Put every trigger in place; those already there are made anew."""
        statements = self._for_sqlite() if connection.vendor == "sqlite" else self._for_postgresql()
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            self.drop(connection)
            for statement in statements:
                cursor.execute(statement)

    def install_after_migration(self, using: str, **kwargs) -> None:
        """For the signal post_migrate. Does nothing while the tables are not there yet."""
        connection = connections[using]
        if set(self.tables) <= set(connection.introspection.table_names()):
            self.install(connection)

    def drop(self, connection) -> None:
        """Take the triggers away. Only for a migration that rebuilds these tables, and for tests that empty them."""
        present = set(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for name in self.names(connection.vendor):
                table = name.split("_refuse_")[0]
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                elif table in present:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")

    def missing(self, connection) -> list[str]:
        """Names of triggers that are not there, are disabled, or do something else than refuse."""
        if connection.vendor == "sqlite":
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            right = dict(zip(self.names("sqlite"), self._for_sqlite(), strict=True))
        else:
            found = (
                "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
                "WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
            )
            right = self._bodies()
        with connection.cursor() as cursor:
            cursor.execute(found)
            present = dict(cursor.fetchall())
        return [name for name, does in right.items() if present.get(name) != does]

    def errors(self, databases, error_id: str) -> list[Error]:
        """A system check's findings on these databases."""
        return [
            Error(
                f"The database does not refuse changes to what is written once: trigger {name} is missing.",
                hint="Run: python manage.py migrate",
                id=error_id,
            )
            for alias in databases or ()
            for name in self.missing(connections[alias])
        ]

    def _bodies(self) -> dict[str, str]:
        """What the function of each trigger does on PostgreSQL, by the trigger's name."""
        return dict.fromkeys(self.names("postgresql"), self._refuse())

    def _refuse(self) -> str:
        return (
            f" BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{self.refusal}'; END "
        )

    def _for_sqlite(self):
        for table in self.tables:
            for event in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_refuse_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
                )

    def _for_postgresql(self):
        yield (f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $${self._refuse()}$$")
        for table in self.tables:
            yield (
                f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
            )
            yield (
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()"
            )
