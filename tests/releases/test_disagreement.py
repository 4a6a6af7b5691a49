"""Overrides are counted per text with their reasons, and a text that is often decided against is put up for review."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from pathway.plans import signing
from pathway.plans.drafts import undecided
from pathway.releases import disagreement
from pathway.releases.apps import count_what_was_signed_before
from pathway.releases.models import ReviewItem
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/pathway/releases/disagreement/"
ACTION = "pain.acetaminophen"
SECRET = "Zebra words about the patient"


@pytest.fixture
def signed_plans():
    """Two plans of text 1, of which one differs, then one of text 2, followed."""
    make.wording()
    sign("do_not_follow")
    sign("follow")
    make.published(key=ACTION, heading="Another heading")
    sign("follow")


def sign(choice):
    visit = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    by = visit.started_by
    for result in undecided(visit):
        differs = {"reason": "patient_declined", "words": SECRET} if choice != "follow" else {}
        if result.name == ACTION:
            signing.decide(visit, ACTION, choice, by, make.NOW, **differs)
        else:
            signing.decide(visit, result.name, "follow", by, make.NOW)
    return signing.sign(visit, by, make.NOW)


def test_plans_of_before_the_upgrade_are_counted_by_it(signed_plans):
    upgrade = SimpleNamespace(app_label="releases", name="0002_disagreement")
    other = SimpleNamespace(app_label="releases", name="0001_replays")
    for using, plan in (("default", [(other, False)]), ("default", [(upgrade, True)]), ("another", [(upgrade, False)])):
        count_what_was_signed_before(using, plan)
        assert heard() == set()
    count_what_was_signed_before("default", [(upgrade, False)])
    assert heard() == {(1, 2, 1), (2, 1, 1)}


def heard():
    return {
        (voice.revision, voice.decided, voice.followed) for voice in disagreement.voices() if voice.action == ACTION
    }


def test_decisions_are_counted_once_per_text_with_reasons_and_put_up_for_review(signed_plans, client, monkeypatch):
    monkeypatch.setattr(disagreement, "FEWEST_DECISIONS", 2)
    assert disagreement.count_new(make.NOW) == 3
    assert disagreement.count_new(make.NOW) == 0
    assert heard() == {(1, 2, 1), (2, 1, 1)}
    [first] = [voice for voice in disagreement.voices() if voice.differing]
    assert first.why == [("Patient declined", 1)]
    [item] = ReviewItem.objects.all()
    assert (item.action, item.revision) == (ACTION, 1)

    client.force_login(make.editor(printed_name="Eva Lind"))
    html = client.get(PAGE).content.decode()
    assert "1 of 2 decisions differ" in html
    assert "Patient declined (1)" in html
    assert "Zebra" not in html
    assert "Okafor" not in html
    assert client.post(f"{PAGE}{item.pk}/close/", {"note": " "}).status_code == 422
    assert client.post(f"{PAGE}{item.pk}/close/", {"note": "Reworded in release 3."}).status_code == 302
    assert client.post(f"{PAGE}{item.pk}/close/", {"note": "Second note."}).status_code == 302
    assert "Looked at by Eva Lind: Reworded in release 3." in client.get(PAGE).content.decode()
    disagreement.count_new(make.NOW)
    assert ReviewItem.objects.count() == 1


def test_signing_counts_the_plan_and_opens_the_item_before_any_author_looks(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(disagreement, "FEWEST_DECISIONS", 2)
    make.wording()
    for choice, items in (("do_not_follow", []), ("follow", []), ("follow_with_change", [(ACTION, 1)])):
        with django_capture_on_commit_callbacks(execute=True):
            sign(choice)
        assert list(ReviewItem.objects.values_list("action", "revision")) == items, choice
    assert heard() == {(1, 3, 1)}
    assert disagreement.count_new(make.NOW) == 0
    assert heard() == {(1, 3, 1)}


def test_counting_at_signing_asks_little_and_stops_no_signature(monkeypatch, django_capture_on_commit_callbacks):
    make.wording()
    with django_capture_on_commit_callbacks() as after:
        plan = sign("do_not_follow")
    decided = sum(bool(action["decision"]) for action in plan.frozen()["actions"])
    with CaptureQueriesContext(connection) as asked:
        [count() for count in after]
    of_tallies = [one["sql"] for one in asked.captured_queries if "releases_" in one["sql"]]
    assert len([sql for sql in of_tallies if sql.startswith("SELECT")]) == 1
    assert len(of_tallies) == 1 + 2 + decided

    def broken(*counted):
        raise DatabaseError("no room")

    monkeypatch.setattr(disagreement, "_add", broken)
    with django_capture_on_commit_callbacks(execute=True):
        assert sign("do_not_follow").pk
    monkeypatch.undo()
    assert disagreement.count_new(make.NOW) == 1
    assert heard() == {(1, 2, 0)}


@pytest.mark.parametrize(("decided", "differing", "opens"), [(4, 4, False), (5, 1, False), (5, 2, True), (10, 3, True)])
def test_the_threshold(decided, differing, opens):
    voice = disagreement.Voice("pain.nsaid", 1)
    voice.choices.update(follow=decided - differing, do_not_follow=differing)
    assert voice.is_for_review is opens


def test_it_is_for_authors(client):
    client.force_login(make.clinician())
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}1/close/").status_code == 403
