"""Numbers for the publications that one plan cites, in the order in which it cites them."""

from __future__ import annotations

from collections.abc import Iterable

from pathway.guideline.sources import SOURCES
from pathway.plans.few_words import SOURCES_IN_BRIEF

NOT_LISTED = ("source-article", "project")
"""Every paper names the article that the pathway comes from, and what is a decision of this project."""


class Evidence:
    """Gives each cited source its number once. Statements (S1-S31) and decisions (D1-D13) keep their own names."""

    def __init__(self):
        self._numbers: dict[str, int] = {}

    def numbers(self, cites: Iterable[str]) -> list[int]:
        """The numbers of these cites in ascending order, each once."""
        return sorted({self._number(cite) for cite in cites if cite in SOURCES and cite not in NOT_LISTED})

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def listed(self) -> list[dict]:
        return [
            {
                "number": number,
                "key": key,
                "text": str(SOURCES[key]),
                "short": SOURCES_IN_BRIEF[key],
                "confidence": SOURCES[key].confidence,
            }
            for key, number in self._numbers.items()
        ]


def named(cite: str) -> str:
    """A cite as a reader knows it: a statement or decision by its number, a source by its authors and year."""
    return SOURCES[cite].short if cite in SOURCES else cite
