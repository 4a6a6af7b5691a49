"""Axe finds nothing on any page and state there is, and no page scrolls sideways on a narrow screen: in one browser."""

import pytest
from playwright.sync_api import expect

from pathway.clinic.models.answers import COLUMNS
from pathway.exchange.clinical_cases import FOLDER, load_cases
from pathway.guideline.evaluate import evaluate
from pathway.guideline.headline import HEADLINES
from tests import make
from tests.every_page import World
from tests.walk.pages import Person

NARROW = {"width": 320, "height": 640}
OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => (one.open = true))"
CLOSE_MENU = "() => document.querySelectorAll('.app-menu').forEach((one) => (one.open = false))"
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


OF_DJANGO = ({"ids": ["id_password_helptext"]}, ["link-in-text-block"])
"""Of the admin's own templates: help that belongs to no control, and a link that only its color tells from its line."""


def is_of_django(found: dict[str, list]) -> bool:
    return found == OF_DJANGO[0] or (list(found) == ["axe"] and [rule for rule, _html in found["axe"]] == OF_DJANGO[1])


def looked_at(person: Person, address: str) -> dict[str, list]:
    """What is wrong with a page that is open, with every detail on it opened: what is closed is not looked at."""
    person.page.evaluate(OPEN_ALL)
    found = person.faults()
    person.page.evaluate(CLOSE_MENU)
    person.page.keyboard.press("Tab")  # as with a keyboard: who pressed with a mouse is not shown each focus
    if failing := person.page.evaluate("looking.focusThatFails()"):
        found["focus"] = failing
    if not address.startswith("/admin/") and person.page.evaluate(TOO_WIDE):
        found["wider than the screen"] = [address]
    return found


def test_every_page_is_accessible_at_its_narrowest(meet):
    """The tables of Django's admin scroll by themselves. A page of a route that nobody named fails `World.pages`."""
    world = World()
    clients, person = world.clients(), meet()
    person.page.set_viewport_size(NARROW)
    faults, role = {}, None
    pages = sorted(world.pages(), key=lambda page: page.role)
    assert len(pages) > 90
    for page in pages:
        if page.role != role:
            person.goes_on_as(clients[page.role])
            role = page.role
        person.open(page.address)
        found = looked_at(person, page.address)
        if found and not (page.route.startswith("admin/") and is_of_django(found)):
            faults[str(page)] = found
    person.complaints = [said for said in person.complaints if "status of 403" not in said]  # what nobody may delete
    assert faults == {}


@pytest.fixture
def person(meet, clinician):
    person = meet()
    person.is_signed_in(clinician)
    return person


def visit_with(headline: str, by):
    """An open visit of a patient with this headline: the first clinical case that its answers alone bring to it."""
    for case in load_cases(FOLDER):
        if evaluate(case.facts, case.on).headline == headline:
            born = case.on.replace(year=case.on.year - case.facts.get("age_years", 70), day=1, month=1)
            patient = make.patient(clinic=by.clinic, date_of_birth=born, sex=case.facts.get("sex", "female"))
            answers = {name: value for name, value in case.facts.items() if name in COLUMNS or name == "levels"}
            return make.visit(by=by, of=make.fracture(patient=patient), on=case.on, **answers)
    raise AssertionError(headline)


def test_the_panel_with_each_headline_is_accessible(person, clinician):
    faults = {}
    for headline in HEADLINES:
        visit = visit_with(headline, clinician)
        assert visit.evaluation().headline == headline
        address = f"/visits/{visit.pk}/pain/"
        person.open(address)
        expect(person.page.locator("#panel")).to_be_visible()
        if found := looked_at(person, address):
            faults[headline] = found
    assert faults == {}


EMPTY = ("/", "/service/", "/audit/mine/", "/worklist/print/", "/data/")
REFUSED = {
    "/patients/": "Search",
    "/patients/new/": "Add the patient",
    "/patients/emergency/": "Open the record",
    "/data/": "Check the file",
}
"""Forms that are sent empty, by the button that sends them."""


def test_empty_pages_and_refused_forms_are_accessible(person, clinician):
    visit = make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    faults = {}
    for address in EMPTY:
        person.open(address)
        if found := looked_at(person, address):
            faults[f"empty {address}"] = found
    review = f"/visits/{visit.pk}/review/"
    for address, button in {**REFUSED, review: "Continue to sign"}.items():
        person.open(address)
        person.press(button)
        expect(person.page.locator("#error-summary")).to_be_focused()
        if found := looked_at(person, address):
            faults[f"refused {address}"] = found
    assert faults == {}


def test_what_someone_else_saved_meanwhile_is_compared_on_an_accessible_page(person, clinician):
    visit = make.visit(by=clinician)
    person.open(f"/visits/{visit.pk}/pain/")
    person.answer("pain_nrs", "7")
    person.wait_for_draft()
    colleague = make.clinician(clinic=clinician.clinic)
    visit.save_step("pain", {"pain_nrs": 3}, (), colleague, make.NOW, version=1, rev=10)
    person.press("Continue")
    expect(person.page.get_by_text("changed these answers").first).to_be_visible()
    person.page.set_viewport_size(NARROW)
    assert looked_at(person, person.page.url) == {}
