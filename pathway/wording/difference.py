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
    pieces = []
    for before, after in _runs(WORDS.findall(old), WORDS.findall(new)):
        if before == after:
            pieces.append(Piece(SAME, after))
            continue
        pieces += [Piece(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text]
    return tuple(pieces)


def _runs(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Runs of both texts beside each other. A space between two changed words belongs to the change."""
    runs: list[tuple[str, str]] = []
    for _, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        run = ("".join(before[i1:i2]), "".join(after[j1:j2]))
        if len(runs) >= 2 and run[0] != run[1] and runs[-1][0] == runs[-1][1] and not runs[-1][0].strip():
            space, (old, new) = runs.pop()[0], runs.pop()
            run = (old + space + run[0], new + space + run[1])
        runs.append(run)
    return runs
