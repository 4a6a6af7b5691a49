"""`manage.py import_cases`: the cases of a file into the database, with a line for each; all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pathway.exchange.case_import import ImportRefusedError, report, take
from pathway.exchange.clinical_cases import FOLDER, load_bases
from pathway.exchange.management.commands.evaluate import REFUSED


class Command(BaseCommand):
    help = "Takes the cases of a case file into the database. One refused case refuses all, with exit status 2."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a case file; it may start from the patients of the project's bases"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would become of each case")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        rows = report(_text_of(file), load_bases(FOLDER), file.name)
        for row in rows:
            self.stdout.write(f"{row.fate}: {row.title}{': ' if row.words else ''}{row.words}")
        if dry_run:
            return
        try:
            count = take(rows)
        except ImportRefusedError:
            raise CommandError("Nothing was imported.", returncode=REFUSED) from None
        self.stdout.write(f"Imported: {count}")


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{file}: cannot be read ({error.strerror})", returncode=REFUSED) from None
    except UnicodeDecodeError:
        raise CommandError(f"{file}: not UTF-8; a case file in UTF-8 is accepted", returncode=REFUSED) from None
