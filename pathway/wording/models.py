"""Every sentence a reader sees about the pathway, in releases. Each earlier text of a sentence is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HEADING_LENGTH, BODY_LENGTH, EVIDENCE_LENGTH, CITES_LENGTH, REASON_LENGTH = 120, 4000, 400, 400, 400


class StaleTextError(Exception):
    """Someone else changed the sentence after this person opened it."""


class NotADraftError(Exception):
    """The release of the sentence is not a draft, so its text stands as it is."""


def _person(name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class Release(models.Model):
    """A complete set of sentences. One release is effective at a time: new plans print its text.

    It is written as a draft, submitted for review, and approved by someone who wrote none of it; `releasing.py` holds
    the steps. Only the release that is loaded from the files is effective without having been approved.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        UNDER_REVIEW = "under_review", gettext_lazy("Under review")
        APPROVED = "approved", gettext_lazy("Approved")
        RETIRED = "retired", gettext_lazy("Retired")

    number = models.PositiveIntegerField(gettext_lazy("number"), unique=True)
    title = models.CharField(gettext_lazy("title"), max_length=HEADING_LENGTH)
    status = models.CharField(gettext_lazy("status"), max_length=12, choices=Status, default=Status.DRAFT)
    is_effective = models.BooleanField(gettext_lazy("effective"), default=False)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("copied from")
    )
    author = _person(gettext_lazy("author"))
    submitted_by = _person(gettext_lazy("submitted by"))
    submitted_at = models.DateTimeField(gettext_lazy("submitted at"), null=True, blank=True)
    approver = _person(gettext_lazy("approver"))
    approved_at = models.DateTimeField(gettext_lazy("approved at"), null=True, blank=True)
    self_approved = models.BooleanField(
        gettext_lazy("approved by its author alone"),
        default=False,
        help_text=gettext_lazy("In a clinic that works without two-person approval. Every plan says so."),
    )
    effective_from = models.DateField(gettext_lazy("effective from"), null=True, blank=True)
    retired_at = models.DateTimeField(gettext_lazy("retired at"), null=True, blank=True)
    review_by = models.DateField(gettext_lazy("review by"))
    reason = models.CharField(gettext_lazy("reason"), max_length=REASON_LENGTH)
    changed_at = models.DateTimeField(gettext_lazy("last updated"))
    stamp = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text=gettext_lazy("Renewed by every change of a sentence.")
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = gettext_lazy("release")
        verbose_name_plural = gettext_lazy("releases")
        constraints = [
            models.UniqueConstraint(
                fields=["is_effective"], condition=Q(is_effective=True), name="wording_one_effective_release"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "under_review", "approved", "retired"]),
                name="wording_release_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["draft", "retired"], is_effective=True),
                name="wording_effective_release_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True)
                | Q(self_approved=True)
                | (
                    (Q(author__isnull=True) | ~Q(author=F("approver")))
                    & (Q(submitted_by__isnull=True) | ~Q(submitted_by=F("approver")))
                ),
                name="wording_approver_is_not_the_author",
                violation_error_message=gettext_lazy("Whoever wrote or submitted a release cannot approve it."),
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(approver__isnull=False, approved_at__isnull=False, effective_from__isnull=False),
                name="wording_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | ~Q(reason=""), name="wording_approved_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return _("Release %(number)s (%(status)s)") % {
            "number": self.number,
            "status": self.get_status_display().lower(),
        }

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_locked(self) -> bool:
        """Whether its text stands as it is. The release of the files follows them until someone approves one here."""
        return not (self.is_draft or (self.status == self.Status.UNDER_REVIEW and self.is_effective))

    def touch(self, at: datetime) -> None:
        """Note that a sentence changed, so that every process reads the release anew."""
        self.stamp, self.changed_at = uuid.uuid4(), at
        self.save(update_fields=["stamp", "changed_at"])


