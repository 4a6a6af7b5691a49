"""Unsaved typing: kept as typed after every change, read for the panel, carried forward from the last visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from pathway.accounts import audit
from pathway.clinic.asking import FIRST_VISIT, Question
from pathway.clinic.fields import input_names, saved_answer
from pathway.clinic.forms import StepForm, Typed
from pathway.clinic.models import Visit, VisitDraft
from pathway.clinic.models.visits import StaleError
from pathway.clinic.steps import STEP_BY_SLUG, STEPS, Step
from pathway.guideline.facts import FACTS


@transaction.atomic
def keep(visit: Visit, step: Step, typed: Typed, by, at: datetime, *, version: int, rev: int) -> dict[str, VisitDraft]:
    """Keep what was typed in a step, in place of what was kept before. Gives every draft of the visit, by its step.

    Raises StaleError when the step was saved after `version`, when someone else typed in it after `rev`, or when the
    visit is no longer open.
    """
    visit.lock()  # so that two first drafts of a step follow one another
    kept = {draft.step: draft for draft in visit.drafts.all()}
    draft = kept.get(step.slug)
    if visit.was_changed(step.slug, by, draft, version=version, rev=rev):
        raise StaleError
    if draft is None:
        draft = kept[step.slug] = VisitDraft(visit=visit, step=step.slug, rev=0)
    draft.typed = typed
    draft.carried_from = None
    draft.rev += 1
    draft.saved_by, draft.saved_at = by, at
    draft.save()
    visit.note(audit.Action.CHANGE, by, at, reason=f"draft of step {step.slug}")
    return kept


def read(visit: Visit, draft: VisitDraft) -> StepForm:
    """The draft as a validated form."""
    form = StepForm(STEP_BY_SLUG[draft.step], visit, data=MultiValueDict(draft.typed))
    form.is_valid()
    return form


def unsaved_answers(visit: Visit, kept: Iterable[VisitDraft], known: StepForm | None = None) -> dict[str, Any]:
    """Valid answers of every draft that somebody typed; None withdraws a saved one. Carried ones are not counted.

    `kept` are the visit's drafts; `known` is the form of one of them where it was validated just now.
    """
    answers: dict[str, Any] = {}
    for draft in kept:
        if draft.carried_from is None:
            is_known = known is not None and known.step.slug == draft.step
            answers.update((known if is_known else read(visit, draft)).known_answers())
    return answers


def carry_forward(visit: Visit, by, at: datetime) -> None:
    """Put the lasting answers of the last signed visit into the drafts of a new one, to be confirmed or changed."""
    if not visit.is_first:
        _carry(visit, visit.earlier_signed[-1], by, at, lambda question: question.lasting)


def carry_replaced(visit: Visit, replaced: Visit, by, at: datetime) -> None:
    """Put the answers of a visit into the drafts of the one that replaces it, so that only what was wrong is typed
    again. On a later day what was found then is asked anew."""
    is_same_day = replaced.on == visit.on
    _carry(visit, replaced, by, at, lambda one: is_same_day or one.lasting or one.asked_when == FIRST_VISIT)


def _carry(visit: Visit, last: Visit, by, at: datetime, is_carried: Callable[[Question], bool]) -> None:
    for step in STEPS:
        typed = _carried(visit, last, step, is_carried)
        if typed:
            draft = VisitDraft(visit=visit, step=step.slug, carried_from=last.on, saved_by=by, saved_at=at)
            draft.typed = typed
            draft.save()


def _carried(visit: Visit, last: Visit, step: Step, is_carried: Callable[[Question], bool]) -> Typed:
    form = StepForm(step, visit)
    typed: dict[str, list[str]] = {}
    for question in form.questions:
        answer = saved_answer(last, FACTS[question.fact])
        if is_carried(question) and not answer.is_blank:
            field = form.fields[question.fact]
            typed.update(_as_typed(question.fact, field, field.pieces(answer)))
    return typed


def _as_typed(name: str, field: Any, pieces: Any) -> Typed:
    """The pieces as a browser would send them."""
    names = input_names(name, field)
    if len(names) == 1:
        return {name: pieces if isinstance(pieces, list) else [pieces]}
    return {
        piece_name: ["on" if piece is True else piece]
        for piece_name, piece in zip(names, pieces, strict=True)
        if piece not in (False, "")
    }


def carried_count(draft: VisitDraft) -> int:
    """How many questions of a carried draft wait to be confirmed."""
    facts = STEP_BY_SLUG[draft.step].facts
    return sum(any(name == fact or name == f"{fact}_day" for name in draft.typed) for fact in facts)
