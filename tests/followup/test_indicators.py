"""The indicators: who counts and who meets each, what is hidden, quarters, lists, the spreadsheet."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Fracture
from pathway.followup import hiding, indicators
from pathway.followup.cases import Case, Seen, cases_of
from pathway.followup.chart import trend
from pathway.followup.counting import catch_up, overrides
from pathway.followup.hiding import Shown
from pathway.followup.indicators import BY_SLUG, INDICATORS, SCHEMES, Quarter
from pathway.followup.models import Judged, Kind
from pathway.followup.views import listed
from pathway.plans import signing
from tests import make
from tests.load.many import multiply

BROKE, TODAY = date(2025, 1, 1), date(2026, 11, 22)


def case(*visits, on=BROKE, died_on=None, done=(), advised=False, augmentation=()) -> Case:
    """A fracture seen at (days after it, fields of the visit)."""
    seen = [
        Seen(BROKE + timedelta(days=days), **{"neuro_exam_done": True, "medicine": "none", "has_t_score": False,
                                              "has_falls": False, **told})
        for days, told in visits
    ]  # fmt: skip
    done = [(kind, BROKE + timedelta(days=days)) for kind, days in done]
    return Case(uuid4(), uuid4(), UUID(int=1), "T12", died_on, on, seen, done, advised, list(augmentation))


FIRST = (10, {})
TREATED = {"medicine": "denosumab"}


@pytest.mark.parametrize(
    ("slug", "told", "verdict"),
    [
        ("iof-3", case((84, {})), True),
        ("iof-3", case((85, {})), False),
        ("iof-3", case(FIRST, on=None), None),
        ("iof-3", case(FIRST, died_on=BROKE + timedelta(days=83)), None),
        ("iof-3", case(FIRST, died_on=BROKE + timedelta(days=84)), True),
        ("iof-4", case((84, {"has_t_score": True})), True),
        ("iof-4", case((85, {"has_t_score": True})), False),
        ("iof-4", case(FIRST, done=[(Kind.DXA, 84)]), True),
        ("iof-5", case(FIRST, (90, {"has_falls": True})), True),
        ("iof-6", case(FIRST), False),
        ("iof-6", case(FIRST, advised=True), True),
        ("iof-6", case((10, TREATED)), True),
        ("iof-7", case(FIRST), False),
        ("iof-7", case(FIRST, (112, {})), True),
        ("iof-7", case(FIRST, done=[(Kind.EARLY, 24)]), True),
        ("iof-7", case(FIRST, (113, {})), False),
        ("iof-8", case(FIRST), None),
        ("iof-8", case(FIRST, advised=True), False),
        ("iof-8", case(FIRST, (112, TREATED)), True),
        ("iof-8", case(FIRST, advised=True, done=[(Kind.BONE_START, 100)]), True),
        ("iof-10", case(FIRST), None),
        ("iof-10", case((10, TREATED)), False),
        ("iof-10", case((10, TREATED), (370, TREATED)), True),
        ("iof-10", case((10, TREATED), (370, {"medicine": "none"})), False),
        ("iof-10", case((10, TREATED), (336, {"medicine": "none"}), (400, TREATED)), False),
        ("iof-11", case((10, {"has_t_score": True, "has_falls": True})), True),
        ("iof-11", case((10, {"has_t_score": True, "has_falls": True}), on=None), False),
        ("neuro", case(FIRST, (20, {"neuro_exam_done": False})), True),
        ("neuro", case((10, {"neuro_exam_done": False}), FIRST), False),
        ("decision", case(FIRST, (77, {})), True),
        ("decision", case(FIRST, (98, {})), True),
        ("decision", case(FIRST, (99, {})), False),
        ("decision", case((90, {})), None),
        ("checks", case(FIRST), None),
        ("checks", case(FIRST, augmentation=["recommended"]), True),
        ("checks", case(FIRST, augmentation=["recommended", "check_first"]), False),
        ("started", case((10, TREATED)), None),
        ("started", case(FIRST), False),
        ("started", case(FIRST, (100, TREATED)), True),
        ("still", case((10, TREATED), (370, TREATED)), None),
        ("still", case(FIRST, (100, TREATED), (336, TREATED)), True),
    ],
)
def test_who_counts_and_who_meets_it(slug, told, verdict):
    assert BY_SLUG[slug].verdict(told, TODAY) is verdict


def test_a_fracture_too_young_to_be_judged_does_not_count():
    young = case(FIRST)
    assert BY_SLUG["iof-3"].verdict(young, BROKE + timedelta(days=83)) is None
    assert BY_SLUG["decision"].verdict(young, BROKE + timedelta(days=97)) is None


def test_the_two_schemes_number_their_own():
    numbers = [(one.scheme, one.number) for one in INDICATORS]
    assert len(set(numbers)) == len(numbers)
    assert [number for scheme, number in numbers if scheme == "iof"] == [str(number) for number in range(1, 12)]
    assert all(number.isalpha() for scheme, number in numbers if scheme == "own")


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        (date(2026, 1, 1), "2026 Q1", date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), "2026 Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters_begin_and_end_where_they_should(day, quarter, first, last):
    found = Quarter.of(day)
    assert (str(found), found.first, found.last) == (quarter, first, last)
    assert [str(one) for one in indicators.quarters(date(2026, 2, 1), 3)] == ["2025 Q3", "2025 Q4", "2026 Q1"]


def test_a_hidden_quarter_breaks_the_line_of_the_drawing():
    enough, few = Shown(9, 10), Shown(None, 10)
    drawn = trend(indicators.quarters(TODAY, 4), [enough, few, enough, enough])
    assert [point.percent for point in drawn.points] == [90, 90, 90]
    assert len(drawn.lines) == 1
    assert drawn.said == "From 90% in 2026 Q1 to 90% in 2026 Q4."


def test_of_many_quarters_every_second_one_is_named_and_the_last():
    for number, every in ((4, 1), (8, 1), (12, 2)):
        of = indicators.quarters(TODAY, number)
        drawn = trend(of, [Shown(9, 10)] * number)
        assert [label for _x, label in drawn.ticks] == [str(quarter) for quarter in of[every - 1 :: every]]
        assert [x for x, _label in drawn.ticks] == [point.x for point in drawn.points][every - 1 :: every]


def test_fractures_are_read_with_their_visits_decisions_and_tasks(plan, clinician):
    today = timezone.localdate()
    visit = make.visit(of=plan.visit.fracture, by=clinician, on=today, falls_last_year=0, bone_medicine="none",
                       pain_nrs=6, **{**make.UNREMARKABLE, "onset_on": today - timedelta(days=21),
                                      "identified_on": today - timedelta(days=14)})  # fmt: skip
    signing.decide(visit, "bone.treat", "do_not_follow", clinician, timezone.now(), reason="risk", words="Frail.")
    visit.mark_signed(clinician, timezone.now())
    (found,) = cases_of([visit.fracture_id, make.fracture().pk])
    assert found.on == today - timedelta(days=21)
    assert [seen.has_falls for seen in found.visits] == [False, True]
    assert not found.treatment_advised
    catch_up()
    assert overrides([clinician.clinic_id], today, today) == [("bone.treat", 1, 1, "risk")]
    assert overrides([make.clinic().pk], today, today) == []


# --------------------------------------------------------------------------------------------------------------- pages


def test_every_indicator_opens_with_its_definition_and_lists(signed_in, plan, monkeypatch):
    front = signed_in.get("/service/")
    assert front.status_code == 200
    for one in INDICATORS:
        assert str(one.definition) in front.content.decode().replace("&#x27;", "'")
        page = signed_in.get(f"/service/{one.slug}/")
        assert page.status_code == (200 if one.judge else 404)
    assert signed_in.get("/service/nothing/").status_code == 404


def test_a_share_of_fewer_than_five_is_neither_said_nor_drawn(signed_in, plan, monkeypatch):
    html = signed_in.get("/service/neuro/?quarters=4").content.decode()
    assert "1 of 1 fractures." in html
    assert "Too few for a share" in html
    assert 'class="app-indicator"' not in html
    assert "No quarter has enough fractures to show." in html
    monkeypatch.setattr(hiding, "FEWEST", 1)
    assert 'class="app-indicator"' in signed_in.get("/service/neuro/?quarters=4").content.decode()


def test_another_clinics_patients_are_neither_counted_nor_named(client, plan):
    client.force_login(make.clinician())
    page = client.get("/service/neuro/")
    assert page.context["counted"].of == 0
    listed = client.get("/service/neuro/counted/")
    assert listed.context["rows"] == []
    assert "OKAFOR" not in page.content.decode() + listed.content.decode()


@pytest.mark.parametrize("role", ["is_auditor", "is_administrator"])
def test_whoever_oversees_compares_clinics_and_sees_no_patient(client, plan, role):
    client.force_login(make.user(**{role: True}))
    make.clinic(name="Another clinic")
    page = client.get("/service/neuro/?quarters=4")
    html = page.content.decode()
    assert "Another clinic" in html
    assert "OKAFOR" not in html
    assert client.get("/service/neuro/counted/").status_code == 403
    assert page.context["counted"] == Shown(None, None)
    assert page.context["period"] == 8  # never several: their difference would be a small count
    assert "Withheld here, and in spreadsheets of counts" in html


def kept(patient, quarter: Quarter, number: int, **verdicts) -> None:
    """So many fractures of a quarter, judged like this."""
    made = Fracture.objects.bulk_create(Fracture(patient=patient, label="T12") for _ in range(number))
    catch_up()
    about = {"clinic": patient.clinic, "on": quarter.first, "counted_on": quarter.first, "quarter": quarter.place}
    Judged.objects.bulk_create(Judged(fracture=fracture, **about, **verdicts) for fracture in made)


@pytest.mark.parametrize(
    ("followed", "then"), [("iof-6", "iof-8"), ("iof-8", "iof-10"), ("iof-3", "decision"), ("started", "still")]
)
def test_who_counts_next_does_not_tell_how_many_of_the_withheld_met_the_one_before(client, db, followed, then):
    """12 of 15 is withheld as "of 15"; the next indicator would say "of 12". So for another quarter that hides it."""
    patient = make.patient()
    small, other, large = (Quarter.at(Quarter.of(timezone.localdate()).place - ago) for ago in (7, 6, 5))
    before, after = BY_SLUG[followed].column, BY_SLUG[then].column
    for quarter, kept_on, stopped, not_met in ((small, 6, 6, 3), (other, 6, 7, 7), (large, 20, 20, 20)):
        kept(patient, quarter, kept_on, **{before: True, after: True})
        kept(patient, quarter, stopped, **{before: True, after: False})
        kept(patient, quarter, not_met, **{before: False})
    client.force_login(make.user(is_auditor=True))
    one, two = (dict(client.get(f"/service/{slug}/").context["rows"]) for slug in (followed, then))
    assert [one[quarter] for quarter in (small, other, large)] == [Shown(None, 15), Shown(None, 20), Shown(40, 60)]
    assert [two[quarter] for quarter in (small, other, large)] == [Shown(None, None)] * 2 + [Shown(20, 40)]
    sheet = load_workbook(BytesIO(client.get("/service/spreadsheet/").content)).active.values
    of_then = (SCHEMES[BY_SLUG[then].scheme], BY_SLUG[then].number)
    told = {row[5]: row[6:9] for row in sheet if row[:2] == of_then}
    assert [told[str(quarter)] for quarter in (small, other)] == [("withheld", "withheld", None)] * 2
    assert told[str(large)] == (20, 40, 50)
    client.force_login(make.clinician(clinic=patient.clinic))
    assert dict(client.get(f"/service/{then}/").context["rows"])[small] == Shown(6, 12)


@pytest.mark.parametrize("role", [{}, {"is_wording_editor": True}, {"is_clinician": True}])
def test_others_are_refused(client, db, role):
    client.force_login(make.user(**role))
    assert client.get("/service/").status_code == 403


def test_the_spreadsheet_of_counts_withholds_small_ones_and_is_audited(signed_in, plan):
    response = signed_in.get("/service/spreadsheet/")
    heading, *rows = list(load_workbook(BytesIO(response.content)).active.values)
    told = [dict(zip(heading, row, strict=True)) for row in rows]
    now = str(Quarter.of(timezone.localdate() - timedelta(days=21)))
    (neuro,) = [row for row in told if row["Number"] == "A" and row["Quarter"] == now]
    assert (neuro["Met"], neuro["Of"], neuro["Percent"]) == ("withheld", "withheld", None)
    assert {row["Of"] for row in told} == {"withheld", 0}
    event = AuditEvent.objects.first()
    assert (event.action, event.object_type) == ("export", "indicators")


# --------------------------------------------------------------------------------------------------------------- lists


def test_a_list_goes_on_page_by_page_until_everybody_was_shown(signed_in, plan, monkeypatch):
    multiply(6)
    monkeypatch.setattr(listed, "PAGE_ROWS", 3)
    counted = signed_in.get("/service/neuro/").context["lists"]
    assert [(which, number) for which, _title, number in counted] == [("not-met", 0), ("met", 7), ("counted", 7)]
    for which in ("met", "counted"):
        found, after, asked = [], "", set()
        for rows in (3, 3, 1):
            with CaptureQueriesContext(connection) as queries:
                page = signed_in.get(f"/service/neuro/{which}/?quarters=4&after={after}")
            asked.add(sum(query["sql"].startswith("SELECT") for query in queries))
            assert len(page.context["rows"]) == rows
            found += [row.pk for row, met in page.context["rows"] if met]
            after = page.context["more"]
        assert after == ""
        assert len(set(found)) == len(found) == 7
        assert len(asked) == 1
    assert "None." in signed_in.get("/service/neuro/not-met/").content.decode()
    assert signed_in.get("/service/neuro/others/").status_code == 404
    assert len(signed_in.get("/service/neuro/met/?after=nonsense_1").context["rows"]) == 3


@pytest.mark.parametrize(("most", "kind"), [(20_000, "xlsx"), (1, "csv")])
def test_a_whole_list_is_exported_and_audited(signed_in, plan, monkeypatch, most, kind):
    multiply(2)
    monkeypatch.setattr(listed, "PAGE_ROWS", 1)
    monkeypatch.setattr(listed, "MOST_IN_XLSX", most)
    response = signed_in.get("/service/neuro/met/spreadsheet/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="patients.{kind}"'
    content = b"".join(response)
    if kind == "csv":
        heading, *rows = csv.reader(StringIO(content.decode("utf-8-sig")))
    else:
        heading, *rows = load_workbook(BytesIO(content)).active.values
    assert heading[1] == "Family name"
    assert [(row[1], row[-1]) for row in rows] == [("Okafor", "yes")] * 3
    event = AuditEvent.objects.first()
    assert (event.action, event.object_type, event.object_id) == ("export", "indicators", "neuro/met")
