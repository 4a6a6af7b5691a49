"""A fracture followed over time: what a later visit takes from the signed ones before it."""

from datetime import date
from decimal import Decimal

import pytest

from pathway.clinic.models import Visit, VisitDraft
from tests import make
from tests.clinic.walking import autosave, page, send

FIRST, SECOND = date(2026, 9, 2), date(2026, 10, 14)


@pytest.fixture
def fracture(clinician):
    return make.fracture(patient=make.patient(clinic=clinician.clinic))


@pytest.fixture
def followed(clinician, fracture):
    """A third visit after two signed ones."""
    first = {**make.UNREMARKABLE, "onset_on": date(2026, 8, 20), "identified_on": date(2026, 8, 25)}
    make.signed_visit(
        by=clinician,
        of=fracture,
        on=FIRST,
        **first,
        pain_nrs=8,
        rmdq24=12,
        height_loss_percent=Decimal(18),
        first_height_loss_percent=Decimal(12),
        previous_pain_nrs=9,
        t_score_spine=Decimal("-2.8"),
    )
    make.signed_visit(by=clinician, of=fracture, on=SECOND, pain_nrs=5, odi_percent=Decimal(44), cancer_history="past")
    return make.visit(by=clinician, of=fracture)


def test_previous_values_come_from_the_last_signed_visit_and_the_first_height_loss_from_the_first(followed):
    assert followed.carried() == {
        "previous_pain_nrs": (5, SECOND),
        "previous_odi_percent": (44, SECOND),
        "first_height_loss_percent": (12, FIRST),
    }
    answers = followed.answers()
    assert answers["previous_pain_nrs"] == 5
    assert "previous_rmdq24" not in answers, "not recorded at the last review, so not known"


def test_the_height_loss_of_the_first_visit_stands_in_for_the_first_imaging(clinician, fracture):
    make.signed_visit(by=clinician, of=fracture, on=FIRST, height_loss_percent=Decimal(18))
    make.signed_visit(by=clinician, of=fracture, on=SECOND, height_loss_percent=Decimal(25))
    assert make.visit(by=clinician, of=fracture).carried()["first_height_loss_percent"] == (18, FIRST)


def test_only_signed_visits_of_the_same_fracture_before_this_one_count(clinician, fracture):
    other = make.fracture(patient=fracture.patient)
    make.signed_visit(by=clinician, of=other, on=FIRST, pain_nrs=9)
    discarded = make.visit(by=clinician, of=fracture, on=FIRST, pain_nrs=9)
    discarded.discard(clinician, make.datetime(2026, 9, 2, tzinfo=make.UTC))
    visit = make.visit(by=clinician, of=fracture)
    assert visit.is_first
    assert visit.carried() == {}


def test_a_signed_visit_keeps_what_it_was_signed_with(followed, clinician):
    first, second = followed.earlier_signed
    assert first.answers()["previous_pain_nrs"] == 9
    assert second.answers()["previous_pain_nrs"] == 8


def test_previous_values_are_asked_at_a_first_visit_only(signed_in, visit, followed):
    assert 'name="previous_pain_nrs"' in page(signed_in, visit, "pain")
    assert 'name="previous_pain_nrs"' not in page(signed_in, followed, "pain")
    assert 'name="first_height_loss_percent"' not in page(signed_in, followed, "imaging")
    send(signed_in, followed, "pain", previous_pain_nrs="1", pain_nrs="8")
    assert Visit.objects.get(pk=followed.pk).answers()["previous_pain_nrs"] == 5


def test_earlier_values_are_shown_with_their_day_and_not_filled_in(signed_in, followed):
    html = page(signed_in, followed, "pain")
    assert "last: 5 of 10 on 14-Oct-2026" in html
    assert 'value="5"' not in html


def test_carried_values_are_shown_with_their_day(signed_in, followed):
    html = signed_in.get(f"/visits/{followed.pk}/").content.decode()
    assert "visit on 14-Oct-2026" in html


def test_a_later_visit_starts_with_the_lasting_answers_to_confirm(signed_in, clinician, fracture, followed):
    followed.discard(clinician, make.datetime(2026, 11, 22, tzinfo=make.UTC))
    signed_in.post(f"/fractures/{fracture.pk}/visits/new/")
    visit = fracture.open_visit()
    html = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "1 answer carried forward to confirm" in html
    assert visit.cancer_history == "", "not an answer before somebody confirms it"
    step = page(signed_in, visit, "neurology")
    assert "carried forward from the visit on 14-Oct-2026" in step
    assert 'value="past" id="id_cancer_history_1" checked' in step
    assert 'name="cord_signs" value="no" id="id_cord_signs_1">' in step, "findings are never filled in"


def test_carried_answers_do_not_reach_the_panel_before_their_step_is_seen(signed_in, clinician, fracture, followed):
    followed.discard(clinician, make.datetime(2026, 11, 22, tzinfo=make.UTC))
    signed_in.post(f"/fractures/{fracture.pk}/visits/new/")
    visit = fracture.open_visit()
    assert "workup.malignancy" not in autosave(signed_in, visit, "pain", pain_nrs="5").content.decode()
    assert "workup.malignancy" in autosave(signed_in, visit, "neurology", cancer_history="past").content.decode()
    assert VisitDraft.objects.get(step="neurology").carried_from is None


def test_lasting_answers_of_every_kind_are_carried_as_they_were_typed(signed_in, clinician, fracture):
    make.signed_visit(
        by=clinician,
        of=fracture,
        on=SECOND,
        not_known=("t_score_total_hip",),
        **{**make.UNREMARKABLE, "onset_on": date(2026, 9, 1), "identified_on": date(2026, 9, 20)},
        onset_precision="month",
        t_score_spine=Decimal("-2.45"),
        prior_vertebral_fractures=0,
    )
    signed_in.post(f"/fractures/{fracture.pk}/visits/new/")
    typed = {draft.step: draft.typed for draft in VisitDraft.objects.all()}
    assert typed["fracture"] == {
        "fracture_confirmed": ["yes"],
        "mechanism": ["bend_or_lift"],
        "onset_on_month": ["9"],
        "onset_on_year": ["2026"],
        "identified_on_day": ["20"],
        "identified_on_month": ["9"],
        "identified_on_year": ["2026"],
        "levels": ["T12"],
    }
    assert typed["bone-health"] == {
        "t_score_spine": ["-2.45"],
        "t_score_total_hip_not_known": ["on"],
        "prior_vertebral_fractures": ["0"],
    }
