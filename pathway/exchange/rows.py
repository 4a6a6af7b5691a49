"""Rows written by the hundred thousand: as the database takes them, with other ids in each copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

CACHE_KIB = 128_000
Written = list[list[Any]]


def as_stored(pk: UUID) -> Any:
    """A key as the columns of this database hold it."""
    return pk if connection.features.has_native_uuid_field else pk.hex


class Copied:
    """The rows of one model in a story. Their values are made ready for the database once; a copy changes a few.

    A key that the database counts is left out: each copy gets its own.
    """

    def __init__(self, model: type[models.Model], rows: Iterable[dict[str, Any]], ids: set[UUID]):
        self.table = model._meta.db_table
        self.fields = [
            one for one in model._meta.concrete_fields if not (one.primary_key and isinstance(one, models.AutoField))
        ]
        self.place = {one.attname: place for place, one in enumerate(self.fields)}
        self.rows, self.pointing = [], []
        for row in rows:
            values = [row[one.attname] for one in self.fields]
            self.rows.append([self._ready(place, value) for place, value in enumerate(values)])
            pointing = [(place, value) for place, value in enumerate(values) if isinstance(value, UUID)]
            self.pointing.append([(place, value) for place, value in pointing if value in ids])

    def copy(self, ids: dict[UUID, Any], changes: Iterable[dict[str, Any]] | None = None) -> Written:
        """Every row with the ids of a copy, and with what `changes` says of each row."""
        copied = [list(row) for row in self.rows]
        for row, pointing in zip(copied, self.pointing, strict=True):
            for place, old in pointing:
                row[place] = ids[old]
        for row, changed in zip(copied, changes, strict=True) if changes is not None else ():
            self._change(row, changed)
        return copied

    def made(self, rows: Iterable[dict[str, Any]], ids: dict[UUID, Any]) -> Written:
        """Rows that the story has not: every column is given, and ids of the story stand for those of the copy."""
        return [[ids.get(row[one.attname]) or self._ready(place, row[one.attname])
                 for place, one in enumerate(self.fields)] for row in rows]  # fmt: skip

    def _change(self, row: list[Any], changed: dict[str, Any]) -> None:
        for name, value in changed.items():
            place = self.place[name]
            row[place] = self._ready(place, value)

    def _ready(self, place: int, value: Any) -> Any:
        if value is None:
            return None
        field = self.fields[place]
        if isinstance(value, UUID):
            return as_stored(value)
        return field.get_db_prep_save(value, connection) if isinstance(value, bytes) else _once(field, value)


@lru_cache(maxsize=100_000)
def _once(field: models.Field, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def insert(like: Copied, rows: Written) -> None:
    """All rows at once. Names of tables and columns are our own; the values are never part of a statement."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in like.fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(like.table)} ({columns}) FROM STDIN") as into:
                for row in rows:
                    into.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(like.fields))
            cursor.executemany(f"INSERT INTO {quote(like.table)} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def roomy() -> None:
    """Room in memory for the indexes that many rows go into; SQLite has 2 MB otherwise."""
    if connection.vendor == "sqlite":
        _pragma(f"cache_size=-{CACHE_KIB}")


@contextmanager
def without_checks(is_off: bool) -> Iterator[None]:
    """Where it is off, SQLite does not check again what rows alike have passed; PostgreSQL always checks."""
    if not is_off or connection.vendor != "sqlite":
        yield
        return
    _pragma("ignore_check_constraints=ON")
    try:
        yield
    finally:
        _pragma("ignore_check_constraints=OFF")


def _pragma(said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {said}")
