"""`manage.py demo`: a database of its own with fictional patients, and links that sign a newcomer in on them."""

import os
import socket
import webbrowser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from pathway.accounts import demo
from pathway.accounts.adapter import home_of
from pathway.accounts.models import SiteState, User
from pathway.clinic.models import Visit
from pathway.exchange.demo import DemoFileError, Loader

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
OPENS_ON = "9991964134"
"""The national number of the patient whose open visit the clinician's link leads to."""


class Command(BaseCommand):
    help = "Makes and serves a demo on this computer, in demo.sqlite3. It never touches another database."

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="start afresh, with dates counted from today")
        parser.add_argument("--no-server", action="store_true", help="print the links and end")
        parser.add_argument("--open", action="store_true", help="open the clinician's link in a browser")
        parser.add_argument("--port", type=int, default=8000, help="the first port to try (8000)")

    def handle(self, *args, reset, no_server, port, **options):
        if not settings.DEMO:
            raise CommandError("The demo runs on its own database: start it as `manage.py demo`, or with DEMO=1.")
        if reset:
            self.start_afresh()
        refuse_a_database_in_use()
        self.say("Preparing the database")
        call_command("migrate", verbosity=0)
        if not SiteState.is_demo():
            self.load()
        port = port if no_server else free_port(port)
        links = self.print_links(f"http://127.0.0.1:{port}")
        if options["open"]:
            webbrowser.open(links[0])
        if not no_server:
            self.say("Ctrl-C stops the server. `manage.py demo --reset` starts afresh.")
            serve(port)

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def start_afresh(self) -> None:
        refuse_a_database_in_use()
        if connection.vendor != "sqlite":
            raise CommandError("--reset works on the demo's own file. Empty another database by its own means.")
        connection.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{end}").unlink(missing_ok=True)

    @transaction.atomic
    def load(self) -> None:
        self.say("Loading the wording of the pathway")
        call_command("load_wording", verbosity=0, stdout=self.stdout)
        self.say("Loading fictional patients and signing their earlier plans")
        now = timezone.now()
        SiteState.objects.create(kind=SiteState.Kind.DEMO, loaded_on=timezone.localdate(now))
        try:
            for patient in Loader(FOLDER, now).load():
                self.say(f"  {patient.name}")
        except DemoFileError as error:
            raise CommandError(str(error)) from error

    def print_links(self, address: str) -> list[str]:
        """One link for each person, the clinician's first."""
        self.say("\nDemo ready: 14 fictional patients. Each link works once, within 15 minutes.\n")
        links = []
        for person in demo.people():
            page, about = first_page(person)
            links.append(address + demo.one_time_link(person, page))
            self.say(f"  {person}, {person.role}: {about}\n    {links[-1]}\n")
        loaded_on = SiteState.objects.get().loaded_on
        if loaded_on != timezone.localdate():
            self.say(f"Its dates count from {loaded_on:%d-%b-%Y}; `manage.py demo --reset` moves them to today.\n")
        return links


def refuse_a_database_in_use() -> None:
    """Only an empty database or one marked as a demo may be filled."""
    tables = set(connection.introspection.table_names())
    if not tables:
        return
    if SiteState._meta.db_table in tables and (SiteState.is_demo() or not User.objects.exists()):
        return
    raise CommandError("This database is in use and is not a demo. Nothing was changed.")


def first_page(person: User) -> tuple[str, str]:
    """Where a person's link leads, and that page in words. The clinician's is the visit that the demo is about."""
    opened = Visit.objects.visible_to(person).open().filter(fracture__patient__national_id=OPENS_ON)
    visit = opened.filter(started_by=person).first()
    if visit:
        return reverse("clinic:visit", args=[visit.pk]), f"today's visit of {visit.patient.name}"
    page = home_of(person)
    return page, "the worklist" if person.is_clinician else "the administration"


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on. Raises CommandError after ten."""
    for port in range(first, first + 10):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port
    raise CommandError(f"Ports {first} to {first + 9} are all in use. Choose another with --port.")


def serve(port: int) -> None:
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
