"""The list of releases, which everyone who works here reads, and the page on which a draft goes through its steps."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pathway.accounts.access import author_required, signed_in
from pathway.releases import publication, tasks
from pathway.releases.forms import SubmitForm
from pathway.releases.replay import latest
from pathway.wording import releasing
from pathway.wording.difference import Piece, words_changed
from pathway.wording.models import Release, Statement
from pathway.wording.policy import IN_FULL, review_status

PARTS_SHOWN = ("heading", "body", "strength", "evidence", "cites", "review_by", "english_revision")


@signed_in
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    shown = Release.objects.select_related("author", "submitted_by", "approver", "copied_from")
    if not is_author(request.user):
        shown = shown.exclude(status__in=(Release.Status.DRAFT, Release.Status.UNDER_REVIEW), is_effective=False)
    context = {
        "section": "pathway",
        "releases": [(one, review_status(one)) for one in shown],
        "effective": releasing.effective(),
        "policy": IN_FULL,
        "may_write": is_author(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "releases/releases.html", context)


@signed_in
@require_safe
def release(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    initial = {
        "title": found.title,
        "reason": found.reason or releasing.reasons_given(found),
        "review_by": found.review_by,
    }
    return _page(request, found, SubmitForm(initial=initial))


@author_required
@require_POST
def step(request: HttpRequest, number: int) -> HttpResponseBase:
    """One step of a release. What is refused comes back with its reasons and what was typed."""
    found = find(request, number)
    taken = STEPS.get(request.POST.get("step", ""))
    if taken is None:
        raise Http404
    form = SubmitForm(request.POST) if request.POST["step"] == "submit" else None
    if form is not None and not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        after = taken(request, found, form)
    except releasing.RefusedError as refused:
        if not _is_done(request, found):
            return _page(request, found, form, status=409, refused=refused.reasons)
        after = found
    return redirect("releases:release", after.number)


def _is_done(request: HttpRequest, found: Release) -> bool:
    """Whether this person has taken this very step: a button pressed twice is no conflict."""
    found.refresh_from_db()
    if request.POST["step"] == "approve":
        return found.is_effective and found.approver_id == request.user.pk
    under_review = found.status == Release.Status.UNDER_REVIEW
    return request.POST["step"] == "submit" and under_review and found.submitted_by_id == request.user.pk


def _start(request: HttpRequest, found: Release, form) -> Release:
    made = releasing.start_draft(found, by=request.user, at=timezone.now(), reason=_back_to(found))
    messages.success(request, _("The draft of release %(number)s has the text of this one.") % {"number": made.number})
    return made


def _back_to(found: Release) -> str:
    return _("Back to the text of release %(number)s.") % {"number": found.number} if found.is_locked else ""


def _submit(request: HttpRequest, found: Release, form: SubmitForm) -> Release:
    releasing.submit(found, by=request.user, at=timezone.now(), **form.cleaned_data)
    if latest(found) is None:
        tasks.start(found, by=request.user, at=timezone.now())
    messages.success(request, _("Submitted. Its text stands as it is until it is approved or given back."))
    return found


def _give_back(request: HttpRequest, found: Release, form) -> Release:
    releasing.give_back(found, by=request.user, at=timezone.now())
    messages.success(request, _("It is a draft again."))
    return found


def _abandon(request: HttpRequest, found: Release, form) -> Release:
    releasing.abandon(found, by=request.user, at=timezone.now())
    messages.success(request, _("The draft is retired. Its texts are kept."))
    return found


def _approve(request: HttpRequest, found: Release, form) -> Release:
    replay = latest(found)
    if replay is not None and request.POST.get("read") == str(replay.pk):
        publication.read(replay, request.user, timezone.now())
    releasing.approve(found, by=request.user, at=timezone.now())
    messages.success(request, _("Published. Plans that are signed from now on print this release."))
    return found


STEPS = {"start": _start, "submit": _submit, "give_back": _give_back, "abandon": _abandon, "approve": _approve}


RELEASES = Release.objects.select_related("author", "submitted_by", "approver", "copied_from")


def is_author(user) -> bool:
    return user.is_wording_editor or user.is_administrator


def find(request: HttpRequest, number: int) -> Release:
    """A release that this person may see: what is not published yet is its authors' business."""
    return _shown(request, RELEASES.filter(number=number).first())


