"""static/app.js on a real step: drafts, the panel, and the ways in which saving fails without losing what was typed."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = "**/draft/"


@pytest.fixture
def visit():
    make.wording()
    return make.visit()


@pytest.fixture
def step(page, live_server, visit):
    """The first step of an empty visit, open in the browser of the clinician who started it."""
    client = Client()
    client.force_login(visit.started_by)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/visits/{visit.pk}/neurology/")
    return page


def choose(page, name, value):
    page.locator(f"input[name={name}][value={value}]").check()


def fail(page, address, status):
    """Every request to the address gets this status, or no answer at all where it is None."""
    page.route(address, lambda route: route.fulfill(status=status, body="x") if status else route.abort())


def chosen(page, name):
    return page.locator(f"input[name={name}]:checked").input_value()


def test_a_change_is_kept_as_a_draft_and_the_panel_follows(step, visit):
    panel = step.locator("#panel")
    headline = panel.locator(".app-panel__headline").inner_text()
    choose(step, "neuro_exam_done", "yes")
    choose(step, "neurological_deficit", "yes")
    expect(step.locator("#saved")).to_contain_text("Draft saved")
    expect(panel.locator(".app-panel__headline")).not_to_have_text(headline)
    expect(step.locator("#status")).to_contain_text("Pathway updated")
    expect(step.locator("#alert")).not_to_be_empty()
    expect(panel.get_by_text("New", exact=True).first).to_be_visible()
    assert visit.drafts.count() == 1


def test_what_no_longer_applies_is_struck_through_once(step):
    choose(step, "neurological_deficit", "yes")
    expect(step.locator("#alert")).not_to_be_empty()
    choose(step, "neurological_deficit", "no")
    expect(step.locator(".app-item--gone").first).to_be_visible()
    choose(step, "cauda_equina_symptoms", "not_known")
    expect(step.locator(".app-item--gone")).to_have_count(0)


def test_the_panel_is_busy_until_its_answer_comes(step):
    waiting = []
    step.route(DRAFT, lambda route: waiting.append(route))
    mark = step.locator("[data-mark=neuro_exam_done]")
    expect(mark).to_have_class("app-mark app-mark--open")
    choose(step, "neuro_exam_done", "yes")
    panel = step.locator("#panel")
    expect(panel).to_have_attribute("aria-busy", "true")
    expect(step.locator("#saved")).to_have_text("Saving…")
    waiting[0].continue_()
    expect(step.locator("#saved")).to_contain_text("Draft saved")
    expect(panel).not_to_have_attribute("aria-busy", "true")
    expect(mark).to_have_class("app-mark")


def test_what_waits_is_busy_until_its_own_answer_comes(step):
    """The first answer ends neither the wait for another place, nor that of its own place for a later one."""
    held = {}
    step.route("**/held/*", lambda route: held.update({route.request.url[-1]: route}))
    for number, source, target in ((1, "h1", "#aside"), (2, ".app-caption", "#main"), (3, ".app-footer", "#main")):
        ask = "([url, settings]) => void htmx.ajax('GET', url, settings)"
        step.evaluate(ask, [f"/held/{number}", {"source": source, "target": target, "swap": "none"}])
    busy = step.locator("[aria-busy=true]")
    expect(busy).to_have_count(2)
    for number, left in (("2", ["main", "aside"]), ("1", ["main"]), ("3", [])):
        with step.expect_response(f"**/held/{number}"):
            held[number].fulfill(body="")
        expect(busy).to_have_count(len(left))
        assert busy.evaluate_all("found => found.map((one) => one.id)") == left


@pytest.mark.parametrize("status", [None, 403, 409, 500], ids=["offline", "refused", "conflict", "failed"])
def test_a_draft_that_was_not_kept_says_so_and_greys_the_panel(step, status):
    fail(step, DRAFT, status)
    choose(step, "neuro_exam_done", "yes")
    expect(step.locator("#alert")).to_contain_text("Not saved")
    expect(step.locator("#panel .app-stale")).to_contain_text("Not up to date")
    expect(step.locator("#saved")).to_have_text("Not saved")
    assert chosen(step, "neuro_exam_done") == "yes"
    again = step.get_by_role("button", name="Try again")
    if status == 409:  # it would be refused again: Continue compares
        expect(again).to_be_hidden()
        return
    step.unroute(DRAFT)
    again.click()
    expect(step.locator("#saved")).to_contain_text("Draft saved")
    expect(step.locator("#panel .app-stale")).to_have_count(0)
    expect(step.locator("#alert")).to_be_empty()


@pytest.mark.parametrize("status", [None, 500], ids=["offline", "failed"])
def test_continue_that_fails_keeps_the_page_and_what_was_typed(step, status):
    choose(step, "neuro_exam_done", "no")
    expect(step.locator("#saved")).to_contain_text("Draft saved")
    fail(step, "**/neurology/", status)
    step.get_by_role("button", name="Continue").click()
    expect(step.locator("#alert")).to_contain_text("Not saved")
    assert chosen(step, "neuro_exam_done") == "no"


def test_continue_after_someone_else_compares_both_and_keeps_what_was_typed(step, visit, live_server):
    colleague = step.context.new_page()
    colleague.goto(step.url)
    choose(colleague, "neuro_exam_done", "no")
    colleague.get_by_role("button", name="Continue").click()
    expect(colleague).to_have_title("The fracture – Vertebra Pathway")
    choose(step, "neuro_exam_done", "yes")
    expect(step.locator("#alert")).to_contain_text("someone else changed these answers")
    step.get_by_role("button", name="Continue").click()
    expect(step.locator("table.app-compare")).to_be_visible()
    assert chosen(step, "neuro_exam_done") == "yes"


def test_the_focus_and_the_panel_keep_clear_of_the_banner(step):
    step.locator("#id_temperature_c_0").focus()
    step.mouse.wheel(0, 600)
    step.locator("input[name=infection_risk]").first.focus()
    banner = step.locator(".app-banner").bounding_box()
    panel = step.locator("#panel").bounding_box()
    focused = step.evaluate("document.activeElement.getBoundingClientRect().top")
    assert focused >= banner["y"] + banner["height"]
    assert panel["y"] >= banner["y"] + banner["height"]


def test_a_panel_of_another_patient_is_never_shown(step):
    other = '<div id="panel" class="app-panel" data-patient="someone-else">Their advice</div>'
    step.route(DRAFT, lambda route: route.fulfill(body=other, content_type="text/html"))
    choose(step, "neuro_exam_done", "yes")
    expect(step.locator("#alert")).to_contain_text("another patient")
    expect(step.get_by_text("Their advice")).to_have_count(0)


def test_continue_moves_to_the_next_step_with_its_title_address_and_focus(step, visit, live_server):
    choose(step, "neuro_exam_done", "yes")
    step.get_by_role("button", name="Continue").click()
    expect(step).to_have_url(f"{live_server.url}/visits/{visit.pk}/fracture/")
    expect(step).to_have_title("The fracture – Vertebra Pathway")
    assert step.evaluate("document.activeElement.tagName") == "H1"
    step.go_back()
    expect(step).to_have_url(f"{live_server.url}/visits/{visit.pk}/neurology/")
    assert chosen(step, "neuro_exam_done") == "yes"


def test_errors_keep_the_address_take_the_focus_and_say_so_in_the_title(step, visit, live_server):
    step.fill("#id_temperature_c_0", "hot")
    step.get_by_role("button", name="Continue").click()
    expect(step).to_have_title("Error: Neurology and red flags – Vertebra Pathway")
    assert step.evaluate("document.activeElement.id") == "error-summary"
    assert step.input_value("#id_temperature_c_0") == "hot"
    expect(step).to_have_url(f"{live_server.url}/visits/{visit.pk}/neurology/")


def test_the_browser_keeps_nothing_about_a_patient(step):
    choose(step, "neuro_exam_done", "yes")
    step.get_by_role("button", name="Continue").click()
    expect(step.locator("h1")).to_have_text("The fracture")
    kept = step.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "okafor" not in kept.lower()
    assert "<" not in kept


def test_a_change_moves_nothing_under_the_pointer(step):
    form_top = "document.querySelector('.app-form').getBoundingClientRect().top"
    before = step.evaluate(form_top)
    choose(step, "neurological_deficit", "yes")
    expect(step.locator("#saved")).to_contain_text("Draft saved")
    assert step.evaluate(form_top) == before


def test_nothing_moves_while_a_step_with_conditions_loads(step, visit, live_server):
    """Questions that do not apply yet are left out before the script runs, and appear when they apply."""
    step.goto(f"{live_server.url}/visits/{visit.pk}/imaging/")
    shifted = step.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
                .observe({type: "layout-shift", buffered: true});
            requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
        })"""
    )
    assert shifted == 0
    expect(step.locator("input[name=marrow_imaging_on_day]")).to_be_hidden()
    choose(step, "marrow_edema", "yes")
    expect(step.locator("input[name=marrow_imaging_on_day]")).to_be_visible()
