"""What the pathway can advise, in the order of the plan: indications, stops and checks of each action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pathway.guideline.criteria import height_progression, ref
from pathway.guideline.limits import Limits
from pathway.guideline.truth import (
    Indicated,
    Never,
    Rule,
    StatusIs,
    all_of,
    any_of,
    at_least,
    at_most,
    is_,
    less_than,
    more_than,
    no,
    not_,
    not_recorded,
    yes,
)

SOURCE, BEYOND = "source", "beyond"


class Status(StrEnum):
    RECOMMENDED = "recommended"
    CHECK_FIRST = "check_first"
    BLOCKED = "blocked"
    UNDETERMINED = "undetermined"
    NOT_INDICATED = "not_indicated"


Rules = Callable[[Limits], tuple[Rule, ...]]


def _none(at: Limits) -> tuple[Rule, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to advise. `cites` names statements (S1-S31), decisions (D1-D13) and sources of the registry."""

    name: str
    label: str
    origin: str
    cites: tuple[str, ...]
    indications: Callable[[Limits], Rule]
    stops: Rules = _none
    checks: Rules = _none
    due_after: str = ""  # the limit that says how many days after the fracture a follow-up is due
    due_from_visit: bool = False

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(cite for cite in self.cites if cite[0] == "S" and cite[1:].isdigit())

    @property
    def decisions(self) -> tuple[str, ...]:
        return tuple(cite for cite in self.cites if cite[0] == "D" and cite[1:].isdigit())


def _criterion(name: str) -> Callable[[Limits], Rule]:
    return lambda at: ref(name)


def _in_scope_and(*parts: Callable[[Limits], Rule]) -> Callable[[Limits], Rule]:
    def indications(at: Limits) -> Rule:
        return all_of("Within scope, and indicated", ref("in_scope"), *(part(at) for part in parts))

    return indications


def _augmentation(at: Limits) -> Rule:
    return all_of(
        "A reason to consider augmentation",
        ref("in_scope"),
        any_of("Early or late reason", ref("augmentation.early"), ref("augmentation.late")),
    )


def _augmentation_stops(at: Limits) -> tuple[Rule, ...]:
    return (
        ref("emergency"),
        ref("surgical_instability"),
        ref("infection_suspected"),
        ref("malignancy_suspected"),
        yes("cement_or_contrast_allergy"),
    )


def _augmentation_checks(at: Limits) -> tuple[Rule, ...]:
    return (
        yes("pain_at_fracture_level"),
        ref("insufficient_relief"),
        any_of("Marrow edema, or bone scan uptake", yes("marrow_edema"), yes("bone_scan_uptake")),
        at_most("days_since_marrow_imaging", at.marrow_imaging_age),
        yes("medical_management_tried"),
        at_most("inr", at.inr),
        at_least("platelets_10_9_l", at.platelets),
    )


def _augmentation_open(at: Limits) -> Rule:
    return StatusIs(
        "Augmentation referral is recommended, or needs checks first",
        "refer.augmentation",
        (Status.RECOMMENDED, Status.CHECK_FIRST),
    )


def _emergency_or_unstable(at: Limits) -> tuple[Rule, ...]:
    return ref("emergency"), ref("surgical_instability")


def _any_pain(at: Limits) -> Rule:
    return at_least("pain_nrs", at.any_pain)


def _opioid_pain(at: Limits) -> Rule:
    return at_least("pain_nrs", at.opioid_pain)


def _before_decision_day(at: Limits) -> Rule:
    return not_("Twelve weeks not yet reached", ref("decision_day_reached"))


def _calcitonin_window(at: Limits) -> Rule:
    return at_most("days_since_identified", at.calcitonin_window)


def _calcitonin_pain(at: Limits) -> Rule:
    return at_least("pain_nrs", at.calcitonin_pain)


def _nsaid_stops(at: Limits) -> tuple[Rule, ...]:
    return (
        yes("gi_bleed_or_ulcer"),
        yes("heart_failure_severe"),
        yes("anticoagulated"),
        less_than("egfr", at.egfr_low),
    )


def _calcitonin_stops(at: Limits) -> tuple[Rule, ...]:
    return is_("region", "uk", "eu"), yes("calcitonin_allergy"), _low_calcium(at)


def _low_calcium(at: Limits) -> Rule:
    return less_than("adjusted_calcium_mmol_l", at.calcium_low)


def _high_calcium(at: Limits) -> Rule:
    return more_than("adjusted_calcium_mmol_l", at.calcium_high)


def _no_bone_medicine(at: Limits) -> Rule:
    return is_("bone_medicine", "none")


