"""Patients are found by two things about them, and added after a look for duplicates."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Patient
from tests import make

BORN = {"date_of_birth_day": "9", "date_of_birth_month": "3", "date_of_birth_year": "1948"}
MARGARET = {"family_name": "Okafor", "given_name": "Margaret", **BORN, "sex": "female", "hospital_number": "RX 104 221"}


def find(client, **typed):
    return client.post("/patients/", typed)


def add(client, **typed):
    return client.post("/patients/new/", {**MARGARET, **typed})


@pytest.fixture
def margaret(clinician):
    return make.patient(clinic=clinician.clinic, hospital_number="RX 104 221", national_id="9991964134")


# ------------------------------------------------------------------------------------------------------------- finding


@pytest.mark.parametrize("typed", ["RX 104 221", "rx-104-221", "RX104221", "999 196 4134", "9991964134"])
def test_found_by_an_identifier_however_it_is_spaced(signed_in, margaret, typed):
    response = find(signed_in, identifier=typed)
    assert "OKAFOR, Margaret" in signed_in.get(response.url).content.decode()


@pytest.mark.parametrize("typed", ["okafor", "OKAFOR", "Oka", "Ökåfor", "O'Kafor", "O\u0308kafor"])
def test_found_by_family_name_and_date_of_birth(signed_in, margaret, typed):
    """H-19: without accents, case and punctuation, composed or not."""
    html = signed_in.get(find(signed_in, family_name=typed, **BORN).url).content.decode()
    assert "OKAFOR, Margaret" in html
    assert "NHS number 999 196 4134" in html


def test_an_accented_name_is_found_without_its_accents(signed_in, clinician):
    make.patient(clinic=clinician.clinic, family_name="van der Berg-O'Connor", given_name="Anne-Marie Élise")
    make.patient(clinic=clinician.clinic, family_name="Łukaszewicz-Ørsted")
    for typed in ("VAN DER BERG", "vanderberg oconnor", "lukaszewicz orsted"):
        assert "1 patient found" in signed_in.get(find(signed_in, family_name=typed, **BORN).url).content.decode()


def test_no_name_and_no_number_in_any_address(signed_in, margaret):
    for typed in ({"identifier": "9991964134"}, {"family_name": "Okafor", **BORN}):
        url = find(signed_in, **typed).url
        assert "9991964134" not in url
        assert "kafor" not in url.lower()


def test_a_search_is_kept_by_the_session_that_made_it(signed_in, margaret):
    url = find(signed_in, identifier="9991964134").url
    stranger = make.clinician(clinic=margaret.clinic)
    signed_in.logout()
    signed_in.force_login(stranger)
    assert signed_in.get(url).url == "/patients/"
    assert signed_in.get("/patients/results/unknown/").url == "/patients/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Enter an identifier, or the family name and the date of birth."),
        ({"family_name": "Okafor"}, "Enter the date of birth as well"),
        (BORN, "Enter the family name as well"),
        ({"family_name": "Okafor", **BORN, "date_of_birth_year": "48"}, "year in four digits"),
        ({"family_name": "Okafor", **BORN, "date_of_birth_year": "9999"}, "to today"),
        ({"family_name": "Okafor", **BORN, "date_of_birth_year": "0001"}, "from 01-Jan-1900"),
        ({"identifier": "\u200b"}, "invisible or control characters"),
        ({"identifier": "9" * 41}, "at most 40 characters"),
    ],
)
def test_a_search_that_cannot_be_made_says_why(signed_in, typed, says):
    response = find(signed_in, **typed)
    assert response.status_code == 422
    assert says in response.content.decode()


def test_no_search_reads_every_patient(db):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    mine = Patient.objects.visible_to(make.clinician())
    for search in (mine.identified_by("9991964134"), mine.named("Okafor", date(1948, 3, 9))):
        plan = search.order_by().explain().lower()
        assert "index" in plan
        assert "scan clinic_patient" not in plan
        assert "seq scan" not in plan


def test_finding_nobody_offers_to_add(signed_in):
    assert "0 patients found" in signed_in.get(find(signed_in, identifier="nobody").url).content.decode()


# -------------------------------------------------------------------------------------------------------------- adding


def test_a_patient_is_added_to_the_clinicians_own_clinic(signed_in, clinician):
    response = add(signed_in, nhs_number="999 196 4134", title="Mrs")
    patient = Patient.objects.get()
    assert response.url == f"/patients/{patient.pk}/"
    assert (patient.clinic, patient.created_by, patient.national_id) == (clinician.clinic, clinician, "9991964134")
    assert (patient.date_of_birth, patient.name) == (date(1948, 3, 9), "OKAFOR, Margaret (Mrs)")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"family_name": ""}, "Enter the family name."),
        ({"given_name": "  "}, "Enter the given name."),
        ({"date_of_birth_year": ""}, "Date of birth: enter day, month and year"),
        ({"sex": ""}, "Choose the sex for clinical use"),
        ({"hospital_number": ""}, "Enter a hospital number, an NHS number or another national number."),
        ({"nhs_number": "999 123 4567"}, "Enter a valid NHS number, like 999 196 4134."),
        ({"nhs_number": "9991964134", "other_number": "A1"}, "not both"),
        ({"hospital_number": "RX １"}, "the letters A to Z and the digits 0 to 9"),
        ({"family_name": "Oka\u202efor"}, "invisible or control characters"),
        ({"family_name": "x" * 81}, "at most 80 characters"),
        ({"family_name": "x" * 61}, "words of at most 60 characters"),
        ({"family_name": "---"}, "at least one letter"),
    ],
)
def test_a_patient_that_cannot_be_added_says_why_and_keeps_what_was_typed(signed_in, typed, says):
    response = add(signed_in, **typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert says in html
    assert 'value="1948"' in html or "date_of_birth_year" in typed
    assert not Patient.objects.exists()


def test_a_sex_not_known_is_chosen_and_kept(signed_in):
    add(signed_in, sex="not_known")
    assert Patient.objects.get().sex == ""


def test_the_same_identifier_stops_and_leads_to_the_record(signed_in, margaret):
    for typed in ({"family_name": "Smith"}, {"hospital_number": "", "nhs_number": "999 196 4134"}):
        response = add(signed_in, **typed)
        assert response.status_code == 422
        assert f"/patients/{margaret.pk}/" in response.content.decode()
        assert "This number belongs to OKAFOR, Margaret" in response.content.decode()
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"family_name": "OKÁFOR"},
        {"given_name": "Peggy"},
        {"family_name": "Margaret", "given_name": "Okafor"},
    ],
    ids=["same", "accent", "other given name", "swapped"],
)
def test_the_same_birth_and_a_similar_name_ask_whether_it_is_one_of_these(signed_in, margaret, typed):
    """H-19."""
    response = add(signed_in, hospital_number="RX 999", **typed)
    html = response.content.decode()
    assert "Is it one of these?" in html
    assert f"/patients/{margaret.pk}/" in html
    assert Patient.objects.count() == 1
    add(signed_in, hospital_number="RX 999", is_new=str(margaret.pk), **typed)
    assert Patient.objects.count() == 2


def test_a_form_sent_twice_adds_one_patient_and_leads_there_both_times(signed_in):
    """A double press, a replay, or Back and the same again; with a question in between, or without."""
    key = signed_in.get("/patients/new/").context["form"]["key"].value()
    first, second = add(signed_in, key=key), add(signed_in, key=key)
    assert first.url == second.url == f"/patients/{Patient.objects.get().pk}/"
    alike = {"hospital_number": "RX 999", "key": uuid4()}
    asked = add(signed_in, **alike)
    assert f'value="{alike["key"]}"' in asked.content.decode()
    said = {**alike, "is_new": asked.context["signature"]}
    assert add(signed_in, **said).url == add(signed_in, **said).url
    assert Patient.objects.count() == 2
    assert AuditEvent.objects.filter(action="create").count() == 2


def test_something_else_typed_into_a_form_that_added_a_patient_is_shown_again(signed_in):
    key = uuid4()
    add(signed_in, key=key)
    other = {"family_name": "Nowak", "hospital_number": "RX 7"}
    response = add(signed_in, key=key, **other)
    html = response.content.decode()
    assert response.status_code == 409
    assert "This page has added OKAFOR, Margaret already" in html
    assert 'value="Nowak"' in html
    assert add(signed_in, key=response.context["form"]["key"].value(), **other).status_code == 302
    assert Patient.objects.count() == 2


def test_the_key_of_someone_elses_form_is_not_ours(signed_in, clinician):
    key = uuid4()
    make.patient(clinic=clinician.clinic, created_by=make.clinician(clinic=clinician.clinic), create_key=key)
    make.patient(created_by=make.clinician(), create_key=uuid4())
    assert add(signed_in, key=key, family_name="Nowak").status_code == 302
    assert Patient.objects.filter(create_key=key).count() == 2


def test_another_birth_or_another_clinic_is_not_alike(signed_in, margaret):
    make.patient(family_name="Nowak", given_name="Piotr", hospital_number="RX 1")
    add(signed_in, hospital_number="RX 2", date_of_birth_year="1949")
    add(signed_in, hospital_number="RX 1", family_name="Nowak", given_name="Piotr")
    assert Patient.objects.count() == 4


def test_the_answer_that_it_is_none_of_these_holds_for_those_that_were_shown(signed_in, margaret):
    make.patient(clinic=margaret.clinic, given_name="Maggie")
    html = add(signed_in, hospital_number="RX 999", is_new=str(margaret.pk)).content.decode()
    assert "Is it one of these?" in html


# --------------------------------------------------------------------------------------------------------- changing


def test_details_are_corrected_and_a_death_recorded(signed_in, margaret):
    html = signed_in.get(f"/patients/{margaret.pk}/edit/").content.decode()
    assert 'value="999 196 4134"' in html
    died = {"deceased_on_day": "1", "deceased_on_month": "11", "deceased_on_year": "2026"}
    typed = {**MARGARET, "nhs_number": "999 196 4134", "given_name": "Marguerite", **died}
    assert signed_in.post(f"/patients/{margaret.pk}/edit/", typed).status_code == 302
    margaret.refresh_from_db()
    assert (margaret.given_name, margaret.deceased_on, margaret.age_at_death) == ("Marguerite", date(2026, 11, 1), 78)
    assert "Died" in signed_in.get(f"/patients/{margaret.pk}/").content.decode()


def test_a_page_opened_before_another_change_does_not_undo_it(signed_in, margaret):
    """A death recorded on the worklist meanwhile is not taken back by a new telephone name; nothing typed is lost."""
    url = f"/patients/{margaret.pk}/edit/"
    typed = {**MARGARET, "nhs_number": "999 196 4134", "preferred_name": "Maggie"}
    typed["seen"] = signed_in.get(url).context["form"]["seen"].value()
    Patient.objects.filter(pk=margaret.pk).update(deceased_on=date(2026, 11, 1))
    refused = signed_in.post(url, typed)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Someone else changed these details" in html
    assert "date of death 01-Nov-2026" in html
    assert 'value="Maggie"' in html
    margaret.refresh_from_db()
    assert (margaret.deceased_on, margaret.preferred_name) == (date(2026, 11, 1), "")
    again = {**typed, "seen": refused.context["form"]["seen"].value()}
    again |= {"deceased_on_day": "1", "deceased_on_month": "11", "deceased_on_year": "2026"}
    assert signed_in.post(url, again).status_code == 302
    margaret.refresh_from_db()
    assert (margaret.deceased_on, margaret.preferred_name) == (date(2026, 11, 1), "Maggie")


def test_the_same_change_made_by_two_is_saved_without_a_word(signed_in, margaret):
    url = f"/patients/{margaret.pk}/edit/"
    typed = {**MARGARET, "nhs_number": "999 196 4134", "preferred_name": "Maggie"}
    typed["seen"] = signed_in.get(url).context["form"]["seen"].value()
    Patient.objects.filter(pk=margaret.pk).update(preferred_name="Maggie")
    assert signed_in.post(url, typed).status_code == 302


def test_a_refused_correction_leaves_the_banner_as_it_was(signed_in, margaret):
    """H-01: the banner names the patient as recorded, never as typed."""
    died = {"deceased_on_day": "1", "deceased_on_month": "11", "deceased_on_year": "1940"}
    response = signed_in.post(f"/patients/{margaret.pk}/edit/", {**MARGARET, "family_name": "Other", **died})
    html = response.content.decode()
    assert response.status_code == 422
    assert "enter a date not before the date of birth" in html
    assert '<span class="app-banner__family">OKAFOR</span>' in html


def test_a_fracture_is_added_with_a_name(signed_in, margaret):
    url = f"/patients/{margaret.pk}/fractures/new/"
    assert signed_in.post(url, {"label": " "}).status_code == 422
    assert signed_in.post(url, {"label": "T12,  fall in the garden"}).status_code == 302
    assert margaret.fractures.get().label == "T12, fall in the garden"


def test_a_fracture_sent_twice_is_one(signed_in, margaret):
    url = f"/patients/{margaret.pk}/fractures/new/"
    said = {"label": "T12", "key": signed_in.get(url).context["form"]["key"].value()}
    assert [signed_in.post(url, said).status_code for _ in range(2)] == [302, 302]
    other = signed_in.post(url, {**said, "label": "L1"})
    assert (other.status_code, "This page has added “T12” already" in other.content.decode()) == (422, True)
    assert margaret.fractures.get().label == "T12"
