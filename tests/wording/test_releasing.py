"""A release from draft to retirement: who may take each step, and what the model and the database refuse."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pathway.accounts.models import AuditEvent
from pathway.guideline.limits import EDITION_1
from pathway.wording import releasing
from pathway.wording.book import effective_book, read
from pathway.wording.models import NotADraftError, Release, Statement, StatementRevision
from pathway.wording.releasing import RefusedError
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("release")]
AT = make.NOW


@pytest.fixture(autouse=True)
def _nothing_else_asked(monkeypatch):
    """What other parts of the product ask is tested there."""
    monkeypatch.setattr(releasing, "_objections", [])


def approved(release: Release, by=None) -> Release:
    return releasing.approve(release, by=by or make.editor(), at=AT)


def test_a_draft_starts_as_a_copy_with_the_same_text_numbers():
    first = releasing.effective()
    draft = make.draft()
    assert releasing.differing(draft, first) == releasing.differing(first, first) == []
    assert draft.statements.count() == first.statements.count()
    assert (draft.number, draft.copied_from, draft.status) == (2, first, "draft")


def test_a_changed_text_gets_a_number_that_no_other_text_has():
    one, other = make.draft(heading="One"), make.draft(heading="Other")
    numbers = [release.statements.get(key="pain.nsaid", audience="clinician").revision for release in (one, other)]
    assert numbers == [2, 3]


def test_publication_puts_the_draft_in_force_and_retires_the_one_before():
    before = releasing.effective()
    approver = make.editor(printed_name="Dr Bea Osei")
    release = approved(make.submitted(heading="New"), approver)
    before.refresh_from_db()
    assert (before.status, before.is_effective, before.retired_at) == ("retired", False, AT)
    assert (release.status, release.approver, release.effective_from) == ("approved", approver, date(2026, 11, 22))
    assert Release.objects.filter(is_effective=True).get() == release
    book = effective_book(EDITION_1)
    assert book.sentence("action", "pain.nsaid", "clinician").heading == "New"
    assert book.release_label == "Release 2 (approved)"
    assert "by Dr Bea Osei; written by" in book.review_status


def test_rollback_is_a_new_release_with_the_old_text():
    first = releasing.effective()
    approved(make.submitted(heading="New"))
    back = releasing.start_draft(first, by=make.editor(), at=AT, reason="Back.")
    assert back.number == 3
    assert releasing.differing(back, first) == []
    old = read(first, EDITION_1).sentence("action", "pain.nsaid", "clinician")
    assert read(back, EDITION_1).sentence("action", "pain.nsaid", "clinician") == old


def test_every_step_is_in_the_audit_trail():
    approved(make.submitted(heading="New"))
    said = AuditEvent.objects.filter(object_type="release").order_by("seq").values_list("reason", flat=True)
    assert list(said) == ["draft, copied from release 1", "submitted for review", "retired", "approved"]


# ------------------------------------------------------------------------------------------------ the second person


def test_the_author_and_whoever_changed_a_text_cannot_approve():
    release = make.submitted(heading="New")
    with pytest.raises(RefusedError, match="someone else approves it"):
        approved(release, release.author)
    other = make.editor()
    releasing.give_back(release, by=other, at=AT)
    make.rewrite(release, by=other, heading="Newer")
    releasing.submit(release, by=make.editor(), at=AT, title="x", reason="x", review_by=date(2027, 1, 1))
    with pytest.raises(RefusedError, match="someone else approves it"):
        approved(release, other)


APPROVED = {"status": "approved", "approved_at": AT, "effective_from": AT.date()}


@pytest.mark.parametrize("role", ["author", "submitted_by", "editor"])
def test_the_database_refuses_an_approver_who_wrote_or_submitted(role):
    writer = make.editor()
    release = make.submitted(heading="New") if role != "editor" else make.draft(heading="New", by=writer)
    approver = writer if role == "editor" else getattr(release, role)
    if role == "editor":
        Release.objects.filter(pk=release.pk).update(author=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(approver=approver, **APPROVED)


def test_a_clinic_of_one_may_approve_its_own_and_the_book_says_so():
    alone = make.editor(clinic=make.clinic(two_person_approval=False), printed_name="Dr Solo")
    release = make.draft(by=alone, heading="New")
    releasing.submit(release, by=alone, at=AT, title="x", reason="x", review_by=date(2027, 1, 1))
    assert approved(release, alone).self_approved
    assert "by its author alone, Dr Solo. No second person reviewed it." in effective_book(EDITION_1).review_status


# ----------------------------------------------------------------------------------------------------- what is locked


@pytest.mark.parametrize("state", ["under_review", "approved", "retired"])
def test_text_outside_a_draft_is_read_only_in_the_model_and_in_the_database(state):
    release = make.submitted(heading="New")
    if state != "under_review":
        release = approved(release)
    if state == "retired":
        approved(make.submitted(heading="Newer"))
    said = release.statements.get(key="pain.nsaid", audience="clinician")
    with pytest.raises(NotADraftError):
        said.rewrite(by=make.editor(), at=AT, reason="x", seen_revision=said.revision, heading="Other")
    rows = Statement.objects.filter(pk=said.pk)
    for forbidden in (lambda: rows.update(heading="Other"), lambda: rows._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()
    said.pk, said.language = None, "xx"
    with pytest.raises(IntegrityError), transaction.atomic():
        said.save(force_insert=True)


@pytest.mark.parametrize("fields", [{"title": "x"}, {"status": "draft", "is_effective": False}, {"reason": "x"}])
def test_an_approved_release_can_only_be_retired(fields):
    release = Release.objects.filter(pk=approved(make.submitted(heading="New")).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        release.update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        release._raw_delete("default")
    release.update(status="retired", is_effective=False, retired_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        release.update(status="approved", is_effective=True)


def test_an_earlier_text_cannot_be_changed():
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementRevision.objects.all()[:1].get().save()


# ------------------------------------------------------------------------------------------------------ what is asked


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": " "}, "a release needs a reason"),
        ({"review_by": date(2026, 11, 21)}, "release's review date, 21-Nov-2026, is past"),
    ],
)
def test_a_release_without_a_reason_or_out_of_date_is_not_submitted(change, sentence):
    draft = make.draft(heading="New")
    fields = {"title": "x", "reason": "x", "review_by": date(2027, 1, 1), **change}
    with pytest.raises(RefusedError, match=sentence):
        releasing.submit(draft, by=draft.author, at=AT, **fields)
    draft.refresh_from_db()
    assert (draft.status, draft.submitted_by) == ("draft", None)


def test_a_missing_audience_an_overdue_sentence_and_a_typed_limit_stand_against_publication():
    draft = make.draft(review_by=date(2026, 1, 1))
    draft.statements.filter(kind="notice", key="under_50", audience="patient").delete()
    draft.statements.filter(kind="notice", key="under_50", audience="clinician").update(body="From 20% on.")
    found = " ".join(releasing.text_objections(draft, AT))
    assert "no notice “under_50” for the patient" in found
    assert "Action pain.nsaid (clinician): its review date, 01-Jan-2026, is past" in found
    assert "Notice under_50 (clinician): body: Line 1 types “20%”" in found


def test_another_part_of_the_product_can_object(monkeypatch):
    monkeypatch.setattr(releasing, "_objections", [lambda release, by: ["A clinical case fails."]])
    with pytest.raises(RefusedError, match="A clinical case fails"):
        approved(make.submitted(heading="New"))


def test_a_step_that_someone_took_already_is_refused():
    release = make.submitted(heading="New")
    approved(release)
    for step in (approved, lambda one: releasing.give_back(one, by=make.editor(), at=AT)):
        with pytest.raises(RefusedError, match="approved by now"):
            step(release)


def test_the_overdue_review_of_the_release_is_said():
    assert releasing.effective().review_by > AT.date()
    found = releasing.text_objections(make.draft(), AT + timedelta(days=800))
    assert any("is past" in sentence for sentence in found)
