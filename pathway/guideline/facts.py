"""Everything that can be recorded about a visit: its name, type, unit, hard range and likely range.

The names are the program's public interface: forms, database columns, `manage.py evaluate` and the tests use them.
A fact that is absent (or None) is not known; not known never counts as no, as zero or as normal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class FormUnit:
    """A unit that a clinic may type instead: value in the fact's own unit = (typed - offset) * factor."""

    label: str
    factor: Decimal
    offset: Decimal = Decimal(0)
    decimals: int = 2


@dataclass(frozen=True)
class Fact:
    """One thing that can be recorded.

    `low` and `high` are the hard range, inclusive, in `unit`: outside it a value is refused. `likely_low` and
    `likely_high` bound what is asked about once before it is believed. `decimals` is how many decimal places a
    person may type in the fact's own unit.
    """

    name: str
    group: str
    label: str
    kind: Kind
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    likely_low: Decimal | None = None
    likely_high: Decimal | None = None
    decimals: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    form_units: tuple[FormUnit, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.INTEGER, Kind.DECIMAL)

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _ in self.choices)


YES, NO = "yes", "no"
YES_NO = ((YES, "Yes"), (NO, "No"))
LEVELS = tuple(f"T{n}" for n in range(1, 13)) + tuple(f"L{n}" for n in range(1, 6))

GROUPS = {
    "patient": "Patient",
    "neurology": "Neurology",
    "red_flags": "Red flags",
    "fracture": "The fracture",
    "pain": "Pain and function",
    "imaging": "Imaging",
    "bone_health": "Bone health",
    "laboratory": "Laboratory",
    "medicines": "Medicines and safety",
    "clinic": "Clinic",
}


def _yn(name: str, label: str) -> Fact:
    return Fact(name, "", label, Kind.YES_NO, choices=YES_NO)


def _choice(name: str, label: str, **choices: str) -> Fact:
    return Fact(name, "", label, Kind.CHOICE, choices=tuple(choices.items()))


def _date(name: str, label: str) -> Fact:
    return Fact(name, "", label, Kind.DATE)


def _number(kind: Kind, name: str, label: str, hard: str, likely: str, unit: str, decimals: int, units: tuple) -> Fact:
    low, high = (Decimal(part) for part in hard.split(".."))
    likely_low, likely_high = (Decimal(part) for part in (likely or hard).split(".."))
    return Fact(name, "", label, kind, unit, low, high, likely_low, likely_high, decimals=decimals, form_units=units)


def _int(name: str, label: str, hard: str, likely: str = "", unit: str = "", units: tuple = ()) -> Fact:
    return _number(Kind.INTEGER, name, label, hard, likely, unit, 0, units)


def _dec(
    name: str, label: str, hard: str, likely: str = "", unit: str = "", decimals: int = 1, units: tuple = ()
) -> Fact:
    return _number(Kind.DECIMAL, name, label, hard, likely, unit, decimals, units)


def _group(group: str, *facts: Fact) -> tuple[Fact, ...]:
    return tuple(replace(fact, group=group) for fact in facts)


_FAHRENHEIT = FormUnit("°F", Decimal(5) / Decimal(9), Decimal(32), decimals=1)
_CALCIUM_MG_DL = FormUnit("mg/dL", Decimal("0.2495"))
_VITAMIN_D_NG_ML = FormUnit("ng/mL", Decimal("2.496"), decimals=1)
_CREATININE_MG_DL = FormUnit("mg/dL", Decimal("88.4"))
_POUND = FormUnit("lb", Decimal("0.45359237"), decimals=1)
_CRP_MG_DL = FormUnit("mg/dL", Decimal(10))
_HEMOGLOBIN_G_DL = FormUnit("g/dL", Decimal(10), decimals=1)

