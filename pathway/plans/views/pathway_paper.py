"""The pathway on paper. It stands here because paper is made here; what it says is read off the rules."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathway.accounts.access import signed_in
from pathway.guideline.limits import Limits, edition_for
from pathway.plans import paper
from pathway.plans.views.review import pdf_response
from pathway.wording.chart import sheets
from pathway.wording.document import document


@signed_in
@require_safe
def pathway_pdf(request: HttpRequest) -> HttpResponse:
    """The document of docs/pathway.md, under the limits in force today."""
    return pdf_response(_printed(edition_for(timezone.localdate())), "pathway")


@cache
def _printed(at: Limits) -> bytes:
    """Printed once in the life of a process: an edition is never altered, and its 20 pages take seconds."""
    made = document(at)
    html = render_to_string("wording/print_document.html", {"document": made, "sheets": sheets(made.flow)})
    return paper.sealed(html, seconds=300)
