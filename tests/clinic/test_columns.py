"""One column for each fact, and a database that refuses what the fact does not allow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone

from pathway.clinic.models import Entry, FracturedLevel, Patient, Visit
from pathway.clinic.models.answers import COLUMNS, NOT_COLUMNS, NOT_KNOWN
from pathway.guideline.facts import FACTS, Kind
from tests import make

pytestmark = pytest.mark.django_db
NUMBERS = [name for name in COLUMNS if FACTS[name].is_number]
CHOICES = [name for name in COLUMNS if FACTS[name].kind in (Kind.YES_NO, Kind.CHOICE)]
DATES = [name for name in COLUMNS if FACTS[name].kind is Kind.DATE]


def refused(visit, **columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(**columns)


def test_every_fact_has_one_column_or_another_place():
    columns = {field.name for field in Visit._meta.get_fields() if isinstance(field, models.Field)}
    assert {name for name in FACTS if name in columns} == set(COLUMNS)
    assert set(FACTS) - set(COLUMNS) == set(NOT_COLUMNS)


def test_every_column_has_its_constraint():
    constraints = {constraint.name for constraint in Visit._meta.constraints}
    assert {f"visit_{name}_accepted" for name in COLUMNS} <= constraints


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_outside_its_hard_range_is_refused(name):
    visit, fact = make.visit(), FACTS[name]
    step = Decimal(1) if fact.kind is Kind.INTEGER else Decimal("0.0001")
    refused(visit, **{name: fact.low - step})
    refused(visit, **{name: fact.high + step})


@pytest.mark.parametrize("name", NUMBERS)
def test_the_ends_of_a_hard_range_are_kept_exactly(name):
    visit, fact = make.visit(), FACTS[name]
    for value in (fact.low, fact.high):
        Visit.objects.filter(pk=visit.pk).update(**{name: value})
        visit.refresh_from_db()
        assert getattr(visit, name) == value


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_an_answer_or_not_known_or_not_asked(name):
    visit = make.visit()
    for value in ("", NOT_KNOWN, *FACTS[name].values):
        Visit.objects.filter(pk=visit.pk).update(**{name: value})
    for value in ("maybe", "Yes", " yes", "True"):
        refused(visit, **{name: value})


@pytest.mark.parametrize("name", DATES)
def test_a_date_lies_between_1900_and_the_visit(name):
    visit = make.visit()
    precision = {"onset_precision": "day"} if name == "onset_on" else {}
    for day in (date(1, 1, 1), date(1899, 12, 31), visit.on + timedelta(days=1), date(9999, 12, 31)):
        refused(visit, **{name: day}, **precision)
    Visit.objects.filter(pk=visit.pk).update(**{name: visit.on}, **precision)


def test_an_onset_has_a_precision_and_nothing_else_has():
    visit = make.visit()
    refused(visit, onset_on=visit.on)
    refused(visit, onset_precision="day")


@pytest.mark.parametrize("value", ["-2.45001", "NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_the_database_would_change_never_reaches_it(value):
    visit = make.visit()
    with pytest.raises((ValueError, ArithmeticError)):
        Visit.objects.filter(pk=visit.pk).update(t_score_spine=Decimal(value))


def test_decimals_are_kept_as_they_were_entered():
    visit = make.visit(t_score_spine=Decimal("-2.45"), height_loss_percent=Decimal("19.9999"))
    visit = Visit.objects.get(pk=visit.pk)
    assert visit.answers()["t_score_spine"] == Decimal("-2.45")
    assert visit.answers()["height_loss_percent"] == Decimal("19.9999")


def test_an_unknown_level_is_refused():
    visit = make.visit()
    for level in ("C7", "T13", "", "t12"):
        with pytest.raises(IntegrityError), transaction.atomic():
            FracturedLevel.objects.create(visit=visit, level=level)


def test_an_entry_is_not_known_or_what_was_typed():
    visit = make.visit()
    for wrong in ({"not_known": True, "typed": "62"}, {"typed": "62"}, {}, {"fact": "shoe_size", "not_known": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(visit=visit, **{"fact": "weight_kg", **wrong})


def test_a_fracture_has_one_open_visit():
    first = make.visit()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.visit(of=first.fracture)


def test_continuing_without_needs_a_reason():
    visit = make.visit()
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.interruptions.create(
            findings="cord_signs", outcome="continued", answered_by=visit.started_by, answered_at=timezone.now()
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"family_name": ""},
        {"family_name": "x" * 81},
        {"sex": "other"},
        {"date_of_birth": date(1899, 12, 31)},
        {"deceased_on": date(1940, 1, 1)},
        {"hospital_number": ""},
        {"national_id_scheme": "gb.nhs"},
    ],
    ids=str,
)
def test_a_patient_that_cannot_be_is_refused(wrong):
    # PostgreSQL refuses text that is too long by the type of its column.
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        make.patient(**wrong)


def test_an_identifier_belongs_to_one_patient_of_a_clinic():
    clinic = make.clinic()
    make.patient(clinic=clinic, hospital_number="RX 104 221", national_id="9991964134")
    for same in ({"hospital_number": "rx-104221"}, {"national_id": "9991964134"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.patient(clinic=clinic, **same)
    make.patient(hospital_number="RX 104 221", national_id="9991964134")
    assert Patient.objects.count() == 2


def test_the_constraints_are_in_the_database_and_not_only_in_django():
    visit = make.visit()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_visit SET pain_nrs = 11 WHERE id = %s", [visit.pk.hex])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_visit SET kyphosis_degrees = 120.5 WHERE id = %s", [visit.pk.hex])