class Text(models.Model):
    """What an editor may change about a sentence."""

    class Strength(models.TextChoices):
        HIGH = "high", gettext_lazy("High")
        MODERATE = "moderate", gettext_lazy("Moderate")
        LOW = "low", gettext_lazy("Low")
        VERY_LOW = "very_low", gettext_lazy("Very low")
        CONSENSUS = "consensus", gettext_lazy("Expert consensus")
        LABEL = "label", gettext_lazy("Product label")
        PROJECT = "project", gettext_lazy("Project decision")

    heading = models.CharField(gettext_lazy("heading"), max_length=HEADING_LENGTH)
    body = models.TextField(
        gettext_lazy("text"), max_length=BODY_LENGTH,
        help_text=gettext_lazy(
            "Plain text. An empty line starts a new paragraph; a line that starts with “- ” is a bullet. "
            "Name a limit, never type it: $height_loss."
        ),
    )  # fmt: skip
    strength = models.CharField(gettext_lazy("strength of the evidence"), max_length=10, choices=Strength)
    evidence = models.CharField(
        gettext_lazy("evidence"), max_length=EVIDENCE_LENGTH, help_text=gettext_lazy("One sentence.")
    )
    cites = models.CharField(
        gettext_lazy("citations"), max_length=CITES_LENGTH,
        help_text=gettext_lazy("Statements (S1), decisions (D1) and keys of the Sources page, separated by spaces."),
    )  # fmt: skip
    review_by = models.DateField(gettext_lazy("review by"))

    class Meta:
        abstract = True

    def texts(self) -> dict:
        return {name: getattr(self, name) for name in TEXTS}


IDENTITY = ("kind", "key", "audience", "language")
TEXTS = ("heading", "body", "strength", "evidence", "cites", "review_by")


def _text_constraints(table: str) -> list[models.CheckConstraint]:
    """SQLite does not enforce max_length, so the database is told in another way."""
    lengths = {"heading": HEADING_LENGTH, "body": BODY_LENGTH, "evidence": EVIDENCE_LENGTH, "cites": CITES_LENGTH}
    known = [*Text.Strength.values]
    return [
        *(
            models.CheckConstraint(condition=LessThanOrEqual(Length(name), most), name=f"{table}_{name}_length")
            for name, most in lengths.items()
        ),
        models.CheckConstraint(condition=~Q(heading="") & ~Q(body=""), name=f"{table}_is_not_empty"),
        models.CheckConstraint(condition=Q(strength__in=known), name=f"{table}_strength_is_known"),
    ]


class Statement(Text):
    """One sentence of one release: what an action, notice, headline, criterion or part of the leaflet says to whom."""

    class Kind(models.TextChoices):
        HEADLINE = "headline", gettext_lazy("Headline")
        CRITERION = "criterion", gettext_lazy("Criterion")
        ACTION = "action", gettext_lazy("Action")
        NOTICE = "notice", gettext_lazy("Notice")
        LEAFLET = "leaflet", gettext_lazy("Patient's leaflet")

    class Audience(models.TextChoices):
        CLINICIAN = "clinician", gettext_lazy("Clinician")
        PATIENT = "patient", gettext_lazy("Patient")

    release = models.ForeignKey(
        Release, models.PROTECT, related_name="statements", verbose_name=gettext_lazy("release")
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind)
    key = models.CharField(gettext_lazy("name"), max_length=60)
    audience = models.CharField(gettext_lazy("audience"), max_length=10, choices=Audience)
    language = models.CharField(gettext_lazy("language"), max_length=10, default="en")
    revision = models.PositiveIntegerField(
        gettext_lazy("text number"), default=1,
        help_text=gettext_lazy("The same number is the same text, in whichever releases it stands."),
    )  # fmt: skip
    english_revision = models.PositiveIntegerField(
        gettext_lazy("translated from text number"), null=True, blank=True,
        help_text=gettext_lazy("Of a translation: the English text that it says. It is stale once that is another."),
    )  # fmt: skip

    class Meta:
        ordering = ["kind", "key", "audience", "language"]
        verbose_name = gettext_lazy("statement")
        verbose_name_plural = gettext_lazy("statements")
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind", "key", "audience", "language"], name="wording_statement_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["headline", "criterion", "action", "notice", "leaflet"]),
                name="wording_statement_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["clinician", "patient"]), name="wording_statement_audience_is_known"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("key"), 60) & ~Q(key=""), name="wording_statement_key_length"
            ),
            *_text_constraints("wording_statement"),
        ]

    def __str__(self) -> str:
        language = "" if self.language == "en" else f", {self.language}"
        return f"{self.get_kind_display()} {self.key} ({self.get_audience_display().lower()}{language})"

    @property
    def identity(self) -> dict:
        """What names the sentence in every release."""
        return {name: getattr(self, name) for name in IDENTITY}

    @property
    def texts_of_all_releases(self) -> models.QuerySet[StatementRevision]:
        """Every text that the sentence had, in any release, the latest first."""
        return StatementRevision.objects.filter(**{f"statement__{name}": said for name, said in self.identity.items()})

    @transaction.atomic
    def rewrite(self, *, by, at: datetime, reason: str, seen_revision: int, **texts) -> StatementRevision:
        """Give the sentence a new text as its next revision.

        `by` is None for the files. Raises StaleTextError if `seen_revision` is past, NotADraftError outside a draft.
        """
        release = Release.objects.select_for_update().get(pk=self.release_id)
        if release.is_locked or (by is not None and not release.is_draft):
            raise NotADraftError
        changed = Statement.objects.filter(pk=self.pk, revision=seen_revision).update(
            **texts, revision=self._next_number()
        )
        if not changed:
            raise StaleTextError
        self.refresh_from_db()
        release.touch(at)
        return self.keep(by=by, at=at, reason=reason)

    def _next_number(self) -> int:
        """The number of no text of this sentence in any release: what a plan names by it stays one text."""
        list(Statement.objects.select_for_update().filter(**self.identity).order_by("pk").values_list("pk"))
        return self.texts_of_all_releases.aggregate(last=models.Max("number", default=0))["last"] + 1

    def keep(self, *, by, at: datetime, reason: str) -> StatementRevision:
        """Record the present text as a revision."""
        return self.revisions.create(number=self.revision, by=by, at=at, reason=reason, **self.texts())

    def go_back_to(self, number: int, *, by, at: datetime, seen_revision: int) -> StatementRevision:
        """Restore an earlier text as a new revision; nothing in between is lost."""
        earlier = self.texts_of_all_releases.get(number=number)
        reason = _("Went back to text %(number)s.") % {"number": number}
        return self.rewrite(by=by, at=at, reason=reason, seen_revision=seen_revision, **earlier.texts())


