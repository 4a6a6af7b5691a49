"""The 13 questions that the source leaves open and how this project answers them, awaiting clinical sign-off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that the source leaves open, how this project answers it, and the names that depend on the answer."""

    id: str
    question: str
    decision: str
    depends: tuple[str, ...]


def _decision(id, question, decision, depends) -> Decision:
    return Decision(id, question, decision, tuple(depends.split()))


_DECISIONS = (
    _decision(
        "D1",
        "Three months: counted from when, and how long?",
        "Day 84 (12 weeks), that day included, counted from the onset of symptoms. If the onset is not known, from the "
        "day the fracture was identified, with a notice. From day 84 until 3 calendar months have passed, a notice.",
        "decision_day_reached augmentation.late refer.augmentation recovering followup.decision pain.opioid "
        "clock_from_imaging three_calendar_months_not_reached",
    ),
    _decision(
        "D2",
        "What is not sufficient relief?",
        "A worst pain of 4 or more out of 10 in the last 24 hours. VERTOS II took 3 or less as sufficient relief.",
        "insufficient_relief augmentation.late refer.augmentation",
    ),
    _decision(
        "D3",
        "What is worsening?",
        "Unless medical management was left untried: a course that is worsening, pain up by 2 points, Roland-Morris up "
        "by 5, Oswestry up by 10, or height loss up by 20 percentage points.",
        "worsening augmentation.early augmentation.late refer.augmentation pitfall.delay",
    ),
    _decision(
        "D4",
        "In which unit are kyphosis and scoliosis?",
        "Degrees. The source prints a percent sign, but no percentage of either is defined anywhere we found. An entry "
        "with a percent sign is refused, and a notice stands wherever either angle counts.",
        "deformity.kyphosis deformity.scoliosis kyphosis_unit",
    ),
    _decision(
        "D5",
        "Which kyphosis?",
        "Only the local (segmental) angle. A global thoracic angle of 20 to 45 degrees is normal and would meet the "
        "limit in healthy people, so with it the criterion stays open.",
        "deformity.kyphosis kyphosis_method",
    ),
    _decision(
        "D6",
        "Does an old scoliosis count?",
        "No. A scoliosis known before the fracture, or of unknown age, leaves the criterion open and never met.",
        "deformity.scoliosis",
    ),
    _decision(
        "D7",
        "On which side of a limit does the limit itself fall?",
        "As written, the limit is included. Exact decimals as typed are compared, never rounded ones: 19.9 is not 20.",
        "deformity.kyphosis deformity.scoliosis deformity.dorsal_wall deformity.height_loss near_limit",
    ),
    _decision(
        "D8",
        "What if surgery and augmentation are both called for?",
        "One headline, in a fixed order: emergency, infection, malignancy, surgery, scope, missing answers, "
        "augmentation, recovery, medical management.",
        "emergency_spine urgent_infection urgent_malignancy surgical_review out_of_scope answers_needed "
        "augmentation_review augmentation_checks recovering medical_management",
    ),
    _decision(
        "D9",
        "What is pulmonary dysfunction?",
        "A lung disorder that kyphosis can worsen (COPD, interstitial or restrictive disease) or a documented fall in "
        "forced vital capacity. Breathlessness alone does not count.",
        "pulmonary_dysfunction augmentation.early pitfall.delay",
    ),
    _decision(
        "D10",
        "What does not known mean?",
        "Never no. An open question keeps its criterion open, and an open safety question holds back the advice.",
        "essentials_recorded answers_needed",
    ),
    _decision(
        "D11",
        "When is calcitonin an option?",
        "The source's 28 days from identification make it an option. A start within 5 days of onset, as in the trials, "
        "is a check. No authorization in the clinic's region is a stop.",
        "pain.calcitonin",
    ),
    _decision(
        "D12",
        "What is the diagnosis when osteopenia comes with this fracture?",
        "Osteoporosis on clinical grounds (NBHA 2014): DXA says osteopenia; with this fracture the clinical diagnosis "
        "is osteoporosis.",
        "bmd_clinical_osteoporosis",
    ),
    _decision(
        "D13",
        "How many flags of malignancy call for a work-up?",
        "One strong flag or two weak ones: urgent work-up. One weak flag: a notice.",
        "malignancy.strong malignancy.weak malignancy_suspected workup.malignancy weak_malignancy_flag",
    ),
)

DECISIONS: dict[str, Decision] = {decision.id: decision for decision in _DECISIONS}
