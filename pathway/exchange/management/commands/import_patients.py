"""`manage.py import_patients FILE --by USERNAME`: looks at a CSV of patients; with --add, adds all or nobody."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from pathway.accounts.models import User
from pathway.exchange import patient_csv
from pathway.exchange.patient_csv import Fate, Report
from pathway.exchange.patient_file import DateOrder
from pathway.exchange.progress import Progress


class Command(BaseCommand):
    help = "Checks a CSV file of patients line by line, for the clinic of --by. Adds nobody without --add."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="user name of the clinician in whose name patients are added")
        parser.add_argument("--add", action="store_true", help="add the patients if no line is refused")
        parser.add_argument("--alike-too", action="store_true", help="add patients who are like others, too")
        parser.add_argument("--dates", choices=list(DateOrder), default=DateOrder.YEAR,
                            help="what dates such as 03/04/1948 begin with (all begin with the year)")  # fmt: skip

    def handle(self, *args, file, by, add, alike_too, dates, **options):
        person = User.objects.filter(username=by, is_active=True, is_clinician=True, clinic__isnull=False).first()
        if person is None:
            raise CommandError(f"No clinician of a clinic has the user name {by}.")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        now = timezone.now()
        with Progress(self.stderr, content.count(b"\n"), "lines") as progress:
            report = patient_csv.check(content, person.clinic, person, timezone.localdate(now),
                                       lambda line: progress.show(1, line), DateOrder(dates))  # fmt: skip
        if report.unreadable:
            raise CommandError(report.unreadable)
        for note in report.notes:
            self.stdout.write(note)
        for row in report.rows:
            if row.fate != Fate.NEW:
                self.stdout.write(f"line {row.line}: {row.fate}: {' '.join(row.sentences)}")
        self.stdout.write(", ".join(f"{fate}: {report.counted(fate)}" for fate in Fate))
        if not report.may_be_added(alike_too=alike_too):
            raise CommandError(_why_nobody(report))
        if add:
            try:
                with Progress(self.stderr, None, "patients") as progress:
                    added = patient_csv.add(report, person, now, lambda many: progress.show(many, 0))
            except IntegrityError as error:
                raise CommandError(
                    "Someone added one of these patients a moment ago. Nobody was added: look again."
                ) from error
            self.stdout.write(f"{added} patients were added.")


def _why_nobody(report: Report) -> str:
    if report.counted(Fate.REFUSED):
        return "Nobody can be added before the refused lines above are mended."
    return "Nobody can be added before someone has looked at the patients who are alike; --alike-too adds them."
