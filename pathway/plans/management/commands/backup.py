"""Writes a backup of the whole database to one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.accounts import audit
from pathway.plans import backups


class Command(BaseCommand):
    help = (
        "Write the whole database, as it is at one moment, to FILE with its hashes. It holds every patient: keep it "
        "encrypted and elsewhere. `restore --check FILE` shows that it can be restored."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options) -> None:
        if not file.parent.is_dir():
            raise CommandError(f"{file.parent} is not a folder.")
        if file.is_dir():
            raise CommandError(f"{file} is a folder: name the file to write in it.")
        now = timezone.now()
        audit.record(audit.Action.EXPORT, actor=None, at=now, about=("backup", ""))
        try:
            made = backups.make(file, now.isoformat(timespec="seconds"))
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file}: {made['plans']} signed plans, {made['audit_seq']} audit events, {made['sha256']}")
