"""Checks every hash, chain and trigger, and names what is wrong."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent
from pathway.plans import integrity
from pathway.plans.models import Plan


class Command(BaseCommand):
    help = (
        "Check that every signed plan, both its papers and the audit trail are as they were written, and that the "
        "database still refuses to change them. Exit status 1 and a sentence for each fault otherwise."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--head", type=Path, metavar="FILE", help="lines kept from `audit_head`: shows events cut off the end"
        )

    def handle(self, *args, head: Path | None = None, **options) -> None:
        faults = [*integrity.faults(), *(_against(head) if head is not None else ())]
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults found.")
        plans, events = Plan.objects.count(), AuditEvent.objects.count()
        self.stdout.write(f"All is as it was written: {plans} signed plans, {events} audit events.")


def _against(file: Path):
    """Every line of the file is an end of the audit trail as it once was: number, hash and time."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        seq, _, rest = line.partition(" ")
        if not (seq.isascii() and seq.isdigit() and len(seq) < 19):
            raise CommandError(f"{file} line {number} is not a line of `audit_head`: a number, a hash and a time.")
        fault = audit.fault_against(int(seq), rest.partition(" ")[0])
        if fault:
            yield fault
