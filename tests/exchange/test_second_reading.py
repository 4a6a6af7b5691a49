"""The rules that run agree with a second, independent reading of the specification, on patients near every limit."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.guideline.evaluate import evaluate
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1
from tests.exchange import second_reading as second

ON = date(2026, 11, 22)
TRUTH = {"met": True, "not_met": False, "unknown": None}

# Values just below, on and just above every limit of the edition that lies in the range of a fact.
NEAR = {limit.value + step for limit in EDITION_1.by_name.values() for step in map(Decimal, ("-0.1", "0", "0.1"))}
NEAR |= {limit.value + step for limit in EDITION_1.by_name.values() for step in (-1, 1)}
DAYS = sorted({int(value) for value in NEAR if 0 <= value <= 400 and value == int(value)} | set(range(86, 96)))


def values_of(fact):
    if fact.kind is Kind.LEVELS:
        return [("T4",), ("T5",), ("L1",), ("T4", "L1")]
    if fact.kind is Kind.DATE:
        return [ON - timedelta(days) for days in DAYS]
    if fact.values:
        return fact.values
    near = sorted(value for value in NEAR if fact.low <= value <= fact.high)
    if fact.kind is Kind.INTEGER:
        return [int(value) for value in near if value == int(value)]
    return near


VALUES = {name: values_of(fact) for name, fact in FACTS.items()}

# Answers that keep a patient on the way to the later headlines; without them almost everybody is urgent or unknown.
CALM = {
    "neuro_exam_done": "yes",
    "neurological_deficit": "no",
    "cauda_equina_symptoms": "no",
    "cord_signs": "no",
    "cancer_history": "none",
    "temperature_c": Decimal("36.8"),
    "infection_imaging_features": "no",
    "infection_risk": "no",
    "fracture_confirmed": "yes",
    "mechanism": "none",
    "age_years": 70,
    "sex": "female",
    "levels": ("L1",),
    "unexplained_weight_loss": "no",
    "malignant_imaging_features": "no",
    "myeloma_screen": "normal",
    "adjusted_calcium_mmol_l": Decimal("2.3"),
    "hemoglobin_g_l": 130,
    "unstable_fracture": "no",
    "of_type": "OF2",
    "cord_compression_on_imaging": "no",
    "cement_or_contrast_allergy": "no",
    "pain_at_fracture_level": "yes",
    "pain_nrs": 6,
    "marrow_edema": "yes",
    "marrow_imaging_on": ON,
    "medical_management_tried": "yes",
    "inr": Decimal(1),
    "platelets_10_9_l": 200,
    "bone_medicine": "none",
}
# With these, augmentation is not indicated before the day of the decision.
STABLE = {
    "kyphosis_degrees": Decimal(8),
    "kyphosis_method": "local",
    "scoliosis_degrees": Decimal(3),
    "dorsal_wall_loss_percent": Decimal(2),
    "height_loss_percent": Decimal(12),
    "pain_course": "improving",
    "pulmonary_dysfunction": "no",
}
PATIENTS_OF_A_SEED = 250


def anybody(chance):
    """Any set of answers, from hardly any to nearly all."""
    share = chance.random()
    return {name: chance.choice(values) for name, values in VALUES.items() if chance.random() < share}


def calm_but_for_some(chance):
    """Somebody on the way to augmentation, with up to three answers changed or taken away."""
    return {**anybody(chance), **CALM, **_changed(CALM, chance)}


def stable_but_for_some(chance):
    """Somebody who is getting better, with up to three answers changed or taken away."""
    return {**anybody(chance), **CALM, **STABLE, **_changed(CALM | STABLE, chance)}


def _changed(answers, chance):
    names = chance.sample(sorted(answers), chance.randrange(4))
    return {name: chance.choice([None, *VALUES[name]]) for name in names}


def disagreements(answers):
    """Everything on which the rules and the second reading differ, with what each says."""
    ev = evaluate(answers, ON)
    patient = second.Patient(answers, ON)
    criteria = second.criteria(patient)
    actions = second.actions(patient, criteria)
    notices = second.notices(patient, criteria, actions)
    pairs = {
        "headline": (ev.headline, second.headline(criteria, actions)),
        "bone density": (ev.bone_density, second.bone_density(patient)),
        "actions named": (set(ev.actions), set(actions)),
        "criteria named": (set(ev.criteria) - {"malignancy.weak"}, set(criteria)),
        **{name: (TRUTH[ev.criteria[name].state], truth) for name, truth in criteria.items()},
        **{name: (str(ev.actions[name].status), status) for name, status in actions.items()},
        **{name: (name in ev.notices, name in notices) for name in {*ev.notices, *notices}},
    }
    return {what: pair for what, pair in pairs.items() if pair[0] != pair[1]}


def smallest(answers):
    """The answers without those that the disagreement does not need."""
    for name in list(answers):
        fewer = {other: value for other, value in answers.items() if other != name}
        if disagreements(fewer):
            answers = fewer
    return answers


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("somebody", [anybody, calm_but_for_some, stable_but_for_some])
def test_the_second_reading_agrees(somebody, seed):
    chance = random.Random(seed)
    for _ in range(PATIENTS_OF_A_SEED):
        answers = somebody(chance)
        if disagreements(answers):
            pytest.fail(f"{smallest(answers)}: (rules, second reading) are {disagreements(smallest(answers))}")


def test_the_patients_reach_every_headline():
    chance = random.Random(0)
    patients = [make(chance) for make in (calm_but_for_some, stable_but_for_some) for _ in range(PATIENTS_OF_A_SEED)]
    assert {evaluate(answers, ON).headline for answers in patients} == set(HEADLINES)
