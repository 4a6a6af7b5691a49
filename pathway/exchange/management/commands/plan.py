"""`manage.py plan`: one case as paper, to look at a plan without the web. Nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from pathway.exchange.case_json import Case, CaseRefusedError, read_case
from pathway.exchange.case_paper import draft
from pathway.exchange.case_stream import CaseStream, StreamBrokenError
from pathway.exchange.management.commands.evaluate import REFUSED, opened
from pathway.plans.paper import AUDIENCES, UnprintableError
from pathway.wording.book import NoReleaseError


class Command(BaseCommand):
    help = "Prints one case as a PDF, marked as the draft of a fictional patient. Nothing is stored."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file of one case (a JSON object), or - for standard input")
        parser.add_argument("--audience", choices=AUDIENCES, default=AUDIENCES[0], help="whom the paper is for")
        parser.add_argument("--out", required=True, type=Path, help="the PDF to write")

    def handle(self, *, file: str, audience: str, out: Path, **options: Any) -> None:
        case = self._read(file)
        try:
            pdf = draft(case, audience)
        except (NoReleaseError, UnprintableError) as problem:
            raise CommandError(str(problem), returncode=REFUSED) from None
        except DatabaseError as problem:
            raise CommandError(
                f"The wording cannot be read from the database ({problem}). Run: python manage.py migrate, "
                "then: python manage.py load_wording",
                returncode=REFUSED,
            ) from None
        try:
            out.write_bytes(pdf)
        except OSError as error:
            raise CommandError(
                f"{out}: cannot be written ({error.strerror}); a file in a folder that exists is accepted",
                returncode=REFUSED,
            ) from None

    def _read(self, file: str) -> Case:
        with opened(file) as source:
            stream = CaseStream(source)
            if not stream.is_single:
                raise CommandError("A list, or several cases; one JSON object is accepted.", returncode=REFUSED)
            try:
                return read_case(next(iter(stream)).text)
            except StreamBrokenError as broken:
                raise CommandError(str(broken), returncode=REFUSED) from None
            except CaseRefusedError as refused:
                problems = "\n".join(f"case 1: {problem}" for problem in refused.problems)
                raise CommandError(problems, returncode=REFUSED) from None
