"""Signed plans and addenda cannot be changed or deleted: the database itself refuses, whoever asks.

The one place that installs, drops and verifies these triggers, on SQLite and PostgreSQL. They are installed again after
every migration, because rebuilding a table on SQLite drops its triggers without a word.
"""

from __future__ import annotations

TABLES = ("plans_plan", "plans_addendum")
REFUSAL = "A signed plan cannot be changed or deleted. Add an addendum, or sign a plan that supersedes it."
_FUNCTION = "plans_refuse_change"


def names(vendor: str) -> tuple[str, ...]:
    """The names of all triggers on this kind of database."""
    events = ("update", "delete") if vendor == "sqlite" else ("change", "truncate")
    return tuple(f"{table}_refuse_{event}" for table in TABLES for event in events)


def install(connection) -> None:
    """Put every trigger in place; those already there are made anew."""
    drop(connection)
    statements = _for_sqlite if connection.vendor == "sqlite" else _for_postgresql
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def drop(connection) -> None:
    """Take the triggers away. Only for a migration that rebuilds these tables, and for tests that empty them."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name in names(connection.vendor):
            table = name.split("_refuse_")[0]
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif table in present:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection) -> list[str]:
    """Names of triggers that are not there."""
    found = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(found)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in names(connection.vendor) if name not in present]


def _for_sqlite():
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_refuse_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def _for_postgresql():
    yield (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{REFUSAL}'; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
        )
        yield (
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
        )
