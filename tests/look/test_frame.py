"""The frame of every page, in a real browser: accessible, within 320 pixels, nothing that our policy refuses."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from playwright.sync_api import expect

from .questions import Questions, render

PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}Sample{% endblock %}
{% block summary %}{% include "_error_summary.html" %}{% endblock %}
{% block back %}<a class="nhsuk-back-link" href="/">Visit overview</a>{% endblock %}
{% block content %}<h1 class="nhsuk-heading-l" tabindex="-1">Sample</h1>
<form class="app-form" method="post" novalidate>{% include "_why_toggle.html" %}{% crispy form %}
{% include "_panel_small.html" %}
<div class="nhsuk-button-group"><button class="nhsuk-button app-continue">Continue</button></div></form>{% endblock %}
{% block aside %}<div id="panel" class="app-panel" data-summary="Pathway so far: 1 urgent">
<h2 class="app-panel__title">Pathway so far</h2><ul class="app-panel__list">
<li class="app-item" data-item="a"><p class="app-item__head">
{% for kind in kinds %}<strong class="app-tag app-tag--{{ kind }}">{{ kind }}</strong>
{% endfor %}</p></li></ul></div>{% endblock %}"""
KINDS = (
    *("urgent", "advised", "note", "check", "blocked", "needed"),
    *("done", "draft", "signed", "due", "overdue", "new", "beyond"),
)
PANEL_BREAK_PX = 768


def violations(page) -> list[tuple[str, str]]:
    """What axe finds, each as (rule, first element)."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


def show(page, live_server, form, width=1280):
    """A sample page at an address of the live server, from which it takes its styles and scripts."""
    html = render(PAGE, form=form, kinds=KINDS, user=AnonymousUser())
    page.route("**/sample/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/sample/")
    return page


@pytest.fixture
def complaints(page):
    """What the browser wrote to its console: refused styles and scripts, missing files, errors in app.js."""
    lines = []
    page.on("console", lambda message: lines.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: lines.append(str(error)))
    return lines


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("data", [None, {}], ids=["empty", "with errors"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, live_server, complaints, data, width):
    show(page, live_server, Questions(data), width)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


def test_signing_in_is_accessible_under_our_policy(page, live_server, complaints):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_server.url}/account/login/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert complaints == []


def test_errors_take_the_focus_and_lead_to_their_control(page, live_server):
    show(page, live_server, Questions({}))
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.locator(".nhsuk-error-summary a").first.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_radio_0"


def test_a_question_appears_when_its_condition_is_met_and_never_hides_an_error(page, live_server):
    show(page, live_server, Questions())
    expect(page.locator("#id_checks_0")).to_be_hidden()
    page.get_by_label("Yes", exact=True).first.check()
    expect(page.locator("#id_checks_0")).to_be_visible()
    page.get_by_label("No", exact=True).first.check()
    expect(page.locator("#id_checks_0")).to_be_hidden()
    show(page, live_server, Questions({}))
    expect(page.locator("#id_checks_0")).to_be_visible()


def test_why_we_ask_is_shown_on_demand(page, live_server):
    show(page, live_server, Questions())
    expect(page.get_by_text("Radio why")).to_be_hidden()
    page.get_by_label("Show why we ask each question").check()
    expect(page.get_by_text("Radio why")).to_be_visible()


def test_the_panel_stands_beside_the_form_or_before_continue(page, live_server):
    show(page, live_server, Questions())
    expect(page.locator("#aside #panel")).to_be_visible()
    page.set_viewport_size({"width": PANEL_BREAK_PX - 1, "height": 900})
    summary = page.get_by_text("Pathway so far: 1 urgent")
    expect(summary).to_be_visible()
    assert summary.bounding_box()["y"] < page.get_by_role("button", name="Continue").bounding_box()["y"]
    summary.click()
    expect(page.locator("#panel")).to_be_visible()


def test_without_scripts_every_question_and_the_panel_are_there(browser, live_server):
    page = browser.new_context(java_script_enabled=False).new_page()
    show(page, live_server, Questions(), PANEL_BREAK_PX - 1)
    expect(page.locator("#id_checks_0")).to_be_visible()
    expect(page.locator("#panel")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_small_targets_are_at_least_24_pixels(page, live_server, width):
    show(page, live_server, Questions(), width)
    boxes = page.evaluate(
        """[...document.querySelectorAll("button, select, summary, input:not([type=hidden]), footer a, header a")]
        .filter((one) => one.checkVisibility())
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .map(([html, box]) => [html, box.width, box.height])"""
    )
    assert [box for box in boxes if box[1] < 24 or box[2] < 24] == []
