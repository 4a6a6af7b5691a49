"""One column for each fact that a visit records, with the fact's own range and choices as database constraints.

Yes/no and choice columns hold "" when the question was not asked, "not_known" when that was chosen, else the answer.
Numbers and dates are null in both cases; an `Entry` of the visit says that not known was chosen.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pathway.guideline.facts import FACTS, Fact, Kind

NOT_ASKED = ""
NOT_KNOWN = "not_known"
EARLIEST_DATE = date(1900, 1, 1)
NOT_COLUMNS = ("age_years", "sex", "region", "levels")
"""Facts that are kept elsewhere: with the patient, with the clinic, or as rows of the visit."""

COLUMNS: tuple[str, ...] = tuple(name for name in FACTS if name not in NOT_COLUMNS)

DAY, MONTH = "day", "month"


class ExactDecimalField(models.DecimalField):
    """A decimal that is stored as it is or not at all: SQLite would round it, and turn NaN into NULL."""

    def get_db_prep_save(self, value, connection):
        if isinstance(value, Decimal):
            self._refuse_inexact(value)
        return super().get_db_prep_save(value, connection)

    def _refuse_inexact(self, value: Decimal) -> None:
        if not value.is_finite():
            raise ValueError(f"{self.name}: {value} is not a number")
        if -value.normalize().as_tuple().exponent > self.decimal_places:
            raise ValueError(f"{self.name}: more than {self.decimal_places} decimal places")


def answer(name: str) -> models.Field:
    """The column for a fact."""
    fact = FACTS[name]
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        choices = [*fact.choices, (NOT_KNOWN, _("Not known"))]
        return models.CharField(fact.label, max_length=24, blank=True, default=NOT_ASKED, choices=choices)
    if fact.kind is Kind.INTEGER:
        return models.SmallIntegerField(fact.label, null=True, blank=True)
    if fact.kind is Kind.DECIMAL:
        return ExactDecimalField(fact.label, max_digits=9, decimal_places=4, null=True, blank=True)
    return models.DateField(fact.label, null=True, blank=True)


def accepted(fact: Fact) -> Q:
    """What the column of a fact may hold."""
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        return Q(**{f"{fact.name}__in": (NOT_ASKED, *fact.values, NOT_KNOWN)})
    if fact.is_number:
        within = Q(**{f"{fact.name}__gte": fact.low, f"{fact.name}__lte": fact.high})
    else:
        within = Q(**{f"{fact.name}__gte": EARLIEST_DATE, f"{fact.name}__lte": F("on")})
    return Q(**{f"{fact.name}__isnull": True}) | within


def answer_constraints() -> list[models.CheckConstraint]:
    """One constraint for each answer column, and one that pairs the onset with its precision."""
    ranges = [
        models.CheckConstraint(condition=accepted(FACTS[name]), name=f"visit_{name}_accepted") for name in COLUMNS
    ]
    paired = Q(onset_on__isnull=True, onset_precision="") | Q(onset_on__isnull=False, onset_precision__in=(DAY, MONTH))
    return [*ranges, models.CheckConstraint(condition=paired, name="visit_onset_has_precision")]


class Answers(models.Model):
    """The answers of one visit. The order is that of the walk."""

    pregnant = answer("pregnant")

    neuro_exam_done = answer("neuro_exam_done")
    neurological_deficit = answer("neurological_deficit")
    cauda_equina_symptoms = answer("cauda_equina_symptoms")
    cord_signs = answer("cord_signs")

    cancer_history = answer("cancer_history")
    unexplained_weight_loss = answer("unexplained_weight_loss")
    night_or_unrelenting_pain = answer("night_or_unrelenting_pain")
    temperature_c = answer("temperature_c")
    infection_risk = answer("infection_risk")

    fracture_confirmed = answer("fracture_confirmed")
    mechanism = answer("mechanism")
    onset_on = answer("onset_on")
    onset_precision = models.CharField(
        max_length=5, blank=True, default="", choices=((DAY, _("Day")), (MONTH, _("Month")))
    )
    identified_on = answer("identified_on")

    pain_nrs = answer("pain_nrs")
    previous_pain_nrs = answer("previous_pain_nrs")
    pain_course = answer("pain_course")
    pain_at_fracture_level = answer("pain_at_fracture_level")
    pain_pattern = answer("pain_pattern")
    rmdq24 = answer("rmdq24")
    previous_rmdq24 = answer("previous_rmdq24")
    odi_percent = answer("odi_percent")
    previous_odi_percent = answer("previous_odi_percent")
    medical_management_tried = answer("medical_management_tried")
    mobility = answer("mobility")
    days_in_bed = answer("days_in_bed")
    pulmonary_dysfunction = answer("pulmonary_dysfunction")

    height_loss_percent = answer("height_loss_percent")
    first_height_loss_percent = answer("first_height_loss_percent")
    dorsal_wall_loss_percent = answer("dorsal_wall_loss_percent")
    kyphosis_degrees = answer("kyphosis_degrees")
    kyphosis_method = answer("kyphosis_method")
    scoliosis_degrees = answer("scoliosis_degrees")
    scoliosis_preexisting = answer("scoliosis_preexisting")
    marrow_edema = answer("marrow_edema")
    bone_scan_uptake = answer("bone_scan_uptake")
    marrow_imaging_on = answer("marrow_imaging_on")
    unstable_fracture = answer("unstable_fracture")
    of_type = answer("of_type")
    cord_compression_on_imaging = answer("cord_compression_on_imaging")
    malignant_imaging_features = answer("malignant_imaging_features")
    infection_imaging_features = answer("infection_imaging_features")

    t_score_spine = answer("t_score_spine")
    t_score_femoral_neck = answer("t_score_femoral_neck")
    t_score_total_hip = answer("t_score_total_hip")
    spine_t_includes_fracture = answer("spine_t_includes_fracture")
    prior_vertebral_fractures = answer("prior_vertebral_fractures")
    new_vertebral_fractures_12_months = answer("new_vertebral_fractures_12_months")
    falls_last_year = answer("falls_last_year")
    frax_major_percent = answer("frax_major_percent")
    frax_hip_percent = answer("frax_hip_percent")

    adjusted_calcium_mmol_l = answer("adjusted_calcium_mmol_l")
    vitamin_d_nmol_l = answer("vitamin_d_nmol_l")
    creatinine_umol_l = answer("creatinine_umol_l")
    weight_kg = answer("weight_kg")
    egfr = answer("egfr")
    crp_mg_l = answer("crp_mg_l")
    esr_mm_h = answer("esr_mm_h")
    hemoglobin_g_l = answer("hemoglobin_g_l")
    myeloma_screen = answer("myeloma_screen")
    inr = answer("inr")
    platelets_10_9_l = answer("platelets_10_9_l")

    bone_medicine = answer("bone_medicine")
    denosumab_last_dose_on = answer("denosumab_last_dose_on")
    gi_bleed_or_ulcer = answer("gi_bleed_or_ulcer")
    heart_failure_severe = answer("heart_failure_severe")
    anticoagulated = answer("anticoagulated")
    liver_failure_severe = answer("liver_failure_severe")
    opioid_hazard = answer("opioid_hazard")
    sedatives = answer("sedatives")
    calcitonin_allergy = answer("calcitonin_allergy")
    esophageal_disorder = answer("esophageal_disorder")
    can_sit_upright_30_min = answer("can_sit_upright_30_min")
    dental_work_pending = answer("dental_work_pending")
    mi_or_stroke = answer("mi_or_stroke")
    osteosarcoma_risk = answer("osteosarcoma_risk")
    cement_or_contrast_allergy = answer("cement_or_contrast_allergy")

    class Meta:
        abstract = True
