"""The walk as data, in the order it is walked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway.clinic import questions
from pathway.clinic.asking import FIRST_VISIT, MAY_BE_PREGNANT, Question
from pathway.clinic.models import Visit

Sections = tuple[tuple[str | Promise, tuple[Question, ...]], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the walk: its sections, each with a legend, blank where the page's title says it."""

    slug: str
    title: str | Promise
    sections: Sections

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for _legend, section in self.sections for question in section)

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(question.fact for question in self.questions)

    @property
    def number(self) -> int:
        return STEPS.index(self) + 1

    @property
    def next(self) -> Step | None:
        return STEPS[self.number] if self.number < len(STEPS) else None


STEPS = (
    Step(
        "neurology",
        _("Neurology and red flags"),
        ((_("Neurology"), questions.NEUROLOGY), (_("Red flags"), questions.RED_FLAGS)),
    ),
    Step("fracture", _("The fracture"), (("", questions.FRACTURE),)),
    Step("pain", _("Pain and function"), (("", questions.PAIN),)),
    Step("imaging", _("Imaging"), (("", questions.IMAGING),)),
    Step(
        "bone-health",
        _("Bone health and laboratory"),
        ((_("Bone density, fractures and falls"), questions.BONE_HEALTH), (_("Laboratory"), questions.LABORATORY)),
    ),
    Step("medicines", _("Medicines and safety"), (("", questions.MEDICINES),)),
)
STEP_BY_SLUG = {step.slug: step for step in STEPS}
STEP_OF_FACT = {fact: step for step in STEPS for fact in step.facts}


def is_asked(question: Question, visit: Visit) -> bool:
    """Whether a question belongs to this visit at all; conditions on other answers are the form's."""
    if question.asked_when == FIRST_VISIT:
        return visit.is_first
    if question.asked_when == MAY_BE_PREGNANT:
        return visit.asks_pregnancy
    return True
