"""The pathway read a second time: criteria, statuses, headline and label, straight from the specification's tables.

Written without sight of the rules that run, so that a mistake would have to be made twice. Plain functions over three
values (True, False, None for not known); limits are typed here on purpose.
"""

from datetime import timedelta
from decimal import Decimal


def every(*parts):
    return False if False in parts else None if None in parts else True


def some(*parts):
    return True if True in parts else None if None in parts else False


def opposite(part):
    return None if part is None else not part


def counted(least, *flags):
    """At least `least` of the flags, where unknown ones may still turn out either way."""
    if flags.count(True) >= least:
        return True
    return None if flags.count(True) + flags.count(None) >= least else False


class Patient:
    """Answers with the questions that the tables ask of them."""

    def __init__(self, facts, on):
        self.facts = facts
        self.on = on

    def __getitem__(self, name):
        return self.facts.get(name)

    def is_yes(self, name):
        return self.is_one(name, "yes")

    def is_one(self, name, *values):
        return None if self[name] is None else self[name] in values

    def least(self, name, limit):
        return None if self[name] is None else self[name] >= Decimal(limit)

    def below(self, name, limit):
        return opposite(self.least(name, limit))

    def above(self, name, limit):
        return None if self[name] is None else self[name] > Decimal(limit)

    def days_since(self, name):
        return None if self[name] is None else (self.on - self[name]).days

    def rise(self, name, before, limit):
        """A rise whose two values are not both recorded is left out, which is not a rise."""
        if self[name] is None or self[before] is None:
            return False
        return self[name] - self[before] >= limit

    def within(self, name, days):
        since = self.days_since(name)
        return None if since is None else since <= days

    @property
    def days_since_fracture(self):
        return self.days_since("onset_on" if self["onset_on"] else "identified_on")

    @property
    def lowest_t_score(self):
        spine = None if self.is_yes("spine_t_includes_fracture") else self["t_score_spine"]
        scores = [
            score for score in (spine, self["t_score_femoral_neck"], self["t_score_total_hip"]) if score is not None
        ]
        return min(scores) if scores else None

    @property
    def clearance_times_72_creatinine(self):
        """Clearance and its limits are compared multiplied out, so that nothing is rounded."""
        inputs = [self[name] for name in ("age_years", "sex", "weight_kg", "creatinine_umol_l")]
        if None in inputs:
            return None
        age, sex, weight, _ = inputs
        return (140 - age) * weight * (Decimal("0.85") if sex == "female" else 1)

    def clearance_below(self, limit):
        numerator = self.clearance_times_72_creatinine
        return None if numerator is None else numerator * Decimal("88.4") < limit * 72 * self["creatinine_umol_l"]


