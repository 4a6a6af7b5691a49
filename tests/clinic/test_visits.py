"""A visit is started once, interrupted once for each emergency, and can be discarded until it is signed."""

from datetime import date

import pytest
from django.utils import timezone

from pathway.clinic.models import Interruption, Visit
from tests import make
from tests.clinic.walking import send

TODAY = timezone.localdate


def start(client, fracture):
    return client.post(f"/fractures/{fracture.pk}/visits/new/")


@pytest.fixture
def fracture(clinician):
    return make.fracture(patient=make.patient(clinic=clinician.clinic))


def test_a_visit_starts_today_by_whoever_pressed(signed_in, clinician, fracture):
    response = start(signed_in, fracture)
    visit = fracture.open_visit()
    assert response.url == f"/visits/{visit.pk}/"
    assert (visit.on, visit.started_by) == (TODAY(), clinician)


def test_a_second_press_leads_to_the_visit_that_is_open(signed_in, fracture):
    """H-15."""
    assert start(signed_in, fracture).url == start(signed_in, fracture).url
    assert Visit.objects.count() == 1


def test_two_who_press_at_the_same_moment_get_the_same_visit(signed_in, clinician, fracture, monkeypatch):
    """H-15: the second finds none open when it looks, and one when it writes."""
    visit = make.visit(by=clinician, of=fracture)
    monkeypatch.setattr("pathway.clinic.models.Fracture.open_visit", lambda self: None)
    assert start(signed_in, fracture).url == f"/visits/{visit.pk}/"


def test_no_visit_of_a_patient_who_has_died(signed_in, clinician):
    """H-19."""
    fracture = make.fracture(patient=make.patient(clinic=clinician.clinic, deceased_on=date(2026, 11, 1)))
    html = signed_in.get(start(signed_in, fracture).url).content.decode()
    assert "The patient has died" in html
    assert "Start a visit" not in html
    assert not Visit.objects.exists()


def test_no_visit_outside_the_ages_of_the_pathway(signed_in, clinician):
    today = TODAY()
    for born, starts in ((date(today.year - 17, 1, 1), 0), (date(1900, 1, 1), 0), (date(1990, 1, 1), 1)):
        Visit.objects.all().delete()
        fracture = make.fracture(patient=make.patient(clinic=clinician.clinic, date_of_birth=born))
        start(signed_in, fracture)
        assert Visit.objects.count() == starts, born


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1948, 3, 9), date(2026, 3, 8), 77),
        (date(1948, 3, 9), date(2026, 3, 9), 78),
        (date(1948, 2, 29), date(2026, 2, 28), 77),
        (date(1948, 2, 29), date(2026, 3, 1), 78),
        (date(1948, 2, 29), date(2024, 2, 29), 76),
    ],
)
def test_an_age_is_the_birthdays_had_on_the_day_of_the_visit(db, born, on, age):
    """H-23."""
    visit = make.visit(of=make.fracture(patient=make.patient(date_of_birth=born)), on=on)
    assert visit.answers()["age_years"] == age


def test_the_region_is_the_clinics_and_a_sex_not_known_is_left_out(db):
    clinic = make.clinic(region="uk")
    answers = make.visit(of=make.fracture(patient=make.patient(clinic=clinic, sex=""))).answers()
    assert answers["region"] == "uk"
    assert "sex" not in answers


def test_discarding_asks_first_and_keeps_the_row(signed_in, visit):
    assert "Discard the visit on" in signed_in.get(f"/visits/{visit.pk}/discard/").content.decode()
    assert Visit.objects.visible_to(visit.started_by).count() == 1
    signed_in.post(f"/visits/{visit.pk}/discard/")
    assert Visit.objects.get().discarded_by == visit.started_by
    assert signed_in.get(f"/visits/{visit.pk}/").status_code == 404


def test_a_signed_visit_cannot_be_discarded(signed_in, clinician, visit):
    visit.mark_signed(clinician, timezone.now())
    for send_it in (signed_in.get, signed_in.post):
        assert send_it(f"/visits/{visit.pk}/discard/").url == f"/visits/{visit.pk}/"
    assert Visit.objects.get().discarded_at is None


def test_a_signed_visit_shows_its_answers_and_no_way_to_change_them(signed_in, clinician):
    visit = make.visit(by=clinician, pain_nrs=6)
    visit.mark_signed(clinician, timezone.now())
    html = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "6 of 10" in html
    assert "Change<" not in html
    assert "/neurology/" not in html.split('id="aside"')[0]


