"""The book reads the release in force, once, and reads it again when a sentence changes."""

from datetime import UTC, datetime

import pytest

from pathway.guideline.limits import EDITION_1
from pathway.wording.book import NoReleaseError, effective_book
from pathway.wording.models import Statement

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_limits_are_printed_in(release):
    sentence = effective_book(EDITION_1).sentence("criterion", "deformity.height_loss", "clinician")
    assert sentence.blocks[0].lines == ("The worst fractured level has lost 20% of its height or more.",)
    assert sentence.strength == "Expert consensus"
    assert sentence.cites[:2] == ("S13", "D7")


def test_a_missing_sentence_is_an_error_never_a_name(release):
    with pytest.raises(KeyError):
        effective_book(EDITION_1).sentence("action", "no.such", "patient")


def test_without_wording_the_error_says_what_to_do():
    with pytest.raises(NoReleaseError, match="load_wording"):
        effective_book(EDITION_1)


def test_the_label_tells_the_review_status(release):
    book = effective_book(EDITION_1)
    assert (book.release_number, book.release_label) == (1, "Release 1 (under review)")


def test_a_book_is_read_again_only_after_a_change(release, django_assert_num_queries):
    effective_book(EDITION_1)
    with django_assert_num_queries(1):
        effective_book(EDITION_1)
    statement = Statement.objects.get(kind="notice", key="under_50", audience="patient")
    statement.rewrite(by=None, at=AT, reason="Test.", seen_revision=1, body="New words.")
    assert effective_book(EDITION_1).sentence("notice", "under_50", "patient").blocks[0].lines == ("New words.",)
