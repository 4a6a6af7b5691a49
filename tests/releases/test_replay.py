"""Who would be told something else: the replay of a draft against real papers, and what stands against publication."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from pathway.accounts.models import AuditEvent, SiteState
from pathway.exchange.case_json import Case
from pathway.exchange.case_paper import record_of
from pathway.guideline.evaluate import evaluate
from pathway.plans import paper, printed, signing
from pathway.plans.drafts import undecided
from pathway.releases import previews, publication, tasks
from pathway.releases.models import Replay
from pathway.releases.replay import counts, latest
from pathway.wording import releasing
from pathway.wording.body import Block
from pathway.wording.book import effective_book
from pathway.wording.releasing import RefusedError
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wording")]
ORDINARY = {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
CASES = list(previews.cases().values())
BY_HEADLINE = {evaluate(case.facts, case.on).headline: case for case in CASES}
SAMPLE = [*BY_HEADLINE.values(), *(case for case in CASES[::58] if case not in BY_HEADLINE.values())]
"""A case of each headline, and some more."""


@pytest.fixture
def wording(db):
    make.wording()


def signed(by):
    visit = make.visit(by=by, **ORDINARY)
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", by, make.NOW)
    return signing.sign(visit, by, make.NOW)


def tried(release) -> Replay:
    return tasks.start(release, by=make.editor(), at=timezone.now())


# ------------------------------------------------------------------------------------------------ against real papers


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.title[:40])
def test_a_replay_names_what_the_papers_of_a_case_print(case):
    """Each sentence is replaced by a mark; the marks on both papers are those that the replay names."""
    ev = evaluate(case.facts, case.on)
    book = effective_book(ev.rules.at)
    for (kind, key, audience), said in book.sentences.items():
        mark = f"{kind}:{key}:{audience}"
        block = Block("paragraph", (f"mark<{mark}:body>",))
        object.__setattr__(said, "heading", f"mark<{mark}:heading>")
        object.__setattr__(said, "blocks", (block,))
    record = record_of(Case(on=case.on, facts=dict(case.facts)), book)
    html = "".join(paper.to_html(record, audience, draft=True) for audience in paper.AUDIENCES)
    shown = {tuple(mark.split(":")) for mark in re.findall(r"mark&lt;([^&]+)&gt;", html)}
    assert shown == printed.of_record(record) == printed.of_visit(ev, {})


@pytest.fixture(autouse=True)
def _fresh_books():
    """The test above writes into the book that is kept."""
    from pathway.wording import book

    yield
    book._kept.clear()


# ----------------------------------------------------------------------------------------------------------- replays


def test_open_visits_and_signed_plans_are_counted_by_sentence_and_nothing_signed_changes():
    doctor = make.clinician()
    plan = signed(doctor)
    make.visit(by=doctor, **ORDINARY)
    make.visit(by=doctor)
    before = bytes(plan.record), bytes(plan.patient_pdf)
    replay = tried(make.draft(key="pain.acetaminophen", heading="Another"))
    assert replay.is_finished
    assert (replay.total, replay.done, replay.parts, replay.parts_done) == (3, 3, 2, 2)
    assert counts(replay) == {
        "signed": 1,
        "open": 1,
        "by_sentence": [("action:pain.acetaminophen:clinician", 2)],
    }
    plan.refresh_from_db()
    assert (bytes(plan.record), bytes(plan.patient_pdf)) == before


def test_a_sentence_that_nobody_is_told_changes_no_paper():
    make.visit(**ORDINARY)
    replay = tried(make.draft(key="emergency_spine", audience="patient", evidence="Another sentence of evidence."))
    assert counts(replay)["open"] == 0


def test_many_parts_add_up(monkeypatch):
    from pathway.releases import replay as replays

    for _ in range(5):
        make.visit(**ORDINARY)
    whole = list(replays.parts(2))
    assert [count for _, _, count in whole] == [2, 2, 1]
    monkeypatch.setattr(replays.parts, "__defaults__", (2,))
    replay = tried(make.draft(key="pain.acetaminophen", heading="Another"))
    assert (replay.parts, replay.parts_done, replay.done, counts(replay)["open"]) == (4, 4, 5, 5)


def test_a_part_that_fails_ends_the_replay_as_failed(monkeypatch):
    from pathway.releases import replay as replays

    def broken(chosen):
        raise RuntimeError("OKAFOR")

    make.visit(**ORDINARY)
    monkeypatch.setattr(replays, "load_visits", broken)
    replay = tried(make.draft(heading="Another"))
    assert (replay.failed, replay.is_finished) == (True, True)
    assert "failed" in publication.problems_of(replay)[0]


def test_a_report_is_of_two_exact_texts():
    draft = make.draft(heading="One")
    tried(draft)
    assert latest(draft) is not None
    make.rewrite(draft, by=draft.author, heading="Two")
    assert latest(draft) is None


# -------------------------------------------------------------------------------------------------- before publication


def test_without_a_report_or_with_one_unread_nothing_is_published():
    release, approver = make.submitted(heading="New"), make.editor()
    with pytest.raises(RefusedError, match="not been tried on all visits"):
        releasing.approve(release, by=approver, at=make.NOW)
    replay = tried(release)
    with pytest.raises(RefusedError, match="not said that you read"):
        releasing.approve(release, by=approver, at=make.NOW)
    publication.read(replay, make.editor(), make.NOW)
    with pytest.raises(RefusedError, match="not said that you read"):
        releasing.approve(release, by=approver, at=make.NOW)
    publication.read(replay, approver, make.NOW)
    assert releasing.approve(release, by=approver, at=make.NOW).is_effective


@pytest.mark.usefixtures("all_cases")
def test_a_failing_case_stops_the_publication():
    release, approver = make.submitted(heading="New"), make.editor()
    replay = tried(release)
    assert (replay.cases > 500, replay.failing_cases) == (True, [])
    Replay.objects.filter(pk=replay.pk).update(cases_failing="\n".join(f"case {n}" for n in range(7)))
    publication.read(replay, approver, make.NOW)
    with pytest.raises(RefusedError, match=r"case fails: case 0.*2 more clinical cases fail"):
        releasing.approve(release, by=approver, at=make.NOW)


# --------------------------------------------------------------------------------------------------------------- pages


def at(name, release, *more):
    return reverse(f"releases:{name}", args=[release.number, *more])


def test_an_editor_sees_counts_and_clinical_cases_and_no_patient(client):
    visit = make.visit(**ORDINARY)
    draft = make.draft(key="pain.acetaminophen", heading="Another <heading>")
    tried(draft)
    client.force_login(make.editor(clinic=visit.patient.clinic))
    report = client.get(at("impact", draft)).content.decode()
    assert "1 open visits would print differently" in report
    assert str(visit.pk)[:8] not in report
    assert "Okafor" not in client.get(at("preview", draft)).content.decode()
    assert client.get(at("visit", draft, visit.pk)).status_code == 403
    assert client.get(at("visit_paper", draft, visit.pk, "patient", "after")).status_code == 403


def test_a_clinician_who_edits_sees_their_own_visits_side_by_side_and_it_is_recorded(client):
    reviewer = make.clinician(is_wording_editor=True)
    visit, elsewhere = make.visit(by=reviewer, **ORDINARY), make.visit(**ORDINARY)
    draft = make.draft(key="pain.acetaminophen", heading="Another <heading>")
    tried(draft)
    client.force_login(reviewer)
    html = client.get(at("impact", draft)).content.decode()
    assert at("visit", draft, visit.pk) in html
    assert "<td>Action pain.acetaminophen (clinician)</td>" in html
    beside = client.get(at("visit", draft, visit.pk)).content.decode()
    assert "Another &lt;heading&gt;" in beside
    event = AuditEvent.objects.order_by("-seq")[0]
    assert (event.actor, event.object_id, event.patient) == (reviewer, str(visit.pk), visit.patient.pk)
    assert client.get(at("visit", draft, elsewhere.pk)).status_code == 404


def test_in_the_demo_an_editor_opens_the_fictional_patients(client):
    visit = make.visit(**ORDINARY)
    SiteState.objects.create(kind="demo", loaded_on=make.TODAY)
    client.force_login(make.editor(clinic=visit.patient.clinic))
    assert client.get(at("visit", make.draft(heading="New"), visit.pk)).status_code == 200


def test_both_papers_of_a_case_print_with_either_text(client):
    from tests.plans.reading import words

    key, _ = next(
        (key, case) for key, case in previews.cases().items() if case.expect.get("headline") == "medical_management"
    )
    draft = make.draft(key="medical_management", heading="Another < heading & more ≥ −1 µg")
    client.force_login(make.editor())
    assert "Another &lt; heading" in client.get(at("case", draft, key)).content.decode()
    papers = {
        text: words(client.get(at("case_paper", draft, key, "clinician", text)).content) for text in ("now", "after")
    }
    assert "Another < heading & more ≥ −1 µg" in papers["after"]
    assert "Another <" not in papers["now"]
    assert "DRAFT" in papers["after"]


@pytest.mark.parametrize("more", [("nothing",), ("nothing", "clinician", "now")])
def test_an_unknown_case_does_not_exist(client, more):
    client.force_login(make.editor())
    assert client.get(at("case" if len(more) == 1 else "case_paper", make.draft(), *more)).status_code == 404


def test_progress_is_shown_until_it_is_finished(client):
    draft = make.draft(heading="New")
    replay = tried(draft)
    client.force_login(make.editor())
    assert client.get(at("progress", draft)).headers["HX-Refresh"] == "true"
    Replay.objects.filter(pk=replay.pk).update(finished_at=None, total=10, done=4)
    page = client.get(at("progress", draft))
    assert "HX-Refresh" not in page.headers
    assert "Trying it: 4 of 10 visits." in page.content.decode()
    assert 'hx-trigger="every 2s"' in page.content.decode()


@pytest.mark.parametrize("name", ["impact", "replay", "progress", "preview"])
def test_reports_are_for_authors(client, name):
    client.force_login(make.clinician())
    address = at(name, make.draft())
    assert {client.get(address).status_code, client.post(address).status_code} == {403}
