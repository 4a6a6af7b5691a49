"""Where a person is signed in: they see it, end the rest, and an administrator ends all of it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from pathway.accounts.models import AuditEvent
from pathway.accounts.own_sessions import named
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"
PASSWORD = "Kestrel-Harbor-41"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"


@pytest.fixture
def person():
    return make.clinician(username="amarsh", password=PASSWORD)


def sign_in(user_agent: str, address: str) -> Client:
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    answer = client.post("/account/login/", {"login": "amarsh", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/patients/").status_code == 200


def test_each_session_says_since_when_with_what_and_from_where(person):
    sign_in(PHONE, "192.0.2.7")
    html = sign_in(WINDOWS, "192.0.2.8").get(PAGE).content.decode()
    assert html.count("<tr>") == 3
    for said in ("Safari on iPhone", "192.0.2.7", "Edge on Windows", "192.0.2.8"):
        assert said in html
    assert html.count("This one") == 1
    assert html.index("This one") < html.index("192.0.2.8") < html.index("Safari on iPhone") < html.index("192.0.2.7")


def test_the_others_are_ended_and_this_one_and_other_people_stay(person):
    phone, here = sign_in(PHONE, "192.0.2.7"), sign_in(WINDOWS, "192.0.2.8")
    stranger = Client()
    stranger.force_login(make.clinician())
    html = here.post(PAGE, follow=True).content.decode()
    assert "1 other session was ended." in html
    assert "You are signed in nowhere else." in html
    assert (is_in(phone), is_in(here), is_in(stranger)) == (False, True, True)
    event = AuditEvent.objects.filter(action="sign_out").get()
    assert (event.actor, event.object_id, event.reason) == (person, str(person.pk), "ended elsewhere")


def test_one_is_ended_and_the_rest_stay_and_nobody_ends_anothers_or_this_one(person):
    phone, here, tablet = (sign_in(WINDOWS, f"192.0.2.{number}") for number in (7, 8, 9))
    stranger = Client()
    stranger.force_login(make.clinician())
    anothers = UserSession.objects.create(user=make.clinician(), ip="192.0.2.1", session_key="x", user_agent="x")
    rows = {row.ip: row.pk for row in UserSession.objects.filter(user=person)}
    assert here.get(PAGE).content.decode().count('name="one"') == 2
    for wrong in (rows["192.0.2.8"], anothers.pk, "x", "9" * 30, ""):
        assert "0 other sessions were ended." in here.post(PAGE, {"one": wrong}, follow=True).content.decode()
    html = here.post(PAGE, {"one": rows["192.0.2.7"]}, follow=True).content.decode()
    assert "1 other session was ended." in html
    assert [is_in(one) for one in (phone, here, tablet, stranger)] == [False, True, True, True]
    event = AuditEvent.objects.filter(action="sign_out").get()
    assert (event.actor, event.object_id, event.reason) == (person, str(person.pk), "ended elsewhere")


def test_a_session_that_is_over_is_not_listed(person):
    sign_in(PHONE, "192.0.2.7").post("/account/logout/")
    gone, here = sign_in(PHONE, "192.0.2.9"), sign_in(WINDOWS, "192.0.2.8")
    Session.objects.filter(pk=gone.session.session_key).delete()
    assert "192.0.2.9" not in here.get(PAGE).content.decode()
    assert UserSession.objects.filter(user=person).count() == 1


def test_an_administrator_signs_someone_out_everywhere_and_not_themselves(client, person):
    phone, here = sign_in(PHONE, "192.0.2.7"), sign_in(WINDOWS, "192.0.2.8")
    administrator = make.user(is_administrator=True)
    client.force_login(administrator)
    chosen = {"action": "end_sessions", "_selected_action": [person.pk, administrator.pk]}
    html = client.post("/admin/accounts/user/", chosen, follow=True).content.decode()
    assert "2 sessions were ended." in html
    assert (is_in(phone), is_in(here)) == (False, False)
    ended = AuditEvent.objects.filter(action="sign_out", object_id=str(person.pk))
    assert {event.actor for event in ended} == {administrator}


@pytest.mark.parametrize("said", ["Edge on Windows", "Safari on iPhone", "A browser"])
def test_a_browser_is_named_as_people_call_it(said):
    calls_itself = {"Edge on Windows": WINDOWS, "Safari on iPhone": PHONE, "A browser": "curl/8"}
    assert named(calls_itself[said]) == said


def test_what_a_browser_calls_itself_is_never_shown(person):
    here = sign_in("<script>alert(1)</script> Firefox/1 Linux", "192.0.2.8")
    html = here.get(PAGE).content.decode()
    assert "alert(1)" not in html
    assert "Firefox on Linux" in html
