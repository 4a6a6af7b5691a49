"""The fonts that papers are printed with, and which characters they lack.

Only these fonts ever reach a paper, so what they cannot draw is refused before it is printed: a name is never boxes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont


@dataclass(frozen=True, slots=True)
class Font:
    """One family, as a regular and a bold file in `static/fonts`."""

    family: str
    regular: str
    bold: str


SCRIPTS = (
    "Devanagari",
    "Bengali",
    "Gurmukhi",
    "Gujarati",
    "Tamil",
    "Telugu",
    "Kannada",
    "Malayalam",
    "Sinhala",
    "Thai",
    "Khmer",
    "Myanmar",
    "Ethiopic",
)
FONTS = (
    Font("DejaVu Sans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    Font("DejaVu Sans Condensed", "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
    *(
        Font(f"Noto Sans {script}", f"NotoSans{script}-Regular.ttf", f"NotoSans{script}-Bold.ttf")
        for script in SCRIPTS
    ),
)  # fmt: skip

# Joiners shape Indic and Persian names; the others are how text is laid out, not drawn.
UNDRAWN = frozenset("\n\t\u200c\u200d")


def folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "fonts"


@cache
def printable() -> frozenset[int]:
    """Code points that one of the families has in both of its weights."""
    covered: set[int] = set()
    for font in FONTS:
        covered |= _characters(font.regular) & _characters(font.bold)
    return frozenset(covered)


def _characters(file_name: str) -> set[int]:
    with TTFont(folder() / file_name, lazy=True) as font:
        return set(font.getBestCmap())


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of `text` that no bundled font can draw, each once, in order.

    Text is composed (NFC) first, as it is when printed. Control and direction-changing characters count as
    unprintable: on paper they are either nothing or a trap.
    """
    once = dict.fromkeys(unicodedata.normalize("NFC", text))
    return tuple(c for c in once if c not in UNDRAWN and not _drawable(c))


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    return ord(character) in printable() and unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")


def name_of(character: str) -> str:
    """A character as a person can find it: itself where it can be shown, its number and its Unicode name."""
    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "a character without a name")
    shown = f"“{character}” " if unicodedata.category(character)[0] != "C" else ""
    return f"{shown}({number}, {name.lower()})"
