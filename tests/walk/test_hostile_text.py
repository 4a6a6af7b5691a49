"""Text that would do something if a page or a paper took it for more than text: it stands there literally."""

import pytest
from playwright.sync_api import expect

from pathway.clinic.models import Patient
from pathway.plans import paper
from pathway.plans.models import Plan
from tests import hostile, make
from tests.accounts import test_matrix
from tests.look.test_escaping import SHOW_IT, who_opens
from tests.plans.reading import squeezed

FAMILY = "<script>alert(1)</script>"
GIVEN = '<img src="https://evil.test/x" onerror=alert(2)>'
PREFERRED = "{{ 7*7 }} {% debug %} ' \" &lt;b&gt;"
LABEL = '</textarea><b hx-get="/stolen/" hx-trigger="load">T12</b>'
WORDS = '</textarea><div hx-get="https://evil.test/" hx-trigger="load">a</div> {{ x }} "q" <script>alert(3)</script>'
ADDENDUM = '</textarea><svg onload=alert(4)><a href="javascript:alert(5)">b</a> {% csrf_token %} it\'s'
BODY = '<script src="https://evil.test/x.js"></script> <b hx-get="/stolen/" hx-trigger="load">c</b> {{ book }} "d"'
ALIVE = """() => [
    ...document.querySelectorAll("[onload], [onerror], [src*='evil.test'], [hx-get*='evil.test'], [hx-get*='stolen']"),
    ...document.querySelectorAll("[hx-get='/s/']"),
    ...document.querySelectorAll("[href^='javascript:']"),
    ...[...document.scripts].filter((script) => script.textContent.includes("alert(")),
].map((one) => one.outerHTML)"""