def find_beside(request: HttpRequest, number: int) -> tuple[Release, Release | None]:
    """A release and the one in force, to compare: with every sentence of both, in two queries."""
    both = {
        one.number: one
        for one in RELEASES.filter(Q(number=number) | Q(is_effective=True)).prefetch_related("statements")
    }
    in_force = next((one for one in both.values() if one.is_effective), None)
    return _shown(request, both.get(number)), in_force


def _shown(request: HttpRequest, found: Release | None) -> Release:
    if found is None:
        raise Http404
    if not (is_author(request.user) or found.is_effective or found.effective_from):
        raise PermissionDenied
    return found


@dataclass(frozen=True)
class Field:
    """One part of a sentence before and after; a reader of either side reads it through."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True)
class Changed:
    """A sentence that is another in the draft."""

    statement: Statement
    fields: tuple[Field, ...]


def changes(found: Release) -> list[Changed]:
    """What a release says differently: a draft from what is in force, another from the release it was copied from."""
    in_force = releasing.effective()
    other = found.copied_from if in_force is None or found.pk == in_force.pk or found.effective_from else in_force
    return compared(releasing.differing(found, other) if other else [])


def compared(pairs: list[tuple[Statement | None, Statement | None]]) -> list[Changed]:
    """Sentences before and after, word by word."""
    return [Changed(after or before, _fields(before, after)) for before, after in pairs]


def _fields(before: Statement | None, after: Statement | None) -> tuple[Field, ...]:
    """What differs; of a sentence that says what it said, such as one that was changed and changed back, its number."""
    fields = [_field(name, before, after) for name in PARTS_SHOWN if _said(before, name) != _said(after, name)]
    return tuple(fields or [_field("revision", before, after)])


def _field(name: str, before: Statement | None, after: Statement | None) -> Field:
    pieces = words_changed(_said(before, name), _said(after, name))
    left = tuple(piece for piece in pieces if piece.kind != "added")
    right = tuple(piece for piece in pieces if piece.kind != "removed")
    return Field(str(Statement._meta.get_field(name).verbose_name), left, right)


def _said(statement: Statement | None, name: str) -> str:
    if statement is None:
        return ""
    said = statement.get_strength_display() if name == "strength" else getattr(statement, name)
    if said is None:
        return ""
    return f"{said:%d-%b-%Y}" if name == "review_by" else str(said)


def _page(request: HttpRequest, found: Release, form, status: int = 200, refused=()) -> HttpResponse:
    now = timezone.now()
    mine = is_author(request.user)
    pending = found.status == Release.Status.UNDER_REVIEW
    context = {
        "section": "pathway",
        "shown": found,
        "review_status": review_status(found),
        "changes": changes(found),
        "since": releasing.published_since(found) if mine and (pending or found.is_draft) else [],
        "form": form,
        "invalid": status == 422,
        "refused": refused,
        "may_write": mine,
        "pending": pending,
        "alone": mine and pending and releasing.works_alone(request.user) and releasing.wrote(found, request.user),
        "objections": _objections(found, request.user, now) if mine and pending else [],
        **(publication.report(found) if mine and (pending or found.is_draft) else {}),
        "text_objections": releasing.sentence_objections(found, now) if mine and found.is_draft else [],
    }
    return render(request, "releases/release.html", context, status=status)


def _objections(found: Release, user, now) -> list[str]:
    """What stands against approval, but for the reading of the report, which is a tick beside the button."""
    return [said for said in releasing.objections(found, user, now) if said != publication.unread()]
