"""What is kept for the indicators is what counting by hand finds, whatever changes and whoever changes it."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathway.accounts import session_limits
from pathway.clinic.models import Patient, Visit
from pathway.followup import counting, noticing
from pathway.followup.ending import record_outcome, reopen
from pathway.followup.indicators import BY_SLUG, quarters
from pathway.followup.models import Kind, Task
from pathway.followup.views import listed as pages
from pathway.plans import integrity
from pathway.plans.models import Decision
from tests import make
from tests.followup import by_hand
from tests.followup.conftest import due
from tests.load.many import multiply


@pytest.fixture
def old(plan, clinician):
    """The plan of a fracture that is old enough for every indicator; nothing was done for it since."""
    long_ago = timezone.localdate() - timedelta(days=400)
    broke = {"onset_on": long_ago - timedelta(days=10), "identified_on": long_ago}
    Visit.objects.filter(pk=plan.visit_id).update(on=long_ago, **broke)
    decide_otherwise(plan.visit.decisions.first())
    by_hand.check()
    return plan


def decide_otherwise(decision):
    about = {"choice": "do_not_follow", "reason": "risk", "words": "Frail."}
    Decision.objects.filter(pk=decision.pk).update(**about)


def signed_again(plan):
    on = timezone.localdate() - timedelta(days=340)
    make.signed_visit(of=plan.visit.fracture, by=plan.signed_by, on=on, bone_medicine="denosumab", falls_last_year=1)


def task_done(plan):
    task = due(plan, Kind.DXA, 0)
    on = timezone.localdate() - timedelta(days=400)
    record_outcome(task, "done", plan.signed_by, timezone.now(), on=on)


def died(plan):
    Patient.objects.filter(pk=plan.patient_id).update(deceased_on=timezone.localdate() - timedelta(days=390))


def moved_to_another_clinic(plan):
    Patient.objects.filter(pk=plan.patient_id).update(clinic=make.clinic())


def fracture_of_another_patient(plan):
    fracture = plan.visit.fracture
    fracture.patient = make.patient(clinic=plan.patient.clinic, deceased_on=timezone.localdate() - timedelta(days=390))
    fracture.save()


def answer_corrected_in_the_database(plan):
    Visit.objects.filter(pk=plan.visit_id).update(neuro_exam_done="no")


def decided_otherwise(plan):
    decide_otherwise(plan.visit.decisions.last())


def decision_deleted(plan):
    plan.visit.decisions.first().delete()


CHANGES = (signed_again, task_done, died, moved_to_another_clinic, fracture_of_another_patient,
           answer_corrected_in_the_database, decided_otherwise, decision_deleted)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_counted_again(old, change):
    before = by_hand.check()
    change(old)
    assert by_hand.check() != before


def test_a_task_opened_again_and_one_that_is_gone_are_counted_again(old):
    before = by_hand.check()
    task_done(old)
    reopen(Task.objects.get(plan=old, kind=Kind.DXA), "A mistake.", old.signed_by, timezone.now())
    assert by_hand.check() == before
    Task.objects.filter(plan=old, kind=Kind.DXA).update(
        outcome="done",
        done_on=timezone.localdate() - timedelta(days=400),
        closed_at=timezone.now(),
        closed_by=old.signed_by,
    )
    done = by_hand.check()
    assert done != before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE followup_task SET outcome = '', done_on = NULL, closed_at = NULL, closed_by_id = NULL")
    assert by_hand.check() == before


def test_what_is_written_while_nobody_counts_waits_and_an_unsigned_visit_does_not(plan, clinician):
    counting.catch_up()
    make.visit(by=clinician, pain_nrs=3)
    assert counting.waiting() == 0
    make.signed_visit(by=clinician)
    assert counting.waiting() > 0
    counting.catch_up()
    assert counting.waiting() == 0


def test_a_fracture_of_an_unknown_day_counts_where_it_was_first_seen(plan, clinician):
    """However few quarters are asked for: seen again in them, it is not a fracture of them."""
    today = timezone.localdate()
    first = make.signed_visit(by=clinician, on=today - timedelta(days=500), neuro_exam_done="yes")
    make.signed_visit(of=first.fracture, by=clinician, on=today)
    for periods, is_in in ((4, False), (8, True)):
        assert (first.fracture_id in set().union(*(a | b for a, b in by_hand.check(periods)[0].values()))) is is_in


# ------------------------------------------------------------------------------------------------------- the triggers


def test_a_change_while_a_trigger_is_gone_is_found_by_the_next_migration(old):
    before = by_hand.check()
    noticing.NOTICED.drop(connection)
    task_done(old)
    assert counting.waiting() == 0
    assert any("followup_task_counted_update" in fault for fault in integrity.faults())
    noticing.NOTICED.install_after_migration(connection.alias)
    assert list(integrity.faults()) == []
    assert by_hand.check() != before


def test_other_definitions_count_everything_again(old):
    assert noticing.NOTICED.missing(connection) == []
    changed = replace(noticing.NOTICED, definitions="others")
    noticing.append_only.GUARDS.remove(changed)
    assert changed.missing(connection) == list(changed.names(connection.vendor))
    changed.install_after_migration(connection.alias)
    assert counting.waiting() == 2
    noticing.NOTICED.install(connection)


def test_what_an_upgrade_noted_is_counted_by_migrate_itself(old, monkeypatch):
    noticing.NOTICED.drop(connection)
    noticing.NOTICED.install_after_migration(connection.alias)
    printed = StringIO()
    after = {"using": connection.alias, "stdout": printed, "verbosity": 1}
    counting.catch_up_after_migration(**after)  # a database emptied by a test: there is no plan of migrations
    with monkeypatch.context() as half_way:
        half_way.setattr(counting, "_is_complete", lambda: False)
        counting.catch_up_after_migration(**after, plan=[])
    assert (counting.waiting(), printed.getvalue()) == (2, "")
    counting.catch_up_after_migration(**after, plan=[])
    assert "Counting the service's indicators again: 2 entries" in printed.getvalue()
    assert counting.waiting() == 0


def test_nothing_is_noted_by_a_migration_that_finds_everything_in_place(old):
    noticing.NOTICED.install_after_migration(connection.alias)
    assert counting.waiting() == 0


def test_triggers_stand_aside_for_a_migration_on_sqlite_only(old):
    noticing.drop_before_migration(connection.alias, plan=[])
    assert noticing.NOTICED.missing(connection) == []
    noticing.drop_before_migration(connection.alias, plan=["one"])
    assert bool(noticing.NOTICED.missing(connection)) is (connection.vendor == "sqlite")
    noticing.NOTICED.install(connection)


# ---------------------------------------------------------------------------------------------------- few and many


@pytest.fixture
def grown(old, signed_in, monkeypatch):
    """A function that makes the one patient many, and is asked what a page costs."""
    monkeypatch.setattr(session_limits, "NOTED_EVERY_SECONDS", 10**6)
    monkeypatch.setattr(pages, "PAGE_ROWS", 1)

    def cost(page: str) -> tuple[list[str], int]:
        signed_in.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert signed_in.get(page).status_code == 200
        tracemalloc.start()
        signed_in.get(page)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]], peak

    return cost


def test_no_page_asks_more_or_holds_more_with_many_patients_than_with_few(grown):
    addresses = ("/service/", "/service/iof-3/", "/service/iof-3/counted/", "/service/spreadsheet/?as=csv",
                 "/service/iof-3/counted/spreadsheet/?as=csv")  # fmt: skip
    few = {page: grown(page) for page in addresses}
    multiply(400)
    many = {page: grown(page) for page in addresses}
    assert counting.Judged.objects.count() == 401
    for page in addresses:
        assert many[page][0] == few[page][0], page
        assert many[page][1] < few[page][1] + 100_000, page


def test_a_list_is_read_in_the_order_of_its_index_and_no_further_than_it_is_shown(old, clinician):
    multiply(400)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    counting.catch_up()
    of, today = quarters(timezone.localdate(), 8), timezone.localdate()
    last = counting.Judged.objects.order_by("pk")[200]
    for met, after in ((True, ""), (True, f"{last.counted_on}_{last.pk}"), (None, "")):
        rows = counting.listed(BY_SLUG["iof-3"], [clinician.clinic_id], of, today, met=met, after=after)
        plan = rows.select_related(None)[:200].explain()
        assert "judged_in_order" in plan
        assert not any(sort in plan for sort in ("TEMP B-TREE", "Sort"))
