"""Each view and filter of the worklist is one index read in its order, its count too, on both engines."""

from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from pathway.followup import worklist
from pathway.followup.models import Group, Kind, Task
from pathway.followup.worklist import CLINIC, DRAFTS, LATER, MINE, OVERDUE, URGENT, WEEK_AHEAD, Asked
from tests.followup.conftest import due
from tests.load.many import multiply

COPIES = 150
SORTS = ("TEMP B-TREE", "Sort")
INDEX_OF = {
    (CLINIC, ""): "task_open_of_clinic",
    (CLINIC, "group"): "task_open_of_group",
    (MINE, ""): "task_open_of_person",
    (MINE, "group"): "task_open_person_group",
}
URGENT_INDEX_OF = {CLINIC: "task_open_urgent", MINE: "task_open_urgent_person"}


@pytest.fixture
def many(plan, clinician):
    """Enough patients for an engine to tell one index from another; a small table PostgreSQL would read whole."""
    for kind, days in ((Kind.EARLY, -3), (Kind.BLOODS, 3), (Kind.DXA, -30), (Kind.SURGERY, -1)):
        due(plan, kind, days)
    multiply(COPIES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    return clinician


def plans(found) -> tuple[str, str]:
    """Of the query that finds the keys of a page, and of the one that counts."""
    keys = found.select_related(None).values("pk")
    return keys[:51].explain(), found.order_by().values("pk")[: worklist.MOST_COUNTED + 1].explain()


def reads(found, index: str) -> bool:
    """With few patients, all of one clinic and person, PostgreSQL chooses freely among the indexes of open tasks, and
    counts without one of them; SQLite is held to the very index, for the count too."""
    rows, count = plans(found)
    if any(sort in rows for sort in SORTS):
        return False
    return f"{index} " in rows and f"{index} " in count if connection.vendor == "sqlite" else "task_open_" in rows


def test_each_section_and_filter_reads_its_index_in_order(many):
    today = timezone.localdate()
    wrong = [
        (whose, name, group)
        for whose, name, group in product((MINE, CLINIC), (OVERDUE, WEEK_AHEAD, LATER), ("", *Group.values))
        if not reads(
            worklist.tasks(name, many, Asked(whose, name, group), today), INDEX_OF[whose, "group" if group else ""]
        )
    ]
    wrong += [
        (whose, URGENT, group)
        for whose, group in product((MINE, CLINIC), ("", Group.REFERRAL))
        if not reads(worklist.tasks(URGENT, many, Asked(whose, URGENT, group), today), URGENT_INDEX_OF[whose])
    ]
    assert wrong == []


def test_my_drafts_are_found_among_open_visits_only(many):
    """PostgreSQL weighs the size of each index, which depends on the tests before this one: any that holds open visits
    only is right. SQLite is held to the one of the person."""
    of_person = {"visit_open_of_person"}
    allowed = of_person if connection.vendor == "sqlite" else of_person | {"visit_still_open", "visit_one_open"}
    for plan in plans(worklist.drafts(many, Asked(MINE, DRAFTS))):
        assert any(index in plan for index in allowed), plan


@pytest.mark.parametrize("group", [group for group in Group.values if group != Group.REFERRAL])
def test_only_referrals_are_urgent_so_that_no_other_kind_is_asked_for(
    plan, clinician, group, django_assert_num_queries
):
    due(plan, Kind.SURGERY, -1)
    assert not Task.objects.filter(is_urgent=True).exclude(group=Group.REFERRAL).exists()
    with django_assert_num_queries(1) as found:  # the count, of no table
        [part] = worklist.shown(clinician, Asked(CLINIC, URGENT, group), timezone.localdate(), 10)
    assert Task._meta.db_table not in found[0]["sql"]
    assert (part.count, part.rows) == (0, [])
