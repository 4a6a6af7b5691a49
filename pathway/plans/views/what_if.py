"""What if an answer were another one: headline and statuses before and after, side by side. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pathway.accounts.access import clinician_required
from pathway.clinic.forms import StepForm
from pathway.clinic.models import Visit
from pathway.clinic.steps import STEPS
from pathway.clinic.views.banner import banner
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import show
from pathway.plans.criteria_opened import STATE_WORDS
from pathway.plans.layout import STATUS_TITLES
from pathway.plans.views import find
from pathway.wording.book import Book, effective_book

OPEN = "answers_needed"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that is different: what it is, as it is now, and what if."""

    what: str
    before: str
    after: str


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every question of the visit with its saved answer, to change; open or signed."""
    visit = find.visit(request, pk)
    asked = request.method == "POST"
    forms = [StepForm(step, visit, data=request.POST if asked else None) for step in STEPS]
    valid = [form.is_valid() for form in forms]  # each of them, so that each shows its mistakes
    invalid = asked and not all(valid)
    context = {
        "visit": visit,
        **banner(visit.patient, visit.on),
        "section": "worklist",
        "forms": forms,
        "invalid": invalid,
        "result": _result(visit, forms) if asked and not invalid else None,
    }
    return render(request, "plans/what_if.html", context, status=422 if invalid else 200)


def _result(visit: Visit, forms: list[StepForm]) -> dict[str, Any]:
    typed = {name: value for form in forms for name, value in form.known_answers().items()}
    before, after = visit.evaluation(), visit.evaluation(typed)
    book = effective_book(before.rules.at)
    return {
        "answers": _answers(before, after),
        "headlines": [_headline(ev, book) for ev in (before, after)],
        "same_headline": before.headline == after.headline,
        "actions": _actions(before, after, book),
        "criteria": _criteria(before, after),
        "notices": _notices(before, after, book),
    }


def _answers(before: Evaluation, after: Evaluation) -> list[Move]:
    pairs = ((name, before.facts.get(name), after.facts.get(name)) for name in FACTS)
    return [Move(FACTS[name].label, show(name, old), show(name, new)) for name, old, new in pairs if old != new]


def _headline(ev: Evaluation, book: Book) -> dict:
    sentence = book.sentence("headline", ev.headline, "clinician")
    return {"heading": sentence.heading, "blocks": sentence.blocks}


def _actions(before: Evaluation, after: Evaluation, book: Book) -> list[Move]:
    pairs = ((name, _status(before, name), _status(after, name)) for name in before.actions)
    return [
        Move(book.sentence("action", name, "clinician").heading, old, new) for name, old, new in pairs if old != new
    ]


def _status(ev: Evaluation, name: str) -> str:
    """A status in words. Under open questions no page shows an action as recommended."""
    return _("Waits for answers") if ev.headline == OPEN else STATUS_TITLES[ev.actions[name].status]


def _criteria(before: Evaluation, after: Evaluation) -> list[Move]:
    return [
        Move(CRITERIA[name].label, STATE_WORDS[check.state], STATE_WORDS[after.criteria[name].state])
        for name, check in before.criteria.items()
        if check.state != after.criteria[name].state
    ]


def _notices(before: Evaluation, after: Evaluation, book: Book) -> list[Move]:
    words = {True: _("shown"), False: _("not shown")}
    moved = (name for name in (*before.notices, *after.notices) if (name in before.notices) != (name in after.notices))
    return [
        Move(book.sentence("notice", n, "clinician").heading, words[n in before.notices], words[n in after.notices])
        for n in moved
    ]
