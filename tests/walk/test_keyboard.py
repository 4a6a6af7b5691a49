"""A step, the review and the signature without a mouse; and the main pages on a screen 320 pixels wide."""

import pytest
from playwright.sync_api import expect

from pathway.plans import signing
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan
from tests import make

MOST_TABS = 400
FOCUSED = """() => {
    const focused = document.activeElement;
    const box = focused.getBoundingClientRect();
    const label = focused.labels?.[0];
    const drawn = [getComputedStyle(focused), ...(label ? [getComputedStyle(label, "::before")] : [])];
    const marked = drawn.some((style) => style.boxShadow !== "none"
        || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0));
    const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + Math.min(box.height / 2, 40)];
    const top = document.elementFromPoint(x, y);
    const shown = top && (focused.contains(top) || top.contains(focused) || label?.contains(top));
    return {name: focused.name ?? "", value: focused.value ?? "", text: focused.textContent.trim().slice(0, 60),
            type: focused.type ?? focused.tagName, checked: Boolean(focused.checked), marked, shown: Boolean(shown)};
}"""

CUT_NAMES = """() => [...document.querySelectorAll("main code")].filter((one) => one.checkVisibility()).flatMap((one) =>
    [...one.childNodes].filter((part) => part.length).filter((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getClientRects().length > 1;
    }).map((part) => part.data))"""
"""Of names such as "decision_day": the parts that are broken within a word."""


@pytest.fixture
def visit(clinician):
    answers = {**make.UNREMARKABLE, "bone_medicine": "none"}
    return make.visit(by=clinician, **answers)


@pytest.fixture
def person(meet, visit):
    person = meet()
    person.is_signed_in(visit.started_by)
    return person


def tab_until(person, is_there) -> dict:
    """Press Tab until the focus is where it should be; wherever it rests on the way, it is marked and not covered."""
    for _ in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        focused = person.page.evaluate(FOCUSED)
        assert focused["marked"], focused
        assert focused["shown"], focused
        if is_there(focused):
            return focused
    raise AssertionError("The focus never came there.")


def tab_to(person, name: str) -> dict:
    return tab_until(person, lambda focused: focused["name"] == name)


def choose(person, name: str, presses: int) -> None:
    """Into a group of radios and to the one that stands `presses` after the first."""
    tab_to(person, name)
    person.page.keyboard.press("Space")
    for _ in range(presses):
        person.page.keyboard.press("ArrowDown")


def press_button(person, text: str) -> None:
    tab_until(person, lambda focused: focused["type"] == "submit" and focused["text"] == text)
    person.page.keyboard.press("Enter")


def test_a_step_review_and_signature_by_keyboard_alone(person, visit):
    page = person.page
    person.open(f"/visits/{visit.pk}/pain/")
    expect(page.locator("h1")).to_be_focused()
    tab_to(person, "pain_nrs")
    page.keyboard.type("7")
    choose(person, "pain_course", presses=2)
    choose(person, "pain_at_fracture_level", presses=0)
    press_button(person, "Continue")
    person.sees("Imaging")
    expect(page.locator("h1")).to_be_focused()
    visit.refresh_from_db()
    assert (visit.pain_nrs, visit.pain_course, visit.pain_at_fracture_level) == (7, "worsening", "yes")

    person.open(f"/visits/{visit.pk}/review/")
    waiting = [f"choice_{result.name.replace('.', '_')}" for result in undecided(visit)]
    for name in sorted(waiting, key=lambda name: order_on_page(page, name)):
        choose(person, name, presses=0)
    press_button(person, "Continue to sign")
    person.sees("Sign this plan")
    expect(page.locator("h1")).to_be_focused()
    tab_to(person, "confirm")
    page.keyboard.press("Space")
    press_button(person, "Sign plan")
    expect(page.locator("h1")).to_contain_text("is signed")
    assert Plan.objects.filter(visit=visit).exists()


def order_on_page(page, name: str) -> int:
    script = "(name) => [...document.querySelectorAll('input')].findIndex((one) => one.name === name)"
    return page.evaluate(script, name)


def test_escape_closes_the_menu_and_skip_links_lead_on(person, visit):
    page = person.page
    person.open(f"/visits/{visit.pk}/neurology/")
    page.locator(".app-menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".app-menu")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".app-menu summary")).to_be_focused()
    expect(page.locator(".app-menu[open]")).to_have_count(0)
    page.get_by_role("link", name="Skip to main content").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_the_main_pages_fit_a_screen_320_pixels_wide(person, visit):
    """Signed last, because a signed visit has other pages."""
    person.page.set_viewport_size({"width": 320, "height": 640})
    paths = [
        f"/visits/{visit.pk}/{part}" for part in ("", "neurology/", "fracture/", "imaging/", "medicines/", "review/")
    ]
    patient = f"/patients/{visit.patient.pk}/"
    wide = [path for path in ("/", "/patients/", patient, f"{patient}edit/", *paths) if not fits(person, path)]
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", visit.started_by, visit.started_at)
    wide += [path for path in (f"/visits/{visit.pk}/sign/",) if not fits(person, path)]
    plan = signing.sign(visit, visit.started_by, visit.started_at)
    wide += [path for path in (f"/plans/{plan.pk}/", f"{patient}measurements/", "/pathway/") if not fits(person, path)]
    assert wide == []
    assert person.page.evaluate(CUT_NAMES) == []


def fits(person, path: str) -> bool:
    person.open(path)
    return person.page.evaluate("document.documentElement.scrollWidth") <= 320