def criteria(p):
    c = {}
    local = p["kyphosis_method"] == "local"
    c["deformity.kyphosis"] = p.least("kyphosis_degrees", 15) if local else None
    wide = p.least("scoliosis_degrees", 10)
    c["deformity.scoliosis"] = None if wide and p["scoliosis_preexisting"] != "no" else wide
    c["deformity.dorsal_wall"] = p.least("dorsal_wall_loss_percent", 10)
    c["deformity.height_loss"] = p.least("height_loss_percent", 20)
    c["deformity"] = some(*c.values())
    c["worsening"] = every(
        opposite(p.is_one("medical_management_tried", "no")),
        some(
            p.is_one("pain_course", "worsening"),
            p.rise("pain_nrs", "previous_pain_nrs", 2),
            p.rise("rmdq24", "previous_rmdq24", 5),
            p.rise("odi_percent", "previous_odi_percent", 10),
            p.rise("height_loss_percent", "first_height_loss_percent", 20),
        ),
    )
    c["pulmonary_dysfunction"] = p.is_yes("pulmonary_dysfunction")
    c["insufficient_relief"] = p.least("pain_nrs", 4)
    days = p.days_since_fracture
    c["decision_day_reached"] = None if days is None else days >= 84
    c["augmentation.early"] = some(c["deformity"], c["worsening"], c["pulmonary_dysfunction"])
    c["augmentation.late"] = every(c["decision_day_reached"], some(c["insufficient_relief"], c["worsening"]))
    c["emergency"] = some(*map(p.is_yes, ("neurological_deficit", "cauda_equina_symptoms", "cord_signs")))
    c["infection_suspected"] = some(
        p.least("temperature_c", 38),
        p.is_yes("infection_imaging_features"),
        every(p.is_yes("infection_risk"), p.above("crp_mg_l", 20)),
    )
    screen = None if p["myeloma_screen"] == "not_done" else p.is_one("myeloma_screen", "abnormal")
    c["malignancy.strong"] = some(
        p.is_one("cancer_history", "past", "current"),
        p.is_yes("malignant_imaging_features"),
        screen,
        p.above("adjusted_calcium_mmol_l", "2.60"),
    )
    high = None if p["levels"] is None else bool({"T1", "T2", "T3", "T4"} & set(p["levels"]))
    weak = (
        p.below("age_years", 50),
        high,
        p.is_yes("unexplained_weight_loss"),
        p.is_yes("night_or_unrelenting_pain"),
        p.below("hemoglobin_g_l", 110),
        p.above("esr_mm_h", 50),
    )
    c["malignancy_suspected"] = some(c["malignancy.strong"], counted(2, *weak))
    c["surgical_instability"] = some(
        p.is_yes("unstable_fracture"), p.is_one("of_type", "OF4", "OF5"), p.is_yes("cord_compression_on_imaging")
    )
    not_pregnant = some(p.is_one("sex", "male"), p.least("age_years", 56), opposite(p.is_yes("pregnant")))
    low_trauma = p.is_one("mechanism", "none", "bend_or_lift", "cough_or_sneeze", "fall_from_standing")
    c["in_scope"] = every(p.is_yes("fracture_confirmed"), low_trauma, not_pregnant)
    lowest = p.lowest_t_score
    c["very_high_risk"] = some(
        None if days is None else days <= 365,
        p.least("new_vertebral_fractures_12_months", 2),
        p.least("prior_vertebral_fractures", 1),
        None if lowest is None else lowest < -3,
    )
    essentials = ("neurological_deficit", "cauda_equina_symptoms", "cord_signs", "fracture_confirmed", "mechanism")
    c["essentials_recorded"] = p["neuro_exam_done"] == "yes" and all(
        p[name] is not None for name in (*essentials, "cancer_history", "temperature_c")
    )
    return c


def status(indicated, stops=(), checks=()):
    if indicated is False:
        return "not_indicated"
    if indicated is None:
        return "undetermined"
    if True in stops:
        return "blocked"
    return "recommended" if set(stops) <= {False} and set(checks) <= {True} else "check_first"