class StatementRevision(Text):
    """A text that a sentence has or had, with who wrote it, when and why. Never changed."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(gettext_lazy("text number"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    at = models.DateTimeField(gettext_lazy("at"))
    reason = models.CharField(gettext_lazy("reason"), max_length=REASON_LENGTH)

    class Meta:
        ordering = ["-number"]
        verbose_name = gettext_lazy("earlier text")
        verbose_name_plural = gettext_lazy("earlier texts")
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="wording_revision_is_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="wording_revision_has_a_reason"),
            *_text_constraints("wording_revision"),
        ]

    def __str__(self) -> str:
        return _("Text %(number)s of %(statement)s") % {"number": self.number, "statement": self.statement}


class InterpretationSignOff(models.Model):
    """That a clinical reviewer signed off one interpretation of the source, or withdrew that. Written once."""

    class Outcome(models.TextChoices):
        SIGNED_OFF = "signed_off", gettext_lazy("Signed off")
        WITHDRAWN = "withdrawn", gettext_lazy("Sign-off withdrawn")

    decision = models.CharField(gettext_lazy("interpretation"), max_length=4)
    rules_edition = models.PositiveIntegerField(gettext_lazy("rules edition"))
    text = models.TextField(gettext_lazy("question and answer as signed"), max_length=BODY_LENGTH)
    outcome = models.CharField(gettext_lazy("outcome"), max_length=10, choices=Outcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("by"))
    printed_name = models.CharField(gettext_lazy("printed name"), max_length=120)
    on = models.DateField(gettext_lazy("on"))
    note = models.CharField(gettext_lazy("note"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("sign-off of an interpretation")
        verbose_name_plural = gettext_lazy("sign-offs of interpretations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="") & ~Q(text="") & ~Q(printed_name=""), name="wording_sign_off_is_complete"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["signed_off", "withdrawn"]), name="wording_sign_off_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), REASON_LENGTH), name="wording_sign_off_note_length"
            ),
            models.CheckConstraint(
                condition=Q(outcome="signed_off") | ~Q(note=""), name="wording_withdrawal_has_a_reason",
                violation_error_message=gettext_lazy("Say in the note why the sign-off is withdrawn."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.decision}: {self.get_outcome_display()}, {self.printed_name}, {self.on:%d-%b-%Y}"


class LanguageReview(models.Model):
    """That a clinical reviewer switched a translation of a release on. Without it nothing is printed in it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="languages_on")
    language = models.CharField(gettext_lazy("language"), max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(gettext_lazy("at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "language"], name="wording_language_once"),
            models.CheckConstraint(condition=~Q(language="en"), name="wording_language_is_a_translation"),
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.language}"
