"""The pages of releases: what everyone reads, what authors do, and what each step answers when it is refused."""

import pytest
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from pathway.plans import paper
from pathway.releases import previews, tasks
from pathway.releases.replay import latest
from pathway.wording import languages, releasing
from pathway.wording.models import Release
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wording")]
LIST = "/pathway/releases/"


@pytest.fixture
def wording(db):
    make.wording()


def page(release) -> str:
    return reverse("releases:release", args=[release.number])


def take(client, release, step, **fields):
    return client.post(f"{page(release)}step/", {"step": step, **fields}, follow=True)


def test_everyone_reads_the_releases_and_the_editorial_policy(client):
    make.submitted(heading="New")
    client.force_login(make.clinician())
    html = client.get(LIST).content.decode()
    assert "Editorial policy" in html
    assert "No clinical reviewer has approved this wording yet." in html
    assert "Release 1" in html
    assert "Release 2" not in html


@pytest.mark.parametrize("make_one", [make.draft, make.submitted])
def test_what_is_not_published_is_for_authors(client, make_one):
    release = make_one(heading="New")
    client.force_login(make.clinician())
    assert client.get(page(release)).status_code == 403
    assert take(client, release, "approve").status_code == 403
    client.force_login(make.editor())
    assert client.get(page(release)).status_code == 200


def test_a_draft_shows_both_texts_word_by_word_for_eye_and_ear(client):
    client.force_login(make.editor())
    html = client.get(page(make.draft(heading="NSAID, for a <short> time"))).content.decode()
    assert '<ins><span class="nhsuk-u-visually-hidden">added: </span>&lt;short&gt;' in html
    assert '<del><span class="nhsuk-u-visually-hidden">removed: </span>' in html
    assert "1 sentence changes" in html
    assert "To put right first" not in html, "the form below asks for the reason"


def test_a_sentence_that_reads_as_before_shows_what_else_is_another(client):
    draft = make.draft(key="healing", audience="patient", heading="New")
    said = draft.statements.get(kind="leaflet", key="healing", language="en")
    said.go_back_to(1, by=draft.author, at=make.NOW, seen_revision=2)
    spanish = draft.statements.get(kind="leaflet", key="healing", language="es")
    spanish.rewrite(by=draft.author, at=make.NOW, reason="A test.", seen_revision=1, english_revision=3)
    client.force_login(draft.author)
    shown = client.get(page(draft)).context["changes"]
    told = [(str(one.statement), [(f.label, f.before[0].text, f.after[0].text) for f in one.fields]) for one in shown]
    assert told == [
        ("Patient's leaflet healing (patient)", [("text number", "1", "3")]),
        ("Patient's leaflet healing (patient, es)", [("translated from text number", "1", "3")]),
    ]


def test_one_editor_drafts_and_submits_and_another_publishes(client):
    author, approver = make.editor(), make.editor()
    client.force_login(author)
    take(client, Release.objects.get(), "start")
    release = Release.objects.get(number=2)
    make.rewrite(release, by=author, heading="New")
    submitted = take(client, release, "submit", title="Second", reason="Clearer.", review_by="2030-01-01")
    assert "someone else approves it" in submitted.content.decode()
    assert take(client, release, "approve").status_code == 409
    client.force_login(approver)
    assert "not said that you read" in take(client, release, "approve").content.decode()
    read = latest(release).pk
    assert "Published." in take(client, release, "approve", read=read).content.decode()
    release.refresh_from_db()
    assert (release.is_effective, release.approver, release.author) == (True, approver, author)


def test_a_button_pressed_twice_is_no_conflict_but_two_people_are(client):
    author, approver = make.editor(), make.editor()
    release = make.draft(by=author, heading="New")
    client.force_login(author)
    said = {"title": "Second", "reason": "Clearer.", "review_by": "2030-01-01"}
    assert [take(client, release, "submit", **said).status_code for _ in range(2)] == [200, 200]
    client.force_login(approver)
    assert take(client, release, "submit", **said).status_code == 409
    read = latest(release).pk
    assert [take(client, release, "approve", read=read).status_code for _ in range(2)] == [200, 200]
    client.force_login(make.editor())
    assert take(client, release, "approve", read=read).status_code == 409
    assert AuditEvent.objects.filter(object_type="release", reason="approved").count() == 1


def test_a_clinic_of_one_publishes_its_own_and_is_told_what_plans_say(client):
    alone = make.editor(clinic=make.clinic(two_person_approval=False))
    client.force_login(alone)
    release = make.draft(by=alone, heading="New")
    shown = take(client, release, "submit", title="Second", reason="Clearer.", review_by="2030-01-01")
    assert "Every plan will say so" in shown.content.decode()
    read = latest(release).pk
    assert "Published." in take(client, release, "approve", read=read).content.decode()


