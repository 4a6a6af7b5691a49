"""Another clinic's patient in an emergency: opened by who knows them exactly, to read, for an hour, and reviewed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from pathway.accounts.models import AuditEvent, User
from pathway.clinic import emergency_access
from pathway.clinic.models import EmergencyAccess, EmergencyReview
from tests import make
from tests.accounts.addresses import UNKNOWN, every_address

pytestmark = pytest.mark.django_db
OPEN = reverse("clinic:emergency_open")
BORN = {"date_of_birth_day": "9", "date_of_birth_month": "3", "date_of_birth_year": "1948"}
WHY = {"reason": "danger", "words": "Cannot feel the legs, was treated there last week."}
Action = AuditEvent.Action


@pytest.fixture
def clinician(client):
    user = make.clinician(printed_name="Dr Ada Marsh")
    client.force_login(user)
    return user


@pytest.fixture
def elsewhere():
    return make.patient(clinic=make.clinic(name="Harbor Spine Clinic"), hospital_number="RX 104 221")


def ask(client, **fields):
    return client.post(OPEN, {"identifier": "rx104221", **BORN, **WHY, **fields})


def events(action, outcome="done"):
    return list(AuditEvent.objects.filter(action=action, outcome=outcome).order_by("seq"))


# ------------------------------------------------------------------------------------------------------------ opening


def test_with_the_number_the_birthday_and_a_reason_the_record_opens_for_an_hour(client, clinician, elsewhere):
    page = reverse("clinic:patient", args=[elsewhere.pk])
    assert client.get(page).status_code == 404
    assert ask(client).url == page
    shown = client.get(page).content.decode()
    assert "OKAFOR" in shown
    assert "Emergency access to a patient of Harbor Spine Clinic" in shown
    access = EmergencyAccess.objects.get()
    assert (access.by, access.patient, access.reason) == (clinician, elsewhere, "danger")
    assert access.ends_at - access.opened_at == timedelta(minutes=60)


def test_it_is_recorded_with_its_code_and_without_its_words(client, clinician, elsewhere):
    ask(client)
    client.get(reverse("clinic:patient", args=[elsewhere.pk]))
    (opened,) = events(Action.EMERGENCY)
    assert (opened.actor, opened.patient, opened.reason) == (clinician, elsewhere.pk, "danger")
    assert [(event.patient, event.reason) for event in events(Action.READ)][-1] == (elsewhere.pk, "emergency access")
    assert "legs" not in str([vars(event) for event in AuditEvent.objects.all()])


def test_the_patients_own_clinic_sees_who_opened_the_record(client, clinician, elsewhere):
    ask(client)
    client.force_login(make.clinician(clinic=elsewhere.clinic))
    log = client.get(reverse("clinic:access_log", args=[elsewhere.pk])).content.decode()
    assert "Emergency access" in log
    assert "Dr Ada Marsh" in log


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"identifier": "rx10422"}, "Nobody has this number"),
        ({"date_of_birth_year": "1949"}, "Nobody has this number"),
        ({"identifier": ""}, "one of the patient&#x27;s numbers"),
        ({"date_of_birth_day": "", "date_of_birth_month": "", "date_of_birth_year": ""}, "date of birth"),
        ({"reason": ""}, "Choose the reason"),
        ({"reason": "curious"}, "Choose the reason."),
        ({"words": "  "}, "why this cannot wait"),
        ({"words": "x" * 501}, "500"),
    ],
)
def test_whatever_is_missing_or_wrong_opens_nothing(client, clinician, elsewhere, wrong, sentence):
    answer = ask(client, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not EmergencyAccess.objects.exists()
    assert client.get(reverse("clinic:patient", args=[elsewhere.pk])).status_code == 404


def test_a_right_number_alone_tells_nothing(client, clinician, elsewhere):
    """The answer to a right number with a wrong birthday is that to a wrong number."""
    one, other = ask(client, date_of_birth_year="1949"), ask(client, identifier="rx104221", date_of_birth_year="1950")
    nobody = ask(client, identifier="rx104221", date_of_birth_day="8")
    assert len({answer.context["form"].errors.as_text() for answer in (one, other, nobody)}) == 1


def test_the_sixth_attempt_within_an_hour_is_refused_and_each_is_recorded(client, clinician, elsewhere):
    for _ in range(5):
        assert ask(client, identifier="rx1").status_code == 422
    assert ask(client).status_code == 429
    assert client.get(OPEN).status_code == 429
    assert not EmergencyAccess.objects.exists()
    refusals = events(Action.EMERGENCY, "refused")
    assert [event.reason for event in refusals] == ["not found"] * 5
    assert "rx1" not in str([vars(event) for event in refusals])


def test_the_lock_is_the_persons_own_and_ends_after_an_hour(client, clinician, elsewhere):
    for _ in range(5):
        emergency_access.refused(clinician, timezone.now() - timedelta(minutes=61), "not found")
    assert ask(client).status_code == 302
    for _ in range(5):
        emergency_access.refused(clinician, timezone.now(), "not found")
    client.force_login(make.clinician())
    assert client.get(OPEN).status_code == 200


def test_one_number_in_two_clinics_asks_for_the_clinic(client, clinician, elsewhere):
    other = make.patient(clinic=make.clinic(name="Other"), hospital_number="RX 104 221", family_name="Zebra")
    answer = ask(client)
    assert "More than one clinic" in answer.content.decode()
    assert "Zebra" not in answer.content.decode()
    assert ask(client, clinic=str(other.clinic.pk)).url == reverse("clinic:patient", args=[other.pk])


def test_a_patient_of_ones_own_clinic_needs_no_emergency(client, clinician):
    own = make.patient(clinic=clinician.clinic, hospital_number="RX 104 221")
    assert ask(client).url == reverse("clinic:patient", args=[own.pk])
    assert not EmergencyAccess.objects.exists()


def test_a_second_press_opens_nothing_more(client, clinician, elsewhere):
    ask(client)
    ask(client)
    assert EmergencyAccess.objects.count() == len(events(Action.EMERGENCY)) == 1


def test_it_is_confirmed_like_a_signature(client, elsewhere, settings):
    settings.CONFIRM_TO_SIGN = True
    cache.clear()
    client.force_login(make.clinician(password="a long enough phrase"))
    assert ask(client).url.startswith("/account/reauthenticate/")
    assert not EmergencyAccess.objects.exists()
    client.post("/account/reauthenticate/", {"password": "a long enough phrase", "next": OPEN})
    assert EmergencyAccess.objects.count() == 1


# ------------------------------------------------------------------------------------------------ how far and how long


@pytest.fixture
def opened(clinician, elsewhere):
    return emergency_access.open_for(clinician, elsewhere, timezone.now(), "danger", "Words.")


def test_it_is_for_reading_only(client, clinician, elsewhere, opened):
    """Of all addresses about this patient, only the one page opens, and nothing can be sent to any."""
    visit = make.visit(of=make.fracture(patient=elsewhere), **make.UNREMARKABLE)
    ids = {"patients": elsewhere.pk, "fractures": visit.fracture_id, "visits": visit.pk}
    before = type(visit).objects.values().get()
    opens = set()
    for route, address in every_address():
        kind = route.partition("/")[0]
        if f"{kind}/<uuid:pk>" not in route or kind not in ids:
            continue
        address = address.replace(UNKNOWN, str(ids[kind]))
        assert client.post(address, {"family_name": "Changed"}).status_code in (404, 405), route
        if client.get(address).status_code not in (404, 405):
            opens.add(route)
    assert opens == {"patients/<uuid:pk>/"}
    elsewhere.refresh_from_db()
    assert elsewhere.family_name == "Okafor"
    assert type(visit).objects.values().get() == before


def test_it_is_for_this_patient_and_this_person_only(client, clinician, elsewhere, opened):
    another = make.patient(clinic=elsewhere.clinic)
    assert client.get(reverse("clinic:patient", args=[another.pk])).status_code == 404
    assert client.get(reverse("clinic:patient", args=[uuid4()])).status_code == 404
    client.force_login(make.clinician(clinic=clinician.clinic))
    assert client.get(reverse("clinic:patient", args=[elsewhere.pk])).status_code == 404


def test_after_an_hour_the_patient_does_not_exist_again(client, clinician, elsewhere):
    long_ago = timezone.now() - timedelta(minutes=60, seconds=1)
    emergency_access.open_for(clinician, elsewhere, long_ago, "danger", "Words.")
    assert client.get(reverse("clinic:patient", args=[elsewhere.pk])).status_code == 404


@pytest.mark.parametrize("change", [{"is_clinician": False}, {"clinic": None}, {"is_active": False}])
def test_it_ends_with_the_role_and_with_the_clinic(client, clinician, elsewhere, opened, change):
    User.objects.filter(pk=clinician.pk).update(**change)
    assert client.get(reverse("clinic:patient", args=[elsewhere.pk])).status_code in (302, 403)


def test_search_and_worklist_stay_those_of_the_own_clinic(client, clinician, elsewhere, opened):
    found = client.post(reverse("clinic:find"), {"identifier": "RX 104 221"}, follow=True)
    assert found.context["patients"] == []
    assert "OKAFOR" not in client.get("/").content.decode()


# ------------------------------------------------------------------------------------------------------- looking back


@pytest.mark.parametrize("role", ["is_auditor", "is_administrator"])
def test_an_overseer_reviews_it_once_and_sees_no_patient(client, clinician, elsewhere, opened, role):
    overseer = make.user(**{role: True})
    client.force_login(overseer)
    page = client.get(reverse("clinic:emergency_accesses")).content.decode()
    assert "Dr Ada Marsh" in page
    assert "Emergency access (1)" in client.get("/about/").content.decode()
    assert "Okafor" not in page
    address = reverse("clinic:emergency_review", args=[opened.pk])
    assert client.post(address, {"outcome": ""}).status_code == 422
    assert client.post(address, {"outcome": "justified", "words": "Spoke with the ward."}).status_code == 302
    review = EmergencyReview.objects.get()
    assert (review.by, review.outcome, review.words) == (overseer, "justified", "Spoke with the ward.")
    assert client.post(address, {"outcome": "not"}).status_code == 404
    assert [event.reason for event in events(Action.LOOK_BACK)] == ["justified"]
    after = client.get(reverse("clinic:emergency_accesses")).content.decode()
    assert "Nothing waits for review" in after
    assert "Emergency access (" not in after


@pytest.mark.parametrize("roles", [{"is_clinician": True}, {"is_wording_editor": True}, {}])
def test_nobody_else_sees_or_reviews_it(client, opened, roles):
    client.force_login(make.user(**roles, clinic=opened.clinic))
    for address in (reverse("clinic:emergency_accesses"), reverse("clinic:emergency_review", args=[opened.pk])):
        assert client.get(address).status_code == client.post(address, {"outcome": "justified"}).status_code == 403


def test_the_database_refuses_to_change_or_delete_it(opened):
    for tampering in (
        lambda: EmergencyAccess.objects.update(ends_at=timezone.now() + timedelta(days=9)),
        lambda: EmergencyAccess.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            tampering()


def test_a_birthday_in_the_future_is_refused(client, clinician):
    answer = ask(client, date_of_birth_year=str(timezone.localdate().year + 1))
    assert answer.status_code == 422
