"""The walk without JavaScript: six pages in any order, each saved by itself, nothing typed ever lost."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from pathway.clinic.models import Entry, Visit
from pathway.clinic.recorded import recorded
from pathway.clinic.steps import STEPS
from pathway.guideline.facts import FACTS, Kind
from tests import make
from tests.clinic.walking import page, send, step_url

SLUGS = [step.slug for step in STEPS]
NEUROLOGY = {
    "neuro_exam_done": "yes",
    "neurological_deficit": "no",
    "cauda_equina_symptoms": "no",
    "cord_signs": "no",
    "cancer_history": "none",
    "unexplained_weight_loss": "no",
    "night_or_unrelenting_pain": "no",
    "temperature_c": "36.8",
    "infection_risk": "no",
}
FRACTURE = {
    "fracture_confirmed": "yes",
    "mechanism": "bend_or_lift",
    "onset_on_day": "1",
    "onset_on_month": "11",
    "onset_on_year": "2026",
    "identified_on_day": "8",
    "identified_on_month": "11",
    "identified_on_year": "2026",
    "levels": ["T12", "L1"],
}

DAY_OF_MRI = ("marrow_imaging_on_day", "marrow_imaging_on_month", "marrow_imaging_on_year")


def saved(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_step_opens_with_nothing_chosen(signed_in, visit, slug):
    response = signed_in.get(step_url(visit, slug))
    html = response.content.decode()
    assert response.status_code == 200
    assert " checked" not in html
    assert "OKAFOR" in html


def test_a_whole_visit(signed_in, visit):
    response = signed_in.get(step_url(visit, "neurology"))
    for step, typed in zip(SLUGS, [NEUROLOGY, FRACTURE, {"pain_nrs": "6"}, {}, {}, {}], strict=True):
        response = send(signed_in, visit, step, **typed)
        assert response.status_code == 302
    assert response.url == f"/visits/{visit.pk}/"
    assert saved(visit).evaluation().headline == "medical_management"
    assert [(save.step, save.saved_by) for save in visit.saves.all()] == [(slug, visit.started_by) for slug in SLUGS]
    html = signed_in.get(response.url).content.decode()
    assert html.count("Completed") == len(SLUGS)
    assert html.count(f"Saved by {visit.started_by}") == len(SLUGS)


def test_steps_are_saved_in_any_order_and_only_by_themselves(signed_in, visit):
    assert send(signed_in, visit, "pain", pain_nrs="6").url == step_url(visit, "imaging")
    response = send(signed_in, visit, "neurology", **NEUROLOGY, leave="1")
    assert response.url == f"/visits/{visit.pk}/"
    assert saved(visit).pain_nrs == 6


def test_levels_are_kept_from_the_top_down(signed_in, visit):
    send(signed_in, visit, "fracture", **{**FRACTURE, "levels": ["L1", "T4"]})
    assert saved(visit).levels == ("T4", "L1")
    send(signed_in, visit, "fracture", **{**FRACTURE, "levels": ["T5"]})
    assert saved(visit).answers()["levels"] == ("T5",)


def test_a_month_is_enough_for_the_onset(signed_in, visit):
    send(signed_in, visit, "fracture", onset_on_month="9", onset_on_year="2026")
    assert (saved(visit).onset_on, saved(visit).onset_precision) == (date(2026, 9, 1), "month")
    assert "approx. Sep-2026" in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert 'name="onset_on_day" id="id_onset_on_0"' in page(signed_in, visit, "fracture")


# ------------------------------------------------------------------------------------------- not known and not asked


@pytest.mark.parametrize("slug", SLUGS)
def test_not_known_and_not_asked_are_kept_apart(signed_in, visit, slug):
    """H-05: for every question of the step, from the form to the record and back, and neither is ever a no."""
    step = STEPS[SLUGS.index(slug)]
    facts = [FACTS[name] for name in step.facts if name != "pregnant"]
    typed = {}
    for fact in facts:
        boxed = fact.is_number or fact.kind is Kind.DATE
        typed[f"{fact.name}_not_known" if boxed else fact.name] = "on" if boxed else "not_known"
    conditional = {"kyphosis_method", "scoliosis_preexisting", "marrow_imaging_on", "spine_t_includes_fracture"}
    send(signed_in, visit, slug, **typed)
    rows = {row.fact.name: row.state for row in recorded(saved(visit))}
    for fact in facts:
        assert rows[fact.name] == ("not_asked" if fact.name in conditional else "not_known")
        assert fact.name not in saved(visit).answers()
    assert page(signed_in, visit, slug).count(" checked") == len(facts) - len(conditional & set(step.facts))
    send(signed_in, visit, slug)
    states = {row.fact.name: row.state for row in recorded(saved(visit))}
    assert {states[fact.name] for fact in facts} == {"not_asked"}
    assert not Entry.objects.exists()


def test_a_value_and_not_known_together_are_refused(signed_in, visit):
    response = send(signed_in, visit, "pain", pain_nrs="6", pain_nrs_not_known="on")
    assert response.status_code == 422
    assert "not both" in response.content.decode()
    assert saved(visit).pain_nrs is None


def test_zero_is_an_answer(signed_in, visit):
    send(signed_in, visit, "pain", pain_nrs="0", days_in_bed="0")
    assert saved(visit).answers()["pain_nrs"] == 0
    assert page(signed_in, visit, "pain").count('spellcheck="false" value="0"') == 2


# -------------------------------------------------------------------------------------------------- what does not apply


def test_an_answer_to_a_question_that_does_not_apply_is_not_kept_and_said_so(signed_in, visit):
    response = send(signed_in, visit, "imaging", kyphosis_method="local", marrow_edema="yes", bone_scan_uptake="no")
    html = signed_in.get(response.url).content.decode()
    assert "no longer applies: Kyphosis method." in html
    assert "no longer applies: Bone scan uptake at the painful level." in html
    assert (saved(visit).kyphosis_method, saved(visit).bone_scan_uptake) == ("", "")


def test_a_saved_answer_goes_when_its_question_no_longer_applies(signed_in, visit):
    send(signed_in, visit, "imaging", kyphosis_degrees="16", kyphosis_method="local")
    send(signed_in, visit, "imaging", kyphosis_method="local")
    assert saved(visit).kyphosis_method == ""


def test_what_does_not_apply_is_not_validated(signed_in, visit):
    typed = {"marrow_imaging_on_day": "99", "marrow_edema": "not_known"}
    assert send(signed_in, visit, "imaging", **typed).status_code == 302


@pytest.mark.parametrize(
    ("sex", "born", "asked"),
    [
        ("female", date(1970, 11, 23), True),
        ("female", date(1970, 11, 22), False),
        ("male", date(1980, 1, 1), False),
        ("", date(1980, 1, 1), True),
        ("", date(1948, 3, 9), False),
    ],
)
def test_pregnancy_is_asked_of_women_under_56_and_where_the_sex_is_not_known(signed_in, clinician, sex, born, asked):
    """H-23: on the day before the 56th birthday, and on it."""
    patient = make.patient(clinic=clinician.clinic, sex=sex, date_of_birth=born)
    visit = make.visit(by=clinician, of=make.fracture(patient=patient), pregnant="yes")
    assert ('name="pregnant"' in page(signed_in, visit, "fracture")) is asked
    assert ("pregnant" in visit.answers()) is asked


def test_conditions_are_given_to_the_browser(signed_in, visit):
    assert 'data-show-if="kyphosis_degrees=*"' in page(signed_in, visit, "imaging")


# ------------------------------------------------------------------------------------------------------ units as typed


@pytest.mark.parametrize(
    ("step", "fact", "typed", "unit", "value"),
    [
        ("neurology", "temperature_c", "100.4", "°F", "38"),
        ("bone-health", "adjusted_calcium_mmol_l", "10.42", "mg/dL", "2.5998"),
        ("bone-health", "vitamin_d_nmol_l", "20", "ng/mL", "49.92"),
        ("bone-health", "creatinine_umol_l", "1.02", "mg/dL", "90.168"),
        ("bone-health", "weight_kg", "137", "lb", "62.1422"),
        ("bone-health", "crp_mg_l", "2.05", "mg/dL", "20.5"),
        ("bone-health", "hemoglobin_g_l", "10.9", "g/dL", "109"),
    ],
)
def test_what_was_typed_in_another_unit_is_kept_and_shown(signed_in, visit, step, fact, typed, unit, value):
    """H-03."""
    send(signed_in, visit, step, **{fact: typed, f"{fact}_unit": unit})
    assert saved(visit).answers()[fact] == Decimal(value)
    html = page(signed_in, visit, step)
    assert f'value="{typed}"' in html
    assert f'<option value="{unit}" selected>' in html
    assert f"{typed} {unit})" in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    send(signed_in, visit, step, **{fact: value if fact != "weight_kg" else "62"} if "." not in value else {})
    assert not saved(visit).entries_by_fact


def test_height_loss_is_worked_out_from_heights_with_its_formula(signed_in, visit):
    send(signed_in, visit, "imaging", height_loss_percent_fractured_mm="20", height_loss_percent_reference_mm="25")
    assert saved(visit).height_loss_percent == 20
    html = page(signed_in, visit, "imaging")
    assert "(1 - 20 / 25) x 100 = 20%" in html
    assert "20% (typed 20 / 25 mm)" in signed_in.get(f"/visits/{visit.pk}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"": "20", "_fractured_mm": "20", "_reference_mm": "25"}, "not both"),
        ({"_fractured_mm": "20"}, "enter both heights"),
        ({"_fractured_mm": "26", "_reference_mm": "25"}, "taller than the reference"),
        ({"_fractured_mm": "0", "_reference_mm": "25"}, "from 1 to 70 mm"),
    ],
)
def test_heights_that_give_no_height_loss_are_refused(signed_in, visit, typed, says):
    response = send(signed_in, visit, "imaging", **{f"height_loss_percent{box}": text for box, text in typed.items()})
    assert response.status_code == 422
    assert says in response.content.decode()


# ---------------------------------------------------------------------------------------------------- refused and asked


def test_a_refused_page_says_how_to_put_it_right_and_keeps_everything(signed_in, visit):
    response = send(signed_in, visit, "imaging", kyphosis_degrees="15%", kyphosis_method="local", of_type="OF9")
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error:" in html
    assert 'href="#id_kyphosis_degrees_0"' in html
    assert "measured in degrees, not in percent" in html
    assert "choose one of the answers shown" in html
    assert 'value="15%"' in html
    assert saved(visit).kyphosis_method == ""
    assert 'value="15%"' in page(signed_in, visit, "imaging"), "a closed browser loses nothing"


def test_imaging_long_before_the_onset_is_refused_naming_both(signed_in, visit):
    """15 days before is a conflict, 14 are not."""
    dates = {**FRACTURE, "identified_on_day": "17", "identified_on_month": "10"}
    response = send(signed_in, visit, "fracture", **dates)
    assert response.status_code == 422
    html = response.content.decode()
    assert "The onset of symptoms (01-Nov-2026) and the first imaging (17-Oct-2026) conflict" in html
    assert send(signed_in, visit, "fracture", **{**dates, "identified_on_day": "18"}).status_code == 302


@pytest.mark.parametrize(
    ("step", "fact", "typed", "confirm"),
    [
        ("bone-health", "weight_kg", "230", "230"),
        ("imaging", "kyphosis_degrees", "95", "95"),
        ("neurology", "temperature_c", "41.5", "41.5"),
        ("bone-health", "t_score_spine", "2.5", "2.5"),
    ],
)
def test_an_unlikely_value_is_asked_about_once(signed_in, visit, step, fact, typed, confirm):
    """H-03, H-04: a T-score above zero may have lost its minus."""
    response = send(signed_in, visit, step, **{fact: typed})
    assert response.status_code == 422
    assert "is unusual" in response.content.decode()
    assert send(signed_in, visit, step, **{fact: typed, f"{fact}_confirm": "1"}).status_code == 422
    assert send(signed_in, visit, step, **{fact: typed, f"{fact}_confirm": confirm}).status_code == 302
    assert getattr(saved(visit), fact) == Decimal(typed)
    assert send(signed_in, visit, step, **{fact: typed}).status_code == 302, "believed from then on"


IMAGED = {"marrow_edema": "yes"} | dict(zip(DAY_OF_MRI, ("31", "10", "2026"), strict=True))
BEFORE = "The MRI or bone scan (31-Oct-2026) was before this fracture (Onset of symptoms 01-Nov-2026"
FRAX = {"frax_major_percent": "20", "frax_hip_percent": "21"}


@pytest.mark.parametrize(
    ("earlier", "step", "typed", "fact", "confirm", "sentence"),
    [
        ("fracture", "imaging", IMAGED, "marrow_imaging_on", "2026-10-31 2026-11-01 2026-11-08", BEFORE),
        ("imaging", "fracture", FRACTURE, "onset_on", "2026-10-31 2026-11-01 2026-11-08", BEFORE),
        (
            "fracture",
            "bone-health",
            {"new_vertebral_fractures_12_months": "0"},
            "new_vertebral_fractures_12_months",
            "0 2026-11-01 2026-11-08 yes",
            "months are 0, but this fracture is confirmed and counts as one (Onset of symptoms 01-Nov-2026)",
        ),
        (
            "",
            "bone-health",
            FRAX,
            "frax_hip_percent",
            "21 20",
            "FRAX for the hip (21%) is above FRAX for a major fracture (20%), which includes the hip",
        ),
    ],
)
def test_answers_that_conflict_are_asked_about_once_naming_both(
    signed_in, visit, earlier, step, typed, fact, confirm, sentence
):
    """In whichever order their pages are answered."""
    if earlier:
        assert send(signed_in, visit, earlier, **{"fracture": FRACTURE, "imaging": IMAGED}[earlier]).status_code == 302
    response = send(signed_in, visit, step, **typed)
    html = unescape(response.content.decode())
    assert response.status_code == 422
    assert sentence in html
    assert f'name="{fact}_confirm"' in html
    assert f'value="{confirm}"' in html
    assert send(signed_in, visit, step, **typed, **{f"{fact}_confirm": "1"}).status_code == 422
    assert send(signed_in, visit, step, **typed, **{f"{fact}_confirm": confirm}).status_code == 302
    assert send(signed_in, visit, step, **typed).status_code == 302, "believed from then on"


def test_what_can_be_true_together_is_not_asked_about(signed_in, visit):
    """A scan on the day of the onset, no new fracture where this one is over a year old, two equal risks."""
    year_ago = {"onset_on_year": "2025", "identified_on_year": "2025", "identified_on_month": "12"}
    assert send(signed_in, visit, "fracture", **FRACTURE).status_code == 302
    assert (
        send(
            signed_in, visit, "imaging", **{**IMAGED, **dict(zip(DAY_OF_MRI, ("1", "11", "2026"), strict=True))}
        ).status_code
        == 302
    )
    assert send(signed_in, visit, "fracture", **{**FRACTURE, **year_ago}).status_code == 302
    found = {"new_vertebral_fractures_12_months": "0", "frax_major_percent": "21", "frax_hip_percent": "21"}
    assert send(signed_in, visit, "bone-health", **found).status_code == 302


def test_a_date_that_conflicts_twice_is_confirmed_for_both(signed_in, visit):
    assert send(signed_in, visit, "imaging", **IMAGED).status_code == 302
    assert send(signed_in, visit, "bone-health", new_vertebral_fractures_12_months="0").status_code == 302
    html = send(signed_in, visit, "fracture", **FRACTURE).content.decode()
    assert BEFORE in html
    assert "counts as one (Onset of symptoms 01-Nov-2026)" in html
    confirm = "2026-10-31 2026-11-01 2026-11-08"
    assert send(signed_in, visit, "fracture", **FRACTURE, onset_on_confirm=confirm).status_code == 422
    both = f"{confirm} 0 2026-11-01 2026-11-08 yes"
    assert send(signed_in, visit, "fracture", **FRACTURE, onset_on_confirm=both).status_code == 302


def test_what_is_impossible_is_said_before_what_is_unlikely(signed_in, visit):
    html = send(signed_in, visit, "bone-health", weight_kg="230", inr="99").content.decode()
    assert "INR: enter a value" in html
    assert "is unusual" not in html
