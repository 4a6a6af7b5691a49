"""Reads papers back: their words, page by page, and where each character stands."""

import re
from io import BytesIO

from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    """The text of each page with its white space evened out, words that a line breaks at their hyphen whole."""
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return [" ".join(re.sub(r"(?<=[a-z])-\n(?=[a-z])", "-", text).split()) for text in texts]


def words(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def lines(pdf: bytes) -> list[list[float]]:
    """How high above the foot of the sheet each piece of text of each page stands, in millimeters."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        heights: list[float] = []

        def note(text, cm, tm, *_, heights=heights):
            if text.strip():
                heights.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5]) * 25.4 / 72)

        page.extract_text(visitor_text=note)
        found.append(heights)
    return found


def squeezed(pdf: bytes) -> str:
    """All text without any white space: long words are wrapped on paper."""
    return "".join(words(pdf).split())
