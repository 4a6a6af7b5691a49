"""Write docs/pathway.md and its flow chart from the rules, or say whether they are current."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from pathway.guideline.limits import EDITIONS
from pathway.wording.chart import whole
from pathway.wording.document import document
from pathway.wording.markdown import markdown

TEXT, DRAWING = "pathway.md", "pathway.svg"


class Command(BaseCommand):
    help = "Writes docs/pathway.md and docs/pathway.svg from the rules; --check only says whether they are current."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a file is not current.")

    def handle(self, *, check: bool, **options) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        if check:
            stale = [name for name, text in files().items() if not _holds(folder / name, text)]
            if stale:
                sentence = _("%(files)s: not what the rules say now. Run: python manage.py document_pathway")
                raise CommandError(sentence % {"files": " and ".join(f"docs/{name}" for name in stale)})
            return
        for name, text in files().items():
            (folder / name).write_text(text, "utf-8")
            self.stdout.write(f"docs/{name}")


def files() -> dict[str, str]:
    """The text of each file by its name, under the newest edition of the limits."""
    made = document(EDITIONS[-1])
    drawing = render_to_string("wording/_chart.svg", {"chart": whole(made.flow), "id": "chart"})
    return {TEXT: markdown(made, DRAWING), DRAWING: drawing.strip() + "\n"}


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text