def _treat(at: Limits) -> Rule:
    return StatusIs("Bone treatment is recommended", "bone.treat", (Status.RECOMMENDED,))


def _treat_and(part: Callable[[Limits], Rule]) -> Callable[[Limits], Rule]:
    return lambda at: all_of("Bone treatment is recommended, and fits", _treat(at), part(at))


def _oral_stops(clearance: str) -> Rules:
    def stops(at: Limits) -> tuple[Rule, ...]:
        return (
            less_than("creatinine_clearance_ml_min", at.by_name[clearance]),
            _low_calcium(at),
            yes("esophageal_disorder"),
            no("can_sit_upright_30_min"),
        )

    return stops


def _zoledronate_stops(at: Limits) -> tuple[Rule, ...]:
    return less_than("creatinine_clearance_ml_min", at.clearance_zoledronate), _low_calcium(at)


def _bisphosphonate_checks(at: Limits) -> tuple[Rule, ...]:
    return at_least("vitamin_d_nmol_l", at.vitamin_d), no("dental_work_pending")


def _denosumab_checks(at: Limits) -> tuple[Rule, ...]:
    return *_bisphosphonate_checks(at), at_least("egfr", at.egfr_low)


def _teriparatide_stops(at: Limits) -> tuple[Rule, ...]:
    return _high_calcium(at), yes("osteosarcoma_risk"), ref("malignancy_suspected")


def _romosozumab_stops(at: Limits) -> tuple[Rule, ...]:
    return (
        any_of(
            "Heart attack or stroke that rules it out in this region",
            is_("mi_or_stroke", "within_12_months"),
            all_of(
                "Any earlier heart attack or stroke, in the UK or EU",
                is_("mi_or_stroke", "over_12_months"),
                is_("region", "uk", "eu"),
            ),
        ),
        _low_calcium(at),
    )


def _specialist(at: Limits) -> tuple[Rule, ...]:
    return (Never("A bone specialist has agreed"),)


def _laboratory_gaps(at: Limits) -> Rule:
    return any_of(
        "A laboratory result is missing",
        not_recorded("adjusted_calcium_mmol_l"),
        not_recorded("vitamin_d_nmol_l"),
        not_recorded("creatinine_umol_l"),
        not_recorded("hemoglobin_g_l"),
        all_of("Neither ESR nor CRP recorded", not_recorded("esr_mm_h"), not_recorded("crp_mg_l")),
        not_recorded("myeloma_screen"),
        is_("myeloma_screen", "not_done"),
    )


def _rebound(at: Limits) -> Rule:
    return more_than("days_since_denosumab", at.denosumab_rebound)


def _not_past(limit: str) -> Callable[[Limits], Rule]:
    return lambda at: at_most("days_since_fracture", at.by_name[limit])


def _immobile(at: Limits) -> Rule:
    return any_of("Immobile", is_("mobility", "bedbound"), at_least("days_in_bed", at.bed_days))


def _delay(at: Limits) -> Rule:
    return any_of("Progressive deformity or pulmonary dysfunction", height_progression(at),
                  ref("pulmonary_dysfunction"))  # fmt: skip