def actions(p, c):
    scope, days, no = c["in_scope"], p.days_since_fracture, opposite
    a = {
        "refer.emergency_spine": status(c["emergency"]),
        "workup.infection": status(c["infection_suspected"]),
        "workup.malignancy": status(c["malignancy_suspected"]),
        "refer.surgery": status(c["surgical_instability"]),
        "refer.augmentation": status(
            every(scope, some(c["augmentation.early"], c["augmentation.late"])),
            [
                c["emergency"],
                c["surgical_instability"],
                c["infection_suspected"],
                c["malignancy_suspected"],
                p.is_yes("cement_or_contrast_allergy"),
            ],
            [
                p.is_yes("pain_at_fracture_level"),
                p.least("pain_nrs", 4),
                some(p.is_yes("marrow_edema"), p.is_yes("bone_scan_uptake")),
                p.within("marrow_imaging_on", 42),
                p.is_yes("medical_management_tried"),
                no(p.above("inr", "1.8")),
                p.least("platelets_10_9_l", 50),
            ],
        ),
    }
    discussed = {"recommended": True, "check_first": True, "undetermined": None}.get(a["refer.augmentation"], False)
    a["augmentation.vertebroplasty"] = a["augmentation.kyphoplasty"] = status(discussed)
    any_pain, strong_pain = every(scope, p.least("pain_nrs", 1)), p.least("pain_nrs", 4)
    a["pain.acetaminophen"] = status(any_pain, [p.is_yes("liver_failure_severe")])
    bleeding = map(p.is_yes, ("gi_bleed_or_ulcer", "heart_failure_severe", "anticoagulated"))
    a["pain.nsaid"] = status(any_pain, [*bleeding, p.below("egfr", 30)], [p.below("age_years", 65)])
    a["pain.opioid"] = status(
        every(scope, strong_pain, no(c["decision_day_reached"])),
        [p.is_yes("opioid_hazard")],
        [no(p.is_yes("sedatives"))],
    )
    low_calcium, high_calcium = p.below("adjusted_calcium_mmol_l", "2.20"), p.above("adjusted_calcium_mmol_l", "2.60")
    a["pain.calcitonin"] = status(
        every(scope, strong_pain, p.within("identified_on", 28)),
        [p.is_one("region", "uk", "eu"), p.is_yes("calcitonin_allergy"), low_calcium],
        [p.within("onset_on", 5)],
    )
    unstable = [c["emergency"], c["surgical_instability"]]
    a["activity.limit_bed_rest"] = status(scope)
    a["activity.brace"] = status(any_pain)
    a["activity.mobilize_early"] = status(scope, unstable)
    untreated = every(scope, p.is_one("bone_medicine", "none"))
    a["bone.treat"] = status(untreated)
    gullet = [low_calcium, p.is_yes("esophageal_disorder"), p.is_one("can_sit_upright_30_min", "no")]
    ready = [p.least("vitamin_d_nmol_l", 50), no(p.is_yes("dental_work_pending"))]
    a["bone.alendronate"] = status(untreated, [p.clearance_below(35), *gullet], ready)
    a["bone.risedronate"] = status(untreated, [p.clearance_below(30), *gullet], ready)
    a["bone.zoledronate"] = status(untreated, [p.clearance_below(35), low_calcium], ready)
    a["bone.denosumab"] = status(untreated, [low_calcium], [*ready, p.least("egfr", 30)])
    specialist = [False]
    sarcoma = [high_calcium, p.is_yes("osteosarcoma_risk"), c["malignancy_suspected"]]
    a["bone.teriparatide"] = status(untreated, sarcoma, specialist)
    a["bone.romosozumab"] = status(every(untreated, p.is_one("sex", "female")), [heart(p), low_calcium], specialist)
    a["bone.discuss_anabolic_first"] = status(every(untreated, c["very_high_risk"]))
    a["bone.calcium_vitamin_d"] = status(scope, [high_calcium])
    a["bone.dxa"] = status(every(scope, p.lowest_t_score is None))
    a["bone.secondary_causes"] = status(every(scope, laboratory_open(p)))
    overdue = p.within("denosumab_last_dose_on", 213)
    a["bone.rebound"] = status(no(overdue))
    a["longterm.exercise"] = status(scope, unstable)
    a["longterm.falls"] = a["followup.early"] = status(scope)
    for name, due in (("six_weeks", 42), ("decision", 84), ("one_year", 365)):
        a[f"followup.{name}"] = status(every(scope, None if days is None else days <= due))
    a["pitfall.immobilization"] = status(some(p.is_one("mobility", "bedbound"), p.least("days_in_bed", 3)))
    a["pitfall.untreated_bone"] = status(untreated)
    progressed = p.rise("height_loss_percent", "first_height_loss_percent", 20)
    a["pitfall.delay"] = status(some(progressed, c["pulmonary_dysfunction"]))
    return a


def heart(p):
    """Within 12 months stops everywhere; an older event only in the United Kingdom and the European Union."""
    if p["mi_or_stroke"] == "over_12_months":
        return p.is_one("region", "uk", "eu")
    return p.is_one("mi_or_stroke", "within_12_months")


def laboratory_open(p):
    needed = ("adjusted_calcium_mmol_l", "vitamin_d_nmol_l", "creatinine_umol_l", "hemoglobin_g_l")
    inflammation = p["esr_mm_h"] is None and p["crp_mg_l"] is None
    return inflammation or p["myeloma_screen"] in (None, "not_done") or any(p[name] is None for name in needed)


