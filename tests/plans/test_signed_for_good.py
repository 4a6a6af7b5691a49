"""A signed plan stays as it was signed: in its bytes, in the database, and whoever asks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from pathway.plans import canonical, checks, paper, record, signing, triggers
from pathway.plans.drafts import undecided
from pathway.plans.models import Addendum, DamagedError, Decision, Plan, PlanCounter
from tests import make
from tests.plans import sample

NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------------ canonical bytes


def test_the_same_record_has_the_same_bytes_however_it_was_put_together():
    composed, decomposed = "Élise", "E\u0301lise"
    first = {"b": 1, "a": {"name": composed, "list": ["x", None, True]}}
    second = {"a": {"list": ("x", None, True), "name": decomposed}, "b": 1}
    assert canonical.encode(first) == canonical.encode(second)
    assert canonical.encode(first) == '{"a":{"list":["x",null,true],"name":"Élise"},"b":1}'.encode()
    assert canonical.decode(canonical.encode(first)) == first


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal("1.50"), date(2026, 11, 22), NOW, b"x", {1, 2}, object()])
def test_what_can_be_written_two_ways_is_refused(value):
    with pytest.raises(canonical.NotCanonicalError, match="write it as text"):
        canonical.encode({"value": value})


def test_numbers_keep_their_digits_and_units_as_text():
    from pathway.guideline.evaluate import evaluate

    ev = evaluate({"temperature_c": Decimal("36.80"), "levels": ("T12", "L1")}, make.TODAY)
    facts = {name: record._fact_value(name, value) for name, value in ev.facts.items()}
    assert facts["temperature_c"] == {"value": "36.80", "unit": "°C"}
    assert facts["levels"]["value"] == ["T12", "L1"]
    canonical.encode(facts)


# ------------------------------------------------------------------------------------------------------------- database


@pytest.fixture
def plan(db) -> Plan:
    """A signed plan with small papers: these tests are about the row."""
    visit = make.signed_visit()
    stored = canonical.encode(sample.record())
    return Plan.objects.create(
        visit=visit,
        patient=visit.patient,
        number=PlanCounter.take(),
        record=stored,
        record_sha256=canonical.sha256(stored),
        clinician_pdf=b"%PDF-1",
        clinician_sha256=canonical.sha256(b"%PDF-1"),
        patient_pdf=b"%PDF-2",
        patient_sha256=canonical.sha256(b"%PDF-2"),
        signed_by=visit.signed_by,
        signed_at=NOW,
        idempotency_key=uuid4(),
    )


@pytest.fixture
def addendum(plan) -> Addendum:
    return signing.add_addendum(plan, plan.signed_by, NOW, "Later.")


def refused(act) -> None:
    with pytest.raises(IntegrityError, match="cannot be changed or deleted"), transaction.atomic():
        act()


def sql(statement: str, *values):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


def test_the_database_refuses_to_change_or_delete_a_plan(plan, addendum):
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(number="P-999999"))
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(record=b"{}"))
    refused(plan.save)
    refused(Addendum.objects.filter(pk=addendum.pk).delete)
    refused(lambda: Addendum.objects.filter(pk=addendum.pk).update(text="Other."))
    refused(sql("UPDATE plans_plan SET number = %s", "P-999999"))
    refused(sql("DELETE FROM plans_addendum"))
    refused(sql("DELETE FROM plans_plan"))
    plan.refresh_from_db()
    assert plan.frozen() == sample.record()


def test_replacing_a_row_is_refused_too(plan):
    if connection.vendor != "sqlite":
        connection.check_constraints()
        refused(sql("TRUNCATE plans_addendum, plans_plan, plans_replacement CASCADE"))
        return
    columns = ", ".join(column.column for column in Plan._meta.concrete_fields)
    refused(sql(f"REPLACE INTO plans_plan ({columns}) SELECT {columns} FROM plans_plan"))


def test_a_missing_trigger_is_found_and_put_back(db):
    assert triggers.missing(connection) == []
    triggers.drop(connection)
    assert triggers.missing(connection) == list(triggers.names(connection.vendor))
    found = checks.triggers_are_installed(databases=["default"])
    assert [error.id for error in found] == ["plans.E001"] * len(found)
    assert found
    triggers.install(connection)
    triggers.install(connection)
    assert checks.triggers_are_installed(databases=["default"]) == []


def test_bytes_that_are_not_those_that_were_signed_are_not_shown(plan):
    for column, read in (("record", plan.frozen), ("clinician_pdf", lambda: plan.paper("clinician"))):
        setattr(plan, column, b"changed")
        with pytest.raises(DamagedError, match=plan.number):
            read()


def test_one_patients_plans_are_one_chain_without_a_fork(plan):
    assert signing.latest_of(plan.patient) == plan
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(
            visit=make.signed_visit(of=plan.visit.fracture),
            patient=plan.patient,
            number=PlanCounter.take(),
            record=b"{}",
            record_sha256=canonical.sha256(b"{}"),
            clinician_pdf=b"",
            clinician_sha256=canonical.sha256(b""),
            patient_pdf=b"",
            patient_sha256=canonical.sha256(b""),
            signed_by=plan.signed_by,
            signed_at=NOW,
            idempotency_key=uuid4(),
        )


def test_plan_numbers_follow_each_other(db):
    assert [PlanCounter.take() for _ in range(3)] == ["P-000001", "P-000002", "P-000003"]


GOOD = {"action": "pain.nsaid", "status": "recommended", "choice": "follow"}


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "pain.unknown"},
        {"status": "blocked"},
        {"choice": "maybe"},
        {"reason": "other"},
        {"words": "Words."},
        {"choice": "do_not_follow"},
        {"choice": "do_not_follow", "reason": "other"},
        {"choice": "follow_with_change", "words": "Half."},
        {"choice": "follow_with_change", "reason": "unknown", "words": "Half."},
        {"choice": "do_not_follow", "reason": "other", "words": "x" * 501},
    ],
)
def test_the_database_itself_asks_for_reasons(db, changed):
    visit = make.visit()
    row = GOOD | changed | {"visit": visit, "decided_by": visit.started_by, "decided_at": NOW}
    # PostgreSQL refuses words that are too long by the type of their column.
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Decision.objects.create(**row)
    Decision.objects.create(**(row | GOOD | {"reason": "", "words": ""}))


# -------------------------------------------------------------------------------------------------------------- signing


@pytest.fixture
def ready(db):
    """A visit on which everything is decided."""
    make.wording()
    visit = make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", visit.started_by, NOW)
    return visit


def test_a_paper_that_fails_leaves_the_visit_a_draft(ready, monkeypatch):
    def fail(record, audience, draft):
        raise paper.MissingVariableError("The record has no 'heading'.")

    monkeypatch.setattr(paper, "to_html", fail)
    with pytest.raises(paper.MissingVariableError):
        signing.sign(ready, ready.started_by, NOW)
    ready.refresh_from_db()
    assert not ready.is_signed
    assert not Plan.objects.exists()


def test_a_change_while_the_papers_are_printed_is_not_signed(ready, monkeypatch):
    def render_both(record):
        type(ready).objects.filter(pk=ready.pk).update(pain_nrs=9)
        return dict.fromkeys(paper.AUDIENCES, b"%PDF")

    monkeypatch.setattr(paper, "render_both", render_both)
    with pytest.raises(signing.ChangedError):
        signing.sign(ready, ready.started_by, NOW)
    ready.refresh_from_db()
    assert not ready.is_signed
    assert not Plan.objects.exists()


def test_someone_who_signs_first_wins_and_the_second_gets_that_plan(ready, monkeypatch):
    monkeypatch.setattr(paper, "render", lambda record, audience, draft: b"%PDF")
    plan = signing.sign(ready, ready.started_by, NOW)
    stale = type(ready).objects.get(pk=ready.pk)
    stale.signed_at = stale.signed_by = None
    assert signing.sign(stale, make.clinician(clinic=ready.patient.clinic), NOW) == plan


def test_nothing_is_decided_about_a_signed_visit(ready, monkeypatch):
    from pathway.clinic.models.visits import StaleError

    monkeypatch.setattr(paper, "render", lambda record, audience, draft: b"%PDF")
    signing.sign(ready, ready.started_by, NOW)
    with pytest.raises(StaleError):
        signing.decide(ready, "longterm.falls", "follow", ready.started_by, NOW)
