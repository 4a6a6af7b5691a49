"""What comes after signing, in a browser: the worklist, a call recorded, the timeline, the service, data in and out."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from pathway.followup.models import Kind, Task
from pathway.plans import paper
from tests import make
from tests.plans.signed import signed


def test_from_the_worklist_a_call_is_recorded_and_every_page_is_accessible(meet, clinician, monkeypatch):
    monkeypatch.setattr(paper, "render_both", lambda record: {"clinician": b"%PDF c", "patient": b"%PDF p"})
    day = timezone.localdate() - timedelta(days=20)
    answers = {**make.UNREMARKABLE, "onset_on": day - timedelta(days=9), "identified_on": day - timedelta(days=2)}
    plan = signed(make.visit(by=clinician, on=day, **{**answers, "cord_signs": "yes"}), timezone.now())
    person = meet()
    page = person.page
    person.is_signed_in(clinician)
    person.open("/")
    expect(page.get_by_role("heading", name="Urgent, not confirmed")).to_be_visible()
    person.look()
    page.get_by_role("link", name="Record Early review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Early review")
    expect(page.get_by_label("Day", exact=True).first).to_be_hidden()
    page.get_by_label("Done", exact=True).check()
    expect(page.get_by_label("Day", exact=True).first).to_be_visible()
    person.look()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("OKAFOR, Margaret, Early review: Done.")).to_be_visible()
    assert not Task.objects.get(plan=plan, kind=Kind.EARLY).is_open
    for address in (
        f"/patients/{plan.patient_id}/timeline/",
        "/service/",
        "/service/neuro/",
        "/data/",
        "/worklist/print/",
    ):
        person.open(address)
        expect(page.locator("h1")).to_be_visible()
        person.look()
    person.open("/")
    page.get_by_role("button", name="Start visit OKAFOR, Margaret").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Worklist")
    assert plan.visit.fracture.open_visit()
    person.open("/worklist/print/")
    size = page.viewport_size
    # On a phone the table scrolls in its box; nothing stands over its neighbor.
    page.set_viewport_size({"width": 320, "height": 700})
    fits = "cells => cells.length && cells.every(cell => cell.scrollWidth <= cell.clientWidth)"
    assert page.locator(".app-paper :is(th, td)").evaluate_all(fits)
    page.set_viewport_size(size)
    page.emulate_media(media="print")  # on paper a long table begins below its heading, not on the next page
    kept_whole = "table => [getComputedStyle(table).breakInside, getComputedStyle(table).overflow]"
    assert page.locator("table").first.evaluate(kept_whole) == ["auto", "visible"]
