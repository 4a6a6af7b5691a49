"""Sixteen at the same moment: one result, and a chain without a fork."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Fracture, Patient
from pathway.plans import integrity, paper, signing
from pathway.plans.models import Addendum, Plan
from tests import make
from tests.plans.signed import signed
from tests.plans.test_signing_pages import signing_form

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 16


def at_once(user, send) -> list:
    """What `send(client)` answers in each of many browsers that are ready and then press together."""
    together = Barrier(MANY)

    def press(client: Client):
        together.wait()
        try:
            return send(client)
        finally:
            connection.close()

    clients = [Client(raise_request_exception=False) for _ in range(MANY)]
    for client in clients:
        client.force_login(user)
    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(press, clients))


def test_sixteen_signatures_of_one_visit_make_one_plan(person, visit):
    form = signing_form(person, visit)
    address = reverse("plans:sign", args=[visit.pk])
    answers = at_once(visit.started_by, lambda client: client.post(address, form))
    plan = Plan.objects.get()
    assert {answer.status_code for answer in answers} == {302}, [answer.status_code for answer in answers]
    assert {answer.url for answer in answers} == {reverse("plans:plan", args=[plan.pk])}
    assert AuditEvent.objects.filter(action="sign").count() == 1
    assert list(integrity.faults()) == []


def test_sixteen_presses_that_add_a_patient_add_one(person, visit):
    new = {
        "family_name": "Brown",
        "given_name": "Ada",
        "date_of_birth_day": "1",
        "date_of_birth_month": "2",
        "date_of_birth_year": "1950",
        "sex": "female",
        "hospital_number": "RX 900001",
        "key": person.get(reverse("clinic:patient_new")).context["form"]["key"].value(),
    }
    answers = at_once(visit.started_by, lambda client: client.post(reverse("clinic:patient_new"), new))
    added = Patient.objects.get(family_name="Brown")
    assert {answer.status_code for answer in answers} == {302}, [answer.status_code for answer in answers]
    assert {answer.url for answer in answers} == {reverse("clinic:patient", args=[added.pk])}
    assert AuditEvent.objects.filter(action="create", patient=added.pk).count() == 1


def test_sixteen_presses_of_one_addendum_add_one(person, visit):
    plan = signed(visit)
    key = person.get(reverse("plans:plan", args=[plan.pk])).context["addendum"]["key"].value()
    said = {"text": "Seen again.", "key": key}
    answers = at_once(visit.started_by, lambda client: client.post(reverse("plans:addendum", args=[plan.pk]), said))
    assert {answer.status_code for answer in answers} == {302}
    assert Addendum.objects.count() == 1


def test_sixteen_presses_that_start_a_visit_start_one(person, visit):
    fracture = make.fracture(patient=visit.patient, label="L1")
    answers = at_once(visit.started_by, lambda client: client.post(reverse("clinic:visit_new", args=[fracture.pk])))
    assert {answer.status_code for answer in answers} == {302}
    assert Fracture.objects.get(pk=fracture.pk).visits.count() == 1
    assert list(integrity.faults()) == []


@pytest.mark.parametrize("refusal", [paper.UnprintableError("Printing took too long."), signing.ChangedError()])
def test_a_press_that_is_overtaken_by_another_leads_to_its_plan(person, visit, monkeypatch, refusal):
    """While it waits for a printer the other press signs. That it was refused itself would not be the whole truth."""
    form = signing_form(person, visit)
    address = reverse("plans:sign", args=[visit.pk])
    really, other = paper.render_both, []

    def overtaken(record):
        if other:
            return really(record)
        other.append(None)
        other.append(person.post(address, form))
        raise refusal

    monkeypatch.setattr(paper, "render_both", overtaken)
    answer = person.post(address, form)
    assert (answer.status_code, answer.url) == (302, reverse("plans:plan", args=[Plan.objects.get().pk]))
    assert answer.url == other[1].url
