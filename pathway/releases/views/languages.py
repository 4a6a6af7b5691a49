"""The languages of a release: what is translated, its way to translators and back, and which may be printed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pathway.accounts.access import author_required
from pathway.accounts.own_sentences import own_sentences
from pathway.guideline.limits import edition_for
from pathway.releases.views.pages import find
from pathway.wording import languages
from pathway.wording.models import NotADraftError, Release
from pathway.wording.releasing import ENGLISH
from pathway.wording.sign_offs import is_reviewer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

NO_FRAME = gettext_lazy(
    "It cannot be printed yet: the leaflet's dates, head and foot are not in this language. They come with the program."
)


class SheetForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Language code"), max_length=10, help_text=gettext_lazy("Such as es, fr or pt-br.")
    )
    sheet = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("As it was exported here."),
        error_messages={
            "required": gettext_lazy("Choose the spreadsheet."),
            "empty": gettext_lazy("The spreadsheet is empty. Choose one as it was exported here."),
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own_sentences(self.fields)

    def clean_code(self):
        return self.cleaned_data["code"] if is_code(self.cleaned_data["code"]) else self._refuse()

    def _refuse(self):
        raise forms.ValidationError(
            _("A language code such as es, fr or pt-br is accepted; English is not translated.")
        )


def is_code(code: str) -> bool:
    return languages.CODE.fullmatch(code) is not None and code != ENGLISH


@author_required
@require_safe
def overview(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, find(request, number), SheetForm())


@author_required
@require_safe
def sheet(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """What a translator fills in. A language that has nothing yet is a sheet with empty columns."""
    found = find(request, number)
    if not is_code(code):
        raise Http404
    name = f"release-{found.number}-{code}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(languages.sheet(found, code), content_type=XLSX, headers=headers)


@author_required
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponseBase:
    found = find(request, number)
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if not found.is_draft:
        form.add_error("sheet", _("Translations are put into a draft. Start one from this release."))
        return _page(request, found, form, status=409)
    now = timezone.now()
    limits = edition_for(timezone.localdate(now))
    try:
        content = form.cleaned_data["sheet"].read(languages.MOST_BYTES + 1)
        taken = languages.take(found, form.cleaned_data["code"], content, limits=limits, by=request.user, at=now)
    except languages.SheetRefusedError as refused:
        form.add_error("sheet", str(refused))
        return _page(request, found, form, status=422)
    except NotADraftError:
        form.add_error("sheet", _("The release was submitted meanwhile. Nothing was taken."))
        return _page(request, found, form, status=409)
    said = _("%(added)s translations were added, %(changed)s changed, %(same)s are as they were.")
    messages.success(request, said % {"added": taken.added, "changed": taken.changed, "same": taken.same})
    return _page(request, found, SheetForm(), refused=taken.refused)


@author_required
@require_POST
def switch(request: HttpRequest, number: int, code: str) -> HttpResponseBase:
    """A clinical reviewer lets a language be printed, or any author stops it."""
    found = find(request, number)
    is_on = request.POST.get("on") == "1"
    if is_on and not is_reviewer(request.user):
        raise PermissionDenied
    if not found.statements.filter(language=code).exclude(language=ENGLISH).exists():
        raise Http404
    if is_on and not languages.has_frame(code):
        messages.error(request, NO_FRAME)
        return redirect("releases:languages", found.number)
    languages.switch(found, code, is_on=is_on, by=request.user, at=timezone.now())
    return redirect("releases:languages", found.number)


def _page(request: HttpRequest, found: Release, form, status: int = 200, refused=()) -> HttpResponse:
    context = {
        "section": "pathway",
        "shown": found,
        "languages": languages.overview(found),
        "form": form,
        "invalid": status >= 400,
        "refused": refused,
        "may_switch_on": is_reviewer(request.user),
        "no_frame": NO_FRAME,
    }
    return render(request, "releases/languages.html", context, status=status)
