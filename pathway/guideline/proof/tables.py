"""What the properties hold the rules against, written a second time and from the specification, not from the rules.

A property that read its stops, its order of headlines or its normal answers from the rules under proof would still
hold after one of them was dropped. So these are stated here once more, on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

from pathway.guideline.criteria import ref
from pathway.guideline.limits import Limits
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.truth import (
    All,
    Any,
    Never,
    Rule,
    at_least,
    at_most,
    includes,
    is_,
    less_than,
    more_than,
    no,
    yes,
)

# Section 6: the headlines in order. 1-6 are before any routine advice, 7-10 give it.
HEADLINES_1_TO_6 = (
    "emergency_spine",
    "urgent_infection",
    "urgent_malignancy",
    "surgical_review",
    "out_of_scope",
    "answers_needed",
)
HEADLINES_7_TO_10 = ("augmentation_review", "augmentation_checks", "recovering", "medical_management")
HEADLINE_ORDER = HEADLINES_1_TO_6 + HEADLINES_7_TO_10

# Property 6 excepts these three: recording one may take a measurement back.
WITHDRAWING = ("spine_t_includes_fracture", "kyphosis_method", "scoliosis_preexisting")

UPPER_LEVELS = ("T1", "T2", "T3", "T4")


def alarming(at: Limits) -> Mapping[str, Rule]:
    """For property 3, the answers that are themselves a reason for one of the headlines 2-4, and so are not normal.

    Every other answer counts as normal. So does any answer to an essential question (a fever, a cancer, a deficit):
    once one of those is not known, the headline asks for it.
    """
    return {
        "age_years": less_than("age_years", at.malignancy_age),
        "unexplained_weight_loss": yes("unexplained_weight_loss"),
        "night_or_unrelenting_pain": yes("night_or_unrelenting_pain"),
        "infection_risk": yes("infection_risk"),
        "levels": includes("levels", UPPER_LEVELS, "a level above T5"),
        "unstable_fracture": yes("unstable_fracture"),
        "of_type": is_("of_type", "OF4", "OF5"),
        "cord_compression_on_imaging": yes("cord_compression_on_imaging"),
        "malignant_imaging_features": yes("malignant_imaging_features"),
        "infection_imaging_features": yes("infection_imaging_features"),
        "adjusted_calcium_mmol_l": more_than("adjusted_calcium_mmol_l", at.calcium_high),
        "crp_mg_l": more_than("crp_mg_l", at.crp_infection),
        "esr_mm_h": more_than("esr_mm_h", at.esr_high),
        "hemoglobin_g_l": less_than("hemoglobin_g_l", at.hemoglobin_low),
        "myeloma_screen": is_("myeloma_screen", "abnormal"),
    }


def reached_rises(at: Limits) -> Mapping[str, tuple[Rule, ...]]:
    """For property 6, by fact, the rises that its value can complete. D3: a rise without both its values is left out,
    which is a no; news of a rise turns that no into a yes, and may so reopen what was closed by it."""
    limits = {
        "pain_rise": at.pain_rise,
        "rmdq24_rise": at.rmdq24_rise,
        "odi_rise": at.odi_rise,
        "height_loss_progression": at.height_loss_progression,
    }
    rises: dict[str, tuple[Rule, ...]] = {}
    for rise, limit in limits.items():
        for fact in QUANTITIES[rise].inputs:
            rises[fact] = (*rises.get(fact, ()), at_least(rise, limit))
    return rises


def stops(at: Limits) -> Mapping[str, tuple[Rule, ...]]:
    """Section 5: the stops of each action that has any."""
    low_calcium = less_than("adjusted_calcium_mmol_l", at.calcium_low)
    high_calcium = more_than("adjusted_calcium_mmol_l", at.calcium_high)
    emergency_or_unstable = ref("emergency"), ref("surgical_instability")
    oral = low_calcium, yes("esophageal_disorder"), no("can_sit_upright_30_min")

    def clearance_below(limit: str) -> Rule:
        return less_than("creatinine_clearance_ml_min", at.by_name[limit])

    return {
        "refer.augmentation": (
            *emergency_or_unstable,
            ref("infection_suspected"),
            ref("malignancy_suspected"),
            yes("cement_or_contrast_allergy"),
        ),
        "pain.acetaminophen": (yes("liver_failure_severe"),),
        "pain.nsaid": (
            yes("gi_bleed_or_ulcer"),
            yes("heart_failure_severe"),
            yes("anticoagulated"),
            less_than("egfr", at.egfr_low),
        ),
        "pain.opioid": (yes("opioid_hazard"),),
        "pain.calcitonin": (is_("region", "uk", "eu"), yes("calcitonin_allergy"), low_calcium),
        "activity.mobilize_early": emergency_or_unstable,
        "bone.alendronate": (clearance_below("clearance_alendronate"), *oral),
        "bone.risedronate": (clearance_below("clearance_risedronate"), *oral),
        "bone.zoledronate": (clearance_below("clearance_zoledronate"), low_calcium),
        "bone.denosumab": (low_calcium,),
        "bone.teriparatide": (high_calcium, yes("osteosarcoma_risk"), ref("malignancy_suspected")),
        "bone.romosozumab": (_heart_attack_or_stroke(), low_calcium),
        "bone.calcium_vitamin_d": (high_calcium,),
        "longterm.exercise": emergency_or_unstable,
    }


def _heart_attack_or_stroke() -> Rule:
    ever = is_("mi_or_stroke", "over_12_months", "within_12_months")
    return Any(
        "Within 12 months anywhere, or ever in the UK or EU",
        (is_("mi_or_stroke", "within_12_months"), All("Ever, in the UK or EU", (is_("region", "uk", "eu"), ever))),
    )


def checks(at: Limits) -> Mapping[str, tuple[Rule, ...]]:
    """Section 5: the checks of each action that has any."""
    before_strong_medicine = at_least("vitamin_d_nmol_l", at.vitamin_d), no("dental_work_pending")
    specialist = (Never("Never settled by an answer"),)
    return {
        "refer.augmentation": (
            yes("pain_at_fracture_level"),
            at_least("pain_nrs", at.insufficient_relief),
            Any("Edema or uptake", (yes("marrow_edema"), yes("bone_scan_uptake"))),
            at_most("days_since_marrow_imaging", at.marrow_imaging_age),
            yes("medical_management_tried"),
            at_most("inr", at.inr),
            at_least("platelets_10_9_l", at.platelets),
        ),
        "pain.nsaid": (less_than("age_years", at.nsaid_age),),
        "pain.opioid": (no("sedatives"),),
        "pain.calcitonin": (at_most("days_since_onset", at.calcitonin_start),),
        "bone.alendronate": before_strong_medicine,
        "bone.risedronate": before_strong_medicine,
        "bone.zoledronate": before_strong_medicine,
        "bone.denosumab": (*before_strong_medicine, at_least("egfr", at.egfr_low)),
        "bone.teriparatide": specialist,
        "bone.romosozumab": specialist,
    }
