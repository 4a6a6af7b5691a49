"""Who saw and did what: every page about a patient leaves its mark, and no mark can be changed or lost unseen."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from pathway.accounts import audit, checks
from pathway.accounts.models import AuditEvent, AuditHead, User
from pathway.clinic.models import Patient
from tests import make

from .addresses import every_address

NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)
Action, Outcome = AuditEvent.Action, AuditEvent.Outcome


@pytest.fixture
def clinician(db):
    return make.clinician(username="amarsh", password="a long enough phrase")


@pytest.fixture
def signed_in(client, clinician):
    client.force_login(clinician)
    return client


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("seq").last()


def read(number: int = 3) -> None:
    for _ in range(number):
        audit.record(Action.READ, actor=None, at=NOW)


# ------------------------------------------------------------------------------------------------------------ the chain


def test_events_count_without_a_gap_and_follow_each_other(db):
    read()
    events = list(AuditEvent.objects.order_by("seq"))
    assert [event.seq for event in events] == [1, 2, 3]
    assert [event.previous_hash for event in events] == ["", events[0].hash, events[1].hash]
    assert list(audit.faults()) == []


def test_what_the_service_writes_during_the_check_is_no_fault(db, monkeypatch):
    read()
    checked = audit.hash_of

    def meanwhile(event):
        if event.seq == 1 and last().seq == 3:
            read(1)
        return checked(event)

    monkeypatch.setattr(audit, "hash_of", meanwhile)
    assert list(audit.faults()) == []
    assert last().seq == 4


def refused(statement: str) -> None:
    expected = pytest.raises(IntegrityError, match="cannot be changed or deleted")
    with expected, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_change_or_delete_an_event(db):
    read(1)
    refused("UPDATE accounts_auditevent SET reason = 'other'")
    refused("DELETE FROM accounts_auditevent")
    if connection.vendor == "postgresql":
        connection.check_constraints()
        refused("TRUNCATE accounts_auditevent")
    else:
        columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.concrete_fields)
        refused(f"REPLACE INTO accounts_auditevent ({columns}) SELECT {columns} FROM accounts_auditevent")
    assert list(audit.faults()) == []


def test_a_missing_or_toothless_trigger_is_an_error_of_the_deployment_check(db):
    assert checks.audit_trail_is_protected(databases=["default"]) == []
    audit.WRITTEN_ONCE.drop(connection)
    assert len(checks.audit_trail_is_protected(databases=["default"])) == 2
    audit.WRITTEN_ONCE.install(connection)
    name = audit.WRITTEN_ONCE.names(connection.vendor)[0]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON accounts_auditevent BEGIN SELECT 1; END")
        else:
            cursor.execute(f"ALTER TABLE accounts_auditevent DISABLE TRIGGER {name}")
    assert audit.WRITTEN_ONCE.missing(connection) == [name]
    call_command("migrate", verbosity=0)
    assert audit.WRITTEN_ONCE.missing(connection) == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE accounts_auditevent SET action = 'print' WHERE seq = 2", "event 2 is not as it was written"),
        (
            "UPDATE accounts_auditevent SET patient = NULL, at = '2020-01-01 00:00:00' WHERE seq = 3",
            "event 3 is not as",
        ),
        ("DELETE FROM accounts_auditevent WHERE seq = 2", "event 2 is missing"),
        ("DELETE FROM accounts_auditevent WHERE seq IN (1, 2)", "events 1 to 2 are missing"),
        ("DELETE FROM accounts_auditevent WHERE seq = 3", "it ends with event 2, but event 3"),
        ("DELETE FROM accounts_auditevent", "it ends with event 0, but event 3"),
        ("UPDATE accounts_auditevent SET previous_hash = '' WHERE seq = 3", "event 3 does not follow from event 2"),
        ("UPDATE accounts_audithead SET seq = 2", "it ends with event 3, but event 2"),
        ("UPDATE accounts_audithead SET hash = 'other'", "event 3 is another one than was written last"),
    ],
)
def test_damage_from_below_is_named(db, damage, sentence):
    read()
    audit.WRITTEN_ONCE.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert any(sentence in fault for fault in audit.faults())


def test_a_cut_tail_shows_against_an_end_that_was_kept_elsewhere(db):
    read()
    kept = audit.head()
    assert audit.fault_against(kept.seq, kept.hash) == ""
    audit.WRITTEN_ONCE.drop(connection)
    AuditEvent.objects.filter(seq=3).delete()
    AuditHead.objects.update(seq=2, hash=AuditEvent.objects.get(seq=2).hash)
    assert list(audit.faults()) == []
    assert "Events were cut off its end" in audit.fault_against(kept.seq, kept.hash)
    audit.record(Action.PRINT, actor=None, at=NOW)
    assert "The trail was replaced" in audit.fault_against(kept.seq, kept.hash)


def test_a_change_that_is_taken_back_takes_its_event_with_it(db):
    def change() -> None:
        with transaction.atomic():
            read(1)
            raise RuntimeError

    read(1)
    with pytest.raises(RuntimeError):
        change()
    assert audit.head().seq == 1
    read(1)
    assert list(audit.faults()) == []


# ----------------------------------------------------------------------------------------------------- what is recorded


def test_reading_a_patient_says_who_whom_and_in_which_request(signed_in, clinician):
    patient = make.patient(clinic=clinician.clinic)
    response = signed_in.get(reverse("clinic:patient", args=[patient.pk]))
    event = last()
    assert (event.action, event.outcome, event.actor, event.role) == (Action.READ, Outcome.DONE, clinician, "clinician")
    assert (event.patient, event.object_type, event.object_id) == (patient.pk, "patient", str(patient.pk))
    assert (event.clinic, event.request_id) == (clinician.clinic, response.headers["X-Request-ID"])
    assert timedelta(0) <= datetime.now(UTC) - event.at < timedelta(minutes=1)


CLINICAL = ("/patients/", "/fractures/", "/visits/", "/plans/")


def with_ids() -> list[str]:
    unknown = "00000000-0000-0000-0000-000000000007"
    return [address for _, address in every_address() if address.startswith(CLINICAL) and unknown in address]


@pytest.mark.parametrize("address", with_ids())
def test_every_address_with_an_id_records_who_was_refused_there(signed_in, clinician, address):
    """Taken from the URLconf: a page that looks up patients without `clinician_required` fails here."""
    for method in ("get", "post"):
        before = audit.head().seq
        status = getattr(signed_in, method)(address).status_code
        assert status in (404, 405)
        if status == 404:
            event = AuditEvent.objects.get(seq=before + 1)
            assert (event.outcome, event.reason, event.actor) == (Outcome.REFUSED, "not found", clinician)
            assert event.object_id in address


@pytest.mark.parametrize("address", with_ids())
def test_every_address_with_an_id_records_who_had_no_role_for_it(client, db, address):
    client.force_login(make.user(is_administrator=True))
    before = audit.head().seq
    assert client.get(address).status_code == 403
    event = AuditEvent.objects.get(seq=before + 1)
    assert (event.outcome, event.reason, event.role) == (Outcome.REFUSED, "role", "administrator")


def ids_of(clinician) -> dict[str, object]:
    visit = make.visit(by=clinician, **make.UNREMARKABLE)
    return {"patients": visit.patient.pk, "fractures": visit.fracture_id, "visits": visit.pk}


def opened() -> list[tuple[str, str]]:
    """Addresses about a patient, visit or fracture: every one that has an id, but for plans (tests/plans)."""
    return [
        (route, address) for route, address in every_address() if address in with_ids() and "/plans/" not in address
    ]


@pytest.mark.parametrize(("route", "address"), opened())
def test_every_page_about_a_patient_records_that_it_was_read(signed_in, clinician, route, address):
    make.wording()
    ids = ids_of(clinician)
    kind = address.split("/")[1]
    page = address.replace("00000000-0000-0000-0000-000000000007", str(ids[kind]))
    before = audit.head().seq
    status = signed_in.get(page).status_code
    if status == 405:
        return
    event = AuditEvent.objects.get(seq=before + 1)
    assert event.action == (Action.PRINT if page.endswith(".pdf") else Action.READ)
    assert (event.outcome, event.patient, event.actor) == (Outcome.DONE, ids["patients"], clinician)


def test_the_worklist_and_a_search_are_recorded_without_what_was_searched(signed_in, clinician):
    signed_in.get("/")
    assert (last().action, last().object_type) == (Action.READ, "worklist")
    make.patient(clinic=clinician.clinic, family_name="Okafor", hospital_number="RX 777777")
    signed_in.post(reverse("clinic:find"), {"identifier": "RX 777777"}, follow=True)
    event = last()
    assert (event.action, event.object_type, event.outcome) == (Action.SEARCH, "patients", Outcome.DONE)
    assert "777777" not in str(event.__dict__)


def test_adding_and_changing_a_patient_is_recorded_with_it(signed_in, clinician):
    typed = {
        "family_name": "Okafor", "given_name": "Margaret", "date_of_birth_day": "9", "date_of_birth_month": "3",
        "date_of_birth_year": "1948", "date_of_birth_0": "9", "date_of_birth_1": "3", "date_of_birth_2": "1948",
        "sex": "female", "hospital_number": "RX 4",
    }  # fmt: skip
    response = signed_in.post(reverse("clinic:patient_new"), typed)
    patient = Patient.objects.get()
    assert response.status_code == 302
    assert (last().action, last().patient) == (Action.CREATE, patient.pk)
    signed_in.post(reverse("clinic:patient_edit", args=[patient.pk]), {**typed, "given_name": "Meg"})
    assert (last().action, last().patient) == (Action.CHANGE, patient.pk)
    kept = [text for event in AuditEvent.objects.all() for text in event.__dict__.values() if isinstance(text, str)]
    said = " ".join(text for text in kept if not re.fullmatch("[0-9a-f-]{32,64}", text))  # not the chance of an id
    assert "patient" in said
    assert not [typed for typed in ("Okafor", "OKAFOR", "Margaret", "Meg", "RX 4", "1948") if typed in said]


def test_a_refused_form_is_recorded(signed_in, clinician):
    patient = make.patient(clinic=clinician.clinic)
    signed_in.post(reverse("clinic:patient_edit", args=[patient.pk]), {})
    assert (last().action, last().outcome, last().reason) == (Action.CHANGE, Outcome.REFUSED, "422")


def test_a_page_is_not_shown_when_reading_it_cannot_be_recorded(signed_in, clinician, monkeypatch):
    from django.db import OperationalError

    def fail(*args, **kwargs):
        raise OperationalError

    patient = make.patient(clinic=clinician.clinic)
    monkeypatch.setattr(AuditEvent, "save", fail)
    signed_in.raise_request_exception = False
    response = signed_in.get(reverse("clinic:patient", args=[patient.pk]))
    assert response.status_code == 503
    assert "OKAFOR" not in response.content.decode()


def test_signing_in_and_out_and_failing_to_is_recorded_without_what_was_typed(client, clinician):
    login = {"login": "amarsh", "password": "not the phrase"}
    client.post(reverse("account_login"), login)
    event = last()
    assert (event.action, event.actor, event.object_id) == (Action.SIGN_IN_FAILED, None, str(clinician.pk))
    client.post(reverse("account_login"), {"login": "nobody-typed-this", "password": "x"})
    assert (last().action, last().object_id) == (Action.SIGN_IN_FAILED, "")
    client.post(reverse("account_login"), {**login, "password": "a long enough phrase"})
    assert (last().action, last().actor) == (Action.SIGN_IN, clinician)
    client.post(reverse("account_logout"))
    assert (last().action, last().actor) == (Action.SIGN_OUT, clinician)
    assert "typed" not in str([event.__dict__ for event in AuditEvent.objects.all()])


def test_a_change_of_roles_says_which(client, db):
    administrator, other = make.user(is_administrator=True), make.user(username="other", is_clinician=True)
    client.force_login(administrator)
    details = {"username": "other", "is_active": "on", "is_wording_editor": "on"}
    client.post(reverse("admin:accounts_user_change", args=[other.pk]), details)
    event = AuditEvent.objects.get(action=Action.ROLE_CHANGE)
    assert (event.actor, event.object_id) == (administrator, str(other.pk))
    assert event.reason == "given wording_editor; taken clinician"


# ------------------------------------------------------------------------------------------------------------ the pages


@pytest.fixture
def auditor(client, db):
    user = make.user(is_auditor=True)
    client.force_login(user)
    return client


def test_an_auditor_has_no_other_role(db):
    for role in ("is_clinician", "is_wording_editor", "is_administrator"):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(f"both {role}", is_auditor=True, **{role: True})


def test_an_auditor_comes_to_the_audit_trail_and_to_no_patient(auditor):
    assert auditor.get("/").url == reverse("audit")
    patient = make.patient()
    assert auditor.get(reverse("clinic:patient", args=[patient.pk])).status_code == 403
    assert auditor.get(reverse("audit")).status_code == 200


@pytest.mark.parametrize("page", ["audit", "audit_export"])
def test_only_auditors_and_administrators_read_the_audit_trail(client, db, page):
    for roles in ({"is_clinician": True}, {"is_wording_editor": True}, {}):
        client.force_login(make.user(**roles))
        assert client.get(reverse(page)).status_code == 403


def test_administrators_see_who_signed_in_and_nothing_about_patients(client, db):
    audit.record(Action.READ, actor=make.clinician(), at=NOW, about=("patient", "x"), patient=uuid4())
    client.force_login(make.user(is_administrator=True))
    page = client.get(reverse("audit"))
    assert {event.action for event in page.context["events"]} == {Action.SIGN_IN}
    assert b"read" not in client.get(reverse("audit_export")).getvalue()


def test_everybody_sees_what_they_did_and_what_was_tried_in_their_name(client, clinician, db):
    audit.record(Action.READ, actor=make.clinician(), at=NOW, about=("patient", "x"), patient=uuid4())
    client.post(reverse("account_login"), {"login": "amarsh", "password": "wrong"})
    client.force_login(clinician)
    events = client.get(reverse("my_activity")).context["events"]
    assert [event.action for event in events] == [Action.SIGN_IN, Action.SIGN_IN_FAILED]


def shown(response) -> list[int]:
    return [event.seq for event in response.context["events"]]


def test_the_audit_trail_is_filtered_by_day_and_person_and_paged(auditor):
    ada, bea = make.clinician(), make.clinician()
    start = audit.head().seq
    for number in range(120):
        at = NOW - timedelta(days=number % 2)
        audit.record(Action.READ, actor=ada if number < 60 else bea, at=at, patient=uuid4())
    page = auditor.get(reverse("audit"), {"person": ada.pk})
    assert len(shown(page)) == 50
    assert all(event.actor == ada for event in page.context["events"])
    older = auditor.get(reverse("audit"), {"person": ada.pk, "before": page.context["older"]})
    assert len(shown(older)) == 10
    assert set(shown(page) + shown(older)) == set(range(start + 1, start + 61))
    day = auditor.get(reverse("audit"), {"person": ada.pk, "day": "2026-11-21"})
    assert len(shown(day)) == 30
    for wrong in ({"day": "yesterday"}, {"before": "x"}, {"before": "9" * 40}, {"person": "x"}, {"person": uuid4()}):
        assert auditor.get(reverse("audit"), wrong).status_code == 400


def test_looking_at_the_audit_trail_is_recorded(auditor):
    auditor.get(reverse("audit"))
    assert (last().action, last().object_type, last().role) == (Action.READ, "audit trail", "auditor")


def test_the_record_shows_who_opened_it(signed_in, clinician):
    patient = make.patient(clinic=clinician.clinic)
    other = make.clinician(clinic=clinician.clinic, printed_name="Dr Bea New")
    audit.record(Action.PRINT, actor=other, at=NOW, about=("plan", uuid4()), patient=patient.pk)
    audit.record(Action.PRINT, actor=other, at=NOW, about=("plan", uuid4()), patient=uuid4())
    page = signed_in.get(reverse("clinic:access_log", args=[patient.pk]))
    assert len(page.context["events"]) == 1
    assert "Dr Bea New" in page.content.decode()
