"""`manage.py evaluate`: the pathway without the web, for one case or a hundred thousand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pathway.exchange.case_answers import Answers, answer, answer_all
from pathway.exchange.case_stream import CaseStream, StreamBrokenError
from pathway.exchange.progress import Progress

REFUSED = 2
STOPPED_BY_READER = 0
STOPPED_BY_KEYBOARD = 130


class Command(BaseCommand):
    help = (
        "Evaluates cases: a JSON object, a JSON array, or JSON Lines. Prints one JSON object for each case. For a case "
        "that is refused it prints each problem as a line on standard error, and ends with exit status 2."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file of cases, or - for standard input")
        parser.add_argument("--processes", type=int, default=None, help="how many processes (default: all cores)")

    def handle(self, *, file: str, processes: int | None, **options: Any) -> None:
        if processes is not None and processes < 1:
            raise CommandError("--processes: 1 or more is accepted", returncode=REFUSED)
        _complain_in_utf_8()
        with opened(file) as source:
            try:
                status = self._print_all(source, processes)
                sys.stdout.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                status = STOPPED_BY_READER
            except KeyboardInterrupt:
                status = STOPPED_BY_KEYBOARD
        if status:
            sys.exit(status)

    def _print_all(self, source: BinaryIO, processes: int | None) -> int:
        stream = CaseStream(source)
        if stream.is_single:
            return self._print(_single(stream))
        status = 0
        with Progress(self.stderr, total=_size(source)) as progress:
            for answers in answer_all(stream, processes):
                status = max(status, self._print(answers))
                progress.show(answers.cases, stream.bytes_read)
        return status

    def _print(self, answers: Answers) -> int:
        sys.stdout.buffer.write(answers.text)
        for problem in answers.problems:
            self.stderr.write(problem, self.style.ERROR)
        return REFUSED if answers.problems else 0


def _complain_in_utf_8() -> None:
    """The problems name what stands in the cases, which are UTF-8, whatever the terminal's own encoding."""
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8")


def _single(stream: CaseStream) -> Answers:
    try:
        return answer(next(iter(stream)), indent=2)
    except StreamBrokenError as broken:
        return Answers(b"", [str(broken)], 0)


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """The bytes of `file`, or of standard input for `-`. Raises CommandError where it cannot be read."""
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - closed by the with below, whose body has errors of its own
    except OSError as error:
        raise CommandError(
            f"{file}: cannot be read ({error.strerror}); a readable file, or -, is accepted", returncode=REFUSED
        ) from None
    with source:
        yield source


def _size(source: BinaryIO) -> int | None:
    return os.fstat(source.fileno()).st_size if source.seekable() else None