_ACTIONS = (
    Action("refer.emergency_spine", "Emergency spinal referral", SOURCE, ("S23", "D8"), _criterion("emergency")),
    Action("workup.infection", "Work-up for infection", BEYOND, ("mchenry-1988",), _criterion("infection_suspected")),
    Action("workup.malignancy", "Work-up for malignancy", SOURCE, ("S30", "D13"), _criterion("malignancy_suspected")),
    Action("refer.surgery", "Referral to spinal surgery", SOURCE, ("S23", "D8"), _criterion("surgical_instability")),
    Action(
        "refer.augmentation", "Discussion of vertebral augmentation", SOURCE,
        ("S1", "S12", "S13", "S14", "S15", "S19", "S20", "S21", "D1", "D2", "D3", "D4", "D5", "D6", "D9", "acr-2018"),
        _augmentation, _augmentation_stops, _augmentation_checks,
    ),
    Action("augmentation.vertebroplasty", "Vertebroplasty", SOURCE, ("S16", "S17", "cochrane-2018", "asbmr-2019"),
           _augmentation_open),
    Action("augmentation.kyphoplasty", "Balloon kyphoplasty", SOURCE, ("S16", "S17", "S18", "S22", "asbmr-2019"),
           _augmentation_open),
    Action("pain.acetaminophen", "Acetaminophen", SOURCE, ("S4", "S8"), _in_scope_and(_any_pain),
           lambda at: (yes("liver_failure_severe"),)),
    Action("pain.nsaid", "NSAID", SOURCE, ("S4", "S8", "nogg-2024"), _in_scope_and(_any_pain), _nsaid_stops,
           lambda at: (less_than("age_years", at.nsaid_age),)),
    Action("pain.opioid", "Short-term opioid", SOURCE, ("S8", "nogg-2024"),
           _in_scope_and(_opioid_pain, _before_decision_day),
           lambda at: (yes("opioid_hazard"),), lambda at: (no("sedatives"),)),
    Action("pain.calcitonin", "Calcitonin", SOURCE, ("S9", "D11", "aaos-2010", "ema-2012"),
           _in_scope_and(_calcitonin_pain, _calcitonin_window), _calcitonin_stops,
           lambda at: (at_most("days_since_onset", at.calcitonin_start),)),
    Action("activity.limit_bed_rest", "Limited bed rest", SOURCE, ("S5",), _criterion("in_scope")),
    Action("activity.brace", "Brace for comfort", SOURCE, ("S6",), _in_scope_and(_any_pain)),
    Action("activity.mobilize_early", "Early mobilization", SOURCE, ("S7",), _criterion("in_scope"),
           _emergency_or_unstable),
    Action("bone.treat", "Bone medicine", SOURCE, ("S10", "S25", "D12"), _in_scope_and(_no_bone_medicine)),
    Action("bone.alendronate", "Alendronate", SOURCE, ("S11", "liberman-1995", "label-alendronate"), _treat,
           _oral_stops("clearance_alendronate"), _bisphosphonate_checks),
    Action("bone.risedronate", "Risedronate", BEYOND, ("label-risedronate",), _treat,
           _oral_stops("clearance_risedronate"), _bisphosphonate_checks),
    Action("bone.zoledronate", "Zoledronate", BEYOND, ("label-zoledronate",), _treat, _zoledronate_stops,
           _bisphosphonate_checks),
    Action("bone.denosumab", "Denosumab", BEYOND, ("label-denosumab", "fda-denosumab-2024"), _treat,
           lambda at: (_low_calcium(at),), _denosumab_checks),
    Action("bone.teriparatide", "Teriparatide", BEYOND, ("label-teriparatide",), _treat, _teriparatide_stops,
           _specialist),
    Action("bone.romosozumab", "Romosozumab", BEYOND, ("label-romosozumab",),
           _treat_and(lambda at: is_("sex", "female")), _romosozumab_stops, _specialist),
    Action("bone.discuss_anabolic_first", "Anabolic medicine first", BEYOND, ("aace-2020", "acp-2023"),
           _treat_and(_criterion("very_high_risk"))),
    Action("bone.calcium_vitamin_d", "Calcium and vitamin D", BEYOND, ("bhof-2022",), _criterion("in_scope"),
           lambda at: (_high_calcium(at),)),
    Action("bone.dxa", "DXA", BEYOND, ("nbha-2014",),
           _in_scope_and(lambda at: not_recorded("lowest_t_score"))),
    Action("bone.secondary_causes", "Secondary causes", BEYOND, ("bhof-2022",), _in_scope_and(_laboratory_gaps)),
    Action("bone.rebound", "Rebound after denosumab", BEYOND, ("label-denosumab",), _rebound),
    Action("longterm.exercise", "Exercise", SOURCE, ("S24", "nogg-2024"), _criterion("in_scope"),
           _emergency_or_unstable),
    Action("longterm.falls", "Fall prevention", SOURCE, ("S26",), _criterion("in_scope")),
    Action("followup.early", "Early review", SOURCE, ("S3", "S27"), _criterion("in_scope"),
           due_after="early_review", due_from_visit=True),
    Action("followup.six_weeks", "Review at six weeks", BEYOND, ("project",), _in_scope_and(_not_past("six_weeks")),
           due_after="six_weeks"),
    Action("followup.decision", "Decision at twelve weeks", SOURCE, ("S1", "S3", "S27", "D1"),
           _in_scope_and(_not_past("decision_day")), due_after="decision_day"),
    Action("followup.one_year", "Review at one year", SOURCE, ("S27",), _in_scope_and(_not_past("one_year")),
           due_after="one_year"),
    Action("pitfall.immobilization", "Prolonged immobilization", SOURCE, ("S28",), _immobile),
    Action("pitfall.untreated_bone", "Untreated bone disease", SOURCE, ("S29",), _in_scope_and(_no_bone_medicine)),
    Action("pitfall.delay", "Delay in progressive disease", SOURCE, ("S31",), _delay),
)  # fmt: skip
ACTIONS: dict[str, Action] = {action.name: action for action in _ACTIONS}


def nsaid_indicated() -> Rule:
    return Indicated("An NSAID is indicated", "pain.nsaid")