@pytest.fixture
def visit(clinician):
    answers = {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
    patient = make.patient(
        clinic=clinician.clinic, family_name=FAMILY, given_name=GIVEN, preferred_name=PREFERRED, title='"><i>x'
    )
    return make.visit(by=clinician, of=make.fracture(patient=patient, label=LABEL), **answers)


def shows(person, *texts) -> None:
    """Each text is on the page letter by letter, and nothing in it came alive."""
    for text in texts:
        expect(person.page.locator("body")).to_contain_text(" ".join(text.split()), ignore_case=True)
    assert person.page.evaluate(ALIVE) == []
    assert "/stolen/" not in "".join(person.asked)


def on_paper(pdf: bytes, *texts) -> None:
    paper = squeezed(pdf).casefold()
    for text in texts:
        assert "".join(text.split()).casefold() in paper, text


def rewrite_as_editor(meet, key: str) -> None:
    """An editor types markup into a sentence in the admin; its own page and history show it literally."""
    editor = meet()
    editor.is_signed_in(make.user(is_wording_editor=True, printed_name=FAMILY))
    statement = make.draft().statements.get(kind="action", key=key, audience="clinician")
    editor.open(f"/admin/wording/statement/{statement.pk}/change/")
    editor.page.locator("#id_body").fill(BODY)
    editor.page.locator("#id_reason").fill(WORDS)
    editor.page.locator("input[name=_continue]").first.click()
    expect(editor.page.locator(".messagelist")).to_contain_text("changed successfully")
    expect(editor.page.locator("#id_body")).to_have_value(BODY)
    shows(editor, BODY)
    editor.open(f"/admin/wording/statement/{statement.pk}/history/")
    shows(editor, WORDS)
    make.approved(statement.release)


def test_hostile_text_stands_literally_on_every_page_and_paper(meet, visit):
    rewrite_as_editor(meet, "pain.acetaminophen")
    person = meet()
    page = person.page
    person.is_signed_in(visit.started_by)
    name = f"{FAMILY}, {GIVEN}"
    for path in ("/", f"/patients/{visit.patient.pk}/", f"/visits/{visit.pk}/"):
        person.open(path)
        shows(person, name, LABEL)
        person.look()
    person.open(f"/patients/{visit.patient.pk}/edit/")
    expect(page.locator("input[name=preferred_name]")).to_have_value(PREFERRED)
    shows(person, name, PREFERRED)
    find(person, name)
    add_one_alike(person, name)
    type_in_a_number(person, visit)
    review(person, visit, name)
    sign(person, visit, name)


def test_no_page_that_shows_what_people_typed_comes_alive(meet, monkeypatch):
    """Follow-up, emergencies, releases and their languages, the audit trail and the admin, with htmx running."""
    monkeypatch.setattr(paper, "sealed", lambda html, seconds=None: b"%PDF " + html.encode())
    people, ids = test_matrix._made(hostile.SHORT)
    more = hostile.everywhere(people, ids, hostile.markup)
    browsers = {}
    for route, example in test_matrix.EVERY:
        if route in SHOW_IT:
            (role,) = who_opens(route)
            if role not in browsers:
                browsers[role] = meet()
                browsers[role].is_signed_in(people[role])
            for address in hostile.addresses(route, example, ids, more):
                browsers[role].open(address)
                shows(browsers[role])
    assert len(browsers) == 3


def find(person, name):
    person.open("/patients/")
    person.page.locator("input[name=family_name]").fill(FAMILY)
    person.date("date_of_birth", (9, 3, 1948))
    person.press("Search")
    person.sees("1 patient found")
    shows(person, name)


def add_one_alike(person, name):
    """The names typed again lead to the page that asks whether it is one of these."""
    person.open("/patients/new/")
    person.add_patient(
        family_name=FAMILY, given_name=GIVEN, date_of_birth=(9, 3, 1948), sex="female", hospital_number="A<b>1"
    )
    person.sees("Is it one of these?")
    shows(person, name)
    person.look()
    person.press("None of these: add the patient")
    person.sees("Patient record")
    shows(person, name)
    assert Patient.objects.filter(family_name=FAMILY).count() == 2


def type_in_a_number(person, visit):
    person.open(f"/visits/{visit.pk}/pain/")
    shows(person, f"{FAMILY}, {GIVEN}")
    person.answer("pain_nrs", WORDS)
    person.wait_for_draft()
    person.press("Continue")
    expect(person.page.locator("#error-summary")).to_be_focused()
    expect(person.page.locator("input[name=pain_nrs]")).to_have_value(WORDS)
    shows(person)
    person.answer("pain_nrs", "6")
    person.press("Continue")
    person.sees("Imaging")


def review(person, visit, name):
    page = person.page
    person.open(f"/visits/{visit.pk}/review/")
    shows(person, name, BODY)
    page.locator("input[name=choice_pain_acetaminophen][value=do_not_follow]").check()
    page.locator("select[name=reason_pain_acetaminophen]").select_option("other")
    page.locator("textarea[name=words_pain_acetaminophen]").fill(WORDS)
    person.press("Save decisions")
    expect(page.locator("textarea[name=words_pain_acetaminophen]")).to_have_value(WORDS)
    shows(person, BODY)
    person.look()
    on_paper(person.paper("Preview the plan (PDF)"), name, BODY, WORDS, LABEL)
    on_paper(person.paper("Preview the leaflet (PDF)"), name)
    person.decide_all()
    person.press("Continue to sign")


def sign(person, visit, name):
    page = person.page
    person.sees("Sign this plan")
    shows(person, name)
    page.get_by_label("I have reviewed this plan. The decisions are mine.").check()
    person.press("Sign plan")
    expect(page.locator("h1")).to_contain_text("is signed")
    page.locator("textarea[name=text]").fill(ADDENDUM)
    person.press("Add addendum")
    expect(page.get_by_text("The addendum was added.")).to_be_visible()
    shows(person, name, BODY, WORDS, LABEL, ADDENDUM)
    page.get_by_text("Copy as text").click()
    expect(page.locator(".app-copy")).to_contain_text(" ".join(WORDS.split()))
    person.look()
    on_paper(person.paper("Print plan (PDF)"), name, BODY, WORDS, LABEL)
    assert Plan.objects.get(visit=visit).addenda.get().text == ADDENDUM
    person.open(f"/patients/{visit.patient.pk}/measurements/")
    shows(person, name, LABEL)
