"""A printing process: HTML in at one end, PDF out at the other, one paper after another.

WeasyPrint is sealed here. It is handed the style sheet and the fonts of this project and may fetch nothing: no network,
no file, no redirect. A document that asks for anything is not printed at all. Should that wall fall, the process itself
may neither connect to anything, nor start anything, nor write a file, nor hold more memory than a paper needs.

Started as `python -m pathway.plans.printing.sealed`. It knows neither Django nor the database.
"""

from __future__ import annotations

import atexit
import logging
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

STATIC = Path(__file__).resolve().parents[3] / "static"
MOST_MEMORY = 1024**3  # bytes; an ordinary plan needs about 90 million, the whole pathway 200
LENGTH = 8  # bytes in front of each message that say how long it is

PRINTED, REFUSED, TOO_LARGE, MISSING, FAILED = b"printed", b"refused", b"memory ", b"missing", b"failed "
"""The first seven bytes of an answer; what follows is the PDF, or for MISSING and FAILED what went wrong."""


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
        self._sheet = CSS(string=sheet, url_fetcher=self._fetcher, font_config=self._fonts)
        # Its font folder is removed when it goes, which must be before the interpreter is half gone.
        atexit.register(self.__dict__.clear)

    def pdf(self, html: str) -> bytes:
        document = self._html(string=html, url_fetcher=self._fetcher, base_url=None)
        return document.write_pdf(stylesheets=[self._sheet], font_config=self._fonts, pdf_variant="pdf/ua-1")


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
    while (html := read(source)) is not None:
        write(answers, *(_answer(printer, html) if printer is not None else (MISSING, missing.encode())))


def _answer(printer: Printer, html: bytes) -> tuple[bytes, bytes]:
    from weasyprint.urls import FatalURLFetchingError

    try:
        return PRINTED, printer.pdf(html.decode())
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
