"""Prints the end of the audit trail, to be kept where this application cannot write."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from pathway.accounts import audit


class Command(BaseCommand):
    help = (
        "Print the number and the hash of the last audit event, and the time. Append it each hour to a file of another "
        "user or host; `verify --head FILE` then finds events that were cut off the end."
    )

    def handle(self, *args, **options) -> None:
        head = audit.head()
        self.stdout.write(f"{head.seq} {head.hash or '-'} {timezone.now().isoformat(timespec='seconds')}")
