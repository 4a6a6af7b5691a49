"""A printing process: HTML in at one end, PDF out at the other, one paper after another.

WeasyPrint is sealed here. It is handed the style sheet and the fonts of this project and may fetch nothing: no network,
no file, no redirect. A document that asks for anything is not printed at all. Should that wall fall, the process itself
may neither connect to anything, nor start anything, nor write a file, nor hold more memory than a paper needs.

A paper that will be wanted soon can be laid out ahead, which is two thirds of the work: of what is printed, only digits
in its foot (the plan's number, the time of the signature) are not known before. They are put in their places when it is
wanted.

Started as `python -m pathway.plans.printing.sealed`. It knows neither Django nor the database.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import resource
import sys
import traceback
from html import unescape
from pathlib import Path
from typing import BinaryIO

STATIC = Path(__file__).resolve().parents[3] / "static"
MOST_MEMORY = 1024**3  # bytes; an ordinary plan needs about 90 million, the whole pathway 200
LENGTH = 8  # bytes in front of each message that say how long it is

PRINTED, REFUSED, TOO_LARGE, MISSING, FAILED = b"printed", b"refused", b"memory ", b"missing", b"failed "
"""The first seven bytes of an answer; what follows is the PDF, or for MISSING and FAILED what went wrong."""
AHEAD, LAID_OUT = b"ahead  ", b"laidout"
"""In front of a document that is not wanted yet, and what is answered to it."""
MOST_AHEAD = 4  # documents laid out in one process, each about 2 million bytes; the oldest makes room
_FOOT = re.compile('(?<=<p class="page-foot">).*?(?=</p>)', re.DOTALL)


def but_for_digits(html: str) -> str:
    """The document with zeros in its foot: the same for all that a layout made ahead can become."""
    return _FOOT.sub(lambda foot: re.sub("[0-9]", "0", foot[0]), html, count=1)


class Printer:
    """Style sheet and fonts, parsed once and used for every paper. Not for two threads at once."""

    def __init__(self):
        # Only the bundled fonts: the same record prints the same everywhere.
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(STATIC / "fonts" / "fonts.conf")
        try:
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration

            self._fonts = FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
        self._html = HTML
        self._fetcher = _fetches_nothing()
        sheet = (STATIC / "print.css").read_text("utf-8")
        sheet = CSS(string=sheet, url_fetcher=self._fetcher, font_config=self._fonts)
        self._options = {"stylesheets": [sheet], "font_config": self._fonts, "pdf_variant": "pdf/ua-1"}
        self._ahead: dict[str, tuple] = {}
        # Its font folder is removed when it goes, which must be before the interpreter is half gone.
        atexit.register(self.__dict__.clear)

    def lay_out(self, html: str) -> None:
        """Do ahead what does not wait for the digits of the foot."""
        self._take_ahead(html)
        while len(self._ahead) >= MOST_AHEAD:
            del self._ahead[next(iter(self._ahead))]
        self._ahead[but_for_digits(html)] = self._laid_out(html), html

    def pdf(self, html: str) -> bytes:
        """The PDF of a document: the same bytes whether it was laid out ahead or not."""
        return (self._take_ahead(html) or self._laid_out(html)).write_pdf(**self._options)

    def _laid_out(self, html: str):
        return self._html(string=html, url_fetcher=self._fetcher, base_url=None).render(**self._options)

    def _take_ahead(self, html: str):
        """What was laid out ahead for this document, with its own foot; None where nothing was, or it cannot be."""
        document, was = self._ahead.pop(but_for_digits(html), (None, ""))
        return document if document is not None and _has_foot(document, was, html) else None


def _has_foot(document, was: str, html: str) -> bool:
    """Write the foot of `html` over the foot that was laid out, on every page; digits of one font have one width.

    False where a line of it does not stand on every page as one piece: then nothing is changed.
    """
    from weasyprint.formatting_structure.boxes import TextBox

    lines = dict(zip(_foot(was), _foot(html), strict=True))
    boxes = [box for page in document.pages for box in page._page_box.descendants() if isinstance(box, TextBox)]
    in_foot = [box for box in boxes if box.text in lines]
    if len(in_foot) != len(lines) * len(document.pages):
        return False
    for box in in_foot:
        box.text = box.pango_layout.text = lines[box.text]
    return True


def _foot(html: str) -> list[str]:
    foot = _FOOT.search(html)
    return [unescape(line).strip() for line in foot[0].split("<br>")] if foot else []


def _fetches_nothing():
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Sealed(URLFetcher):
        """Style sheet and fonts are handed in, so whatever a document asks for ends the print."""

        def fetch(self, url, headers=None):
            raise FatalURLFetchingError("A paper fetches nothing.")

    return Sealed(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


def main() -> None:
    """Answer each document on standard input until it ends, which is when the process that started this one does."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but answers reaches the pipe
    logging.disable()  # warnings of the layout repeat the text they are about
    try:
        printer = Printer()
        printer.pdf("<!DOCTYPE html><html lang='en'><title>-</title><p>Every module loaded, every font found.</p>")
        _close_the_process()
    except OSError as error:
        printer, missing = None, str(error)
    while (told := read(source)) is not None:
        write(answers, *(_answer(printer, told) if printer is not None else (MISSING, missing.encode())))


def _answer(printer: Printer, told: bytes) -> tuple[bytes, bytes]:
    from weasyprint.urls import FatalURLFetchingError

    try:
        if told.startswith(AHEAD):
            printer.lay_out(told[len(AHEAD) :].decode())
            return LAID_OUT, b""
        return PRINTED, printer.pdf(told.decode())
    except FatalURLFetchingError:
        return REFUSED, b""
    except MemoryError:
        return TOO_LARGE, b""
    except Exception as error:  # the text of an error may repeat the paper; its place does not
        place = traceback.extract_tb(error.__traceback__)[-1]
        return FAILED, f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}".encode()


def _close_the_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


_NEVER = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.dlopen")


def _refuse(event: str, arguments: tuple) -> None:
    """Called by the interpreter before it does anything with the world outside. It can never be taken back."""
    if event.startswith(_NEVER):
        raise PermissionError("A printing process does nothing but print.")


def read(stream: BinaryIO) -> bytes | None:
    """The next message; None at the end, or where the other side went away in the middle of one."""
    head = stream.read(LENGTH)
    length = int.from_bytes(head, "big")
    body = stream.read(length)
    return body if len(head) == LENGTH and len(body) == length else None


def write(stream: BinaryIO, *parts: bytes) -> None:
    body = b"".join(parts)
    stream.write(len(body).to_bytes(LENGTH, "big") + body)
    stream.flush()


if __name__ == "__main__":
    main()
