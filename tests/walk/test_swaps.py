"""Whatever htmx replaces, the walks look at (looking.js): that they would notice, and that nothing is wrong here."""

import pytest
from playwright.sync_api import expect

from tests import make

FAULTS = {
    "id status": "document.getElementById('panel').firstElementChild.id = 'status'",
    "status was said 2 times": "document.getElementById('status').textContent = 'Saved.'",
    "the region alert was replaced": "document.getElementById('alert').replaceWith(Object.assign("
    "document.createElement('p'), {id: 'alert', className: 'app-alert__text', role: 'alert'}))",
    "childList  of <h1": "document.querySelector('h1').append('!')",
    "moved: <input": "document.querySelector('.app-caption').append('one', document.createElement('br'), 'two')",
    "the focus was lost from <input": "document.activeElement.blur()",
}
"""What a walk must say, and what a script would have to do for it."""


@pytest.fixture
def step(meet, clinician):
    """The first step of an empty visit, with the emergency's answers at hand."""
    person = meet()
    person.is_signed_in(clinician)
    person.open(f"/visits/{make.visit(by=clinician).pk}/neurology/")
    return person


def change(person, name: str, value: str) -> list[str]:
    """Answer, and what the walk said of the swap that followed."""
    with person.page.expect_console_message(lambda message: message.text == "a swap was looked at"):
        person.answer(name, value)
    said, person.complaints = person.complaints, []
    return said


def test_a_swap_that_does_more_than_it_should_is_noticed(step):
    unnoticed = []
    for number, (fault, script) in enumerate(FAULTS.items()):
        step.open(step.page.url.removeprefix(step.url))
        step.page.evaluate(f"document.addEventListener('htmx:afterSwap', () => {{ {script} }}, {{once: true}})")
        if not any(fault in said for said in change(step, "neuro_exam_done", ("yes", "no")[number % 2])):
            unnoticed.append(fault)
    assert unnoticed == []


def test_an_urgent_answer_is_said_once_and_moves_neither_focus_nor_question(step):
    page = step.page
    assert change(step, "cord_signs", "yes") == []
    expect(page.locator("input[name=cord_signs][value=yes]")).to_be_focused()
    said = page.locator("#alert").inner_text()
    assert said
    assert change(step, "infection_risk", "no") == []
    expect(page.locator("#alert")).to_be_empty()
    assert change(step, "cord_signs", "no") == []
    expect(page.locator("#status")).to_contain_text("Pathway updated")
