"""`manage.py export_clinic NAME --out FILE.zip`: everything of a clinic as CSV files with a dictionary."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.accounts import audit
from pathway.accounts.models import Clinic
from pathway.exchange import clinic_csv
from pathway.exchange.progress import Progress


class Command(BaseCommand):
    help = "Writes every row of a clinic to a ZIP of CSV files, with a dictionary of the columns. Never over a file."

    def add_arguments(self, parser):
        parser.add_argument("clinic", help="its name")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args, clinic, out, **options):
        found = Clinic.objects.filter(name=clinic).first()
        if found is None:
            raise CommandError(f"No clinic is named {clinic}.")
        audit.record(audit.Action.EXPORT, actor=None, at=timezone.now(), about=("clinic", found.pk))
        written = 0
        try:
            with out.open("xb") as to, Progress(self.stderr, clinic_csv.rows_of(found), "rows") as progress:

                def passed(rows: int) -> None:
                    nonlocal written
                    written += rows
                    progress.show(rows, written)

                clinic_csv.write(found, to, passed)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{written:,} rows were written to {out}.")
