"""`manage.py synthesize --patients N`: invented patients, to try things on and to measure with."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.accounts import audit
from pathway.accounts.models import Clinic, SiteState, User
from pathway.exchange.management.commands.demo import refuse_a_database_in_use
from pathway.exchange.progress import Progress
from pathway.exchange.synthetic import STORIES, Cohort
from pathway.followup import counting
from pathway.wording.models import Release

MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Adds fictional patients with their visits, plans and tasks to an empty database or to the demo's. Names are "
        "invented, numbers are from the range kept for testing. The same seed on the same day gives the same patients."
    )

    def add_arguments(self, parser):
        parser.add_argument("--patients", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other patients (1)")
        parser.add_argument("--stories", type=int, default=STORIES, help=f"different courses to copy ({STORIES})")

    def handle(self, *args, patients, seed, stories, **options):
        if not 1 <= patients <= MOST or stories < 1:
            raise CommandError(f"Ask for 1 to {MOST:,} patients, and for at least one story.")
        refuse_a_database_in_use()
        now = timezone.now()
        if not SiteState.is_demo():
            SiteState.objects.create(kind=SiteState.Kind.DEMO, loaded_on=timezone.localdate(now))
        if not Release.objects.filter(is_effective=True).exists():
            call_command("load_wording", verbosity=0, stdout=self.stdout)
        clinic = Clinic.objects.first() or Clinic.objects.create(name="Synthetic Spine Clinic")
        cohort = Cohort(clinic, _people(clinic), seed, now)
        lived = self._live(cohort, min(stories, patients))
        self._write(cohort, lived, patients)
        self._count()
        audit.record(audit.Action.CREATE, actor=None, at=timezone.now(), about=("synthetic", ""),
                     reason=f"{patients} synthetic patients, seed {seed}")  # fmt: skip
        self.stdout.write(f"{patients:,} synthetic patients were added to {clinic}.")

    def _live(self, cohort: Cohort, count: int) -> list:
        lived = []
        with Progress(self.stdout, count, "stories") as progress:
            for one in cohort.live(count):
                lived.append(one)
                progress.show(1, len(lived))
        return lived

    def _write(self, cohort: Cohort, lived: list, patients: int) -> None:
        written = 0
        with Progress(self.stdout, patients, "patients") as progress:
            for some in cohort.write(lived, patients):
                written += some
                progress.show(some, written)

    def _count(self) -> None:
        with Progress(self.stdout, counting.waiting(), "entries counted for the indicators") as progress:
            done = 0
            for some in counting.in_parts():
                done += some
                progress.show(some, done)


def _people(clinic: Clinic) -> list[User]:
    """The clinic's clinicians; four of them are made where it has none. Nobody has a password."""
    people = list(User.objects.filter(clinic=clinic, is_clinician=True).order_by("username"))
    for number in range(0 if people else 4):
        person = User(username=f"synthetic{number}", printed_name=f"Dr Synthetic {number + 1}", clinic=clinic,
                      is_clinician=True)  # fmt: skip
        person.set_unusable_password()
        person.save()
        people.append(person)
    return people