def headline(c, a):
    augmentation = a["refer.augmentation"]
    urgent = {
        "emergency_spine": c["emergency"],
        "urgent_infection": c["infection_suspected"],
        "urgent_malignancy": c["malignancy_suspected"],
        "surgical_review": c["surgical_instability"],
        "out_of_scope": c["in_scope"] is False,
        "answers_needed": not c["essentials_recorded"] or c["in_scope"] is None,
        "augmentation_review": augmentation == "recommended",
        "augmentation_checks": augmentation in ("check_first", "blocked"),
        "recovering": c["decision_day_reached"] and augmentation == "not_indicated",
    }
    return next((name for name, holds in urgent.items() if holds), "medical_management")


def bone_density(p):
    lowest, age = p.lowest_t_score, p["age_years"]
    if lowest is None:
        return "dxa_pending"
    if lowest <= Decimal("-2.5"):
        return "osteoporosis"
    if lowest >= -1:
        return "normal_bmd"
    if age is None or (age >= 50 and p["fracture_confirmed"] != "yes"):
        return None
    return "clinical_osteoporosis" if age >= 50 else "osteopenia_under_50"


def notices(p, c, a):
    days, age, course = p.days_since_fracture, p["age_years"], p["pain_course"]
    kyphosis, scoliosis, loss = p["kyphosis_degrees"], p["scoliosis_degrees"], p["height_loss_percent"]
    dose = p.days_since("denosumab_last_dose_on")
    flags = (
        age is not None and age < 50,
        bool({"T1", "T2", "T3", "T4"} & set(p["levels"] or ())),
        p.is_yes("unexplained_weight_loss"),
        p.is_yes("night_or_unrelenting_pain"),
        p.below("hemoglobin_g_l", 110),
        p.above("esr_mm_h", 50),
    )
    shown = {
        "kyphosis_unit": {c["deformity.kyphosis"], c["deformity.scoliosis"]} != {None},
        "kyphosis_method": kyphosis is not None and p["kyphosis_method"] != "local",
        "clock_from_imaging": p["onset_on"] is None and p["identified_on"] is not None,
        "near_limit": (kyphosis is not None and abs(kyphosis - 15) <= 3)
        or (scoliosis is not None and abs(scoliosis - 10) <= 3),
        "geometry_mismatch": p["kyphosis_method"] == "local"
        and None not in (kyphosis, loss)
        and abs(kyphosis - loss / 2) > 10,
        "spine_t_includes_fracture": p.is_yes("spine_t_includes_fracture"),
        "augmentation_contested": a["refer.augmentation"] in ("recommended", "check_first", "blocked"),
        "posterior_wall": c["deformity.dorsal_wall"],
        "weak_malignancy_flag": flags.count(True) == 1,
        "unresolved_pain": days is not None and days >= 56 and course in ("unchanged", "worsening"),
        "pain_conflict": course == "improving" and p.rise("pain_nrs", "previous_pain_nrs", 2),
        "rebound_risk": dose is not None and dose > 213,
        "denosumab_due": dose is not None and 152 <= dose <= 213,
        "under_50": age is not None and age < 50,
        "older_nsaid": age is not None and age >= 65 and a["pain.nsaid"] not in ("not_indicated", "undetermined"),
        "alendronate_evidence": a["bone.alendronate"] not in ("not_indicated", "undetermined"),
        "three_calendar_months_not_reached": days is not None
        and days >= 84
        and p.on < three_months_after(p.on - timedelta(days)),
        f"bmd_{bone_density(p)}": bone_density(p) is not None,
    }
    return {name for name, holds in shown.items() if holds}


def three_months_after(day):
    """The same day of the month three months later; where that month is shorter, its last day."""
    month = day.month + 3
    first = day.replace(year=day.year + (month > 12), month=(month - 1) % 12 + 1, day=1)
    last = ((first + timedelta(31)).replace(day=1) - timedelta(1)).day
    return first.replace(day=min(day.day, last))
