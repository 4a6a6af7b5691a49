"""What somebody is about to press stays where it is: while a page arrives, and while a draft is kept."""

from playwright.sync_api import expect

from tests import make
from tests.walk.pages import STEPS

WATCH = """(() => {
    window.moved = [];
    const note = (entries) => moved.push(...entries.filter((one) => !one.hadRecentInput).map((one) => one.value));
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    window.movedSoFar = async () => {
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        note(observer.takeRecords());
        return moved.reduce((sum, one) => sum + one, 0);
    };
})()"""
"""Adds up Chromium's layout shifts of a page, but those just after a press: an answer may open a question."""
STILL = 0.001
"""Of a page: a hundredth of what the web vitals call good."""


def test_nothing_moves_by_itself_from_sign_in_to_review(meet, clinician):
    visit = make.visit(by=clinician, **make.UNREMARKABLE)
    person = meet()
    person.context.add_init_script(WATCH)
    person.open("/")
    moved = {"sign-in": person.page.evaluate("movedSoFar()")}
    person.sign_in("marsh", "Kestrel-Harbor-41")
    person.sees("Worklist")
    moved["worklist"] = person.page.evaluate("movedSoFar()")
    for step in STEPS:
        person.open(f"/visits/{visit.pk}/{step}/")
        person.page.locator("main form input:not([type=hidden])").first.dispatch_event("change")  # nobody pressed
        person.wait_for_draft()
        moved[step] = person.page.evaluate("movedSoFar()")
    for path in (f"/visits/{visit.pk}/", f"/visits/{visit.pk}/review/", f"/patients/{visit.patient.pk}/"):
        person.open(path)
        moved[path] = person.page.evaluate("movedSoFar()")
    assert {where: much for where, much in moved.items() if much > STILL} == {}


def test_what_has_arrived_stays_when_the_rest_comes(meet, clinician):
    """The record, cut before and after its drawing of the spine, as a slow network delivers it."""
    visit = make.visit(by=clinician, **make.UNREMARKABLE)
    person = meet(java_script_enabled=False)
    person.is_signed_in(clinician)
    path = f"/patients/{visit.patient.pk}/"
    person.open(path)
    parts = person.page.locator(".app-card, .app-beside__figure")
    expect(parts).to_have_count(2)
    whole = [part.bounding_box() for part in parts.all()]
    for mark, arrived in (("<figure", 1), ("</main>", 2)):
        person.page.route(f"**{path}", cut_before(mark))
        person.open(path)
        expect(parts).to_have_count(arrived)
        assert [part.bounding_box() for part in parts.all()] == whole[:arrived], mark


def cut_before(mark: str):
    def answer(route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().partition(mark)[0])

    return answer
