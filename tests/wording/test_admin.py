"""Editing in the Django admin: the change goes to a draft, the earlier text stays, and mistakes are refused."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from pathway.guideline.limits import EDITION_1
from pathway.wording import locks, releasing
from pathway.wording.book import effective_book, read
from pathway.wording.models import Release, Statement
from tests import make

pytestmark = pytest.mark.django_db
SYMBOLS = "< <= > >= & \" ' % + - / × ± µ ≥ ≤ PTH<lower {{ user }} {x} {% now %} %(x)s <b>"


@pytest.fixture
def in_force(release):
    """A sentence of the release in force."""
    return Statement.objects.get(kind="action", key="pain.nsaid", audience="clinician")


@pytest.fixture
def nsaid(in_force):
    """The same sentence in a draft."""
    return make.draft().statements.get(**in_force.identity)


@pytest.fixture
def editor(client, db):
    user = make.user(is_wording_editor=True)
    client.force_login(user)
    return user


def page(statement, name="change", *more):
    return reverse(f"admin:wording_statement_{name}", args=[statement.pk, *more])


def form(statement, **fields):
    return {**statement.texts(), "reason": "Clearer.", "seen_revision": statement.revision, **fields}


def post(client, statement, **fields):
    return client.post(page(statement), form(statement, **fields))


def refusal(response) -> str:
    assert response.status_code == 200
    return " ".join(str(error) for errors in response.context["errors"] for error in errors)


def in_the_book(release=None):
    book = read(release, EDITION_1) if release else effective_book(EDITION_1)
    return book.sentence("action", "pain.nsaid", "clinician")


def test_an_edit_is_in_the_draft_and_not_yet_in_force(client, editor, nsaid):
    assert post(client, nsaid, body="Avoid from age $nsaid_age.").status_code == 302
    sentence = in_the_book(nsaid.release)
    assert sentence.blocks[0].lines == ("Avoid from age 65 years.",)
    assert (sentence.revision, in_the_book().revision) == (2, 1)


def test_an_edit_of_the_text_in_force_starts_a_draft(client, editor, in_force):
    reply = client.post(page(in_force), form(in_force, heading="New"), follow=True).content.decode()
    draft = Release.objects.get(status="draft")
    assert f"draft of release {draft.number}" in reply
    assert reverse("releases:release", args=[draft.number]) in reply
    assert (draft.author, draft.copied_from) == (editor, in_force.release)
    assert draft.statements.get(**in_force.identity).heading == "New"
    in_force.refresh_from_db()
    assert in_force.revision == 1


def test_an_edit_of_the_text_in_force_goes_to_the_open_draft(client, editor, in_force, nsaid):
    post(client, in_force, heading="New")
    nsaid.refresh_from_db()
    assert (nsaid.heading, Release.objects.count()) == ("New", 2)
    assert (
        "Someone else changed this text"
        in client.post(page(in_force), form(in_force, heading="Newer"), follow=True).content.decode()
    )


def test_a_text_that_was_submitted_is_only_shown(client, editor, in_force):
    release = make.submitted(heading="New")
    statement = release.statements.get(**in_force.identity)
    assert b"New" in client.get(page(statement)).content
    assert post(client, statement, heading="Other").status_code == 403
    assert go_back(client, statement, 1, statement.revision).status_code == 403


def test_an_edit_keeps_who_when_why_and_the_earlier_text(client, editor, nsaid):
    post(client, nsaid, heading="NSAID")
    now, before = nsaid.texts_of_all_releases
    assert (now.by, now.reason, now.heading) == (editor, "Clearer.", "NSAID")
    assert (before.by, before.heading) == (None, nsaid.heading)


def test_symbols_and_template_syntax_survive_form_database_and_page(client, editor, nsaid):
    post(client, nsaid, body=SYMBOLS, heading=f"Heading {SYMBOLS}")
    nsaid.refresh_from_db()
    assert (nsaid.body, nsaid.heading) == (SYMBOLS, f"Heading {SYMBOLS}")
    assert in_the_book(nsaid.release).blocks[0].lines == (SYMBOLS,)
    Release.objects.filter(is_effective=True).update(is_effective=False)
    Release.objects.filter(pk=nsaid.release_id).update(status="under_review", is_effective=True)
    html = client.get(reverse("wording:pathway")).content.decode()
    shown = SYMBOLS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = shown.replace('"', "&quot;").replace("'", "&#x27;")
    assert f"<p>{shown}</p>" in html


def test_line_ends_of_a_browser_are_not_a_change(client, editor, nsaid):
    two_lines = "First line.\n\n- A bullet."
    post(client, nsaid, body=two_lines.replace("\n", "\r\n"))
    nsaid.refresh_from_db()
    assert nsaid.body == two_lines
    again = post(client, nsaid, body=two_lines.replace("\n", "\r\n"))
    assert "Nothing was changed" in refusal(again)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": "Below $egfr_lo.", "reason": "x"}, "Line 1 names “$egfr_lo”"),
        ({"heading": "$nothing"}, "names “$nothing”"),
        ({"body": "Avoid from age 65 years."}, "Name it: $nsaid_age"),
        ({"evidence": "Below 30 mL/min."}, "Name it: $clearance_risedronate"),
        ({"cites": "S8 S99 nogg-1999"}, "S99, nogg-1999"),
        ({"reason": "", "heading": "New"}, "Reason for the change: fill this in."),
        ({"body": ""}, "Text: fill this in."),
        ({"body": "x" * 4001}, "4000"),
        ({"body": "Take\u202e this."}, "invisible"),
        ({"strength": "sure"}, "choose one of the answers shown"),
        ({"review_by": "soon"}, "enter a day as year, month and day, such as 2026-03-09"),
        ({}, "Nothing was changed"),
        ({"seen_revision": "7", "heading": "New"}, "Someone else changed this text"),
        ({"seen_revision": "", "heading": "New"}, "Someone else changed this text"),
        ({"seen_revision": "9" * 40, "heading": "New"}, "Someone else changed this text"),
    ],
)
def test_a_mistake_is_refused_with_a_sentence_and_nothing_is_saved(client, editor, nsaid, fields, sentence):
    assert sentence in refusal(post(client, nsaid, **fields))
    nsaid.refresh_from_db()
    assert nsaid.revision == 1


def test_two_editors_at_once_lose_nothing(client, editor, nsaid):
    stale = form(nsaid, heading="Mine")
    post(client, nsaid, heading="Theirs")
    assert "Someone else changed this text" in refusal(client.post(page(nsaid), stale))
    nsaid.refresh_from_db()
    assert nsaid.heading == "Theirs"


def test_earlier_texts_show_what_changed_in_words(client, editor, nsaid):
    post(client, nsaid, heading="NSAID, for a <very> short time")
    html = client.get(page(nsaid, "history")).content.decode()
    assert re.search(r"<ins><span class=\"visually-hidden\">added: </span>&lt;very&gt; ", html)
    assert "Reason: Clearer." in html
    assert "loaded from the files" in html


def test_a_removed_word_is_told_as_removed(client, editor, nsaid):
    post(client, nsaid, heading="NSAID, for a time")
    html = client.get(page(nsaid, "history")).content.decode()
    assert re.search(r"<del><span class=\"visually-hidden\">removed: </span>short ", html)


def go_back(client, statement, number, seen):
    return client.post(page(statement, "go_back", number), {"seen_revision": seen}, follow=True)


def test_going_back_restores_an_earlier_text_as_a_new_one(client, editor, nsaid):
    first = nsaid.texts()
    post(client, nsaid, heading="Other")
    assert "Text 1 is back, in the draft of release 2." in go_back(client, nsaid, 1, 2).content.decode()
    nsaid.refresh_from_db()
    assert (nsaid.texts(), nsaid.revision) == (first, 3)
    assert in_the_book(nsaid.release).heading == first["heading"]


@pytest.mark.parametrize("seen", ["1", "", "x", "9" * 30])
def test_going_back_from_an_outdated_page_is_refused(client, editor, nsaid, seen):
    post(client, nsaid, heading="Other")
    assert "nothing was saved" in go_back(client, nsaid, 1, seen).content.decode()
    nsaid.refresh_from_db()
    assert nsaid.heading == "Other"


def test_an_earlier_text_that_names_a_limit_no_more_is_not_restored(client, editor, nsaid):
    locks.WRITTEN_ONCE.drop(connection)
    post(client, nsaid, heading="Other")
    nsaid.texts_of_all_releases.filter(number=1).update(body="Below $gone.")
    assert "can no longer be used" in go_back(client, nsaid, 1, 2).content.decode()
    nsaid.refresh_from_db()
    assert nsaid.revision == 2


def test_going_back_asks_for_a_post_and_a_text_that_exists(client, editor, nsaid):
    assert client.get(page(nsaid, "go_back", 1)).status_code == 405
    assert go_back(client, nsaid, 99, 1).status_code == 404
    assert client.get(f"/admin/wording/statement/{10**30}/history/").status_code == 404
    assert client.get("/admin/wording/statement/abc/history/").status_code == 404


def test_the_list_is_searched_and_filtered(client, editor, nsaid):
    url = reverse("admin:wording_statement_changelist")
    found = client.get(url, {"q": "gastroprotection", "audience__exact": "clinician"}).content.decode()
    assert page(nsaid) in found
    assert client.get(url, {"release__id__exact": nsaid.release_id, "kind__exact": "action"}).status_code == 200
    assert client.get(reverse("admin:wording_release_changelist")).status_code == 200


def test_the_edit_page_shows_the_text_as_it_prints(client, editor, nsaid):
    assert "From age 65 years avoid" in client.get(page(nsaid)).content.decode()


def test_sentences_are_neither_added_nor_deleted_by_hand(client, editor, nsaid):
    assert client.get(reverse("admin:wording_statement_add")).status_code == 403
    assert client.post(page(nsaid, "delete"), {"post": "yes"}).status_code == 403
    release = nsaid.release
    assert client.post(reverse("admin:wording_release_change", args=[release.pk]), {"title": "x"}).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("is_wording_editor", 200), ("is_administrator", 200)])
def test_editors_and_administrators_may_edit(client, nsaid, role, status):
    client.force_login(make.user(**{role: True}))
    assert client.get(page(nsaid)).status_code == status
    assert post(client, nsaid, heading="New").status_code == 302
    assert "Statements" in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("name", ["change", "history", "delete"])
def test_a_clinician_may_not(client, nsaid, name):
    client.force_login(make.clinician())
    assert client.get(page(nsaid, name), follow=True).status_code == 403
    assert client.post(page(nsaid, name), form(nsaid, heading="New"), follow=True).status_code == 403
    assert go_back(client, nsaid, 1, 1).status_code == 403
    nsaid.refresh_from_db()
    assert nsaid.revision == 1


def test_a_stranger_is_asked_to_sign_in(client, nsaid):
    assert client.get(page(nsaid)).status_code == 302
    assert client.post(page(nsaid, "go_back", 1)).status_code == 302


def test_weeks_that_may_be_a_limit_are_saved_and_flagged(client, editor, nsaid):
    answer = client.post(page(nsaid), form(nsaid, body="Stop after 12 weeks."), follow=True)
    told = " ".join(str(message) for message in answer.context["messages"])
    assert "If you mean it, name it: $decision_day_weeks." in told
    assert releasing.open_draft().statements.get(key=nsaid.key, audience="clinician").body == "Stop after 12 weeks."
