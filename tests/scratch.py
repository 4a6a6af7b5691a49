"""A database of its own, and processes that use it: for tests that kill, restore, migrate or fill a database."""

from __future__ import annotations

import lzma
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database on the engine that the tests run on; gone afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    name = f"scratch_{uuid4().hex}"
    to = connection.settings_dict
    server = f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}"
    with closing(psycopg.connect(f"{server}/{to['NAME']}", autocommit=True)) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{server}/{name}"
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def connect(address: str):
    """A plain connection, without Django, as a context manager that closes it."""
    if address.startswith("sqlite"):
        return closing(sqlite3.connect(address.removeprefix("sqlite:///")))
    return psycopg.connect(address)


def populate(address: str) -> None:
    """Fill it with the demo of an earlier day: fourteen patients and ten signed plans."""
    dump = sorted((ROOT / "tests" / "migrations").glob(f"*.{connection.vendor}.sql.xz"))[-1]
    load(address, dump)


def load(address: str, dump: Path) -> None:
    statements = lzma.decompress(dump.read_bytes()).decode()
    with connect(address) as database:
        if connection.vendor == "sqlite":
            database.executescript(statements)
        else:
            database.execute(statements)


def environment(address: str, **more: str) -> dict[str, str]:
    """Of a process that uses this database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "pathway.settings",
        "DATABASE_URL": address,
        "PYTHONPATH": str(ROOT),
        **more,
    }


def manage(address: str, *arguments: str, **more: str) -> subprocess.CompletedProcess:
    """`manage.py` on this database; nothing is checked."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(address, **more), capture_output=True, text=True, timeout=300
    )


def python(address: str, program: str) -> str:
    """What a Python program, with Django set up on this database, prints. Raises where it fails."""
    run = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{program}"],
        cwd=ROOT,
        env=environment(address),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
