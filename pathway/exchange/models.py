"""Clinical cases that clinicians write in the admin: a fictional patient and what the pathway is expected to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pathway.exchange import clinical_cases
from pathway.exchange.case_json import EARLIEST_DAY, LATEST_DAY
from pathway.exchange.case_toml import text_of_table
from pathway.exchange.case_words import with_labels
from pathway.exchange.clinical_cases import MOST_CHARACTERS_OF_A_NAME, MOST_CHARACTERS_OF_A_TITLE

MOST_CHARACTERS_OF_A_TEXT = 20_000
TEXT = {"max_length": MOST_CHARACTERS_OF_A_TEXT, "validators": [MaxLengthValidator(MOST_CHARACTERS_OF_A_TEXT)]}
SOURCE = "Database"


class StaleCaseError(Exception):
    """Someone else changed the case after it was read."""


class ClinicalCase(models.Model):
    """A case as in a case file. `facts` and `expect` are TOML, written by `case_toml` and read as the files are."""

    title = models.CharField(_("title"), max_length=MOST_CHARACTERS_OF_A_TITLE, unique=True)
    story = models.TextField(
        _("story"),
        help_text=_("Who the fictional patient is, and why the pathway should say what you expect."),
        **TEXT,
    )
    on = models.DateField(_("day of the visit"))
    facts = models.TextField(_("facts"), blank=True, **TEXT)
    expect = models.TextField(_("expected"), **TEXT)
    covers = models.CharField(_("covers"), max_length=200, blank=True)
    checked_by = models.CharField(
        _("checked by"), max_length=MOST_CHARACTERS_OF_A_NAME, help_text=_("The clinician who stands by this case.")
    )
    checked_on = models.DateField(_("checked on"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, verbose_name=_("written by")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["title"]
        verbose_name = _("clinical case")
        verbose_name_plural = _("clinical cases")
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(story="") & ~Q(expect=""), name="case_tells_something"),
            models.CheckConstraint(condition=~Q(checked_by=""), name="case_is_checked_by_someone"),
            models.CheckConstraint(
                condition=Q(on__range=(EARLIEST_DAY, LATEST_DAY), checked_on__range=(EARLIEST_DAY, LATEST_DAY)),
                name="case_days_are_in_range",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="case_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuses with a sentence for each mistake. A field that is absent has its own sentence already."""
        if not (self.title and self.story and self.on and self.checked_by and self.checked_on):
            return
        try:
            self.as_case()
        except clinical_cases.CaseFileError as refusal:
            raise ValidationError([with_labels(problem) for problem in refusal.problems]) from None

    def save(self, **kwargs) -> None:
        """Writes the case if it can be read back. Raises ValidationError."""
        self.full_clean()
        super().save(**kwargs)

    def save_after(self, seen_version: int) -> None:
        """Writes the case over the version that was read. Raises StaleCaseError where that is not the latest."""
        latest = type(self).objects.filter(pk=self.pk, version=seen_version)
        if not latest.update(version=seen_version + 1):
            raise StaleCaseError
        self.version = seen_version + 1
        self.save()

    def as_case(self) -> clinical_cases.ClinicalCase:
        """The case as the files have it. Raises CaseFileError, as when a fact is no longer one of the pathway's."""
        return clinical_cases.read_case(
            {
                "title": self.title,
                "story": self.story,
                "on": self.on,
                "facts": self.facts_table(),
                "expect": self.expect_table(),
                "covers": self.covers.split(),
                "checked_by": self.checked_by,
                "checked_on": self.checked_on,
            },
            {},
            SOURCE,
        )

    def facts_table(self) -> dict[str, Any]:
        """The facts as they were typed: decimals exact, days as dates or as "21 days ago"."""
        return clinical_cases.parsed(self.facts, f"{SOURCE}: {self.title}: facts")

    def expect_table(self) -> dict[str, Any]:
        return clinical_cases.parsed(self.expect, f"{SOURCE}: {self.title}: expected")

    def take(self, facts: Mapping[str, Any], expect: Mapping[str, Any]) -> None:
        """Takes facts and expectations over, not yet saved."""
        self.facts, self.expect = text_of_table(facts), text_of_table(expect)

    def take_case(self, case: clinical_cases.ClinicalCase) -> None:
        """Takes everything over from a case of a file, not yet saved."""
        for name in ("title", "story", "on", "checked_by", "checked_on"):
            setattr(self, name, getattr(case, name))
        self.covers = " ".join(case.covers)
        self.take(case.facts, case.expect)
