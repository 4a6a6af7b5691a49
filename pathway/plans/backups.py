"""A backup is one file: the whole database as it was at one moment, and a manifest that says what must be in it.

Copying the file of a running SQLite database misses what was signed last and looks healthy; its backup interface does
not. On PostgreSQL, pg_dump and the manifest see the same snapshot.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from pathway import __version__
from pathway.accounts import audit
from pathway.plans.models import Plan

MANIFEST, DATABASE = "manifest.json", "database.gz"


class BackupError(Exception):
    """No backup was made, or one is not what it should be. The text is a sentence for the administrator."""


def make(file: Path, now: str) -> dict:
    """Write a backup of the database to `file`, whole or not at all; returns its manifest."""
    with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        dump = Path(folder) / "database"
        with transaction.atomic():
            manifest = {"made_at": now, "version": __version__, "engine": connection.vendor, **_to_be_found()}
            _dump_sqlite(dump) if connection.vendor == "sqlite" else _dump_postgresql(dump)
        packed = Path(folder) / DATABASE
        with dump.open("rb") as source, gzip.open(packed, "wb", compresslevel=3) as target:
            shutil.copyfileobj(source, target)
        manifest["sha256"] = _sha256(packed)
        (Path(folder) / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
        whole = Path(folder) / "backup.tar"
        with tarfile.open(whole, "w") as tar:
            tar.add(Path(folder) / MANIFEST, MANIFEST)
            tar.add(packed, DATABASE)
        whole.chmod(0o600)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.replace(file)
    return manifest


def _to_be_found() -> dict:
    """What a restored copy must have: seen in the same snapshot as the dump."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    head = audit.head()
    return {"plans": Plan.objects.count(), "audit_seq": head.seq, "audit_hash": head.hash}


def _dump_sqlite(dump: Path) -> None:
    """Inside a transaction, which holds every writer back until the copy is made."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(dump)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        if (found := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupError(f"The database is damaged, so no backup was made. SQLite says: {found}")


def _dump_postgresql(dump: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    _postgresql("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")


def check(file: Path) -> str:
    """Restore a backup into a database of its own, bring it forward, and verify every hash and chain in it.

    Returns what `verify` says. Raises BackupError where anything is not as the manifest says.
    """
    with _opened(file) as (manifest, dump), _scratch(dump.parent) as (name, address):
        _restore(dump, name)
        _manage(address, "migrate", "--verbosity", "0")
        head = dump.parent / "head"
        head.write_text(f"{manifest['audit_seq']} {manifest['audit_hash'] or '-'} -\n", "utf-8")
        said = _manage(address, "verify", "--head", str(head))
    if f": {manifest['plans']} signed plans," not in said:
        raise BackupError(f"The backup should hold {manifest['plans']} signed plans. {said}")
    return f"Backup of {manifest['made_at']}. {said}"


def restore(file: Path) -> None:
    """Put a backup into the database of this service, which must be empty."""
    if connection.introspection.table_names():
        raise BackupError("This database is not empty, so nothing was restored. Name an empty one in DATABASE_URL.")
    connection.close()
    with _opened(file) as (_, dump):
        _restore(dump, str(connection.settings_dict["NAME"]))


@contextmanager
def _opened(file: Path) -> Iterator[tuple[dict, Path]]:
    """The manifest and the dump, once its hash is that of the manifest."""
    with TemporaryDirectory(prefix="restore-") as folder:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, [tar.getmember(MANIFEST), tar.getmember(DATABASE)], filter="data")
            manifest = json.loads((Path(folder) / MANIFEST).read_text("utf-8"))
        except OSError as error:
            raise BackupError(f"{file} cannot be read: {error.strerror or error}.") from None
        except (tarfile.TarError, KeyError, ValueError):
            raise BackupError(f"{file} is not a backup of this application, made by `backup`.") from None
        packed, dump = Path(folder) / DATABASE, Path(folder) / "database"
        if _sha256(packed) != manifest.get("sha256"):
            raise BackupError(f"{file} was changed or damaged after it was made. Use another backup.")
        if manifest["engine"] != connection.vendor:
            raise BackupError(f"This is a backup of {manifest['engine']}; DATABASE_URL names {connection.vendor}.")
        with gzip.open(packed) as source, dump.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield manifest, dump


@contextmanager
def _scratch(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and the address of an empty database that is gone afterwards."""
    if connection.vendor == "sqlite":
        yield str(folder / "scratch.sqlite3"), f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    name, to = f"restore_check_{uuid4().hex}", connection.settings_dict
    address = (
        f"postgres://{quote(to['USER'], safe='')}:{quote(to['PASSWORD'], safe='')}@{to['HOST']}:{to['PORT']}/{name}"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    except DatabaseError as error:
        raise BackupError(f"A backup is checked in a database of its own, which could not be made: {error}") from None
    try:
        yield name, address
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _restore(dump: Path, name: str) -> None:
    if connection.vendor == "sqlite":
        shutil.copyfile(dump, name)
    else:
        _postgresql("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={name}", str(dump))


def _postgresql(program: str, *arguments: str) -> None:
    to = connection.settings_dict
    # Set where more than one version is installed; the programs must be as new as the server.
    path = f"{os.environ.get('POSTGRES_BIN', '')}{os.pathsep}{os.environ.get('PATH', '')}"
    known = {"PGHOST": to["HOST"], "PGPORT": to["PORT"], "PGUSER": to["USER"], "PGPASSWORD": to["PASSWORD"]}
    where = {**os.environ, **{key: str(value) for key, value in known.items() if value}}
    where["PGDATABASE"] = str(to["NAME"])
    found = shutil.which(program, path=path)
    if found is None:
        raise BackupError(f"{program} is missing. Install the PostgreSQL client, or set POSTGRES_BIN to its folder.")
    run = subprocess.run([found, *arguments], env=where, capture_output=True, text=True)  # noqa: S603 - no shell
    if run.returncode:
        raise BackupError(f"{program} failed. It says: {run.stderr.strip()}")


def _manage(address: str, *arguments: str) -> str:
    """What `manage.py` prints on another database. Raises BackupError with it where it fails."""
    where = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
    where["DATABASE_URL"] = address
    command = [sys.executable, "manage.py", *arguments]
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=where, capture_output=True, text=True)  # noqa: S603
    if run.returncode:
        raise BackupError(f"The restored copy is not whole. {run.stdout.strip()} {run.stderr.strip()}")
    return run.stdout.strip()


def _sha256(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
