"""The backup drill: a backup made while others write is restored, whole, and one that is not whole is found."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pathway.plans import backups
from tests import scratch

WRITER = """
import sys, django; django.setup()
from datetime import UTC, datetime
from pathway.accounts import audit
while True:
    print(audit.record("read", actor=None, at=datetime.now(UTC)).seq, flush=True)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with scratch.database(tmp_path_factory.mktemp("service")) as address:
        scratch.populate(address)
        assert scratch.manage(address, "migrate", "--verbosity", "0").returncode == 0
        yield address


@pytest.fixture(scope="module")
def backup(address, tmp_path_factory) -> Path:
    """Made while another process writes one audit event after the other."""
    file = tmp_path_factory.mktemp("backups") / "backup.tar"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], cwd=scratch.ROOT, env=scratch.environment(address), stdout=subprocess.PIPE
    )
    acknowledged = int(writer.stdout.readline())
    try:
        run = scratch.manage(address, "backup", str(file))
    finally:
        writer.kill()
        writer.communicate()
    assert run.returncode == 0, run.stderr
    assert "10 signed plans" in run.stdout
    assert int(run.stdout.split(", ")[1].split()[0]) >= acknowledged
    return file


def test_what_was_acknowledged_is_in_the_backup_and_every_hash_of_it_holds(address, backup):
    checked = scratch.manage(address, "restore", "--check", str(backup))
    assert checked.returncode == 0, checked.stderr
    assert "All is as it was written: 10 signed plans" in checked.stdout


def test_a_backup_is_restored_into_an_empty_database_only(address, backup, tmp_path):
    refused = scratch.manage(address, "restore", str(backup))
    assert refused.returncode == 1
    assert "not empty, so nothing was restored" in refused.stderr
    with scratch.database(tmp_path) as other:
        assert scratch.manage(other, "restore", str(backup)).returncode == 0
        assert "10 signed plans" in scratch.manage(other, "verify").stdout
        asked = "SELECT number, record_sha256, clinician_pdf, patient_pdf FROM plans_plan ORDER BY number"
        with scratch.connect(address) as one, scratch.connect(other) as two:
            assert one.execute(asked).fetchall() == two.execute(asked).fetchall()


def _repacked(backup: Path, folder: Path, name: str, change) -> Path:
    """The backup with one of its two parts changed by `change`, bytes to bytes."""
    with tarfile.open(backup) as tar:
        tar.extractall(folder, filter="data")
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    with tarfile.open(folder / "changed.tar", "w") as tar:
        for part in (backups.MANIFEST, backups.DATABASE):
            tar.add(folder / part, part)
    return folder / "changed.tar"


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        (backups.DATABASE, lambda told: told[:-1] + b"x", "was changed or damaged after it was made"),
        (backups.MANIFEST, lambda told: b"{", "is not a backup"),
        (backups.MANIFEST, lambda told: told.replace(b'"engine": "', b'"engine": "other '), "DATABASE_URL names"),
    ],
    ids=["damaged", "no manifest", "another engine"],
)
def test_a_backup_that_is_not_whole_is_refused_in_a_sentence(backup, tmp_path, name, change, sentence):
    with pytest.raises(backups.BackupError, match=sentence):
        backups.check(_repacked(backup, tmp_path, name, change))


def test_a_backup_that_lacks_what_it_should_hold_is_found(address, backup, tmp_path):
    more = _repacked(backup, tmp_path, backups.MANIFEST, lambda told: told.replace(b'"plans": 10', b'"plans": 11'))
    found = scratch.manage(address, "restore", "--check", str(more))
    assert found.returncode == 1
    assert "should hold 11 signed plans" in found.stderr


def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("no backup")
    for file, sentence in (("file", "is not a backup of this application, made by `backup`[.]$"),
                           ("nowhere", "cannot be read: No such file or directory[.]$")):  # fmt: skip
        with pytest.raises(backups.BackupError, match=sentence):
            backups.check(tmp_path / file)
    with pytest.raises(CommandError, match="is a folder: name the file to write in it"):
        call_command("backup", str(tmp_path))


def test_a_backup_is_for_the_eyes_of_its_owner(backup):
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
