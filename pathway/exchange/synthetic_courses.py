"""Invented courses of a vertebral fracture: when it broke, when the patient was seen, and what was found each time.

Plausible, not representative: proportions are round numbers that make every branch of the pathway and of follow-up
appear, and say nothing about real patients.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

EARLIEST_FRACTURE, LATEST_FRACTURE = 900, 20
REVIEWS = ((18, 0.6), (42, 0.5), (84, 0.6), (180, 0.15), (365, 0.4))
"""Days after the fracture, and how often a patient who came before comes again."""
MECHANISMS = {
    "bend_or_lift": "lifting a box",
    "cough_or_sneeze": "a cough",
    "fall_from_standing": "a fall at home",
    "none": "no event",
}
LEVELS = {"T7": 1, "T8": 2, "T10": 1, "T11": 3, "T12": 6, "L1": 6, "L2": 3, "L3": 2, "L4": 1}
MEDICINES = {"oral_bisphosphonate": 5, "iv_bisphosphonate": 2, "denosumab": 3, "teriparatide": 1}
NO_FINDING = {
    "neurological_deficit": "no",
    "cauda_equina_symptoms": "no",
    "cord_signs": "no",
    "unexplained_weight_loss": "no",
    "night_or_unrelenting_pain": "no",
    "infection_risk": "no",
    "unstable_fracture": "no",
    "cord_compression_on_imaging": "no",
    "malignant_imaging_features": "no",
    "infection_imaging_features": "no",
    "gi_bleed_or_ulcer": "no",
    "heart_failure_severe": "no",
    "liver_failure_severe": "no",
    "opioid_hazard": "no",
    "sedatives": "no",
    "esophageal_disorder": "no",
    "can_sit_upright_30_min": "yes",
    "dental_work_pending": "no",
    "mi_or_stroke": "never",
    "osteosarcoma_risk": "no",
}


@dataclass
class Seen:
    """One visit: its day, the answers, and the broken levels."""

    on: date
    answers: dict[str, Any]
    levels: tuple[str, ...]


@dataclass
class Course:
    """One fracture. `stays_open` leaves the last visit unsigned."""

    label: str
    visits: list[Seen]
    stays_open: bool = False


@dataclass
class Story:
    sex: str
    age_years: int
    courses: list[Course] = field(default_factory=list)


def story(rng: Random, today: date) -> Story:
    """One patient: mostly one fracture, now and then a second one later."""
    told = Story("female" if rng.random() < 0.78 else "male", round(rng.triangular(56, 94, 76)))
    onset = today - timedelta(days=rng.randint(LATEST_FRACTURE, EARLIEST_FRACTURE))
    told.courses.append(_course(rng, today, onset, prior=0))
    second = onset + timedelta(days=rng.randint(60, 300))
    if rng.random() < 0.08 and second < today - timedelta(days=LATEST_FRACTURE):
        told.courses.append(_course(rng, today, second, prior=1))
    return told


def _course(rng: Random, today: date, onset: date, *, prior: int) -> Course:
    mechanism = rng.choice(list(MECHANISMS))
    levels = tuple(_weighted(rng, LEVELS) for _ in range(1 if rng.random() < 0.88 else 2))
    identified = onset + timedelta(days=rng.randint(0, 14))
    lasting = _lasting(rng, onset, identified, mechanism, prior)
    days = [identified + timedelta(days=rng.randint(0, 6))]
    for after, returns in REVIEWS:
        day = onset + timedelta(days=after + rng.randint(-5, 12))
        if day > days[-1] + timedelta(days=9) and rng.random() < returns:
            days.append(day)
    visits, pain, loss = [], rng.randint(5, 10), Decimal(rng.randint(5, 26))
    for day in [day for day in days if day <= today]:
        visits.append(Seen(day, {**lasting, **_found(rng, day, onset, pain, loss, lasting)}, tuple(set(levels))))
        pain = max(0, min(10, pain - rng.choice((3, 2, 2, 1, 1, 0, 0, -1))))
        loss += rng.choice((0, 0, 0, 1, 2, 8))
        _treat(rng, lasting, day)
    open_one = bool(visits) and visits[-1].on > today - timedelta(days=12) and rng.random() < 0.5
    return Course(f"{'/'.join(sorted(set(levels)))}, {MECHANISMS[mechanism]}", visits, open_one)


def _weighted(rng: Random, choices: dict[str, int]) -> str:
    return rng.choices(list(choices), list(choices.values()))[0]


def _lasting(rng: Random, onset: date, identified: date, mechanism: str, prior: int) -> dict[str, Any]:
    """What a first visit finds and later ones carry on."""
    answers: dict[str, Any] = {
        **NO_FINDING,
        "fracture_confirmed": "yes",
        "mechanism": mechanism,
        "onset_on": onset,
        "onset_precision": "day",
        "identified_on": identified,
        "cancer_history": rng.choices(("none", "past", "current"), (93, 6, 1))[0],
        "prior_vertebral_fractures": prior + (rng.random() < 0.3),
        "new_vertebral_fractures_12_months": 1 + prior,
        "falls_last_year": rng.choice((0, 0, 1, 1, 2, 4)),
        "anticoagulated": rng.choices(("no", "yes"), (88, 12))[0],
        "bone_medicine": "none",
    }
    if rng.random() < 0.6:
        answers |= _dxa(rng)
    if rng.random() < 0.7:
        answers |= _laboratory(rng)
    return answers


def _dxa(rng: Random) -> dict[str, Any]:
    return {
        "t_score_femoral_neck": _tenths(rng, -3.6, -1.0),
        "t_score_total_hip": _tenths(rng, -3.4, -0.8),
    }


def _laboratory(rng: Random) -> dict[str, Any]:
    return {
        "adjusted_calcium_mmol_l": _tenths(rng, 2.2, 2.6, places=2),
        "vitamin_d_nmol_l": Decimal(rng.randint(25, 95)),
        "creatinine_umol_l": Decimal(rng.randint(50, 130)),
        "weight_kg": Decimal(rng.randint(45, 90)),
        "egfr": Decimal(rng.randint(28, 95)),
        "crp_mg_l": Decimal(rng.randint(1, 12)),
        "hemoglobin_g_l": rng.randint(112, 150),
        "myeloma_screen": rng.choices(("normal", "not_done", "abnormal"), (80, 18, 2))[0],
        "inr": Decimal("1.0"),
        "platelets_10_9_l": rng.randint(150, 380),
    }


def _found(rng: Random, on: date, onset: date, pain: int, loss: Decimal, lasting: dict[str, Any]) -> dict[str, Any]:
    """What is examined again at each visit. Some of it is left out, as in life."""
    found: dict[str, Any] = {
        "neuro_exam_done": rng.choices(("yes", ""), (94, 6))[0],
        "temperature_c": _tenths(rng, 36.2, 37.4) if rng.random() < 0.97 else _tenths(rng, 38.0, 39.2),
        "pain_nrs": pain,
        "pain_course": rng.choices(("improving", "unchanged", "worsening"), (6, 3, 1))[0],
        "pain_at_fracture_level": rng.choice(("yes", "yes", "no")),
        "pain_pattern": rng.choice(("focal", "focal", "diffuse", "radicular")),
        "medical_management_tried": "yes" if on > onset + timedelta(days=14) else rng.choice(("yes", "no")),
        "mobility": rng.choice(("independent", "aid", "aid", "assisted")),
        "days_in_bed": rng.choice((0, 0, 1, 2, 5)),
        "pulmonary_dysfunction": rng.choices(("no", "yes"), (95, 5))[0],
        "height_loss_percent": min(loss, Decimal(80)),
        "kyphosis_degrees": Decimal(rng.randint(2, 18)),
        "kyphosis_method": rng.choices(("local", "global", ""), (8, 1, 1))[0],
        "dorsal_wall_loss_percent": Decimal(rng.randint(0, 12)),
    }
    if rng.random() < 0.012:
        found["cord_signs"] = "yes"
    if on > onset + timedelta(days=30) and rng.random() < 0.5:
        found |= {
            "marrow_edema": rng.choice(("yes", "no")),
            "marrow_imaging_on": on - timedelta(days=rng.randint(1, 50)),
        }
    if on > onset + timedelta(days=60) and "t_score_total_hip" not in lasting and rng.random() < 0.6:
        lasting |= _dxa(rng)
    return found


def _treat(rng: Random, lasting: dict[str, Any], on: date) -> None:
    """Between two visits a medicine is started, goes on, or is stopped."""
    taken = lasting["bone_medicine"]
    if taken == "none" and rng.random() < 0.5:
        lasting["bone_medicine"] = _weighted(rng, MEDICINES)
    elif taken != "none" and rng.random() < 0.1:
        lasting["bone_medicine"] = "none"
    if lasting["bone_medicine"] == "denosumab" and "denosumab_last_dose_on" not in lasting:
        lasting["denosumab_last_dose_on"] = on + timedelta(days=rng.randint(1, 5))


def _tenths(rng: Random, low: float, high: float, places: int = 1) -> Decimal:
    return Decimal(str(round(rng.uniform(low, high), places)))
