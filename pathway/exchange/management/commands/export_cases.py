"""`manage.py export_cases`: the cases that clinicians wrote, as a file that can join `fixtures/cases`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pathway.exchange.case_pages import FILE_NAME, exported
from pathway.exchange.clinical_cases import CaseFileError
from pathway.exchange.management.commands.evaluate import REFUSED


class Command(BaseCommand):
    help = f"Writes the clinical cases of the database to {FILE_NAME}. The same cases give the same text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", required=True, type=Path, help="a folder that exists")

    def handle(self, *, out: Path, **options: Any) -> None:
        file = out / FILE_NAME
        try:
            file.write_text(exported(), "utf-8")
        except CaseFileError as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from None
        except OSError as error:
            raise CommandError(
                f"{file}: cannot be written ({error.strerror}); a folder that exists is accepted", returncode=REFUSED
            ) from None
        self.stdout.write(f"Written: {file}")
