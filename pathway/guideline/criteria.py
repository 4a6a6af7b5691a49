"""The criteria of the pathway, in the order of the flow chart: rules over facts, limits and earlier criteria."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pathway.guideline.facts import LEVELS
from pathway.guideline.limits import Limits
from pathway.guideline.truth import (
    Any,
    AtLeast,
    CountsIf,
    Ref,
    Rule,
    all_of,
    any_of,
    at_least,
    at_most,
    includes,
    is_,
    less_than,
    more_than,
    no,
    not_,
    recorded,
    rise_of,
    yes,
)
from pathway.guideline.worked_out import LOW_TRAUMA

ABOVE_T5 = LEVELS[: LEVELS.index("T5")]
ESSENTIALS = (
    "neuro_exam_done",
    "neurological_deficit",
    "cauda_equina_symptoms",
    "cord_signs",
    "fracture_confirmed",
    "mechanism",
    "cancer_history",
    "temperature_c",
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named yes, no or not known. `rule` builds its tree from the limits of an edition."""

    name: str
    label: str
    statements: tuple[str, ...]
    decisions: tuple[str, ...]
    rule: Callable[[Limits], Rule]

    @property
    def origin(self) -> str:
        return "source" if self.statements else "beyond"


def ref(name: str) -> Ref:
    return Ref(CRITERIA[name].label, name)


def kyphosis(at: Limits) -> Rule:
    """D5: only a local angle can be held against the limit; a global one is 20-45 degrees in healthy people."""
    return CountsIf(
        "Local kyphosis counts as deformity",
        is_("kyphosis_method", "local"),
        at_least("kyphosis_degrees", at.kyphosis),
    )


def scoliosis(at: Limits) -> Rule:
    """D6: a small angle is no deformity whatever its history; a large one counts only where it is known to be new."""
    return all_of(
        "New scoliosis counts as deformity",
        at_least("scoliosis_degrees", at.scoliosis),
        CountsIf("Scoliosis is new", no("scoliosis_preexisting"), all_of("Then it counts")),
    )


def dorsal_wall(at: Limits) -> Rule:
    return at_least("dorsal_wall_loss_percent", at.dorsal_wall_loss)


def height_loss(at: Limits) -> Rule:
    return at_least("height_loss_percent", at.height_loss)


def deformity(at: Limits) -> Rule:
    """S13. Any one of four measurements; an unmeasured one stays open."""
    return any_of(
        "Spinal deformity",
        ref("deformity.kyphosis"),
        ref("deformity.scoliosis"),
        ref("deformity.dorsal_wall"),
        ref("deformity.height_loss"),
    )


def worsening(at: Limits) -> Rule:
    """S14, D3. Worse despite treatment, by the patient's account or by a measured rise since the last review."""
    return all_of(
        "Symptoms worsen despite medical management",
        not_("Medical management is not left untried", no("medical_management_tried")),
        any_of(
            "Worse since the last review",
            is_("pain_course", "worsening"),
            rise_of("pain_rise", at.pain_rise),
            rise_of("rmdq24_rise", at.rmdq24_rise),
            rise_of("odi_rise", at.odi_rise),
            height_progression(at),
        ),
    )


def height_progression(at: Limits) -> Rule:
    return rise_of("height_loss_progression", at.height_loss_progression)


def pulmonary_dysfunction(at: Limits) -> Rule:
    return yes("pulmonary_dysfunction")


def insufficient_relief(at: Limits) -> Rule:
    return at_least("pain_nrs", at.insufficient_relief)


def decision_day_reached(at: Limits) -> Rule:
    return at_least("days_since_fracture", at.decision_day)


def augmentation_early(at: Limits) -> Rule:
    return any_of(
        "Reason to consider augmentation early",
        ref("deformity"),
        ref("worsening"),
        ref("pulmonary_dysfunction"),
    )


def augmentation_late(at: Limits) -> Rule:
    return all_of(
        "Reason to consider augmentation after 12 weeks",
        ref("decision_day_reached"),
        any_of("Not enough relief, or worse", ref("insufficient_relief"), ref("worsening")),
    )


def emergency(at: Limits) -> Rule:
    return any_of(
        "Spinal emergency",
        yes("neurological_deficit"),
        yes("cauda_equina_symptoms"),
        yes("cord_signs"),
    )


def infection_suspected(at: Limits) -> Rule:
    return any_of(
        "Infection suspected",
        at_least("temperature_c", at.fever),
        yes("infection_imaging_features"),
        all_of(
            "Risk factor for infection with a raised CRP",
            yes("infection_risk"),
            more_than("crp_mg_l", at.crp_infection),
        ),
    )


