"""How a release comes into force: drafted as a copy, submitted, approved by someone who wrote none of it, retired.

Each step is whole or does not happen, and leaves its event in the audit trail. What is refused raises RefusedError with
a sentence for each reason. Other parts of the product add what they know stands against a publication with `object_to`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pathway.accounts import audit
from pathway.accounts.models import User
from pathway.guideline.limits import Limits, edition_for
from pathway.wording.fixture import ENGLISH, text_faults
from pathway.wording.models import LanguageReview, Release, Statement, StatementRevision
from pathway.wording.registry import gaps

Status = Release.Status


class RefusedError(Exception):
    """The step was not taken. `reasons` are sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


Objection = Callable[[Release, User], list[str]]
_objections: list[Objection] = []


def object_to(check: Objection) -> None:
    """Have `check` asked before every publication by someone; each sentence that it returns stands against it."""
    _objections.append(check)


def effective() -> Release | None:
    return Release.objects.filter(is_effective=True).first()


def open_draft() -> Release | None:
    """The latest draft: where a change of a sentence goes."""
    return Release.objects.filter(status=Status.DRAFT).order_by("-number").first()


@transaction.atomic
def start_draft(source: Release, *, by, at: datetime, title: str = "", reason: str = "") -> Release:
    """A new release with the text of `source`. Of an earlier release, this is how the wording goes back to it."""
    source = Release.objects.select_for_update().get(pk=source.pk)
    number = Release.objects.aggregate(last=Max("number"))["last"] + 1
    draft = Release.objects.create(
        number=number,
        title=title or _("Changes of release %(number)s") % {"number": source.number},
        copied_from=source,
        author=by,
        review_by=source.review_by,
        reason=reason,
        changed_at=at,
    )
    copies = []
    for statement in source.statements.all():
        statement.pk, statement.release = None, draft
        statement._state.adding = True
        copies.append(statement)
    Statement.objects.bulk_create(copies)
    LanguageReview.objects.bulk_create(
        LanguageReview(release=draft, language=on.language, by=on.by, at=on.at) for on in source.languages_on.all()
    )
    _note(audit.Action.CREATE, draft, by, at, f"draft, copied from release {source.number}")
    return draft


@transaction.atomic
def submit(release: Release, *, by, at: datetime, title: str, reason: str, review_by) -> None:
    """Hand a draft over for review: from here on its text stands as it is."""
    release = _locked(release, Status.DRAFT)
    release.title, release.reason, release.review_by = title, reason, review_by
    if found := text_objections(release, at):
        raise RefusedError(*found)
    release.status, release.submitted_by, release.submitted_at = Status.UNDER_REVIEW, by, at
    release.save()
    _note(audit.Action.CHANGE, release, by, at, "submitted for review")


@transaction.atomic
def give_back(release: Release, *, by, at: datetime) -> None:
    """Make a draft of what was submitted, so that it can be changed again."""
    release = _locked(release, Status.UNDER_REVIEW)
    if release.is_effective:
        raise RefusedError(_("This release is in force. Start a draft to change it."))
    release.status, release.submitted_by, release.submitted_at = Status.DRAFT, None, None
    release.save()
    _note(audit.Action.CHANGE, release, by, at, "given back to its authors")


@transaction.atomic
def abandon(release: Release, *, by, at: datetime) -> None:
    """Retire a draft that will not be published. Its texts are kept."""
    release = _locked(release, Status.DRAFT)
    release.status, release.retired_at = Status.RETIRED, at
    release.save()
    _note(audit.Action.CHANGE, release, by, at, "draft abandoned")


@transaction.atomic
def approve(release: Release, *, by, at: datetime) -> Release:
    """Put a submitted release into force and retire the one before it. Asks everything that may stand against it."""
    # Of two approvals at once, the second sees what the first has put into force.
    list(Release.objects.select_for_update().order_by("pk").values_list("pk"))
    release = _locked(release, Status.UNDER_REVIEW)
    if found := objections(release, by, at):
        raise RefusedError(*found)
    release.self_approved = wrote(release, by)
    before = Release.objects.select_for_update().filter(is_effective=True).exclude(pk=release.pk).first()
    if before is not None:
        before.status, before.is_effective, before.retired_at = Status.RETIRED, False, at
        before.save(update_fields=["status", "is_effective", "retired_at"])
        _note(audit.Action.CHANGE, before, by, at, "retired")
    release.status, release.is_effective = Status.APPROVED, True
    release.approver, release.approved_at, release.effective_from = by, at, timezone.localdate(at)
    release.save()
    _note(audit.Action.CHANGE, release, by, at, "approved by its author alone" if release.self_approved else "approved")
    return release


