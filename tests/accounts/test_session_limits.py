"""A session ends after 15 minutes without a request and after 12 hours at most, and costs nobody their place."""

import time

import pytest
from django.test import Client
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


# ------------------------------------------------------------------------------------------- what was typed too late

PASSWORD = "a long enough phrase"
TYPED = {"family_name": "Okafor <b>", "given_name": "Margaret", "note": "line one\nline two"}


@pytest.fixture
def person(client, db):
    """Signs in through the page, as people do: the session goes on from the one in which the form was kept."""
    person = make.clinician(username="amarsh", password=PASSWORD)
    sign_in(client)
    assert is_in(client)
    return person


def sign_in(client, username="amarsh", to="/account/continue/"):
    login = {"login": username, "password": PASSWORD}
    return client.post(reverse("account_login") + f"?next={to}", {**login, "next": to}, follow=True)


def test_a_form_sent_too_late_waits_for_the_same_person(clock, client, person):
    clock.advance(16 * MINUTE)
    reply = client.post("/patients/new/", TYPED)
    assert reply.url == "/account/login/?next=/account/continue/"
    page = sign_in(client)
    kept = dict(page.context["kept"]["fields"])
    assert (kept, page.context["kept"]["to"]) == (TYPED, "/patients/new/")
    assert "Okafor &lt;b&gt;" in page.content.decode()
    assert "csrfmiddlewaretoken" not in kept


def test_it_is_gone_for_whoever_else_signs_in_here(clock, client, person):
    make.clinician(username="bea", password=PASSWORD)
    clock.advance(16 * MINUTE)
    client.post("/patients/new/", TYPED)
    assert "Okafor" not in sign_in(client, "bea").content.decode()
    client.post(reverse("account_logout"))
    assert "Okafor" not in sign_in(client).content.decode()


def test_a_password_is_never_kept(clock, client, person):
    clock.advance(16 * MINUTE)
    typed = {"oldpassword": PASSWORD, "password1": "Zebra-Zebra-1", "password2": "Zebra-Zebra-1"}
    client.post(reverse("account_change_password"), typed)
    assert "Zebra" not in str(dict(client.session))
    clock.advance(1)
    sign_in(client)
    clock.advance(16 * MINUTE)
    client.post("/patients/new/", {**TYPED, "new_password": "Zebra-Zebra-1"})
    assert "Zebra" not in str(dict(client.session))


def test_a_draft_sent_too_late_is_sent_again_to_its_step(clock, client, person):
    visit = make.visit(by=person)
    page = f"/visits/{visit.pk}/pain/"
    clock.advance(16 * MINUTE)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    reply = client.post(f"{page}draft/", {"pain_nrs": "7"}, headers=headers)
    assert (reply.status_code, reply.headers["HX-Redirect"]) == (204, "/account/login/?next=/account/continue/")
    assert sign_in(client).context["kept"]["to"] == page


def test_a_form_of_a_second_tab_is_kept_although_the_session_is_gone(clock, person, client):
    tab = Client(enforce_csrf_checks=True)
    tab.cookies = client.cookies
    clock.advance(16 * MINUTE)
    tab.get("/patients/")
    from_us, elsewhere = {"Origin": "http://testserver"}, {"Origin": "http://evil.example"}
    assert "continue" not in tab.post("/patients/new/", TYPED, headers=elsewhere).url
    assert "continue" in tab.post("/patients/new/", TYPED, headers=from_us).url
    client.cookies = tab.cookies
    assert dict(sign_in(client).context["kept"]["fields"]) == TYPED
    tab.cookies = client.cookies
    again = tab.post("/patients/new/", {**TYPED, "title": "Mrs"}, headers=from_us)
    assert (again.status_code, again.url) == (302, "/account/continue/")
    assert "Mrs" in client.get(again.url).content.decode()


def test_without_anything_kept_the_page_leads_home(client, person):
    assert client.get("/account/continue/").url == "/"


# ------------------------------------------------------------------------------------------------- how long it lasts


def test_asking_how_long_the_session_lasts_does_not_prolong_it(clock, signed_in):
    clock.advance(14 * MINUTE)
    assert signed_in.get("/account/session/").json() == {"signed_in": True, "seconds_left": MINUTE}
    clock.advance(2 * MINUTE)
    assert signed_in.get("/account/session/").json() == {"signed_in": False, "seconds_left": 0}
    assert not is_in(signed_in)


def test_staying_prolongs_it_but_not_beyond_the_day(clock, signed_in):
    clock.advance(14 * MINUTE)
    assert signed_in.post("/account/session/").json()["seconds_left"] == 15 * MINUTE
    for _ in range(4 * 11 + 3):
        clock.advance(15 * MINUTE)
        signed_in.post("/account/session/")
    assert signed_in.get("/account/session/").json()["seconds_left"] == MINUTE
