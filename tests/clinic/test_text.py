"""Names in any script are accepted; what cannot be seen, or makes two names look alike, is refused."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pathway.clinic.text import clean_text, clean_words, fold


@pytest.mark.parametrize(
    "name",
    ["O'Connor", "van der Berg", "Élise", "Łukasz", "Ελένη", "Мария", "فاطمة", "שרה", "李小龍", "김민준", "நிலா"],
)
def test_names_in_any_script(name):
    assert clean_text(name, "Name", 80) == name


def test_spaces_and_accents_are_made_one():
    assert clean_text("  Anne\u00a0 Marie  E\u0301lise ", "Name", 80) == "Anne Marie Élise"


def test_a_joiner_is_kept_where_its_script_needs_it():
    """T27: and refused in Latin letters, where it only hides."""
    assert clean_text("نیک\u200cبخت", "Name", 80) == "نیک\u200cبخت"
    for spoof in ("Oka\u200dfor", "\u200dOkafor", "Oka \u200cfor"):
        with pytest.raises(ValidationError):
            clean_text(spoof, "Name", 80)


@pytest.mark.parametrize(
    "unseen",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\ue000", "\u2028"],
)
def test_what_cannot_be_seen_is_refused(unseen):
    with pytest.raises(ValidationError, match="invisible or control"):
        clean_text(f"Oka{unseen}for", "Name", 80)


@given(st.text())
def test_any_text_is_clean_or_refused_with_one_sentence(text):
    try:
        cleaned = clean_text(text, "Name", 80)
    except ValidationError as refusal:
        (sentence,) = refusal.messages
        assert sentence.startswith("Name: ")
    else:
        assert clean_text(cleaned, "Name", 80) == cleaned


def test_lines_of_a_reason_are_kept():
    assert clean_words("Seen today.\r\n  Surgeon called. ", "Reason", 500) == "Seen today.\nSurgeon called."


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ökåfor", "okafor"),
        ("O'Connor-van der Berg", "oconnorvanderberg"),
        ("GROẞ", "gross"),
        ("Ørsted", "orsted"),
        ("Łukasz", "lukasz"),
        ("É", "e"),
        ("E\u0301", "e"),
        ("RX-104 221", "rx104221"),
        ("...", ""),
        ("\ufdfa" * 60, "صلىاللهعليهوسلم" * 10 + "صلىاللهعلي"),
    ],
)
def test_folding(typed, folded):
    """H-19."""
    assert fold(typed) == folded