# ---------------------------------------------------------------------------------------------------- the interruption


def test_emergency_findings_interrupt_once_for_each_set(signed_in, visit):
    response = send(signed_in, visit, "neurology", cord_signs="yes")
    check = f"/visits/{visit.pk}/check/emergency/"
    assert response.url == check
    html = signed_in.get(check).content.decode()
    assert "Spinal cord signs: Yes" in html
    assert "I have arranged this" in html
    signed_in.post(check, {"arranged": "1"})
    kept = Interruption.objects.get()
    assert (kept.findings, kept.outcome, kept.answered_by) == ("cord_signs", "arranged", visit.started_by)
    assert send(signed_in, visit, "pain", pain_nrs="6").url.endswith("/imaging/"), "not again for the same finding"
    response = send(signed_in, visit, "neurology", cord_signs="yes", cauda_equina_symptoms="yes")
    assert response.url == check, "again for another set"


def test_an_unanswered_interruption_comes_back_with_every_save(signed_in, visit):
    send(signed_in, visit, "neurology", neurological_deficit="yes")
    assert send(signed_in, visit, "pain", pain_nrs="6").url.endswith("/check/emergency/")
    assert "Say what was arranged" in signed_in.get(f"/visits/{visit.pk}/").content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "a\u202eb", "x" * 501])
def test_continuing_without_needs_a_reason_in_words(signed_in, visit, reason):
    """H-20."""
    send(signed_in, visit, "neurology", cord_signs="yes")
    response = signed_in.post(f"/visits/{visit.pk}/check/emergency/", {"continue": "1", "reason": reason})
    assert response.status_code == 422
    assert "<title>Error:" in response.content.decode()
    assert not Interruption.objects.exists()


def test_the_reason_is_kept_and_shown(signed_in, visit):
    send(signed_in, visit, "neurology", cord_signs="yes")
    signed_in.post(f"/visits/{visit.pk}/check/emergency/", {"continue": "1", "reason": "Seen by <surgeons> already"})
    assert Interruption.objects.get().reason == "Seen by <surgeons> already"
    assert "Seen by &lt;surgeons&gt; already" in signed_in.get(f"/visits/{visit.pk}/").content.decode()


def test_the_first_answer_to_a_finding_stands(signed_in, visit):
    send(signed_in, visit, "neurology", cord_signs="yes")
    for _ in range(2):
        signed_in.post(f"/visits/{visit.pk}/check/emergency/", {"arranged": "1"})
    assert Interruption.objects.count() == 1


def test_without_a_finding_there_is_no_interruption(signed_in, visit):
    assert signed_in.get(f"/visits/{visit.pk}/check/emergency/").url == f"/visits/{visit.pk}/"
    signed_in.post(f"/visits/{visit.pk}/check/emergency/", {"arranged": "1"})
    assert not Interruption.objects.exists()


# ------------------------------------------------------------------------------------------------- beside the visit


def test_a_namesake_on_the_worklist_is_pointed_out(signed_in, clinician, visit):
    """H-01."""
    url = f"/visits/{visit.pk}/"
    assert "Another patient named OKAFOR" not in signed_in.get(url).content.decode()
    namesake = make.patient(clinic=clinician.clinic, family_name="Ókafor", given_name="Chidi")
    make.visit(by=clinician, of=make.fracture(patient=namesake))
    assert "Another patient named OKAFOR" in signed_in.get(url).content.decode()


def test_pages_need_few_queries(signed_in, visit, django_assert_max_num_queries):
    """The count does not grow with the questions of a page. Five of them write to the audit trail."""
    for path, most in ((f"/visits/{visit.pk}/pain/", 14), (f"/visits/{visit.pk}/", 18)):
        signed_in.get(path)
        with django_assert_max_num_queries(most):
            signed_in.get(path)


def test_measurements_are_those_of_signed_visits(signed_in, clinician):
    visit = make.signed_visit(by=clinician, pain_nrs=7, kyphosis_degrees=16)
    make.visit(by=clinician, of=visit.fracture, pain_nrs=3)
    html = signed_in.get(f"/patients/{visit.patient.pk}/measurements/").content.decode()
    assert "7 of 10" in html
    assert "16°" in html
    assert "3 of 10" not in html
