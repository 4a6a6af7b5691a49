"""Nobody is there for a while: the page warns, then locks, and gives back what was typed to the same person."""

import time

import pytest
from playwright.sync_api import expect

from pathway.clinic.models import Patient
from tests import make
from tests.accounts.test_session_limits import Clock
from tests.walk.pages import OKAFOR

MINUTE = 60


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("pathway.accounts.session_limits.time.time", clock)
    return clock


def wait(person, clock, minutes: int) -> None:
    """Both clocks go on, the server's first, and nobody does anything."""
    clock.advance(minutes * MINUTE)
    person.page.clock.fast_forward(minutes * MINUTE * 1000)


def test_a_warning_then_a_lock_and_nothing_typed_is_lost(meet, clinician, clock):
    person = meet()
    page = person.page
    page.clock.install(time=time.time())
    person.sign_in("marsh", "Kestrel-Harbor-41")
    person.open("/patients/new/")
    for name in ("family_name", "given_name", "hospital_number"):
        page.locator(f"input[name={name}]").fill(OKAFOR[name])

    wait(person, clock, 12)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_hidden()
    wait(person, clock, 1)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("about 2 minutes")
    expect(page).to_have_title("Signing out soon – Add a patient – Vertebra Pathway")
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    person.look()
    stay.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("input[name=hospital_number]")).to_be_focused()

    wait(person, clock, 14)
    expect(dialog).to_be_visible()
    wait(person, clock, 2)
    expect(page).to_have_url(f"{person.url}/account/login/?next=/account/continue/")
    expect(page.get_by_text("nothing was done for a while")).to_be_visible()
    assert not Patient.objects.exists()

    page.get_by_label("User name or email").fill("marsh")
    page.get_by_label("Password", exact=True).fill("Kestrel-Harbor-41")
    person.press("Sign in")
    expect(page.locator("h1")).to_have_text("What you typed was kept")
    person.look()
    person.press("Send what I typed")
    expect(page.locator("input[name=family_name]")).to_have_value("Okafor")
    expect(page.locator("input[name=hospital_number]")).to_have_value(OKAFOR["hospital_number"])


def test_a_page_that_cannot_reach_the_server_covers_itself_and_leads_back(meet, clinician, clock):
    """Offline, nobody knows whether another tab kept the session: the page hides the patient, and asks when pressed."""
    person = meet()
    page = person.page
    page.clock.install(time=time.time())
    person.is_signed_in(clinician)
    person.open("/patients/new/")
    page.locator("input[name=family_name]").fill("Okafor")
    page.route("**/account/session/", lambda route: route.abort())
    wait(person, clock, 16)
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_contain_text("What you typed is kept")
    expect(page.locator("h1")).to_be_hidden()
    again = page.get_by_role("link", name="Sign in again")
    expect(again).to_be_focused()
    again.press("Enter")
    expect(dialog).to_contain_text("The server could not be reached")
    person.complaints = [said for said in person.complaints if "net::ERR_FAILED" not in said]
    page.unroute("**/account/session/")
    again.press("Enter")
    expect(page).to_have_url(f"{person.url}/account/login/?next=/account/continue/")


def test_the_admin_warns_too_and_keeps_what_was_typed(meet, clinician, clock):
    make.user(username="lind", password="Heron-Bridge-72", is_administrator=True, printed_name="Eva Lind")
    person = meet()
    page = person.page
    page.clock.install(time=time.time())
    person.sign_in("lind", "Heron-Bridge-72")
    person.open(f"/admin/accounts/clinic/{clinician.clinic_id}/change/")
    page.locator("#id_phone").fill("555 0177")
    wait(person, clock, 13)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("about 2 minutes")
    person.look()
    page.get_by_role("button", name="Stay signed in").press("Enter")
    expect(dialog).to_be_hidden()
    wait(person, clock, 14)
    expect(dialog).to_be_visible()
    wait(person, clock, 2)
    expect(page).to_have_url(f"{person.url}/account/login/?next=/account/continue/")
    page.get_by_label("User name or email").fill("lind")
    page.get_by_label("Password", exact=True).fill("Heron-Bridge-72")
    person.press("Sign in")
    person.press("Send what I typed")
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    clinician.clinic.refresh_from_db()
    assert clinician.clinic.phone == "555 0177"


def test_a_page_with_words_that_nobody_has_asks_before_it_is_left(meet, clinician):
    person = meet()
    page = person.page
    person.is_signed_in(clinician)
    person.open("/patients/new/")
    page.locator("input[name=family_name]").fill("Okafor")
    person.follow("Find a patient")
    expect(page.locator("input[name=family_name]")).to_have_value("Okafor")
    assert [one[:7] for one in person.complaints] == ["dialog:"]
    person.complaints.clear()
    person.press("Add the patient")
    expect(page.locator("#error-summary")).to_be_focused()
    person.follow("Find a patient")
    expect(page.locator("input[name=family_name]")).to_have_value("Okafor")
    assert [one[:7] for one in person.complaints] == ["dialog:"]
    person.complaints.clear()
    person.add_patient(**OKAFOR)
    person.sees("Patient record")
    person.open("/patients/")
    page.locator("input[name=family_name]").fill("Okafor")
    person.follow("Add a patient")
    person.sees("Add a patient")
