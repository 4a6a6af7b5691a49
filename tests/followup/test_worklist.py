"""The home page: what waits, the most needed first, for one person or the clinic; on paper and as a spreadsheet."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from pathway.accounts import session_limits
from pathway.accounts.models import AuditEvent
from pathway.followup import worklist
from pathway.followup.models import Kind, Task
from tests import make
from tests.followup.conftest import due
from tests.load.many import multiply

LATE, SOON, FAR = -3, 3, 30


def shown(client, query: str = "") -> dict[str, list]:
    """The rows of each section, by its name."""
    return {part.name: part.rows for part in client.get(f"/{query}").context["sections"]}


def test_what_waits_stands_in_the_order_of_need(signed_in, plan, clinician):
    emergency, early = due(plan, Kind.EMERGENCY, SOON), due(plan, Kind.EARLY, LATE)
    bloods = due(plan, Kind.BLOODS, SOON)
    draft = make.visit(by=clinician)
    found = shown(signed_in)
    assert list(found) == ["urgent", "overdue", "drafts", "week"]
    assert list(found.values()) == [[emergency], [early], [draft], [bloods]]


@pytest.mark.parametrize(("days", "part"), [(-1, "overdue"), (0, "week"), (6, "week"), (7, "later")])
def test_a_week_begins_today_and_has_seven_days(signed_in, plan, days, part):
    task = due(plan, Kind.EARLY, days)
    assert task in shown(signed_in, f"?show={part}")[part]
    assert [name for name, rows in shown(signed_in).items() if task in rows] == [part] * (part != "later")


def test_an_urgent_referral_stays_urgent_however_late(signed_in, plan):
    task = due(plan, Kind.SURGERY, -300)
    found = shown(signed_in)
    assert found["urgent"] == [task]
    assert found["overdue"] == []


def test_each_row_names_the_patient_by_two_identifiers_and_says_why(signed_in, plan):
    due(plan, Kind.EARLY, LATE)
    html = signed_in.get("/").content.decode()
    for said in ("OKAFOR, Margaret", "09-Mar-1948", plan.patient.hospital_number, "Early review", "14 days after"):
        assert said in html


def test_a_row_says_what_was_tried_and_how_long_a_draft_waits(signed_in, plan, clinician):
    today = timezone.localdate()
    tried = {"tried_on": today, "again_on": today + timedelta(days=2)}
    due(plan, Kind.EARLY, LATE, tries=1, **tried)
    due(plan, Kind.BLOODS, LATE, tries=2, **tried)
    make.visit(by=clinician, on=today - timedelta(days=15))
    html = signed_in.get("/").content.decode()
    day, again = f"{today:%d-%b}", f"{today + timedelta(days=2):%d-%b}"
    who = f'<td class="nhsuk-table__cell" data-label="Who">{clinician}<'
    calls = (f"No answer {day}; again {again}<", f"No answer 2 times, last {day}; again {again}<")
    for said in (*calls, who, "0 of", "Unsigned for 2\xa0weeks, 1\xa0day"):
        assert said in html


def test_mine_are_those_i_own_and_the_clinics_are_everybodys(signed_in, plan, clinician):
    colleague = make.clinician(clinic=clinician.clinic)
    mine, theirs = due(plan, Kind.EARLY, LATE), due(plan, Kind.BLOODS, LATE, owner=colleague)
    draft = make.visit(by=colleague)
    assert shown(signed_in, "?whose=mine")["overdue"] == [mine]
    assert shown(signed_in, "?whose=mine")["drafts"] == []
    assert set(shown(signed_in)["overdue"]) == {mine, theirs}
    assert shown(signed_in)["drafts"] == [draft]


def test_a_kind_narrows_the_tasks_and_leaves_out_the_drafts(signed_in, plan, clinician):
    due(plan, Kind.EARLY, LATE)
    bloods = due(plan, Kind.BLOODS, LATE)
    make.visit(by=clinician)
    found = shown(signed_in, "?group=check")
    assert found["overdue"] == [bloods]
    assert "drafts" not in found


def test_another_clinics_tasks_do_not_exist(client, plan):
    due(plan, Kind.EARLY, LATE)
    client.force_login(make.clinician())
    assert shown(client)["overdue"] == []
    assert client.get(f"/tasks/{Task.objects.first().pk}/").status_code == 404


def test_what_ended_is_not_on_the_list(signed_in, plan):
    task = due(plan, Kind.EARLY, LATE)
    signed_in.post(f"/tasks/{task.pk}/", {"version": task.version, "outcome": "declined"})
    assert shown(signed_in)["overdue"] == []


def test_a_filter_that_none_offers_shows_everything(signed_in, plan):
    task = due(plan, Kind.EARLY, LATE)
    assert shown(signed_in, "?whose=everyone&show=x&group=y&after=z")["overdue"] == [task]


@pytest.mark.parametrize("moment", [
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-23T10:00:00", "0001-01-01", "nonsense", ""
])  # fmt: skip
def test_a_key_that_is_none_starts_at_the_beginning_and_is_no_error(signed_in, clinician, moment, caplog, recwarn):
    draft = make.visit(by=clinician)
    recwarn.clear()
    assert shown(signed_in, f"?{urlencode({'show': 'drafts', 'after': f'{moment}_{draft.pk}'})}") == {"drafts": [draft]}
    assert caplog.records == []
    assert recwarn.list == []


def test_pages_follow_one_another_without_a_gap_or_a_row_twice(signed_in, plan, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE_ROWS", 2)
    kinds = (Kind.EARLY, Kind.BLOODS, Kind.DXA, Kind.MRI, Kind.AGREED)
    every = [due(plan, kind, LATE if number < 3 else LATE - 1) for number, kind in enumerate(kinds)]
    seen, query = [], "?show=overdue"
    while query:
        part = signed_in.get(f"/{query}").context["sections"][0]
        seen += part.rows
        query = part.more and f"?{part.more.query}"
    assert seen == sorted(every, key=lambda task: (task.due_on, task.pk))


def test_drafts_are_paged_too(signed_in, plan, clinician, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE_ROWS", 2)
    every = [make.visit(by=clinician) for _ in range(3)]
    first = signed_in.get("/?show=drafts").context["sections"][0]
    second = signed_in.get(f"/?{first.more.query}").context["sections"][0]
    assert [*first.rows, *second.rows] == every
    assert second.more is None


def test_the_home_page_shows_the_first_rows_of_a_section_and_the_way_to_all(signed_in, plan, monkeypatch):
    monkeypatch.setattr(worklist, "FIRST_ROWS", 1)
    due(plan, Kind.EARLY, LATE)
    due(plan, Kind.BLOODS, LATE)
    html = signed_in.get("/").content.decode()
    assert 'href="?show=overdue"' in html
    assert "Show all 2" in html


def test_a_count_stops_where_it_says_no_more(signed_in, plan, monkeypatch):
    monkeypatch.setattr(worklist, "MOST_COUNTED", 1)
    due(plan, Kind.EARLY, LATE)
    due(plan, Kind.BLOODS, LATE)
    counted = {part.name: part.counted for part in signed_in.get("/").context["sections"]}
    assert (counted["overdue"], counted["week"]) == ("1+", "0")


PAGES = ("/", "/?whose=mine", "/?show=overdue", "/?show=overdue&after=2020-01-01_" + "0" * 32, "/?show=drafts",
         "/?show=later&group=check", "/worklist/print/")  # fmt: skip


def asked(client, page: str) -> list[str]:
    """What a page asks the database for, without the savepoints that only tests have."""
    with CaptureQueriesContext(connection) as found:
        assert client.get(page).status_code == 200
    return [query["sql"].split()[0] for query in found if "SAVEPOINT" not in query["sql"]]


def test_as_many_queries_for_nobody_as_for_many(signed_in, clinician, quick_papers, monkeypatch, request):
    """The statements of a page, and of the first one after another filter, which the session keeps."""
    monkeypatch.setattr(session_limits, "NOTED_EVERY_SECONDS", 10**6)

    def statements() -> dict[str, tuple[list[str], list[str]]]:
        signed_in.get("/?show=week")
        return {page: (asked(signed_in, page), asked(signed_in, page)) for page in PAGES}

    nobody = statements()
    plan = request.getfixturevalue("plan")
    for days, kind in ((LATE, Kind.EARLY), (SOON, Kind.BLOODS), (LATE, Kind.SURGERY), (FAR, Kind.DXA)):
        due(plan, kind, days)
    for _ in range(12):
        make.visit(by=clinician)
    multiply(60)
    many = statements()
    assert all(part.more for part in signed_in.get("/").context["sections"])
    assert many == nobody
    assert max(len(one) for both in many.values() for one in both) <= 12


@pytest.mark.parametrize(("name", "index"), [("overdue", "task_open_of_clinic"), ("urgent", "task_open_urgent")])
def test_an_index_finds_the_rows_in_their_order(plan, clinician, name, index):
    if connection.vendor == "postgresql":
        # It reads a table this small whole, which says nothing of a large one: only an index scan is left to it.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    explained = worklist.tasks(name, clinician, worklist.Asked(), timezone.localdate()).explain()
    assert index in explained
    assert re.search("TEMP B-TREE|Sort", explained) is None, explained


# ------------------------------------------------------------------------------------------------ paper and spreadsheet


def test_a_recall_clinic_is_printed_with_room_to_write(signed_in, plan):
    due(plan, Kind.EARLY, LATE)
    response = signed_in.get("/worklist/print/?show=overdue")
    html = response.content.decode()
    assert "OKAFOR, Margaret" in html
    assert "Came of it" in html
    assert AuditEvent.objects.first().action == "print"


def test_a_spreadsheet_has_two_identifiers_and_columns_to_fill_in(signed_in, plan):
    task = due(plan, Kind.EARLY, LATE)
    response = signed_in.get("/worklist/spreadsheet/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="worklist.xlsx"'
    heading, row = list(load_workbook(BytesIO(response.content)).active.values)
    told = dict(zip(heading, row, strict=True))
    assert told["Family name"] == "Okafor"
    assert told["Born"].date() == date(1948, 3, 9)
    assert told["Hospital number"] == plan.patient.hospital_number
    assert (told["Due"].date(), told["Days late"]) == (task.due_on, 3)
    assert "Outcome" in told
    event = AuditEvent.objects.first()
    assert (event.action, event.object_type) == ("export", "worklist")


def test_no_cell_of_a_spreadsheet_is_a_formula(signed_in, plan):
    plan.patient.family_name = '=HYPERLINK("http://example.test","x")'
    plan.patient.save()
    due(plan, Kind.EARLY, LATE)
    book = load_workbook(BytesIO(signed_in.get("/worklist/spreadsheet/").content)).active
    assert book["B2"].data_type == "s"
    assert (book.freeze_panes, book.print_title_rows, book.page_setup.orientation) == ("A2", "$1:$1", "landscape")
    assert book.column_dimensions["B"].width > 38 > 12 > book.column_dimensions["D"].width - 2
    text = b"".join(signed_in.get("/worklist/spreadsheet/?as=csv")).decode("utf-8-sig")
    assert list(csv.reader(StringIO(text)))[1][1].startswith("'=")


def test_a_spreadsheet_asks_for_the_password_again_where_signing_does(signed_in, clinician, settings):
    settings.CONFIRM_TO_SIGN = True
    clinician.set_password("Kestrel-Harbor-41")
    clinician.save()
    signed_in.force_login(clinician)
    response = signed_in.get("/worklist/spreadsheet/")
    assert response.status_code == 302
    assert "/account/" in response.url


def test_the_worklist_is_one_click_from_the_follow_up_visit(signed_in, plan):
    due(plan, Kind.EARLY, LATE)
    fracture = plan.visit.fracture
    page = signed_in.get("/").content.decode()
    assert f'type="submit" form="start" formaction="/fractures/{fracture.pk}/visits/new/"' in page
    assert re.search('<form method="post" id="start"><input type="hidden" name="csrfmiddlewaretoken"', page)
    signed_in.post(f"/fractures/{fracture.pk}/visits/new/")
    assert fracture.open_visit().on == timezone.localdate()
