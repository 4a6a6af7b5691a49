"""Everything that a visit records, as rows for the screen and for paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pathway.clinic.fields import Answer, saved_answer
from pathway.clinic.forms import answer_text
from pathway.clinic.models import Visit
from pathway.clinic.numbers import day_text
from pathway.clinic.questions import QUESTIONS
from pathway.clinic.steps import STEPS, Step, is_asked
from pathway.guideline.facts import FACTS, Fact
from pathway.guideline.quantities import show

KNOWN, NOT_KNOWN, NOT_ASKED = "known", "not_known", "not_asked"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact of a visit. `text` is its value in words with what was typed; `source` says where it comes from."""

    fact: Fact
    state: str
    value: Any
    text: str
    typed: str = ""
    typed_unit: str = ""
    source: str = ""
    step: Step | None = None


def recorded(visit: Visit) -> list[Recorded]:
    """The patient's facts, then every question of the walk that belongs to this visit, in the order it is asked.

    Values from earlier visits are among them, with their day. Conditions between answers are not looked at: a
    question that did not apply is not asked.
    """
    facts = visit.answers()
    carried = visit.carried()
    rows = [
        Recorded(FACTS[name], KNOWN if name in facts else NOT_KNOWN, facts.get(name), show(name, facts.get(name)))
        for name in ("age_years", "sex")
    ]
    for step in STEPS:
        for name in step.facts:
            if name in carried:
                value, on = carried[name]
                source = _("visit on %(day)s") % {"day": day_text(on)}
                rows.append(Recorded(FACTS[name], KNOWN, value, show(name, value), source=source, step=step))
            elif is_asked(QUESTIONS[name], visit):
                rows.append(_row(step, FACTS[name], saved_answer(visit, FACTS[name])))
    return [*rows, Recorded(FACTS["region"], KNOWN, facts["region"], show("region", facts["region"]))]


def _row(step: Step, fact: Fact, answer: Answer) -> Recorded:
    state = NOT_KNOWN if answer.not_known else NOT_ASKED if answer.value is None else KNOWN
    return Recorded(fact, state, answer.value, answer_text(fact, answer), answer.typed, answer.unit, step=step)
