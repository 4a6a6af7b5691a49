"""The one headline of a plan: the first whose rule holds. The last always holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pathway.guideline.actions import Status
from pathway.guideline.criteria import ref
from pathway.guideline.limits import Limits
from pathway.guideline.truth import IsUnknown, Rule, StatusIs, all_of, any_of, not_


@dataclass(frozen=True, slots=True)
class Headline:
    name: str
    label: str
    statements: tuple[str, ...]
    urgent: bool
    rule: Callable[[Limits], Rule]


def _augmentation(*statuses: str) -> Rule:
    words = " or ".join(status.replace("_", " ") for status in statuses)
    return StatusIs(f"Discussion of augmentation: {words}", "refer.augmentation", statuses)


def _recovering(at: Limits) -> Rule:
    return all_of(
        "Twelve weeks reached, without a reason for augmentation",
        ref("decision_day_reached"),
        _augmentation(Status.NOT_INDICATED),
    )


def _answers_needed(at: Limits) -> Rule:
    return any_of(
        "An essential answer is missing",
        not_("An essential answer is not recorded", ref("essentials_recorded")),
        IsUnknown("Whether the pathway applies is not known", ref("in_scope")),
    )


def _otherwise(at: Limits) -> Rule:
    return all_of("None of the above")


_HEADLINES = (
    Headline("emergency_spine", "Spinal emergency", ("S23",), True, lambda at: ref("emergency")),
    Headline("urgent_infection", "Infection suspected", (), True, lambda at: ref("infection_suspected")),
    Headline("urgent_malignancy", "Malignancy suspected", ("S30",), True, lambda at: ref("malignancy_suspected")),
    Headline("surgical_review", "Surgical review", ("S23",), True, lambda at: ref("surgical_instability")),
    Headline("out_of_scope", "Outside this pathway", (), False,
             lambda at: not_("Outside the scope of the pathway", ref("in_scope"))),
    Headline("answers_needed", "Answers needed first", (), False, _answers_needed),
    Headline("augmentation_review", "Discuss augmentation", ("S1", "S12", "S13", "S14", "S15", "S19"), False,
             lambda at: _augmentation(Status.RECOMMENDED)),
    Headline("augmentation_checks", "Augmentation: checks first", ("S1", "S12", "S13", "S14", "S15", "S19"), False,
             lambda at: _augmentation(Status.CHECK_FIRST, Status.BLOCKED)),
    Headline("recovering", "Recovering: treat the bone", ("S3", "S25"), False, _recovering),
    Headline("medical_management", "Medical management", ("S1", "S2"), False, _otherwise),
)  # fmt: skip
HEADLINES: dict[str, Headline] = {headline.name: headline for headline in _HEADLINES}
