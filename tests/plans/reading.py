"""Reads papers back: their words, page by page, and where each character stands."""

from io import BytesIO

from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    """The text of each page with its white space evened out."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def words(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def squeezed(pdf: bytes) -> str:
    """All text without any white space: long words are wrapped on paper."""
    return "".join(words(pdf).split())
