"""Where no two other administrators can: whoever runs the service lets a person's sign-in begin anew."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.accounts.models import User
from pathway.accounts.resets import LINK_LASTS, begin_alone


class Command(BaseCommand):
    help = (
        "Ends a person's password, second factors and sessions, and prints a link with which they set a new password."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username: str, **options):
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError("There is nobody with this user name.")
        path = begin_alone(person, by=None, at=timezone.now())
        minutes = int(LINK_LASTS.total_seconds() // 60)
        self.stdout.write(
            f"{path}\nThis address of the service works once, for {minutes} minutes. Give it to the person."
        )
