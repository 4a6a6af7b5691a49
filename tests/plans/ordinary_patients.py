"""Three ordinary patients of a morning, with most questions answered, and the plan that a clinician signs for them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from pathway.clinic.models import Entry
from pathway.plans import signing
from pathway.plans.drafts import decidable, suggested_review
from pathway.plans.models import Plan
from tests import make

NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)
THREE_WEEKS = make.UNREMARKABLE | {
    "temperature_c": Decimal("36.7778"),
    "pain_nrs": 7,
    "pain_course": "unchanged",
    "pain_at_fracture_level": "yes",
    "pain_pattern": "focal",
    "rmdq24": 16,
    "medical_management_tried": "yes",
    "mobility": "aid",
    "days_in_bed": 4,
    "pulmonary_dysfunction": "no",
    "height_loss_percent": Decimal("18"),
    "kyphosis_degrees": Decimal("12"),
    "kyphosis_method": "local",
    "marrow_edema": "yes",
    "marrow_imaging_on": date(2026, 11, 12),
    "unstable_fracture": "no",
    "of_type": "OF2",
    "cord_compression_on_imaging": "no",
    "malignant_imaging_features": "no",
    "infection_imaging_features": "no",
    "t_score_femoral_neck": Decimal("-2.7"),
    "t_score_total_hip": Decimal("-2.4"),
    "prior_vertebral_fractures": 0,
    "new_vertebral_fractures_12_months": 1,
    "falls_last_year": 2,
    "adjusted_calcium_mmol_l": Decimal("2.3453"),
    "vitamin_d_nmol_l": Decimal("62"),
    "creatinine_umol_l": Decimal("70"),
    "weight_kg": Decimal("58.0598"),
    "egfr": Decimal("72"),
    "crp_mg_l": Decimal("3"),
    "hemoglobin_g_l": Decimal("131"),
    "myeloma_screen": "normal",
    "bone_medicine": "none",
    "gi_bleed_or_ulcer": "no",
    "heart_failure_severe": "no",
    "anticoagulated": "no",
    "liver_failure_severe": "no",
    "opioid_hazard": "no",
    "sedatives": "no",
    "esophageal_disorder": "no",
    "can_sit_upright_30_min": "yes",
    "dental_work_pending": "no",
    "mi_or_stroke": "never",
    "osteosarcoma_risk": "no",
}
"""A woman of 78 with a low T-score, three weeks after bending: everything that her clinician asked is answered."""
TYPED = {
    "temperature_c": ("98.2", "°F"),
    "adjusted_calcium_mmol_l": ("9.4", "mg/dL"),
    "weight_kg": ("128", "lb"),
}
NINE_DAYS = THREE_WEEKS | {
    "mechanism": "cough_or_sneeze",
    "onset_on": date(2026, 11, 13),
    "identified_on": date(2026, 11, 16),
    "levels": ("L1",),
    "pain_nrs": 6,
    "pain_course": "improving",
    "marrow_imaging_on": date(2026, 11, 16),
    "t_score_femoral_neck": Decimal("-1.9"),
    "t_score_total_hip": Decimal("-1.6"),
    "weight_kg": Decimal("78"),
    "hemoglobin_g_l": Decimal("146"),
}
"""A man of 69 with osteopenia, nine days after coughing."""
NSAID_CHECK = {name: value for name, value in NINE_DAYS.items() if name not in ("egfr", "creatinine_umol_l")} | {
    "mechanism": "fall_from_standing",
    "levels": ("L2",),
    "mobility": "independent",
    "days_in_bed": 0,
}
"""A woman of 61 whose kidney function is not recorded: NSAIDs, and more, are to be checked first."""


ANOTHER_CHOSEN = ("do_not_follow", "other_option", "Alendronate chosen.")
ONE_BONE_MEDICINE = {
    "bone.risedronate": ANOTHER_CHOSEN,
    "bone.zoledronate": ANOTHER_CHOSEN,
    "bone.denosumab": ANOTHER_CHOSEN,
    "bone.teriparatide": ANOTHER_CHOSEN,
    "bone.romosozumab": ANOTHER_CHOSEN,
    "pain.nsaid": ("do_not_follow", "risk", "Blood pressure."),
    "pain.calcitonin": ("do_not_follow", "patient_declined", "Acetaminophen is enough."),
}
"""What people choose who take one medicine for the bones."""


def okafor() -> Plan:
    """Everything followed, as someone does who presses the same key on every action."""
    visit = _visit(THREE_WEEKS)
    Entry.objects.bulk_create(
        Entry(visit=visit, fact=fact, typed=typed, unit=unit) for fact, (typed, unit) in TYPED.items()
    )
    return signed(visit, {})


def singh() -> Plan:
    who = {"family_name": "Singh", "given_name": "Harjit", "sex": "male", "date_of_birth": date(1957, 7, 21)}
    return signed(_visit(NINE_DAYS, **who), ONE_BONE_MEDICINE)


def larsen() -> Plan:
    who = {"family_name": "Larsen", "given_name": "Ingrid", "sex": "female", "date_of_birth": date(1965, 2, 3)}
    return signed(_visit(NSAID_CHECK, **who), ONE_BONE_MEDICINE)


def _visit(answers: dict, **who):
    clinic = make.clinic(phone="020 7946 0100", emergency_phone="020 7946 0199")
    by = make.clinician(clinic=clinic, printed_name="Dr Ada Marsh", professional_id="GMC 0000001")
    label = f"{answers['levels'][0]}, {answers['mechanism'].replace('_', ' ')}"
    of = make.fracture(patient=make.patient(clinic=clinic, national_id="9991964134", **who), label=label)
    return make.visit(by=by, of=of, **answers)


def signed(visit, differing: dict[str, tuple[str, str, str]]) -> Plan:
    """The plan with everything followed that can be decided, but for what differs: choice, reason, words."""
    ev = visit.evaluation()
    for result in decidable(ev):
        choice, reason, words = differing.get(result.name, ("follow", "", ""))
        signing.decide(visit, result.name, choice, visit.started_by, NOW, reason=reason, words=words)
    return signing.sign(visit, visit.started_by, NOW, next_review_on=suggested_review(ev))
