"""Nothing stale, nothing lost: offline, slow, Back, reload, two tabs, two patients, on real pages in a real browser."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinician():
    make.wording()
    return make.clinician()


@pytest.fixture
def tab(page, live_server, clinician):
    """Open an address in the clinician's browser; `tab("/…", another=True)` opens it in another tab."""
    client = Client()
    client.force_login(clinician)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    def go(address, another=False):
        opened = page.context.new_page() if another else page
        opened.goto(live_server.url + address)
        return opened

    return go


def choose(page, name, value):
    page.locator(f"input[name={name}][value={value}]").check()


def is_chosen(page, name, value):
    expect(page.locator(f"input[name={name}][value={value}]")).to_be_checked()


def step(visit, slug="neurology"):
    return f"/visits/{visit.pk}/{slug}/"


def test_offline_says_so_keeps_what_was_typed_and_saves_when_asked_again(tab, clinician):
    visit = make.visit(by=clinician)
    page = tab(step(visit))
    page.context.set_offline(True)
    choose(page, "cord_signs", "yes")
    expect(page.locator("#saved")).to_have_text("Not saved")
    expect(page.locator("#alert")).to_contain_text("Check your connection")
    expect(page.locator("#panel")).to_have_class(re.compile("app-panel--stale"))
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("#alert")).to_contain_text("cannot be reached")
    is_chosen(page, "cord_signs", "yes")
    page.context.set_offline(False)
    choose(page, "neuro_exam_done", "yes")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(page.locator("#panel")).not_to_have_class(re.compile("app-panel--stale"))
    assert visit.drafts.get().typed["cord_signs"] == ["yes"]


def test_a_slow_reply_never_stands_over_a_newer_answer(tab, clinician):
    page = tab(step(make.visit(by=clinician)))
    held = []
    page.route("**/draft/", lambda route: route.continue_() if held else held.append(route))
    choose(page, "cord_signs", "yes")
    expect(page.locator("#saved")).to_have_text("Saving…")
    choose(page, "cord_signs", "no")
    for route in held:
        route.continue_()
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    emergency = page.locator("#panel [data-item='refer.emergency_spine']:not(.app-item--gone)")
    expect(emergency).to_have_count(0)
    is_chosen(page, "cord_signs", "no")


def test_back_and_reload_show_what_was_saved_and_what_was_only_typed(tab, clinician):
    visit = make.visit(by=clinician)
    page = tab(step(visit))
    choose(page, "cord_signs", "no")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("h1")).to_have_text("The fracture")
    choose(page, "mechanism", "none")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Neurology and red flags")
    is_chosen(page, "cord_signs", "no")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("The fracture")
    is_chosen(page, "mechanism", "none")
    page.reload()
    is_chosen(page, "mechanism", "none")
    assert visit.saves.count() == 1


def test_the_same_step_in_two_tabs_is_compared_and_nothing_typed_is_lost(tab, clinician):
    visit = make.visit(by=clinician)
    first = tab(step(visit))
    second = tab(step(visit), another=True)
    choose(first, "cord_signs", "no")
    first.get_by_role("button", name="Continue", exact=True).click()
    expect(first.locator("h1")).to_have_text("The fracture")
    choose(second, "cord_signs", "yes")
    expect(second.locator("#alert")).to_contain_text("Press Continue to compare")
    second.get_by_role("button", name="Continue", exact=True).click()
    expect(second.locator("#conflict")).to_be_visible()
    is_chosen(second, "cord_signs", "yes")
    visit.refresh_from_db()
    assert visit.cord_signs == "no"


def test_two_patients_at_once_never_mix(tab, clinician):
    visits = [make.visit(by=clinician), make.visit(by=clinician)]
    pages = [tab(step(visits[0])), tab(step(visits[1]), another=True)]
    held = []
    pages[0].route("**/draft/", lambda route: held.append(route))
    choose(pages[0], "cord_signs", "yes")
    expect(pages[0].locator("#saved")).to_have_text("Saving…")
    choose(pages[1], "cord_signs", "no")
    expect(pages[1].locator("#saved")).to_contain_text("Draft saved")
    for route in held:
        route.continue_()
    expect(pages[0].locator("#saved")).to_contain_text("Draft saved")
    assert [visit.drafts.get().typed["cord_signs"] for visit in visits] == [["yes"], ["no"]]
    for page, visit in zip(pages, visits, strict=True):
        expect(page.locator("#panel")).to_have_attribute("data-patient", str(visit.patient.pk))


def test_decisions_that_were_refused_or_never_saved_are_there_again(tab, clinician):
    visit = make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=7, bone_medicine="none")
    page = tab(f"/visits/{visit.pk}/review/")
    words = page.locator("textarea[name=words_bone_treat]")
    choose(page, "choice_bone_treat", "do_not_follow")
    words.fill("Wants to talk to her daughter first.")
    page.get_by_role("button", name="Continue to sign").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Visit overview").click()
    expect(page.locator("h1")).to_contain_text("Visit on")
    page.go_back()
    is_chosen(page, "choice_bone_treat", "do_not_follow")
    expect(words).to_have_value("Wants to talk to her daughter first.")
    expect(page.locator("main")).to_contain_text("did not save are filled in below")
    with page.expect_response("**/review/draft/"):
        page.locator("select[name=reason_bone_treat]").select_option("patient_declined")
    page.reload()
    expect(page.locator("select[name=reason_bone_treat]")).to_have_value("patient_declined")
    page.get_by_role("button", name="Save decisions").click()
    expect(page.locator("main")).not_to_contain_text("did not save are filled in below")
    assert visit.decisions.get(action="bone.treat").words == "Wants to talk to her daughter first."
    assert not visit.review_drafts.exists()
