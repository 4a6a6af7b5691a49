"""Where editors change what the pathway says. Every change keeps the earlier text, its author and its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.accounts import audit
from pathway.accounts.audited_admin import Audited
from pathway.guideline.limits import edition_for
from pathway.wording import reading, safety
from pathway.wording.body import BULLETS, UnknownNameError, blocks, printed_names, problems, substitute, weeks_typed
from pathway.wording.difference import Piece, words_changed
from pathway.wording.fixture import ENGLISH, text_faults
from pathway.wording.models import (
    REASON_LENGTH,
    TEXTS,
    NotADraftError,
    Release,
    StaleTextError,
    Statement,
    StatementRevision,
)
from pathway.wording.registry import unknown_cites
from pathway.wording.releasing import effective, open_draft, start_draft
from pathway.wording.sign_off_admin import SignOffAdmin as SignOffAdmin

STALE = gettext_lazy(
    "Someone else changed this text after you opened it, so nothing was saved. Open it again and repeat your change."
)


NOT_A_DRAFT = gettext_lazy(
    "The release of this text was submitted or approved after you opened it, so nothing was saved."
)


class PlainText(forms.CharField):
    """Text as it was typed, but for the line ends that browsers add."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class StatementForm(forms.ModelForm):
    """`limits` are those that the text may name; the admin below sets them to the edition of the day."""

    limits = None
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Kept with the text: what changed in the evidence, or what readers misunderstood."),
        widget=forms.TextInput(attrs={"size": 90}),
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)  # without it: changed by another

    class Meta:
        model = Statement
        fields = TEXTS
        field_classes = {"body": PlainText, "evidence": PlainText, "cites": PlainText}
        widgets = {
            "heading": forms.TextInput(attrs={"size": 90}),
            "evidence": forms.Textarea(attrs={"rows": 2, "cols": 90}),
            "cites": forms.Textarea(attrs={"rows": 2, "cols": 90}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen_revision"] = self.instance.revision

    def clean_heading(self):
        return self._printable("heading")

    def clean_body(self):
        return self._printable("body")

    def clean_evidence(self):
        return self._printable("evidence")

    def _printable(self, name: str) -> str:
        text = self.cleaned_data[name]
        found = problems(text, self.limits)
        if found:
            raise ValidationError(found)
        return text

    def clean_cites(self):
        cites = self.cleaned_data["cites"]
        unknown = unknown_cites(cites)
        if unknown:
            raise ValidationError(
                _("No source is registered as %(keys)s. The Sources page lists the keys.")
                % {"keys": ", ".join(unknown)}
            )
        lost = safety.lost_cites(self.instance.kind, self.instance.key, cites)
        if lost:
            raise ValidationError(lost)
        return " ".join(cites.split())

    def clean_review_by(self):
        day = self.cleaned_data["review_by"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is past. Choose the day by which the text is reviewed next."))
        return day

    def _says_what_it_must(self, cleaned: dict) -> None:
        """Emergency sentences keep their words, and patients can read theirs. For English."""
        said, body = self.instance, cleaned.get("body")
        if said.language != ENGLISH or body is None:
            return
        for sentence in safety.lost_words(said.kind, said.key, said.audience, body):
            self.add_error("body", sentence)
        for sentence in reading.faults(body) if said.audience == said.Audience.PATIENT else ():
            self.add_error("body", sentence)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seen_revision") != self.initial["seen_revision"]:
            raise ValidationError(STALE)
        self._says_what_it_must(cleaned)
        if not self.errors and not set(TEXTS) & set(self.changed_data):
            raise ValidationError(_("Nothing was changed, so there is nothing to save."))
        return cleaned


class EditorsOnly(Audited):
    """Wording is read and changed by editors and administrators, and never deleted."""

    def has_module_permission(self, request) -> bool:
        return request.user.is_active and (request.user.is_wording_editor or request.user.is_administrator)

    def has_view_permission(self, request, obj=None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Release)
class ReleaseAdmin(EditorsOnly):
    list_display = ("number", "title", "status", "is_effective", "effective_from", "review_by", "changed_at", "steps")
    list_filter = ("status",)
    exclude = ("stamp",)

    @admin.display(description=gettext_lazy("differences, preview, publication"))
    def steps(self, release: Release) -> str:
        return format_html('<a href="{}">{}</a>', _release_page(release), _("Open"))

    def has_change_permission(self, request, obj=None) -> bool:
        """A release goes through its steps on its own page; here it is only shown."""
        return False


def _release_page(release: Release) -> str:
    return reverse("releases:release", args=[release.number])


@dataclass(frozen=True)
class Change:
    """One field of a sentence, before and after."""

    label: str
    pieces: tuple[Piece, ...]


@admin.register(Statement)
class StatementAdmin(EditorsOnly):
    form = StatementForm
    list_display = ("heading", "kind", "key", "audience", "language", "review_by", "revision", "release")
    list_filter = ("release", "kind", "audience", "language", "strength")
    list_select_related = ("release",)
    search_fields = ("key", "heading", "body", "evidence", "cites")
    date_hierarchy = "review_by"
    save_on_top = True
    readonly_fields = ("release", "kind", "key", "audience", "language", "revision", "printed", "reads")
    fieldsets = (
        (None, {"fields": ("release", ("kind", "key"), ("audience", "language"), "revision", "printed", "reads")}),
        (gettext_lazy("Text"), {"fields": ("heading", "body")}),
        (gettext_lazy("What it rests on"), {"fields": ("strength", "evidence", "cites", "review_by")}),
        (gettext_lazy("This change"), {"fields": ("reason", "seen_revision")}),
    )

    @admin.display(description=gettext_lazy("as it prints now"))
    def printed(self, statement: Statement) -> str:
        names = printed_names(edition_for(timezone.localdate()))
        try:
            heading, body = substitute(statement.heading, names), substitute(statement.body, names)
        except UnknownNameError as error:
            return str(error)
        return format_html("<strong>{}</strong>{}", heading, format_html_join("", "{}", _html_blocks(body)))

    @admin.display(description=gettext_lazy("how it reads"))
    def reads(self, statement: Statement) -> str:
        """Of a patient's text: the age at which it is read, whole and by sentence, its hard words, words to avoid."""
        if statement.audience != Statement.Audience.PATIENT or statement.language != ENGLISH:
            return _("Measured for patients' text in English.")
        return render_to_string(
            "wording/admin_reading.html", {"reading": reading.read(statement.body), "goal": reading}
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.limits = edition_for(timezone.localdate())
        return form

    def has_change_permission(self, request, obj=None) -> bool:
        """In a draft, and in the release in force, whose changes go to a draft. Other releases are only read."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.release.is_draft or obj.release.is_effective)

    def changelist_view(self, request, extra_context=None):
        """Unless another release is asked for: the open draft, or else the release in force."""
        if not any(name.startswith("release__") for name in request.GET):
            shown = open_draft() or effective()
            if shown is not None:
                request.GET = request.GET.copy()
                request.GET["release__id__exact"] = str(shown.pk)
                request.META["QUERY_STRING"] = request.GET.urlencode()
        return super().changelist_view(request, extra_context)

    def save_model(self, request, obj, form, change) -> None:
        """A change of the sentence in force goes to the open draft, which is started where there is none."""
        texts = {name: form.cleaned_data[name] for name in TEXTS}
        reason, seen, at = form.cleaned_data["reason"], form.cleaned_data["seen_revision"], timezone.now()
        target = in_a_draft(obj, by=request.user, at=at)
        target.rewrite(by=request.user, at=at, reason=reason, seen_revision=seen, **texts)
        request.rewritten = target

    def log_change(self, request, obj, message):
        return super().log_change(request, request.rewritten, message)

    def response_change(self, request, obj):
        target = request.rewritten
        self.message_user(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("It is in the draft of release %(number)s; plans print it once that is published.")
                % {"number": target.release.number},
                _release_page(target.release),
                _("See what the draft changes, preview and publish it."),
            ),
            messages.INFO,
        )
        for sentence in weeks_typed(target.body, edition_for(timezone.localdate())):
            self.message_user(request, sentence, messages.WARNING)
        if "_continue" in request.POST:
            self.message_user(request, _("The statement was changed successfully."), messages.SUCCESS)
            return redirect("admin:wording_statement_change", target.pk)
        return super().response_change(request, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StaleTextError:
            self.message_user(request, STALE, messages.ERROR)
        except NotADraftError:
            self.message_user(request, NOT_A_DRAFT, messages.ERROR)
        return redirect(request.path)

    def get_urls(self):
        go_back = path(
            "<path:object_id>/history/<int:number>/go-back/",
            self.admin_site.admin_view(self.go_back_view),
            name="wording_statement_go_back",
        )
        return [go_back, *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        """Every text that the sentence had, the latest first, each with what it changed in the one before."""
        statement = self._statement(request, object_id)
        if not self.has_view_permission(request, statement):
            raise PermissionDenied
        revisions = list(statement.texts_of_all_releases.select_related("by", "statement__release"))
        befores = [*revisions[1:], None]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Texts of: %(statement)s") % {"statement": statement},
            "opts": self.opts,
            "object": statement,
            "statement": statement,
            "may_change": self.has_change_permission(request, statement),
            "revisions": [
                (revision, changes(before, revision)) for revision, before in zip(revisions, befores, strict=True)
            ],
        }
        return TemplateResponse(request, "wording/admin_history.html", context)

    def go_back_view(self, request, object_id, number: int):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        statement = self._statement(request, object_id)
        if not self.has_change_permission(request, statement):
            raise PermissionDenied
        earlier = get_object_or_404(statement.texts_of_all_releases, number=number)
        faults = text_faults(earlier.texts(), edition_for(timezone.localdate()), **statement.identity)
        if faults:
            self.message_user(request, " ".join([_("That text can no longer be used."), *faults]), messages.ERROR)
        else:
            self._go_back(request, statement, number)
        return redirect(reverse("admin:wording_statement_history", args=[statement.pk]))

    def _go_back(self, request, statement: Statement, number: int) -> None:
        now, at = statement.revision, timezone.now()
        if request.POST.get("seen_revision") != str(now):
            self.message_user(request, STALE, messages.ERROR)
            return
        try:
            with transaction.atomic():
                target = in_a_draft(statement, by=request.user, at=at)
                target.go_back_to(number, by=request.user, at=at, seen_revision=now)
                self.note(request, audit.Action.CHANGE, target, f"back to text {number}")
        except StaleTextError:
            self.message_user(request, STALE, messages.ERROR)
        except NotADraftError:
            self.message_user(request, NOT_A_DRAFT, messages.ERROR)
        else:
            said = _("Text %(number)s is back, in the draft of release %(release)s.")
            said %= {"number": number, "release": target.release.number}
            self.message_user(request, said, messages.SUCCESS)

    def _statement(self, request, object_id: str) -> Statement:
        """An id that is no number is as unknown as one that nothing has."""
        statement = self.get_object(request, object_id)
        if statement is None:
            raise Http404
        return statement


def in_a_draft(statement: Statement, *, by, at) -> Statement:
    """The sentence where it may be changed: itself, or its copy in the open draft, which is started where needed."""
    if not statement.release.is_effective:
        return statement
    draft = open_draft() or start_draft(statement.release, by=by, at=at)
    return draft.statements.get(**statement.identity)


def changes(before: StatementRevision | None, after: StatementRevision) -> list[Change]:
    """The fields that differ from the text before, word by word. Empty for a first text."""
    if before is None:
        return []
    pairs = [(name, _shown(before, name), _shown(after, name)) for name in TEXTS]
    return [
        Change(StatementRevision._meta.get_field(name).verbose_name, words_changed(old, new))
        for name, old, new in pairs
        if old != new
    ]


def _shown(revision: StatementRevision, name: str) -> str:
    return str(revision.get_strength_display() if name == "strength" else getattr(revision, name))


def _html_blocks(body: str):
    """Paragraphs only: the admin's style sheet pushes lists out of their column."""
    for block in blocks(body):
        mark = "• " if block.kind == BULLETS else ""
        for line in block.lines:
            yield (format_html("<p>{}{}</p>", mark, line),)