ALL = (
    *_group(
        "patient",
        _int("age_years", "Age", "18..120", "50..100", "years"),
        _choice("sex", "Sex for clinical use", female="Female", male="Male"),
        _yn("pregnant", "Pregnant"),
    ),
    *_group(
        "neurology",
        _yn("neuro_exam_done", "Neurological examination done"),
        _yn("neurological_deficit", "New weakness or sensory loss"),
        _yn("cauda_equina_symptoms", "Cauda equina symptoms"),
        _yn("cord_signs", "Spinal cord signs"),
    ),
    *_group(
        "red_flags",
        _choice("cancer_history", "Cancer history", none="None", past="Past", current="Current"),
        _yn("unexplained_weight_loss", "Unexplained weight loss"),
        _yn("night_or_unrelenting_pain", "Night pain or unrelenting pain"),
        _dec("temperature_c", "Temperature", "30.0..45.0", "35.0..41.0", "°C", 1, (_FAHRENHEIT,)),
        _yn("infection_risk", "Risk factor for infection"),
    ),
    *_group(
        "fracture",
        _yn("fracture_confirmed", "Vertebral fracture seen on imaging"),
        _choice(
            "mechanism",
            "Mechanism",
            none="No event",
            bend_or_lift="Bending or lifting",
            cough_or_sneeze="Cough or sneeze",
            fall_from_standing="Fall from standing height or less",
            fall_from_height="Fall from more than standing height",
            seizure="Seizure",
            high_energy="High-energy injury",
        ),
        _date("onset_on", "Onset of symptoms"),
        _date("identified_on", "Fracture first seen on imaging"),
        Fact("levels", "", "Fractured levels", Kind.LEVELS, choices=tuple((level, level) for level in LEVELS)),
    ),
    *_group(
        "pain",
        _int("pain_nrs", "Worst pain in the last 24 hours", "0..10", unit="of 10"),
        _int("previous_pain_nrs", "Worst pain at the last review", "0..10", unit="of 10"),
        _choice(
            "pain_course", "Course of the pain", improving="Improving", unchanged="Unchanged", worsening="Worsening"
        ),
        _yn("pain_at_fracture_level", "Pain at the fracture level on examination"),
        _choice("pain_pattern", "Pain pattern", focal="Focal", diffuse="Diffuse", radicular="Radicular"),
        _int("rmdq24", "Roland-Morris score", "0..24", unit="of 24"),
        _int("previous_rmdq24", "Roland-Morris score at the last review", "0..24", unit="of 24"),
        _dec("odi_percent", "Oswestry index", "0..100", unit="%"),
        _dec("previous_odi_percent", "Oswestry index at the last review", "0..100", unit="%"),
        _yn("medical_management_tried", "Medical management tried or not possible"),
        _choice(
            "mobility",
            "Mobility",
            independent="Independent",
            aid="With a walking aid",
            assisted="With help from a person",
            bedbound="Bedbound",
        ),
        _int("days_in_bed", "Days mostly in bed in the last 2 weeks", "0..365", "0..14", "days"),
        _yn("pulmonary_dysfunction", "Lung disorder that kyphosis can worsen, or falling FVC"),
    ),
    *_group(
        "imaging",
        _dec("height_loss_percent", "Vertebral body height loss", "0..100", "0..80", "%"),
        _dec("first_height_loss_percent", "Height loss on the first imaging", "0..100", "0..80", "%"),
        _dec("dorsal_wall_loss_percent", "Dorsal wall height loss", "0..100", "0..60", "%"),
        _dec("kyphosis_degrees", "Kyphosis angle", "-40..120", "-20..60", "°"),
        _choice("kyphosis_method", "Kyphosis method", local="Local (segmental)", **{"global": "Global thoracic"}),
        _dec("scoliosis_degrees", "Scoliosis angle", "0..120", "0..60", "°"),
        _yn("scoliosis_preexisting", "Scoliosis known before the fracture"),
        _yn("marrow_edema", "Marrow edema or fluid cleft at the painful level"),
        _yn("bone_scan_uptake", "Bone scan uptake at the painful level"),
        _date("marrow_imaging_on", "MRI or bone scan"),
        _yn("unstable_fracture", "Unstable fracture"),
        _choice("of_type", "OF type (AO Spine-DGOU)", OF1="OF1", OF2="OF2", OF3="OF3", OF4="OF4", OF5="OF5"),
        _yn("cord_compression_on_imaging", "Significant cord compression on imaging"),
        _yn("malignant_imaging_features", "Imaging features of malignancy"),
        _yn("infection_imaging_features", "Imaging features of infection"),
    ),
    *_group(
        "bone_health",
        _dec("t_score_spine", "T-score, lumbar spine", "-8.0..6.0", "-5.0..3.0", decimals=2),
        _dec("t_score_femoral_neck", "T-score, femoral neck", "-8.0..6.0", "-5.0..3.0", decimals=2),
        _dec("t_score_total_hip", "T-score, total hip", "-8.0..6.0", "-5.0..3.0", decimals=2),
        _yn("spine_t_includes_fracture", "Spine T-score includes a fractured vertebra"),
        _int("prior_vertebral_fractures", "Vertebral fractures before this one", "0..17"),
        _int("new_vertebral_fractures_12_months", "New vertebral fractures in 12 months", "0..17"),
        _int("falls_last_year", "Falls in the last year", "0..365", "0..20"),
        _dec("frax_major_percent", "FRAX, major fracture in 10 years", "0..100", unit="%"),
        _dec("frax_hip_percent", "FRAX, hip fracture in 10 years", "0..100", unit="%"),
    ),
    *_group(
        "laboratory",
        _dec(
            "adjusted_calcium_mmol_l", "Adjusted calcium", "1.00..5.00", "1.80..3.20", "mmol/L", 2, (_CALCIUM_MG_DL,)
        ),
        _dec("vitamin_d_nmol_l", "Vitamin D (25-OH)", "5..500", unit="nmol/L", units=(_VITAMIN_D_NG_ML,)),
        _dec("creatinine_umol_l", "Creatinine", "18..1770", unit="µmol/L", units=(_CREATININE_MG_DL,)),
        _dec("weight_kg", "Weight", "25..250", "35..150", "kg", 1, (_POUND,)),
        _dec("egfr", "eGFR", "2..180", unit="mL/min/1.73 m²"),
        _dec("crp_mg_l", "CRP", "0..600", unit="mg/L", units=(_CRP_MG_DL,)),
        _int("esr_mm_h", "ESR", "0..200", unit="mm/h"),
        _int("hemoglobin_g_l", "Hemoglobin", "30..220", unit="g/L", units=(_HEMOGLOBIN_G_DL,)),
        _choice("myeloma_screen", "Myeloma screen", normal="Normal", abnormal="Abnormal", not_done="Not done"),
        _dec("inr", "INR", "0.5..15", decimals=2),
        _int("platelets_10_9_l", "Platelets", "1..2000", unit="× 10⁹/L"),
    ),
    *_group(
        "medicines",
        _choice(
            "bone_medicine",
            "Bone medicine taken now",
            none="None",
            oral_bisphosphonate="Oral bisphosphonate",
            iv_bisphosphonate="Intravenous bisphosphonate",
            denosumab="Denosumab",
            teriparatide="Teriparatide",
            abaloparatide="Abaloparatide",
            romosozumab="Romosozumab",
            raloxifene="Raloxifene",
            hrt="Hormone replacement",
        ),
        _date("denosumab_last_dose_on", "Last dose of denosumab"),
        _yn("gi_bleed_or_ulcer", "Active or recent gastrointestinal bleed or ulcer"),
        _yn("heart_failure_severe", "Severe heart failure"),
        _yn("anticoagulated", "Takes an anticoagulant"),
        _yn("liver_failure_severe", "Severe liver failure"),
        _yn("opioid_hazard", "Respiratory depression or bowel obstruction"),
        _yn("sedatives", "Takes a benzodiazepine or gabapentinoid"),
        _yn("calcitonin_allergy", "Calcitonin allergy"),
        _yn("esophageal_disorder", "Esophageal stricture, achalasia or delayed emptying"),
        _yn("can_sit_upright_30_min", "Can sit upright for 30 minutes"),
        _yn("dental_work_pending", "Invasive dental work pending"),
        _choice(
            "mi_or_stroke",
            "Heart attack or stroke",
            never="Never",
            over_12_months="More than 12 months ago",
            within_12_months="Within 12 months",
        ),
        _yn("osteosarcoma_risk", "Raised risk of osteosarcoma"),
        _yn("cement_or_contrast_allergy", "Allergy to bone cement or contrast"),
    ),
    *_group(
        "clinic",
        _choice("region", "Region of the clinic", us="United States", uk="United Kingdom", eu="European Union",
                other="Other"),
    ),
)  # fmt: skip

FACTS: dict[str, Fact] = {fact.name: fact for fact in ALL}
