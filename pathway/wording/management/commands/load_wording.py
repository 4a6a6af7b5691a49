"""`manage.py load_wording`: the sentences of fixtures/wording into the database. Safe to run again at every start."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from pathway.guideline.limits import edition_for
from pathway.wording.fixture import ReleaseText, StatementText, faults, read_release, read_translations
from pathway.wording.languages import add
from pathway.wording.models import Release, Statement, StatementRevision

FOLDER = settings.BASE_DIR / "fixtures" / "wording"


class Command(BaseCommand):
    help = (
        "Loads every release of the wording from its folder of text files. A sentence that a person edited is left "
        "alone and named; one that nobody touched follows the files, until a release was approved here."
    )

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=FOLDER, help="a folder with one folder for each release")

    def handle(self, *args, **options):
        folders = sorted(path.parent for path in options["folder"].glob("*/release.toml"))
        if not folders:
            raise CommandError(f"No release of the wording is in {options['folder']}.")
        for folder in folders:
            release = self.read(folder)
            added, changed, kept = load(release, timezone.now())
            self.stdout.write(f"Release {release.number}: {added} sentences added, {changed} changed.")
            translated = load_translations(release.number, read_translations(folder), timezone.now())
            if translated:
                self.stdout.write(f"Release {release.number}: {translated} translations added, switched off.")
            for statement in kept:
                self.stdout.write(f"Left as it is here: {statement}")

    def read(self, folder: Path) -> ReleaseText:
        try:
            release = read_release(folder)
        except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"The wording in {folder} cannot be read: {error}") from error
        found = faults(release, edition_for(timezone.localdate()))
        if found:
            raise CommandError("\n".join(["The wording was not loaded:", *found]))
        return release


@transaction.atomic
def load(text: ReleaseText, at: datetime) -> tuple[int, int, list[Statement]]:
    """Bring the database up to the files. Returns how many were added and changed, and which edited ones were kept."""
    release = _release(text, at)
    there = {
        (statement.kind, statement.key, statement.audience): statement
        for statement in release.statements.filter(language=text.language)
    }
    edited = set(
        StatementRevision.objects.filter(statement__release=release, by__isnull=False).values_list(
            "statement", flat=True
        )
    )
    new = [one for one in text.statements if one.identity not in there]
    differing = [
        (there[one.identity], one)
        for one in text.statements
        if one.identity in there and there[one.identity].texts() != one.texts()
    ]
    if release.is_locked:
        return 0, 0, [statement for statement, _ in differing]
    kept = [statement for statement, _ in differing if statement.pk in edited]
    follows = [(statement, one) for statement, one in differing if statement.pk not in edited]
    _add(release, new, text.language, text.reason, at)
    for statement, one in follows:
        statement.rewrite(by=None, at=at, reason=text.reason, seen_revision=statement.revision, **one.texts())
    if new:
        release.touch(at)
    return len(new), len(follows), kept


@transaction.atomic
def load_translations(number: int, translations: dict, at: datetime) -> int:
    """Add the translations that a release lacks, while it follows its files. Those that are there are left alone."""
    release = Release.objects.get(number=number)
    if release.is_locked:
        return 0
    english = {(s.kind, s.key, s.audience): s for s in release.statements.filter(language="en")}
    added = 0
    for code, texts in translations.items():
        there = set(release.statements.filter(language=code).values_list("kind", "key", "audience"))
        for name, (heading, body) in texts.items():
            if name in english and name not in there:
                said = english[name]
                add(said, code, heading, body, said.revision, by=None, at=at, reason="Not clinically reviewed.")
                added += 1
    if added:
        release.touch(at)
    return added


def _release(text: ReleaseText, at: datetime) -> Release:
    release, _ = Release.objects.get_or_create(
        number=text.number,
        defaults={
            "title": text.title,
            "status": text.status,
            "is_effective": not Release.objects.filter(is_effective=True).exists(),
            "effective_from": text.effective_from,
            "review_by": text.review_by,
            "reason": text.reason,
            "changed_at": at,
        },
    )
    return release


def _add(release: Release, new: list[StatementText], language: str, reason: str, at: datetime) -> None:
    made = Statement.objects.bulk_create(
        Statement(release=release, kind=one.kind, key=one.key, audience=one.audience, language=language, **one.texts())
        for one in new
    )
    StatementRevision.objects.bulk_create(
        StatementRevision(statement=statement, number=1, by=None, at=at, reason=reason, **statement.texts())
        for statement in made
    )
