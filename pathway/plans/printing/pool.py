"""The printing processes of this web process: started before they are needed, replaced when they fail or grow old.

A paper that takes too long, or too much memory, ends its own process and no request but the one that asked for it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from pathway.plans.printing import sealed

COMMAND = (sys.executable, "-m", "pathway.plans.printing.sealed")
MOST_PAPERS = 300
"""After so many, a process is replaced: the layout engine's memory grows a little with each."""
LARGEST_HTML = 4_000_000  # bytes
LARGEST_PDF = 10_000_000


class UnprintableError(Exception):
    """This cannot be put on paper; the text is a sentence for the person who asked."""


class PrinterError(Exception):
    """A defect: the layout engine failed on a document of ours. The text says where, and nothing of the document."""


class Printers:
    """At most `most` processes, each printing one paper at a time. Safe for threads and after a fork."""

    def __init__(self, most: int, seconds: float, command: Sequence[str] = COMMAND):
        self.most, self.seconds, self._command = most, seconds, command
        self._of_parent: list[_Process] = []
        self._idle: list[_Process] = []
        self._count = 0
        self._changed = threading.Condition()
        os.register_at_fork(after_in_child=self._forked)
        atexit.register(self.close)

    def _forked(self) -> None:
        """The processes are the parent's, who goes on using them."""
        self._of_parent, self._idle, self._count = self._idle, [], 0
        self._changed = threading.Condition()

    def warm_up(self) -> None:
        """Start every process that is not there, without waiting for it: the first paper is not the slow one."""
        with self._changed:
            while self._count < self.most:
                self._idle.append(self._started())

    def close(self) -> None:
        """End every process that is not printing."""
        with self._changed:
            for process in self._idle:
                process.end()
            self._count -= len(self._idle)
            self._idle.clear()

    def print(self, html: str, seconds: float | None = None) -> bytes:
        """The PDF of a document. Raises UnprintableError where it exceeds a limit or asks for anything."""
        seconds = self.seconds if seconds is None else seconds
        told = html.encode()
        if len(told) > LARGEST_HTML:
            raise UnprintableError(_("There is more text than fits a paper. Shorten the longest texts."))
        until = time.monotonic() + seconds
        process = self._take(until, sealed.but_for_digits(html))
        try:
            answer = process.answer(told, until - time.monotonic())
        finally:
            self._give_back(process)
        if answer is None:
            raise UnprintableError(
                _("Printing took longer than %(seconds)g seconds and was stopped. Shorten the longest texts.")
                % {"seconds": seconds}
                if process.was_stopped
                else _("The printer stopped in the middle of this paper. Try again, then shorten the longest texts.")
            )
        return _pdf(answer)

    def lay_out_ahead(self, html: str) -> None:
        """Begin with a document of which only digits in the foot may change, unless every process is busy."""
        with self._changed:
            self._drop_the_dead()
            if not self._idle:
                return  # nothing that is wanted now waits for what may be wanted
            process = min(self._idle, key=lambda idle: len(idle.ahead))
            self._idle.remove(process)
        try:
            if process.answer(sealed.AHEAD + html.encode(), self.seconds) == sealed.LAID_OUT:
                process.ahead.append(sealed.but_for_digits(html))
        finally:
            self._give_back(process)

    def _take(self, until: float, paper: str) -> _Process:
        with self._changed:
            self._drop_the_dead()
            while not self._idle and self._count >= self.most:
                if not self._changed.wait(until - time.monotonic()):
                    raise UnprintableError(_("All printers are busy. Try again in a moment."))
            if not self._idle:
                return self._started()
            # The last one used is the warmest.
            process = next((idle for idle in self._idle if paper in idle.ahead), self._idle[-1])
            self._idle.remove(process)
            return process

    def _drop_the_dead(self) -> None:
        """Processes that ended while they waited, such as one that the machine took for its memory."""
        dead = [process for process in self._idle if not process.is_running()]
        for process in dead:
            process.end()
            self._idle.remove(process)
        self._count -= len(dead)

    def _started(self) -> _Process:
        self._count += 1
        return _Process(self._command)

    def _give_back(self, process: _Process) -> None:
        with self._changed:
            if process.is_usable():
                self._idle.append(process)
            else:
                process.end()
                self._count -= 1
                # At once and in the background, so that no later paper waits for it.
                self._idle.insert(0, self._started())
            self._changed.notify()


class _Process:
    def __init__(self, command: Sequence[str]):
        self.ahead: deque[str] = deque(maxlen=sealed.MOST_AHEAD)  # what it has laid out, but for digits
        self._papers = 0
        self._has_failed = self.was_stopped = False
        self._process = subprocess.Popen(  # noqa: S603 - our own command, without a word from outside
            command,
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},  # no secrets of the service
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def answer(self, told: bytes, seconds: float) -> bytes | None:
        """What the process says to a document; None where it ended or was stopped instead."""
        self._papers += 1
        watch = threading.Timer(seconds, self._stop)
        watch.start()
        try:
            sealed.write(self._process.stdin, told)
            said = sealed.read(self._process.stdout)
        except OSError:
            said = None
        finally:
            watch.cancel()
        self._has_failed = said is None
        return said

    def _stop(self) -> None:
        self.was_stopped = True
        self._process.kill()

    def is_running(self) -> bool:
        return self._process.poll() is None

    def is_usable(self) -> bool:
        return self._papers < MOST_PAPERS and not (self._has_failed or self.was_stopped)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not sent yet goes nowhere
                pipe.close()


def _pdf(answer: bytes) -> bytes:
    kind, said = answer[: len(sealed.PRINTED)], answer[len(sealed.PRINTED) :]
    if kind == sealed.PRINTED and len(said) <= LARGEST_PDF:
        return said
    if kind in (sealed.TOO_LARGE, sealed.PRINTED):
        raise UnprintableError(_("This paper is too large to print. Shorten the longest texts."))
    if kind == sealed.REFUSED:
        raise UnprintableError(
            _("The paper asks for something outside itself, which no paper may. Tell your administrator.")
        )
    if kind == sealed.MISSING:
        raise UnprintableError(
            _(
                "Papers cannot be printed on this server: a library that WeasyPrint needs is missing. "
                "Tell your administrator to install Pango and HarfBuzz (on Debian: libpango-1.0-0, libpangoft2-1.0-0, "
                "libharfbuzz-subset0). What failed: %s"
            )
            % said.decode()
        )
    raise PrinterError(said.decode())
