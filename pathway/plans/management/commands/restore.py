"""Restores a backup into an empty database, or shows that it could be."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from pathway.plans import backups


class Command(BaseCommand):
    help = (
        "Restore FILE, made by `backup`, into the database of DATABASE_URL, which must be empty; then run migrate and "
        "verify. With --check nothing is touched: FILE is restored into a database of its own and verified there."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only show that it can be restored, whole")

    def handle(self, *args, file: Path, check: bool, **options) -> None:
        try:
            if check:
                self.stdout.write(backups.check(file))
                return
            backups.restore(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Restored. Now run: manage.py migrate, then manage.py verify")
