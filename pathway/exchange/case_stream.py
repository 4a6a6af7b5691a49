"""Cases one after another out of a byte stream: a JSON object, a JSON array, or JSON Lines, in constant memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_BYTES_OF_A_CASE = 1_000_000
_BLOCK_BYTES = 1 << 16
_SPACE = re.compile(r"[ \t\r\n]*")


class StreamBrokenError(Exception):
    """The rest of the stream cannot be read; the message names the case from which on, and why."""


@dataclass(frozen=True)
class RawCase:
    """The text of one case and where it stands: counted from 1, and in JSON Lines its line."""

    number: int
    text: bytes
    line: int | None = None

    @property
    def place(self) -> str:
        return f"case {self.number}" + (f", line {self.line}" if self.line else "")


class CaseStream:
    """Reads `source` once. `is_single` tells a lone object from many cases; `bytes_read` is for a progress bar."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.bytes_read = 0
        self._lines_read = 0
        self._first = self._next_line().removeprefix(codecs.BOM_UTF8)
        if not self._first.strip():
            self._first = self._next_written_line()
        self._first_at = self._lines_read
        self._is_array = self._first.lstrip().startswith(b"[")
        self._second = b"" if self._is_array else self._next_written_line()
        self.is_single = not self._is_array and not self._is_lines()

    def __iter__(self) -> Iterator[RawCase]:
        if self._is_array:
            return self._elements()
        return self._one() if self.is_single else self._lines()

    def read(self, size: int) -> bytes:
        block = self._source.read(size)
        self.bytes_read += len(block)
        return block

    def _next_line(self) -> bytes:
        line = self._source.readline(MOST_BYTES_OF_A_CASE + 1)
        self.bytes_read += len(line)
        self._lines_read += 1
        return line

    def _next_written_line(self) -> bytes:
        line = self._next_line()
        while line and not line.strip():
            line = self._next_line()
        return line

    def _is_lines(self) -> bool:
        """Another case follows the first line: one that is complete by itself, or is followed by a line that opens
        an object. A lone object, on one line or on many, is not JSON Lines."""
        return bool(self._second) and (_is_complete(self._first) or self._second.startswith(b"{"))

    def _one(self) -> Iterator[RawCase]:
        text = self._first + self._second
        block = self._second
        while block and len(text) <= MOST_BYTES_OF_A_CASE:
            block = self.read(_BLOCK_BYTES)
            text += block
        if len(text) > MOST_BYTES_OF_A_CASE:
            raise StreamBrokenError(f"case 1 is {_TOO_LONG}")
        yield RawCase(1, text)

    def _lines(self) -> Iterator[RawCase]:
        number, at, line = 1, self._first_at, self._first
        following = self._second
        while line:
            raw = RawCase(number, line, at)
            if len(line) > MOST_BYTES_OF_A_CASE:
                raise StreamBrokenError(f"{raw.place} is {_TOO_LONG}")
            yield raw
            line, at = following or self._next_written_line(), self._lines_read
            following = b""
            number += 1

    def _elements(self) -> Iterator[RawCase]:
        text = _ArrayText(self, self._first[self._first.index(b"[") + 1 :])
        number = 1
        if text.next_character() == "]":
            text.at += 1
            text.finish()
            return
        while True:
            yield RawCase(number, text.take_value(f"case {number}"))
            mark = text.next_character()
            text.at += 1
            if mark == "]":
                text.finish()
                return
            if mark != ",":
                raise StreamBrokenError(
                    f"after case {number} the array goes on with {mark!r}; a comma or ] is accepted"
                )
            number += 1


_TOO_LONG = f"longer than {MOST_BYTES_OF_A_CASE:,} bytes; shorter ones are accepted, and nothing after it was read"


class _ArrayText:
    """The part of a JSON array that is in memory: `text` from `at` on is not taken yet."""

    def __init__(self, stream: CaseStream, start: bytes) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_float=str, parse_int=str)
        self._ended = False
        self.at = 0
        self.text = ""
        self._append(start)

    def next_character(self) -> str:
        """The next character that is no white space, not taken; empty at the end of the stream."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()
            if self.at < len(self.text) or self._ended:
                return self.text[self.at : self.at + 1]
            self._fill()

    def take_value(self, place: str) -> bytes:
        """The JSON value that comes next, as its text."""
        self.next_character()
        while True:
            try:
                end = self._json.raw_decode(self.text, self.at)[1]
            except RecursionError:
                raise StreamBrokenError(f"{place} is nested too deeply; nothing after it was read") from None
            except json.JSONDecodeError as error:
                end, problem = None, error.msg
            if end is not None and (end < len(self.text) or self._ended):
                value, self.at = self.text[self.at : end], end
                return value.encode()
            if self._ended:
                raise StreamBrokenError(f"{place} is not JSON ({problem}); nothing after it was read")
            if len(self.text) - self.at > MOST_BYTES_OF_A_CASE:
                raise StreamBrokenError(f"{place} is not JSON, or {_TOO_LONG}")
            self._fill()

    def finish(self) -> None:
        """Past the closing bracket there may be only white space."""
        if self.next_character():
            raise StreamBrokenError("something follows the array; one array, or JSON Lines, is accepted")

    def _fill(self) -> None:
        block = self._stream.read(_BLOCK_BYTES)
        self._ended = not block
        self._append(block)

    def _append(self, block: bytes) -> None:
        try:
            self.text = self.text[self.at :] + self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError:
            raise StreamBrokenError("the array is not UTF-8; JSON in UTF-8 is accepted") from None
        self.at = 0


def _is_complete(line: bytes) -> bool:
    try:
        json.loads(line, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return False
    return True
