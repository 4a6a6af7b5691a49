"""Remarks that go with a plan, and the label of the bone density. A notice is shown when its rule holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pathway.guideline.actions import nsaid_indicated
from pathway.guideline.criteria import ref, several_weak_flags
from pathway.guideline.limits import Limit, Limits
from pathway.guideline.truth import (
    Indicated,
    IsUnknown,
    Rule,
    all_of,
    any_of,
    at_least,
    at_most,
    is_,
    less_than,
    more_than,
    not_,
    not_recorded,
    recorded,
    rise_of,
    yes,
)


@dataclass(frozen=True, slots=True)
class Notice:
    name: str
    label: str
    cites: tuple[str, ...]
    rule: Callable[[Limits], Rule]


def _decided(criterion: str) -> Rule:
    return not_("Compared with its limit", IsUnknown("Not compared", ref(criterion)))


def _kyphosis_unit(at: Limits) -> Rule:
    return any_of("An angle was compared", _decided("deformity.kyphosis"), _decided("deformity.scoliosis"))


def _kyphosis_method(at: Limits) -> Rule:
    return all_of(
        "A kyphosis angle that does not count",
        recorded("kyphosis_degrees"),
        any_of("Not measured locally", not_recorded("kyphosis_method"), is_("kyphosis_method", "global")),
    )


def _clock_from_imaging(at: Limits) -> Rule:
    return all_of("Days count from the imaging", not_recorded("onset_on"), recorded("identified_on"))


def _three_calendar_months(at: Limits) -> Rule:
    none_left = Limit("none_left", at.any_pain.value * 0, "days", "D1", "No day left until three calendar months")
    return all_of(
        "Twelve weeks, but not yet three calendar months",
        ref("decision_day_reached"),
        more_than("days_to_three_months", none_left),
    )


def _near(quantity: str, limit: Limit, error: Limit) -> Rule:
    lowest = replace(limit, value=limit.value - error.value)
    highest = replace(limit, value=limit.value + error.value)
    return all_of(f"Near {limit.name}", at_least(quantity, lowest), at_most(quantity, highest))


def _near_limit(at: Limits) -> Rule:
    return any_of(
        "An angle within measurement error of its limit",
        _near("kyphosis_degrees", at.kyphosis, at.angle_error),
        _near("scoliosis_degrees", at.scoliosis, at.angle_error),
    )


def _geometry_mismatch(at: Limits) -> Rule:
    return all_of(
        "Kyphosis and height loss do not fit",
        is_("kyphosis_method", "local"),
        more_than("geometry_gap_degrees", at.geometry_gap),
    )


def _exactly_one_weak_flag(at: Limits) -> Rule:
    """By the flags recorded so far: one yes, whatever is still open."""
    met_so_far = ref("malignancy.weak")
    return all_of(
        "One weak flag of malignancy",
        met_so_far,
        any_of(
            "Not two",
            not_("Not two or more", several_weak_flags(at)),
            IsUnknown("A second is not known", several_weak_flags(at)),
        ),
    )


def _unresolved_pain(at: Limits) -> Rule:
    return all_of(
        "Pain that does not improve",
        at_least("days_since_fracture", at.unresolved_pain),
        is_("pain_course", "unchanged", "worsening"),
    )


def _pain_conflict(at: Limits) -> Rule:
    return all_of(
        "Said to improve, yet scored higher",
        is_("pain_course", "improving"),
        rise_of("pain_rise", at.pain_rise),
    )


def _denosumab_due(at: Limits) -> Rule:
    return all_of(
        "Denosumab due",
        at_least("days_since_denosumab", at.denosumab_due),
        at_most("days_since_denosumab", at.denosumab_rebound),
    )


def _older_nsaid(at: Limits) -> Rule:
    return all_of("NSAID at this age", at_least("age_years", at.nsaid_age), nsaid_indicated())


def _between_limits(at: Limits) -> tuple[Rule, Rule]:
    return less_than("lowest_t_score", at.t_score_normal), more_than("lowest_t_score", at.t_score_osteoporosis)


def _clinical_osteoporosis(at: Limits) -> Rule:
    """D12. Needs the fracture itself and the age: while one of them is not known there is no label."""
    return all_of(
        "Osteopenia with this fracture",
        *_between_limits(at),
        yes("fracture_confirmed"),
        at_least("age_years", at.clinical_osteoporosis_age),
    )


def _osteopenia_under_50(at: Limits) -> Rule:
    return all_of("Osteopenia at this age", *_between_limits(at), less_than("age_years", at.clinical_osteoporosis_age))


BONE_DENSITY: dict[str, Callable[[Limits], Rule]] = {
    "osteoporosis": lambda at: at_most("lowest_t_score", at.t_score_osteoporosis),
    "clinical_osteoporosis": _clinical_osteoporosis,
    "normal_bmd": lambda at: at_least("lowest_t_score", at.t_score_normal),
    "osteopenia_under_50": _osteopenia_under_50,
    "dxa_pending": lambda at: not_recorded("lowest_t_score"),
}

_NOTICES = (
    Notice("kyphosis_unit", "Angles read as degrees", ("D4", "rand-2013"), _kyphosis_unit),
    Notice("kyphosis_method", "Kyphosis not counted", ("D5",), _kyphosis_method),
    Notice("clock_from_imaging", "Days counted from imaging", ("D1",), _clock_from_imaging),
    Notice("three_calendar_months_not_reached", "Not yet three calendar months", ("D1",), _three_calendar_months),
    Notice("near_limit", "Angle near its limit", ("D7",), _near_limit),
    Notice("geometry_mismatch", "Measure again", ("project",), _geometry_mismatch),
    Notice("spine_t_includes_fracture", "Spine T-score left out", ("project",),
           lambda at: yes("spine_t_includes_fracture")),
    Notice("bmd_osteoporosis", "Osteoporosis", ("who-1994",), BONE_DENSITY["osteoporosis"]),
    Notice("bmd_clinical_osteoporosis", "Clinical osteoporosis", ("D12", "nbha-2014"),
           BONE_DENSITY["clinical_osteoporosis"]),
    Notice("bmd_normal_bmd", "Normal bone density", ("who-1994", "aace-2020"), BONE_DENSITY["normal_bmd"]),
    Notice("bmd_osteopenia_under_50", "Osteopenia under 50", ("nbha-2014",), BONE_DENSITY["osteopenia_under_50"]),
    Notice("bmd_dxa_pending", "DXA pending", ("nbha-2014",), BONE_DENSITY["dxa_pending"]),
    Notice("augmentation_contested", "Augmentation is contested",
           ("acr-2018", "rand-2018", "cochrane-2018", "asbmr-2019", "aaos-2010", "nass-auc"),
           lambda at: Indicated("Augmentation is indicated", "refer.augmentation")),
    Notice("posterior_wall", "CT before cement", ("S13",), lambda at: ref("deformity.dorsal_wall")),
    Notice("weak_malignancy_flag", "One weak flag of malignancy", ("S30", "D13"), _exactly_one_weak_flag),
    Notice("unresolved_pain", "Pain that does not resolve", ("S3", "S30"), _unresolved_pain),
    Notice("pain_conflict", "Pain answers conflict", ("project",), _pain_conflict),
    Notice("rebound_risk", "Risk of rebound fractures", ("label-denosumab",),
           lambda at: more_than("days_since_denosumab", at.denosumab_rebound)),
    Notice("denosumab_due", "Denosumab due", ("label-denosumab",), _denosumab_due),
    Notice("under_50", "Under 50 years", ("project",),
           lambda at: less_than("age_years", at.clinical_osteoporosis_age)),
    Notice("older_nsaid", "NSAID at an older age", ("nogg-2024",), _older_nsaid),
    Notice("alendronate_evidence", "What alendronate does", ("S11", "liberman-1995"),
           lambda at: Indicated("Alendronate is indicated", "bone.alendronate")),
)  # fmt: skip
NOTICES: dict[str, Notice] = {notice.name: notice for notice in _NOTICES}
