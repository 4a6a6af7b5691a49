"""A change reads as words taken out and words put in."""

import pytest

from pathway.wording.difference import ADDED, REMOVED, SAME, Piece, words_changed


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("same text", "same text", (Piece(SAME, "same text"),)),
        ("", "new", (Piece(ADDED, "new"),)),
        ("old", "", (Piece(REMOVED, "old"),)),
        ("do not stop", "do stop", (Piece(SAME, "do "), Piece(REMOVED, "not "), Piece(SAME, "stop"))),
        ("take one now", "take two then", (Piece(SAME, "take "), Piece(REMOVED, "one now"), Piece(ADDED, "two then"))),
        ("a\nb", "a b", (Piece(SAME, "a"), Piece(REMOVED, "\n"), Piece(ADDED, " "), Piece(SAME, "b"))),
    ],
)
def test_words_changed(old, new, pieces):
    assert words_changed(old, new) == pieces


@pytest.mark.parametrize(("old", "new"), [("a < b & c", "a >= b\n\n- c"), ("x  y", "y x"), ("one two", "two  one two")])
def test_both_texts_can_be_read_from_the_pieces(old, new):
    pieces = words_changed(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new
