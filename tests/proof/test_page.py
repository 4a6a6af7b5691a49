"""What a clinician sees of the proof."""

import re

import pytest
from django.urls import reverse

from pathway.guideline.proof.result import load, pieces
from tests import make

KEPT = load()


@pytest.fixture
def html(client, db) -> str:
    client.force_login(make.clinician())
    return client.get(reverse("wording:proof")).content.decode()


def test_the_page_shows_each_property_with_its_verdict_and_what_it_leaves_out(html):
    for found in KEPT.properties:
        assert f"{found.number}. {found.title}: {found.verdict}</h2>" in html
    words = re.sub(r"\s+", " ", html)
    assert KEPT.combinations_shown in words
    assert "Where the proof is narrower than the specification's words" in words
    assert "Edition 1" in words
    assert html.count("← this answer") == sum(
        len(found.exceptions) + len(found.deviations) for found in KEPT.properties
    )


def test_the_page_shows_the_smallest_patient_of_every_headline(html):
    assert len(KEPT.headlines) == 10
    for shown in KEPT.headlines:
        assert shown.shows in html


def test_names_of_the_vocabulary_are_told_apart_from_text(html):
    assert pieces("`emergency` met") == (("emergency", True), (" met", False))
    assert "`" not in html
    assert "<code>emergency</code> met implies headline 1" in html
