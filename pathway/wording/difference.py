"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that is in both texts, only in the new one, or only in the old one."""

    kind: str
    text: str


def words_changed(old: str, new: str) -> tuple[Piece, ...]:
    """The new text with what was removed left in place, so that it reads in one pass."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    pieces = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(after[j1:j2])))
            continue
        if i1 < i2:
            pieces.append(Piece(REMOVED, "".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(ADDED, "".join(after[j1:j2])))
    return tuple(pieces)