def test_a_refused_submission_keeps_what_was_typed(client):
    author = make.editor()
    client.force_login(author)
    release = make.draft(by=author)
    reply = take(client, release, "submit", title="", reason="Typed <reason>", review_by="2020-01-01")
    assert reply.status_code == 422
    assert "Typed &lt;reason&gt;" in reply.content.decode()
    assert "This day is past" in reply.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, {"Title: fill this in.", "Reason for the change: fill this in.", "Review by: fill this in."}),
        (
            {"title": "T" * 121, "reason": "R" * 401, "review_by": "soon"},
            {
                "Title: enter at most 120 characters.",
                "Reason for the change: enter at most 400 characters.",
                "Review by: enter a day as year, month and day, such as 2026-03-09.",
            },
        ),
    ],
)
def test_a_refused_submission_names_each_field(client, typed, said):
    client.force_login(make.editor())
    form = take(client, make.draft(), "submit", **typed).context["form"]
    assert {sentence for errors in form.errors.values() for sentence in errors} == said


def test_an_import_without_its_file_names_each_field(client):
    draft = make.draft()
    client.force_login(draft.author)
    form = client.post(reverse("releases:language_take", args=[draft.number])).context["form"]
    assert form.errors == {"code": ["Language code: fill this in."], "sheet": ["Choose the spreadsheet."]}


def test_a_draft_names_the_releases_that_came_into_force_since_it_was_begun(client):
    first, second = make.draft(heading="First"), make.submitted(body="Second.")
    client.force_login(make.editor())
    title = "The text in force is newer"
    assert title not in client.get(page(first)).content.decode()
    take(client, second, "approve", read=tasks.start(second, by=second.author, at=make.NOW).pk)
    html = client.get(page(first)).content.decode()
    assert title in html
    assert "Release 3: Second, in force from" in html
    assert "its text takes the place of what that release changed" in html
    onward, back = (
        releasing.start_draft(Release.objects.get(number=number), by=make.editor(), at=make.NOW) for number in (3, 1)
    )
    assert title not in client.get(page(onward)).content.decode()
    assert "Release 3: Second, in force from" in client.get(page(back)).content.decode()
    client.force_login(make.clinician())
    assert title not in client.get(page(Release.objects.get(number=3))).content.decode()


def test_giving_back_abandoning_and_going_back(client):
    client.force_login(make.editor())
    release = make.submitted(heading="New")
    take(client, release, "give_back")
    take(client, release, "abandon")
    release.refresh_from_db()
    assert release.status == "retired"
    assert "1 sentence changes" in client.get(page(release)).content.decode()
    take(client, release, "start")
    assert Release.objects.get(number=3).reason == "Back to the text of release 2."


@pytest.mark.parametrize("step", ["", "destroy"])
def test_an_unknown_step_does_not_exist(client, step):
    client.force_login(make.editor())
    assert take(client, Release.objects.get(), step).status_code == 404
    assert client.get("/pathway/releases/99/").status_code == 404


def test_a_translation_is_previewed_before_it_is_on_and_says_that_nobody_reviewed_it(client, monkeypatch):
    draft, key = make.draft(), next(iter(previews.cases()))
    client.force_login(draft.author)
    page = client.get(f"/pathway/releases/{draft.number}/cases/{key}/").content.decode()
    address = f"/pathway/releases/{draft.number}/cases/{key}/patient-es.pdf"
    assert address in page
    printed = []
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: printed.append(record) or b"%PDF-1.4")
    assert client.get(address).status_code == 200
    html = paper.to_html(printed[0], "patient", draft=True)
    assert '<html lang="es">' in html
    assert "TRADUCCIÓN SIN REVISIÓN CLÍNICA" in html
    assert "BORRADOR" in html
    languages.switch(draft, "es", is_on=True, by=draft.author, at=make.NOW)
    client.get(address)
    assert "SIN REVISIÓN" not in paper.to_html(printed[1], "patient", draft=True)
    assert client.get(address.replace("patient-es", "clinician-es")).status_code == 404
    assert client.get(address.replace("patient-es", "patient-fr")).status_code == 404


def test_a_leaflet_with_a_missing_sentence_is_not_previewed_half(client):
    draft, key = make.draft(), next(iter(previews.cases()))
    draft.statements.filter(language="es", kind="leaflet", key="healing").delete()
    client.force_login(draft.author)
    html = client.get(f"/pathway/releases/{draft.number}/cases/{key}/").content.decode()
    assert "patient-es.pdf" not in html
    assert "A sentence is missing or stale: it cannot be shown." in html
    answer = client.get(f"/pathway/releases/{draft.number}/cases/{key}/patient-es.pdf")
    assert answer.status_code == 409
    assert "missing or stale in this language, so it cannot be shown." in answer.content.decode()
    assert "Someone else" not in answer.content.decode()