def malignancy_strong(at: Limits) -> Rule:
    """D10: a myeloma screen that was not done has no result, so it says neither yes nor no."""
    return any_of(
        "Strong flag of malignancy",
        is_("cancer_history", "past", "current"),
        yes("malignant_imaging_features"),
        CountsIf(
            "The myeloma screen was abnormal",
            is_("myeloma_screen", "normal", "abnormal"),
            is_("myeloma_screen", "abnormal"),
        ),
        more_than("adjusted_calcium_mmol_l", at.calcium_high),
    )


def _weak_flags(at: Limits) -> tuple[Rule, ...]:
    return (
        less_than("age_years", at.malignancy_age),
        includes("levels", ABOVE_T5, "A fractured level above T5"),
        yes("unexplained_weight_loss"),
        yes("night_or_unrelenting_pain"),
        less_than("hemoglobin_g_l", at.hemoglobin_low),
        more_than("esr_mm_h", at.esr_high),
    )


def malignancy_weak(at: Limits) -> Rule:
    """Met from the first weak flag on; `malignancy_suspected` counts them."""
    return Any("Weak flag of malignancy", _weak_flags(at))


def several_weak_flags(at: Limits) -> Rule:
    return AtLeast("Two or more weak flags of malignancy", at.weak_flags, _weak_flags(at))


def malignancy_suspected(at: Limits) -> Rule:
    return any_of("Malignancy suspected", ref("malignancy.strong"), several_weak_flags(at))


def surgical_instability(at: Limits) -> Rule:
    return any_of(
        "Instability or significant cord compression",
        yes("unstable_fracture"),
        is_("of_type", "OF4", "OF5"),
        yes("cord_compression_on_imaging"),
    )


def in_scope(at: Limits) -> Rule:
    return all_of(
        "Within the scope of the pathway",
        yes("fracture_confirmed"),
        is_("mechanism", *LOW_TRAUMA),
        any_of(
            "Not pregnant",
            is_("sex", "male"),
            at_least("age_years", at.pregnancy_age),
            no("pregnant"),
        ),
    )


def very_high_risk(at: Limits) -> Rule:
    return any_of(
        "Very high risk of another fracture",
        at_most("days_since_fracture", at.recent_fracture),
        at_least("new_vertebral_fractures_12_months", at.new_fractures),
        at_least("prior_vertebral_fractures", at.prior_fractures),
        less_than("lowest_t_score", at.t_score_very_high_risk),
    )


def essentials_recorded(at: Limits) -> Rule:
    """Never itself not known: what is not recorded is not recorded."""
    return all_of(
        "The essential answers are recorded",
        *(recorded(name) for name in ESSENTIALS),
        yes("neuro_exam_done"),
    )


_CRITERIA = (
    Criterion("deformity.kyphosis", "Kyphosis that counts as deformity", ("S13",), ("D4", "D5", "D7"), kyphosis),
    Criterion("deformity.scoliosis", "Scoliosis that counts as deformity", ("S13",), ("D4", "D6", "D7"), scoliosis),
    Criterion("deformity.dorsal_wall", "Dorsal wall loss that counts as deformity", ("S13",), ("D7",), dorsal_wall),
    Criterion("deformity.height_loss", "Height loss that counts as deformity", ("S13",), ("D7",), height_loss),
    Criterion("deformity", "Spinal deformity", ("S13",), (), deformity),
    Criterion("worsening", "Worsening despite medical management", ("S14", "S31"), ("D3",), worsening),
    Criterion("pulmonary_dysfunction", "Pulmonary dysfunction", ("S15",), ("D9",), pulmonary_dysfunction),
    Criterion("insufficient_relief", "Pain relief not sufficient", ("S19",), ("D2",), insufficient_relief),
    Criterion("decision_day_reached", "Twelve weeks since the fracture", ("S1",), ("D1",), decision_day_reached),
    Criterion("augmentation.early", "Early reason for augmentation", ("S13", "S14", "S15"), (), augmentation_early),
    Criterion("augmentation.late", "Late reason for augmentation", ("S1", "S12", "S19"), (), augmentation_late),
    Criterion("emergency", "Spinal emergency", ("S23",), ("D8",), emergency),
    Criterion("infection_suspected", "Infection suspected", (), (), infection_suspected),
    Criterion("malignancy.strong", "Strong flag of malignancy", ("S30",), ("D13",), malignancy_strong),
    Criterion("malignancy.weak", "Weak flag of malignancy", ("S30",), ("D13",), malignancy_weak),
    Criterion("malignancy_suspected", "Malignancy suspected", ("S30",), ("D13",), malignancy_suspected),
    Criterion("surgical_instability", "Surgical instability", ("S23",), ("D8",), surgical_instability),
    Criterion("in_scope", "Within the scope of the pathway", ("S2",), (), in_scope),
    Criterion("very_high_risk", "Very high risk of another fracture", (), (), very_high_risk),
    Criterion("essentials_recorded", "Essential answers recorded", (), ("D10",), essentials_recorded),
)
CRITERIA: dict[str, Criterion] = {criterion.name: criterion for criterion in _CRITERIA}
