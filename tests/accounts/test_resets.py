"""Nobody sets another's password: two administrators let a sign-in begin anew, the person sets it, and is told."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from pathway.accounts import resets
from pathway.accounts.models import AuditEvent, Reset
from tests import make

from .test_second_factor import SECRET

pytestmark = pytest.mark.django_db
OLD, NEW = "Kestrel-Harbor-41", "Quiet-Lantern-77"
LIST = "/admin/accounts/user/"


@pytest.fixture
def administrators():
    return [make.user(is_administrator=True, printed_name=f"Admin {name}") for name in ("One", "Two", "Three")]


@pytest.fixture
def person():
    """A clinician who signed in before, with an app as second factor."""
    made = make.clinician(username="amarsh", password=OLD)
    browser = Client()
    browser.post("/account/login/", {"login": "amarsh", "password": OLD})
    TOTP.activate(made, SECRET)
    made.refresh_from_db()
    assert made.last_login
    made.browser = browser
    return made


def act(action: str, by, *people) -> list[str]:
    """What an administrator is told after choosing this in the list."""
    browser = Client()
    browser.force_login(by)
    page = browser.post(LIST, {"action": action, "_selected_action": [one.pk for one in people]}, follow=True)
    return [str(message) for message in page.context["messages"]]


def link(said: list[str]) -> str | None:
    return next((text.rsplit("http://testserver")[1] for text in said if "http://testserver" in text), None)


def is_in(browser: Client) -> bool:
    return browser.get("/patients/").status_code == 200


def sign_in(password: str):
    browser = Client()
    answer = browser.post("/account/login/", {"login": "amarsh", "password": password})
    return browser if answer.status_code == 302 else None


def set_password(path: str, password: str = NEW):
    return Client().post(path, {"new_password1": password, "new_password2": password})


def anew(person, administrators) -> str:
    one, two, _three = administrators
    act("begin_anew", one, person)
    return link(act("confirm_begin_anew", two, person))


def test_one_proposes_and_nothing_ends_until_another_confirms(person, administrators):
    one, two, _three = administrators
    said = act("begin_anew", one, person)
    assert link(said) is None
    assert "once another administrator confirms it" in said[0]
    browser = Client()
    browser.force_login(two)
    assert one.username in browser.get(LIST).content.decode()
    assert is_in(person.browser)
    assert link(act("confirm_begin_anew", one, person)) is None, "who proposed it"
    assert is_in(person.browser)
    path = link(act("confirm_begin_anew", two, person))
    assert not is_in(person.browser)
    assert sign_in(OLD) is None
    assert not Authenticator.objects.filter(user=person).exists()
    assert link(act("confirm_begin_anew", two, person)) is None, "confirmed once"
    assert set_password(path).url == reverse("account_login")
    assert is_in(sign_in(NEW))


def test_the_person_is_told_at_every_sign_in_of_two_weeks(person, administrators):
    set_password(anew(person, administrators))
    for _again in range(2):
        page = sign_in(NEW).get("/patients/").content.decode()
        assert "after Admin One and Admin Two let your sign-in begin anew" in page
    Reset.objects.update(used_at=make.NOW - timedelta(days=15))
    assert "begin anew" not in sign_in(NEW).get("/patients/").content.decode()


def test_a_link_works_once_for_an_hour_and_a_newer_one_ends_it(person, administrators):
    path = anew(person, administrators)
    page = Client().get(path)
    assert page.status_code == 200
    assert person.username not in page.content.decode()
    assert set_password(path, "short").status_code == 422
    assert set_password(path).status_code == 302
    gone = set_password(path, "Another-Phrase-12")
    assert gone.status_code == 404
    assert "used before" in gone.content.decode()
    assert sign_in("Another-Phrase-12") is None
    older, newer = anew(person, administrators), anew(person, administrators)
    assert (Client().get(older).status_code, Client().get(newer).status_code) == (404, 200)
    Reset.objects.exclude(link_hash="").update(link_until=make.NOW.replace(year=2020))
    assert Client().get(newer).status_code == 404
    assert newer.split("/")[-2] not in str(list(Reset.objects.values())), "the token itself is not kept"


def test_nobody_does_their_own_and_administrators_need_two_others(administrators):
    one, two, three = administrators
    act("begin_anew", one, one)
    assert not Reset.objects.exists()
    act("begin_anew", one, two)
    assert link(act("confirm_begin_anew", two, two)) is None
    assert link(act("confirm_begin_anew", three, two))


def test_a_proposal_of_whoever_is_no_administrator_any_more_is_not_confirmed(person, administrators):
    one, two, _three = administrators
    act("begin_anew", one, person)
    type(one).objects.filter(pk=one.pk).update(is_administrator=False)
    assert link(act("confirm_begin_anew", two, person)) is None
    assert sign_in(OLD)


def test_a_first_link_needs_one_and_an_administrator_to_be_needs_two(administrators):
    one, two, _three = administrators
    browser = Client()
    browser.force_login(one)
    assert browser.post("/admin/accounts/user/add/", {"username": "bnew"}).status_code == 302
    new = type(one).objects.get(username="bnew")
    assert not new.has_usable_password()
    assert set_password(link(act("begin_anew", one, new))).status_code == 302
    type(one).objects.filter(pk=new.pk).update(administrator_proposed_by=two)
    assert link(act("begin_anew", one, new)) is None


@pytest.mark.parametrize("role", ["is_clinician", "is_wording_editor", "is_auditor"])
@pytest.mark.parametrize("action", ["begin_anew", "confirm_begin_anew"])
def test_nobody_else_lets_anyone_begin(person, administrators, role, action):
    waiting = resets.propose(person, by=administrators[0], at=make.NOW)
    browser = Client()
    browser.force_login(make.user(**{role: True}))
    answer = browser.post(LIST, {"action": action, "_selected_action": [person.pk]})
    assert answer.status_code == 403 or answer.url.startswith("/admin/login/")
    waiting.refresh_from_db()
    assert (Reset.objects.count(), waiting.confirmed_at) == (1, None)


def test_no_page_sets_or_shows_the_password_of_another(person, administrators):
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[person.pk])
    browser = Client()
    browser.force_login(administrators[0])
    change = f"{LIST}{person.pk}/change/"
    assert 'name="password' not in browser.get(change).content.decode()
    sent = {"username": "amarsh", "is_active": "on", "is_clinician": "on", "clinic": person.clinic_id, "password": "x"}
    assert browser.post(change, sent | {"password1": NEW, "password2": NEW}).status_code == 302
    browser.post(f"{LIST}{person.pk}/password/", {"password1": NEW, "password2": NEW, "usable_password": "true"})
    assert sign_in(OLD)


def test_each_step_is_an_event_without_the_link(person, administrators):
    one, two, _three = administrators
    path = anew(person, administrators)
    set_password(path)
    events = AuditEvent.objects.filter(action="credentials", object_id=str(person.pk)).order_by("seq")
    assert [(event.actor, event.reason) for event in events if "set up" not in event.reason] == [
        (one, "new sign-in proposed"),
        (two, f"new sign-in confirmed, proposed by {one.pk}"),
        (two, "totp removed"),
        (None, "password set by the link"),
    ]
    assert AuditEvent.objects.filter(action="sign_out", actor=two, object_id=str(person.pk)).exists()
    assert path.split("/")[-2] not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("wrong", ["own proposal", "own confirmation", "both by one", "confirmed by nobody"])
def test_the_database_refuses_what_one_alone_would_do(person, administrators, wrong):
    one, two, _three = administrators
    by = {"own proposal": (person, two), "own confirmation": (one, person), "both by one": (one, one)}
    proposed_by, confirmed_by = by.get(wrong, (one, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reset.objects.create(
            person=person, proposed_by=proposed_by, proposed_at=make.NOW, confirmed_by=confirmed_by,
            confirmed_at=make.NOW, link_hash="x",
        )  # fmt: skip


def test_whoever_runs_the_service_can_where_there_are_no_two(person, capsys):
    call_command("reset_sign_in", "amarsh")
    path = capsys.readouterr().out.splitlines()[0]
    assert not is_in(person.browser)
    set_password(path)
    assert "after whoever runs the service let your sign-in begin anew" in sign_in(NEW).get("/").content.decode()
    with pytest.raises(CommandError, match="nobody with this user name"):
        call_command("reset_sign_in", "nobody-here")
