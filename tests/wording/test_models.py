"""What the database refuses, whoever asks."""

from datetime import UTC, date, datetime

import pytest
from django.db import DataError, IntegrityError, transaction

from pathway.wording.models import Release, StaleTextError, Statement
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def statement():
    return Statement.objects.get(kind="action", key="pain.nsaid", audience="clinician", release__number=1)


def in_a_draft():
    draft = Release.objects.filter(status="draft").first() or make.draft()
    return draft.statements.get(**statement().identity)


@pytest.mark.parametrize(
    "fields",
    [
        {"heading": ""},
        {"body": ""},
        {"heading": "x" * 121},
        {"body": "x" * 4001},
        {"cites": "x" * 401},
        {"strength": "certain"},
        {"audience": "nurse"},
        {"kind": "poem"},
        {"audience": "patient"},
    ],
)
def test_a_statement_is_within_its_bounds(release, fields):
    # PostgreSQL refuses text that is too long by the type of its column.
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Statement.objects.filter(pk=statement().pk).update(**fields)


def new_release(**fields):
    day = date(2026, 11, 22)
    return Release.objects.create(
        **{"number": 2, "title": "Second", "effective_from": day, "review_by": day, "changed_at": AT, **fields}
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 1},
        {"status": "approved", "is_effective": True},
        {"status": "draft", "is_effective": True},
        {"status": "good"},
    ],
)
def test_one_release_is_in_force_and_no_draft(release, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        new_release(**fields)


def test_the_approver_is_not_the_author(release):
    author = make.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        new_release(author=author, approver=author)


def test_a_change_to_a_text_that_moved_on_is_refused(release):
    change = {"by": make.user(), "at": AT, "reason": "Test.", "seen_revision": 1}
    in_a_draft().rewrite(**change, heading="First")
    with pytest.raises(StaleTextError):
        in_a_draft().rewrite(**change, heading="Second")
    assert in_a_draft().heading == "First"
    assert in_a_draft().texts_of_all_releases.count() == 2


def test_going_back_adds_a_text_and_loses_none(release):
    nsaid, editor = in_a_draft(), make.user()
    first = nsaid.texts()
    nsaid.rewrite(by=editor, at=AT, reason="Test.", seen_revision=1, heading="Other")
    nsaid.go_back_to(1, by=editor, at=AT, seen_revision=2)
    assert nsaid.texts() == first
    assert [(r.number, r.reason) for r in nsaid.texts_of_all_releases][:2] == [
        (3, "Went back to text 1."),
        (2, "Test."),
    ]
