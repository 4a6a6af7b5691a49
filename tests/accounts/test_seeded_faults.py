"""Tests of the tests: with a check of sign-in, roles or access taken out, the test that watches it turns red."""

import time

import pytest
from django.core.cache import cache
from django.utils import timezone

from pathway.accounts import access, kept_forms, second_factor, session_limits
from pathway.accounts.audited_admin import Audited
from pathway.accounts.models import User
from pathway.clinic import emergency_access
from pathway.clinic.models import EmergencyAccess, Patient
from pathway.clinic.models.emergency_access import EmergencyAccessQuerySet
from pathway.clinic.models.patients import PatientQuerySet
from pathway.clinic.views import find
from tests import make
from tests.clinic import test_access, test_emergency_access

from . import test_admin_audit, test_confirm, test_roles, test_second_factor, test_session_limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(monkeypatch):
    """Put something else in the place of a check; the test given then must fail, and pass without the fault."""

    def check(place, name, instead, watching, *args) -> None:
        with monkeypatch.context() as fault:
            fault.setattr(place, name, instead)
            with pytest.raises((AssertionError, AttributeError, IndexError)):
                watching(*args)

    cache.clear()
    return check


def signed_in(client, user=None, **roles):
    client.force_login(user or make.user(**roles))
    return client


def test_a_role_check_removed(client, red):
    people = {"editor": make.user(is_wording_editor=True)}
    watching = test_roles.test_an_editor_does_not_manage_people
    red(User, "has_module_perms", lambda user, label: True, watching, client, people)
    watching(client, people)


@pytest.mark.parametrize("name", ["patient", "patient_edit", "visit", "step"])
def test_the_clinics_scope_dropped(client, red, name):
    make.wording()
    watching = test_access.test_another_clinics_record_is_the_same_as_none
    client = signed_in(client, make.clinician())
    red(PatientQuerySet, "visible_to", lambda patients, user: patients.all(), watching, client, name, "get")
    watching(client, name, "get")


def test_an_event_of_the_admin_dropped(client, red):
    administrator = make.user(is_administrator=True)
    watching = test_admin_audit.test_a_changed_clinic_says_which_fields_and_not_what_they_hold
    red(Audited, "note", lambda *anything: None, watching, signed_in(client, administrator), administrator)


def test_the_limits_of_a_session_dropped(client, red, monkeypatch):
    clock = test_session_limits.Clock()
    monkeypatch.setattr(time, "time", clock)
    watching = test_session_limits.test_fifteen_minutes_without_a_request_end_the_session
    client = signed_in(client, make.clinician())
    red(session_limits, "seconds_left", lambda request: 900, watching, clock, client, 901, False)


def test_what_was_typed_shown_to_whoever_signs_in_next(client, red, monkeypatch):
    """Two checks hold: who signs in, and whose the page is. Without both, red."""
    clock = test_session_limits.Clock()
    monkeypatch.setattr(time, "time", clock)
    ada = make.clinician(username="amarsh", password=test_session_limits.PASSWORD)
    test_session_limits.sign_in(client)
    monkeypatch.setattr(kept_forms, "forget_all_but", lambda request, person: None)
    anyones = lambda request: request.session.get(kept_forms.KEPT)  # noqa: E731
    watching = test_session_limits.test_it_is_gone_for_whoever_else_signs_in_here
    red(kept_forms, "kept_for", anyones, watching, clock, client, ada)


@pytest.mark.parametrize(
    ("instead", "watching"),
    [
        (lambda request: True, test_second_factor.test_setting_one_up_opens_everything),
        (
            lambda request: second_factor.factors_of(request.user).exists(),
            test_second_factor.test_a_session_from_before_it_was_set_up_must_use_it,
        ),
    ],
    ids=["not required", "an older session takes part"],
)
def test_the_second_factor_not_asked_for(client, red, settings, instead, watching):
    settings.REQUIRE_SECOND_FACTOR = True
    person = make.clinician(username="amarsh", password=test_second_factor.PASSWORD)
    red(second_factor, "was_used", instead, watching, client, person, None)


def test_the_confirmation_dropped(client, red, settings):
    settings.CONFIRM_TO_SIGN = True
    administrator = make.user(is_administrator=True, password=test_confirm.PASSWORD)
    watching = test_confirm.test_roles_change_only_after_confirming_and_then_as_sent
    client = signed_in(client, administrator)
    red(access, "did_recently_reauthenticate", lambda request: True, watching, client, administrator)


# ------------------------------------------------------------------------------------------------- emergency access


@pytest.fixture
def elsewhere():
    return make.patient(hospital_number="RX 104 221")


@pytest.fixture
def clinician(client):
    user = make.clinician()
    client.force_login(user)
    return user


def opened(clinician, elsewhere):
    return emergency_access.open_for(clinician, elsewhere, timezone.now(), "danger", "Words.")


def test_emergency_access_without_an_end(client, red, clinician, elsewhere):
    watching = test_emergency_access.test_after_an_hour_the_patient_does_not_exist_again
    endless = lambda accesses, user, at: accesses.filter(by=user)  # noqa: E731
    red(EmergencyAccessQuerySet, "lasting", endless, watching, client, clinician, elsewhere)


def test_emergency_access_for_everybody_or_for_every_patient(client, red, clinician, elsewhere):
    given = opened(clinician, elsewhere)
    watching = test_emergency_access.test_it_is_for_this_patient_and_this_person_only
    anyones = lambda accesses, user, at: accesses.filter(ends_at__gt=at)  # noqa: E731
    red(EmergencyAccessQuerySet, "lasting", anyones, watching, client, clinician, elsewhere, given)
    clinics = EmergencyAccess.objects.values("patient__clinic")
    whole = lambda patients, user: patients.filter(clinic__in=clinics)  # noqa: E731
    client.force_login(clinician)
    red(PatientQuerySet, "visible_to", whole, watching, client, clinician, elsewhere, given)


def test_emergency_access_for_writing(client, red, clinician, elsewhere):
    given = opened(clinician, elsewhere)
    watching = test_emergency_access.test_it_is_for_reading_only
    red(find, "patient", find.patient_even_elsewhere, watching, client, clinician, elsewhere, given)


def test_attempts_not_limited_and_the_birthday_not_compared(client, red, clinician, elsewhere):
    watching = test_emergency_access.test_the_sixth_attempt_within_an_hour_is_refused_and_each_is_recorded
    red(emergency_access, "is_locked", lambda user, at: False, watching, client, clinician, elsewhere)
    watching = test_emergency_access.test_whatever_is_missing_or_wrong_opens_nothing
    wrong = {"date_of_birth_year": "1949"}
    found = lambda form: list(Patient.objects.all())  # noqa: E731
    arguments = (client, clinician, elsewhere, wrong, "Nobody has this number")
    red(emergency_access.OpenForm, "found", found, watching, *arguments)
