"""A progress bar on a terminal; silent anywhere else."""

from __future__ import annotations

import time
from typing import Any, Self

_WIDTH = 30
_SECONDS_BETWEEN = 0.1


class Progress:
    """Cases, or what `noun` says, done so far, with a bar where the `total` (bytes of the input) is known."""

    def __init__(self, terminal: Any, total: int | None, noun: str = "cases") -> None:
        self._terminal, self._noun = terminal, noun
        self._is_on = terminal.isatty()
        self._total = total
        self._cases = 0
        self._shown_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_on and self._shown_at:
            self._terminal.write("\r\033[K", ending="")
            self._terminal.flush()

    def show(self, cases: int, bytes_read: int) -> None:
        """Counts `cases` more as done; `bytes_read` is how far the input has been read."""
        self._cases += cases
        now = time.monotonic()
        if not self._is_on or now - self._shown_at < _SECONDS_BETWEEN:
            return
        self._shown_at = now
        self._terminal.write(f"\r\033[K{self._bar(bytes_read)}{self._cases:,} {self._noun}", ending="")
        self._terminal.flush()

    def _bar(self, bytes_read: int) -> str:
        if not self._total:
            return ""
        done = min(bytes_read / self._total, 1)
        return f"[{'#' * round(done * _WIDTH):<{_WIDTH}}] {done:4.0%}  "
