"""Write docs/hazards.md from the hazard log, or say whether it is current."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pathway.plans import hazards

DOCUMENT = "docs/hazards.md"


class Command(BaseCommand):
    help = "Writes docs/hazards.md from fixtures/hazards.toml; --check only says whether it is current."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where the file is not current.")

    def handle(self, *, check: bool, **options) -> None:
        try:
            text = hazards.markdown(hazards.read(settings.BASE_DIR / hazards.FILE))
        except ValueError as error:
            raise CommandError(f"{hazards.FILE}: {error}") from None
        file = Path(settings.BASE_DIR) / DOCUMENT
        if not check:
            file.write_text(text, "utf-8")
            self.stdout.write(DOCUMENT)
        elif not file.exists() or file.read_text("utf-8") != text:
            raise CommandError(f"{DOCUMENT}: not what the hazard log says. Run: python manage.py document_hazards")
