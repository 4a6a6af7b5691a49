"""Another clinic's patients, fractures and visits do not exist; wrong roles, methods and addresses are refused."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from pathway.clinic.steps import STEPS
from pathway.clinic.urls import urlpatterns
from tests import make

OF_NOBODY = {
    "find": ("/patients/", "get post"),
    "results": ("/patients/results/token/", "get"),
    "patient_new": ("/patients/new/", "get post"),
    "emergency_open": ("/patients/emergency/", "get post"),
}
OF_A_PATIENT = {
    "patient": ("/patients/{patient}/", "get"),
    "patient_edit": ("/patients/{patient}/edit/", "get post"),
    "measurements": ("/patients/{patient}/measurements/", "get"),
    "access_log": ("/patients/{patient}/access/", "get"),
    "fracture_new": ("/patients/{patient}/fractures/new/", "get post"),
    "visit_new": ("/fractures/{fracture}/visits/new/", "post"),
    "visit": ("/visits/{visit}/", "get"),
    "discard": ("/visits/{visit}/discard/", "get post"),
    "interruption": ("/visits/{visit}/check/emergency/", "get post"),
    "step": ("/visits/{visit}/pain/", "get post"),
    "draft": ("/visits/{visit}/pain/draft/", "post"),
}
OF_OVERSEERS = {"emergency_accesses", "emergency_review"}
"""Tested in test_emergency_access.py."""
EVERY = {**OF_NOBODY, **OF_A_PATIENT}
ANSWERED = [(name, method) for name, (_, methods) in OF_A_PATIENT.items() for method in methods.split()]
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def address(name: str, visit=None) -> str:
    path = EVERY[name][0]
    if visit is None:
        return path.format(patient=uuid4(), fracture=uuid4(), visit=uuid4())
    return path.format(patient=visit.patient.pk, fracture=visit.fracture.pk, visit=visit.pk)


def without_token(response) -> str:
    """The page without the one thing that differs from answer to answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_every_address_is_in_these_tests():
    assert {pattern.name for pattern in urlpatterns} == set(EVERY) | OF_OVERSEERS


@pytest.mark.parametrize(("name", "method"), ANSWERED)
def test_another_clinics_record_is_the_same_as_none(signed_in, name, method):
    """T01: status and body of a missing record."""
    foreign = make.visit(cord_signs="yes")
    send = getattr(signed_in, method)
    theirs, missing = send(address(name, foreign)), send(address(name))
    assert theirs.status_code == missing.status_code == 404
    assert "kafor" not in theirs.content.decode().lower()
    assert without_token(theirs) == without_token(missing)


@pytest.mark.parametrize(("name", "method"), ANSWERED)
def test_nothing_of_another_clinic_changes(signed_in, name, method):
    foreign = make.visit(cord_signs="yes")
    before = (foreign.version, foreign.drafts.count(), foreign.patient.fractures.count())
    getattr(signed_in, method)(address(name, foreign), {"pain_nrs": "6", "label": "x", "arranged": "1"})
    foreign.refresh_from_db()
    assert (foreign.version, foreign.drafts.count(), foreign.patient.fractures.count()) == before
    assert foreign.discarded_at is None


def test_a_discarded_visit_does_not_exist(signed_in, clinician, visit):
    visit.discard(clinician, visit.started_at)
    for name in ("visit", "discard", "interruption", "step"):
        assert signed_in.get(address(name, visit)).status_code == 404


@pytest.mark.parametrize("name", EVERY)
def test_a_wrong_method_is_refused(signed_in, visit, name):
    methods = EVERY[name][1]
    allowed = {*methods.split(), *(["head"] if "get" in methods else [])}
    for method in METHODS:
        response = getattr(signed_in, method)(address(name, visit))
        assert (response.status_code == 405) == (method not in allowed), method


@pytest.mark.parametrize("role", [{"is_administrator": True}, {"is_wording_editor": True}, {}], ids=str)
@pytest.mark.parametrize("name", EVERY)
def test_only_clinicians_enter(wording, client, visit, name, role):
    client.force_login(make.user(clinic=visit.patient.clinic, **role))
    method = EVERY[name][1].split()[0]
    response = getattr(client, method)(address(name, visit))
    assert response.status_code == 403
    assert "kafor" not in response.content.decode().lower()


@pytest.mark.parametrize("name", EVERY)
def test_nobody_enters_without_signing_in(visit, name):
    method = EVERY[name][1].split()[0]
    response = getattr(Client(), method)(address(name, visit))
    assert response.status_code == 302
    assert "login" in response.url


def test_a_clinician_without_a_clinic_sees_nobody(wording, client, visit):
    client.force_login(make.user(is_clinician=True))
    assert client.get(address("visit", visit)).status_code == 403
    assert "OKAFOR" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/patients/1/",
        "/patients/not-a-uuid/",
        "/visits/00000000-0000-0000-0000-00000000000g/",
        "/visits/%00/",
        "/visits/../../etc/passwd",
    ],
)
def test_an_address_that_cannot_be_is_not_found(signed_in, path):
    assert signed_in.get(path).status_code in (400, 404)


def test_a_step_that_is_not_one_is_not_found(signed_in, visit):
    assert signed_in.get(f"/visits/{visit.pk}/falls/").status_code == 404
    for step in STEPS:
        assert signed_in.get(reverse("clinic:step", args=(visit.pk, step))).status_code == 200


def test_every_form_is_protected_from_other_sites(visit, wording):
    """T05."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(visit.started_by)
    for name, (_, methods) in EVERY.items():
        if "post" in methods:
            assert browser.post(address(name, visit)).status_code == 403, name


@pytest.mark.parametrize("name", EVERY)
def test_looking_changes_nothing(signed_in, visit, name):
    if "get" not in EVERY[name][1]:
        return
    signed_in.get(address(name, visit))
    visit.refresh_from_db()
    assert (visit.version, visit.discarded_at, visit.drafts.count()) == (1, None, 0)