def objections(release: Release, by, at: datetime) -> list[str]:
    """Everything that stands against this person's approval of a release now, as sentences."""
    found = []
    if wrote(release, by) and not works_alone(by):
        found.append(
            _("You wrote or submitted part of this release, so someone else approves it: another wording editor.")
        )
    found += text_objections(release, at)
    for check in _objections:
        found += check(release, by)
    return found


def wrote(release: Release, user) -> bool:
    """Whether a person started, submitted or changed any of it."""
    texts = StatementRevision.objects.filter(statement__release=release, by=user)
    return user.pk in (release.author_id, release.submitted_by_id) or texts.exists()


def works_alone(user) -> bool:
    """Whether the person's clinic lets authors approve their own releases."""
    return user.clinic is not None and not user.clinic.two_person_approval


def text_objections(release: Release, at: datetime) -> list[str]:
    """What is wrong with a release as text: with its sentences, or with what stands beside them."""
    found = sentence_objections(release, at)
    if not release.reason.strip():
        found.append(_("Say why the wording changes: a release needs a reason."))
    if release.review_by < timezone.localdate(at):
        found.append(_("The release's review date, %(day)s, is past. Choose a later one.") % {"day": _day(release)})
    return found


def sentence_objections(release: Release, at: datetime) -> list[str]:
    """What is missing, unknown, typed instead of named, or out of date."""
    today = timezone.localdate(at)
    limits = edition_for(today)
    statements = list(release.statements.filter(language=ENGLISH))
    found = gaps((s.kind, s.key, s.audience) for s in statements)
    for statement in statements:
        found += [f"{statement}: {fault}" for fault in statement_objections(statement, limits, today)]
    return found


def statement_objections(statement: Statement, limits: Limits, today) -> list[str]:
    found = text_faults(statement.texts(), limits, **statement.identity)
    if statement.review_by < today:
        found.append(
            _("its review date, %(day)s, is past. Review the text and choose a later one.") % {"day": _day(statement)}
        )
    return found


def published_since(release: Release) -> list[Release]:
    """Releases that came into force after the text that a draft was copied from; the draft would undo their changes."""
    base = release.copied_from
    while base is not None and base.approved_at is None:
        base = base.copied_from
    published = Release.objects.filter(approved_at__isnull=False).order_by("approved_at")
    return list(published.filter(approved_at__gt=base.approved_at) if base else published)


def differing(release: Release, other: Release | None) -> list[tuple[Statement | None, Statement | None]]:
    """Sentences of `other` and of `release` that are not the same text, in the order of the list."""
    before = _by_identity(other)
    after = _by_identity(release)
    return [
        (before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if name not in before or name not in after or before[name].revision != after[name].revision
    ]


def _by_identity(release: Release | None) -> dict[tuple, Statement]:
    if release is None:
        return {}
    return {(s.kind, s.key, s.audience, s.language): s for s in release.statements.all()}


def reasons_given(release: Release) -> str:
    """The reasons of the changes in a draft, to start the reason of the release from."""
    texts = StatementRevision.objects.filter(statement__release=release, number=F("statement__revision"))
    return " ".join(dict.fromkeys(texts.order_by("pk").values_list("reason", flat=True)))


def _locked(release: Release, status: str) -> Release:
    fresh = Release.objects.select_for_update().get(pk=release.pk)
    if fresh.status != status:
        raise RefusedError(
            _("Nothing was done: the release is %(status)s by now. Open it again.")
            % {"status": fresh.get_status_display().lower()}
        )
    return fresh


def _day(dated) -> str:
    return f"{dated.review_by:%d-%b-%Y}"


def _note(action: str, release: Release, by, at: datetime, reason: str) -> None:
    audit.record(action, actor=by, at=at, about=("release", release.pk), reason=reason)
