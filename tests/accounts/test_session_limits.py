"""A session ends after 15 minutes without a request and after 12 hours at most, and costs nobody their place."""

import time

import pytest
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from tests import make

MINUTE, HOUR = 60, 3600


class Clock:
    """The seconds that `time.time` tells."""

    def __init__(self):
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def signed_in(client, db):
    client.force_login(make.clinician())
    assert client.get("/patients/").status_code == 200
    return client


def is_in(client) -> bool:
    return client.get("/patients/").status_code == 200


@pytest.mark.parametrize(("seconds", "stays"), [(15 * MINUTE - 1, True), (15 * MINUTE + 1, False)])
def test_fifteen_minutes_without_a_request_end_the_session(clock, signed_in, seconds, stays):
    clock.advance(seconds)
    assert is_in(signed_in) is stays


def test_whoever_works_stays_signed_in_but_no_longer_than_twelve_hours(clock, signed_in):
    for _ in range(72):
        clock.advance(10 * MINUTE)
        assert is_in(signed_in)
    clock.advance(1)
    assert not is_in(signed_in)


def test_being_signed_out_keeps_the_place_says_why_and_is_recorded(clock, signed_in):
    clock.advance(16 * MINUTE)
    response = signed_in.get("/patients/new/")
    assert response.url == "/account/login/?next=/patients/new/"
    assert "nothing was done for a while" in signed_in.get(response.url).content.decode()
    assert AuditEvent.objects.order_by("seq").last().action == "sign_out"


def test_signing_in_again_starts_the_day_anew(clock, client, db):
    make.clinician(username="amarsh", password="a long enough phrase")
    login = {"login": "amarsh", "password": "a long enough phrase"}
    client.post(reverse("account_login"), login)
    assert is_in(client)
    clock.advance(11 * HOUR)
    assert not is_in(client)
    client.post(reverse("account_login"), login)
    clock.advance(10 * MINUTE)
    assert is_in(client)


def test_a_form_sent_too_late_is_not_accepted(clock, signed_in):
    clock.advance(16 * MINUTE)
    assert signed_in.post("/patients/", {"identifier": "RX 1"}).url.startswith("/account/login/")
