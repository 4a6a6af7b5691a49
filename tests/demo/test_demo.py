"""`manage.py demo`: what README promises about it, and that it never touches a database in use."""

import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from pathway.accounts.models import Clinic, SiteState, User
from pathway.clinic.models import Patient, Visit
from pathway.clinic.steps import STEPS
from pathway.exchange.demo import DemoFileError, Loader
from pathway.followup.models import Outcome, Task
from pathway.plans.models import Plan
from tests.followup import by_hand


def start() -> str:
    printed = StringIO()
    call_command("demo", "--no-server", stdout=printed)
    return printed.getvalue()


@override_settings(DEMO=True)
class LoadedDemo(TestCase):
    """One loaded demo, looked at from several sides."""

    @classmethod
    def setUpTestData(cls):
        with override_settings(DEMO=True):
            cls.printed = start()

    def enter(self, name: str):
        link = re.search(rf"{name}.*\n\s+(http\S+)", self.printed)[1]
        assert urlsplit(link).netloc == "127.0.0.1:8000"
        return self.client.get(urlsplit(link).path, follow=True)

    def test_the_clinicians_link_opens_the_visit_of_okafor(self):
        page = self.enter("Dr Ada Marsh")
        assert page.status_code == 200
        assert "OKAFOR" in page.content.decode()
        assert page.request["PATH_INFO"] == reverse(
            "clinic:visit", args=[Visit.objects.open().get(fracture__patient__family_name="Okafor").pk]
        )

    def test_every_person_arrives_on_a_page(self):
        for name in ("Dr Ben Osei", "Ines Varga", "Tom Reyes"):
            assert self.enter(name).status_code == 200
            assert "This one" in self.client.get("/account/sessions/").content.decode()
            self.client.logout()

    def test_a_second_start_keeps_the_patients_and_gives_new_links(self):
        before = Patient.objects.count()
        again = start()
        assert Patient.objects.count() == before == 14
        assert again != self.printed

    def test_every_page_of_every_patient_opens(self):
        self.enter("Dr Ada Marsh")
        for patient in Patient.objects.all():
            assert self.client.get(reverse("clinic:patient", args=[patient.pk])).status_code == 200
        for visit in Visit.objects.all():
            self.look_at(visit)

    def look_at(self, visit: Visit):
        pages = [reverse("clinic:visit", args=[visit.pk])]
        if not visit.is_signed:
            pages += [reverse("clinic:step", args=[visit.pk, step]) for step in STEPS]
            pages.append(reverse("plans:review", args=[visit.pk]))
        for page in pages:
            assert self.client.get(page, follow=True).status_code == 200, (page, visit.patient.family_name)

    def test_every_signed_plan_and_its_papers_open(self):
        self.enter("Dr Ada Marsh")
        for plan in Plan.objects.all():
            assert self.client.get(reverse("plans:plan", args=[plan.pk])).status_code == 200
            for paper in ("plans:clinician_pdf", "plans:patient_pdf"):
                assert self.client.get(reverse(paper, args=[plan.pk]))["Content-Type"] == "application/pdf"

    def test_one_plan_is_superseded_and_has_an_addendum_on_its_successor(self):
        second = Plan.objects.get(patient__family_name="Evans", supersedes__isnull=False)
        assert second.supersedes.patient == second.patient
        assert second.addenda.count() == 1

    def test_each_patient_shows_what_they_are_there_for(self):
        headlines = {visit.patient.family_name: visit.evaluation().headline for visit in Visit.objects.open()}
        assert headlines == {
            "Okafor": "augmentation_checks",
            "Singh": "medical_management",
            "Murphy": "emergency_spine",
            "Nowak": "urgent_malignancy",
            "Adeyemi": "augmentation_review",
            "Thomas": "augmentation_review",
            "Patel": "medical_management",
            "MacDonald": "answers_needed",
            "Brown": "medical_management",
            "van der Berg-O'Connor": "answers_needed",
        }

    def test_there_is_a_task_in_every_state(self):
        assert set(Task.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
        today = timezone.localdate()
        self.enter("Dr Ada Marsh")
        waiting = {part.name: part.rows for part in self.client.get("/").context["sections"]}
        assert all(waiting.values()), waiting
        assert Task.objects.open().filter(tries=2, due_on__lt=today).exists()

    def test_its_indicators_are_those_of_counting_each_fracture_by_hand(self):
        assert all(by_hand.check())

    def test_nobody_in_the_demo_has_a_password(self):
        assert not [user for user in User.objects.all() if user.has_usable_password()]


@pytest.fixture
def demo_on(settings, db):
    settings.DEMO = True


def test_a_database_in_use_is_refused_and_not_changed(demo_on):
    Clinic.objects.create(name="A real clinic")
    User.objects.create_user("real")
    with pytest.raises(CommandError, match="not a demo"):
        start()
    assert not Patient.objects.exists()
    assert not SiteState.objects.exists()


def test_reset_refuses_a_database_in_use(demo_on):
    User.objects.create_user("real")
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo", "--reset", "--no-server")
    assert User.objects.exists()


def test_without_demo_in_the_environment_nothing_happens(settings, db):
    settings.DEMO = False
    with pytest.raises(CommandError, match="its own database"):
        start()


def test_a_value_that_could_not_be_typed_names_its_file(tmp_path, db):
    folder = settings.BASE_DIR / "fixtures" / "demo"
    for name in ("clinic.toml", "ordinary.toml"):
        (tmp_path / name).write_text((folder / name).read_text("utf-8"), "utf-8")
    wrong = (folder / "12_brown.toml").read_text("utf-8").replace("[answers]", "[answers]\ntemperature_c = 99")
    (tmp_path / "12_brown.toml").write_text(wrong, "utf-8")
    with pytest.raises(DemoFileError, match=r"12_brown\.toml, visit of day 0, neurology"):
        list(Loader(tmp_path, timezone.now()).load())
