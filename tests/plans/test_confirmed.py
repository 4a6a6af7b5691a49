"""Whoever signs confirms with their password that it is they: the computer may be another's by now."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from pathway.plans import paper, signing
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan
from tests import make
from tests.accounts.test_second_factor import SECRET, code
from tests.plans.signed import NOW

PASSWORD = "a long enough phrase"


@pytest.fixture
def visit(db, settings, monkeypatch):
    settings.CONFIRM_TO_SIGN = True
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: b"%PDF")
    make.wording()
    clinician = make.clinician(password=PASSWORD)
    visit = make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", clinician, NOW)
    return visit


def form_of(page) -> dict:
    initial = page.context["form"].initial
    day, month, year = initial["next_review"]
    boxes = {"next_review_day": day, "next_review_month": month, "next_review_year": year}
    return {"confirm": "on", "seen": initial["seen"], "key": str(initial["key"]), **boxes}


def test_signing_asks_for_the_password_first(client, visit):
    client.force_login(visit.started_by)
    address = reverse("plans:sign", args=[visit.pk])
    asked = client.get(address)
    assert asked.url == f"/account/reauthenticate/?next={address.replace('/', '%2F')}"
    assert client.get(asked.url).status_code == 200
    wrong = client.post("/account/reauthenticate/", {"password": "wrong", "next": address})
    assert wrong.status_code == 200
    assert client.get(address).status_code == 302
    confirmed = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": address})
    assert confirmed.url == address
    client.post(address, form_of(client.get(address)))
    assert Plan.objects.get().signed_by == visit.started_by


def test_a_form_sent_later_than_five_minutes_is_asked_again_and_then_signed_as_sent(client, visit, monkeypatch):
    client.force_login(visit.started_by)
    address = reverse("plans:sign", args=[visit.pk])
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": address})
    form = form_of(client.get(address))
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.post(address, form).url.startswith("/account/reauthenticate/")
    assert not Plan.objects.exists()
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": address})
    assert Plan.objects.count() == 1


def test_whoever_has_neither_password_nor_second_factor_sets_one_up_first(client, visit):
    visit.started_by.set_unusable_password()
    visit.started_by.save()
    client.force_login(visit.started_by)
    address = reverse("plans:sign", args=[visit.pk])
    assert client.get(address).url == client.post(address).url == reverse("mfa_index")
    assert "set up a second factor" in client.get(reverse("mfa_index")).content.decode()


def test_a_code_confirms_as_well(client, visit):
    visit.started_by.set_unusable_password()
    visit.started_by.save()
    TOTP.activate(visit.started_by, SECRET)
    client.force_login(visit.started_by)
    address = reverse("plans:sign", args=[visit.pk])
    asked = client.get(address)
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse("mfa_reauthenticate"), {"code": code(), "next": address}).url == address
    assert client.get(address).status_code == 200
    assert AuditEvent.objects.get(action="confirm").reason == "totp"
