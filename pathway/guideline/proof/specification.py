"""The criteria, indications, notices and bone density labels of sections 4, 5 and 7, written a second time.

Apart from the rules that run, and in as few words as the specification has. The proof holds the two equal for every
patient, so a comparison that is turned around, a part that is lost or a limit that is mixed up in one of them is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from pathway.guideline.criteria import ref
from pathway.guideline.limits import Limit, Limits
from pathway.guideline.proof.tables import UPPER_LEVELS
from pathway.guideline.truth import (
    All,
    Any,
    AtLeast,
    CountsIf,
    Indicated,
    IsUnknown,
    Not,
    Recorded,
    Rule,
    StatusIs,
    at_least,
    at_most,
    includes,
    is_,
    less_than,
    more_than,
    no,
    yes,
)

LOW_TRAUMA = ("none", "bend_or_lift", "cough_or_sneeze", "fall_from_standing")
ESSENTIALS = (
    "neurological_deficit",
    "cauda_equina_symptoms",
    "cord_signs",
    "fracture_confirmed",
    "mechanism",
    "cancer_history",
    "temperature_c",
)


def both(*parts: Rule) -> Rule:
    return All("", parts)


def either(*parts: Rule) -> Rule:
    return Any("", parts)


def not_(part: Rule) -> Rule:
    return Not("", part)


def known(quantity: str) -> Rule:
    return Recorded("", quantity)


def rise(quantity: str, limit: Limit) -> Rule:
    """A rise without both its values is left out."""
    return both(known(quantity), at_least(quantity, limit))


def criteria(at: Limits) -> Mapping[str, Rule]:
    """Section 4."""
    weak = (
        less_than("age_years", at.malignancy_age),
        includes("levels", UPPER_LEVELS, ""),
        yes("unexplained_weight_loss"),
        yes("night_or_unrelenting_pain"),
        less_than("hemoglobin_g_l", at.hemoglobin_low),
        more_than("esr_mm_h", at.esr_high),
    )
    new_or_small = either(less_than("scoliosis_degrees", at.scoliosis), no("scoliosis_preexisting"))
    raised_crp = both(yes("infection_risk"), more_than("crp_mg_l", at.crp_infection))
    screened = is_("myeloma_screen", "normal", "abnormal")
    not_pregnant = either(is_("sex", "male"), at_least("age_years", at.pregnancy_age), no("pregnant"))
    return {
        "deformity.kyphosis": CountsIf("", is_("kyphosis_method", "local"), at_least("kyphosis_degrees", at.kyphosis)),
        "deformity.scoliosis": CountsIf("", new_or_small, at_least("scoliosis_degrees", at.scoliosis)),
        "deformity.dorsal_wall": at_least("dorsal_wall_loss_percent", at.dorsal_wall_loss),
        "deformity.height_loss": at_least("height_loss_percent", at.height_loss),
        "deformity": either(
            *(ref(f"deformity.{of}") for of in ("kyphosis", "scoliosis", "dorsal_wall", "height_loss"))
        ),
        "worsening": both(
            not_(no("medical_management_tried")),
            either(
                is_("pain_course", "worsening"),
                rise("pain_rise", at.pain_rise),
                rise("rmdq24_rise", at.rmdq24_rise),
                rise("odi_rise", at.odi_rise),
                rise("height_loss_progression", at.height_loss_progression),
            ),
        ),
        "pulmonary_dysfunction": yes("pulmonary_dysfunction"),
        "insufficient_relief": at_least("pain_nrs", at.insufficient_relief),
        "decision_day_reached": at_least("days_since_fracture", at.decision_day),
        "augmentation.early": either(ref("deformity"), ref("worsening"), ref("pulmonary_dysfunction")),
        "augmentation.late": both(ref("decision_day_reached"), either(ref("insufficient_relief"), ref("worsening"))),
        "emergency": either(yes("neurological_deficit"), yes("cauda_equina_symptoms"), yes("cord_signs")),
        "infection_suspected": either(
            at_least("temperature_c", at.fever), yes("infection_imaging_features"), raised_crp
        ),
        "malignancy.strong": either(
            is_("cancer_history", "past", "current"),
            yes("malignant_imaging_features"),
            CountsIf("", screened, is_("myeloma_screen", "abnormal")),
            more_than("adjusted_calcium_mmol_l", at.calcium_high),
        ),
        "malignancy.weak": either(*weak),
        "malignancy_suspected": either(ref("malignancy.strong"), AtLeast("", at.weak_flags, weak)),
        "surgical_instability": either(
            yes("unstable_fracture"), is_("of_type", "OF4", "OF5"), yes("cord_compression_on_imaging")
        ),
        "in_scope": both(yes("fracture_confirmed"), is_("mechanism", *LOW_TRAUMA), not_pregnant),
        "very_high_risk": either(
            at_most("days_since_fracture", at.recent_fracture),
            at_least("new_vertebral_fractures_12_months", at.new_fractures),
            at_least("prior_vertebral_fractures", at.prior_fractures),
            less_than("lowest_t_score", at.t_score_very_high_risk),
        ),
        "essentials_recorded": both(
            known("neuro_exam_done"), yes("neuro_exam_done"), *(known(name) for name in ESSENTIALS)
        ),
    }


def indications(at: Limits) -> Mapping[str, Rule]:
    """Section 5."""
    in_scope, any_pain = ref("in_scope"), at_least("pain_nrs", at.any_pain)
    offered = StatusIs("", "refer.augmentation", ("recommended", "check_first"))
    treat = StatusIs("", "bone.treat", ("recommended",))
    untreated = both(in_scope, is_("bone_medicine", "none"))
    laboratory = ("adjusted_calcium_mmol_l", "vitamin_d_nmol_l", "creatinine_umol_l", "hemoglobin_g_l")
    laboratory_gap = either(
        *(not_(known(name)) for name in (*laboratory, "myeloma_screen")),
        not_(either(known("esr_mm_h"), known("crp_mg_l"))),
        is_("myeloma_screen", "not_done"),
    )

    def until(limit: Limit) -> Rule:
        return both(in_scope, at_most("days_since_fracture", limit))

    return {
        "refer.emergency_spine": ref("emergency"),
        "workup.infection": ref("infection_suspected"),
        "workup.malignancy": ref("malignancy_suspected"),
        "refer.surgery": ref("surgical_instability"),
        "refer.augmentation": both(in_scope, either(ref("augmentation.early"), ref("augmentation.late"))),
        "augmentation.vertebroplasty": offered,
        "augmentation.kyphoplasty": offered,
        "pain.acetaminophen": both(in_scope, any_pain),
        "pain.nsaid": both(in_scope, any_pain),
        "pain.opioid": both(
            in_scope, at_least("pain_nrs", at.opioid_pain), less_than("days_since_fracture", at.decision_day)
        ),
        "pain.calcitonin": both(
            in_scope,
            at_least("pain_nrs", at.calcitonin_pain),
            at_most("days_since_identified", at.calcitonin_window),
        ),
        "activity.limit_bed_rest": in_scope,
        "activity.brace": both(in_scope, any_pain),
        "activity.mobilize_early": in_scope,
        "bone.treat": untreated,
        "bone.alendronate": treat,
        "bone.risedronate": treat,
        "bone.zoledronate": treat,
        "bone.denosumab": treat,
        "bone.teriparatide": treat,
        "bone.romosozumab": both(treat, is_("sex", "female")),
        "bone.discuss_anabolic_first": both(treat, ref("very_high_risk")),
        "bone.calcium_vitamin_d": in_scope,
        "bone.dxa": both(in_scope, not_(known("lowest_t_score"))),
        "bone.secondary_causes": both(in_scope, laboratory_gap),
        "bone.rebound": more_than("days_since_denosumab", at.denosumab_rebound),
        "longterm.exercise": in_scope,
        "longterm.falls": in_scope,
        "followup.early": in_scope,
        "followup.six_weeks": until(at.six_weeks),
        "followup.decision": until(at.decision_day),
        "followup.one_year": until(at.one_year),
        "pitfall.immobilization": either(is_("mobility", "bedbound"), at_least("days_in_bed", at.bed_days)),
        "pitfall.untreated_bone": untreated,
        "pitfall.delay": either(
            rise("height_loss_progression", at.height_loss_progression), yes("pulmonary_dysfunction")
        ),
    }


def bone_density(at: Limits) -> Mapping[str, Rule]:
    """Section 4, the labels."""
    osteopenia = both(
        less_than("lowest_t_score", at.t_score_normal), more_than("lowest_t_score", at.t_score_osteoporosis)
    )
    from_50, under_50 = at_least("age_years", at.clinical_osteoporosis_age), _under_50(at)
    return {
        "osteoporosis": at_most("lowest_t_score", at.t_score_osteoporosis),
        "clinical_osteoporosis": both(osteopenia, yes("fracture_confirmed"), from_50),
        "normal_bmd": at_least("lowest_t_score", at.t_score_normal),
        "osteopenia_under_50": both(osteopenia, under_50),
        "dxa_pending": not_(known("lowest_t_score")),
    }


def _under_50(at: Limits) -> Rule:
    return less_than("age_years", at.clinical_osteoporosis_age)


def notices(at: Limits) -> Mapping[str, Rule]:
    """Section 7."""
    compared = [not_(IsUnknown("", ref(f"deformity.{angle}"))) for angle in ("kyphosis", "scoliosis")]
    not_local = either(not_(known("kyphosis_method")), is_("kyphosis_method", "global"))
    two_weak_flags = criteria(at)["malignancy_suspected"].parts[1]
    no_days = Limit("no_days", Decimal(0), "days", "D1", "No day left")
    return {
        "kyphosis_unit": either(*compared),
        "kyphosis_method": both(known("kyphosis_degrees"), not_local),
        "clock_from_imaging": both(known("identified_on"), not_(known("onset_on"))),
        "three_calendar_months_not_reached": both(
            at_least("days_since_fracture", at.decision_day), more_than("days_to_three_months", no_days)
        ),
        "near_limit": either(
            _near("kyphosis_degrees", at.kyphosis, at.angle_error),
            _near("scoliosis_degrees", at.scoliosis, at.angle_error),
        ),
        "geometry_mismatch": both(is_("kyphosis_method", "local"), more_than("geometry_gap_degrees", at.geometry_gap)),
        "spine_t_includes_fracture": yes("spine_t_includes_fracture"),
        **{f"bmd_{name}": rule for name, rule in bone_density(at).items()},
        "augmentation_contested": Indicated("", "refer.augmentation"),
        "posterior_wall": at_least("dorsal_wall_loss_percent", at.dorsal_wall_loss),
        "weak_malignancy_flag": both(
            ref("malignancy.weak"), either(not_(two_weak_flags), IsUnknown("", two_weak_flags))
        ),
        "unresolved_pain": both(
            at_least("days_since_fracture", at.unresolved_pain), is_("pain_course", "unchanged", "worsening")
        ),
        "pain_conflict": both(is_("pain_course", "improving"), rise("pain_rise", at.pain_rise)),
        "rebound_risk": more_than("days_since_denosumab", at.denosumab_rebound),
        "denosumab_due": both(
            at_least("days_since_denosumab", at.denosumab_due), at_most("days_since_denosumab", at.denosumab_rebound)
        ),
        "under_50": _under_50(at),
        "older_nsaid": both(Indicated("", "pain.nsaid"), at_least("age_years", at.nsaid_age)),
        "alendronate_evidence": Indicated("", "bone.alendronate"),
    }


def _near(angle: str, limit: Limit, error: Limit) -> Rule:
    below, above = (replace(limit, value=limit.value + side * error.value) for side in (-1, 1))
    return not_(either(less_than(angle, below), more_than(angle, above)))
