"""Measurements over time: what a chart shows, its words, and that the screen and a record are given the same."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from pathway.clinic.trend_chart import BOTTOM, LEFT, RIGHT, TOP, drawing
from pathway.clinic.trends import NONE, of_visit, trends_of, worth_printing
from pathway.plans import canonical
from tests import make

DAYS = (date(2026, 9, 1), date(2026, 9, 15), date(2026, 11, 1))


@pytest.fixture
def visits(clinician):
    fracture = make.fracture(patient=make.patient(clinic=clinician.clinic))
    told = (
        {"pain_nrs": 8, "kyphosis_degrees": Decimal(12), "kyphosis_method": "local", "bone_medicine": "none"},
        {"pain_nrs": 6, "kyphosis_degrees": Decimal(30), "kyphosis_method": "global", "bone_medicine": "none"},
        {
            "pain_nrs": 3,
            "kyphosis_degrees": Decimal(-4),
            "bone_medicine": "denosumab",
            "t_score_spine": Decimal("-2.7"),
        },
    )
    return [
        make.signed_visit(by=clinician, of=fracture, on=on, **answers) for on, answers in zip(DAYS, told, strict=True)
    ]


def charts(visits) -> dict[str, dict]:
    return {chart["name"]: chart for chart in trends_of(visits)["charts"]}


def test_what_was_never_measured_has_no_chart(visits):
    assert list(charts(visits)) == ["pain_nrs", "kyphosis_degrees", "t_score"]


def test_a_chart_says_in_one_sentence_what_it_shows(visits):
    drawn = drawing(list(charts(visits).values()), [])
    assert drawn.charts[0].title == "Worst pain in 24 hours (of 10)"
    assert drawn.charts[0].says == (
        "Worst pain in 24 hours: fell from 8 of 10 to 3 of 10 over 3 visits. "
        "Dashed line: not sufficient relief: 4 of 10 or more."
    )
    assert drawn.charts[2].says.startswith("T-score, as recorded, lumbar spine: -2.7 at one visit.")


def test_angles_measured_in_different_ways_are_never_joined(visits):
    series = charts(visits)["kyphosis_degrees"]["series"]
    assert [one["label"] for one in series] == ["Local (segmental)", "Global thoracic", "method not recorded"]
    assert [len(one["points"]) for one in series] == [1, 1, 1]
    drawn = drawing([charts(visits)["kyphosis_degrees"]], []).charts[0]
    assert len({line.points[0].symbol for line in drawn.lines}) == 3
    assert len({line.points[0].ink for line in drawn.lines}) == 3


def test_time_is_true_to_scale_and_every_point_lies_inside_the_axes(visits):
    drawn = drawing(list(charts(visits).values()), [])
    first, second, third = drawn.charts[0].lines[0].points
    assert (second.x - first.x) / (third.x - first.x) == pytest.approx(14 / 61, abs=0.01)
    for chart in drawn.charts:
        for line in chart.lines:
            assert all(LEFT < point.x < RIGHT and TOP <= point.y <= BOTTOM for point in line.points)


def test_events_are_lettered_by_day_and_explained(visits):
    trends = trends_of(visits)
    drawn = drawing(trends["charts"], trends["events"])
    assert drawn.legend == (
        ("a", "01-Sep-2026", "plan signed"),
        ("b", "15-Sep-2026", "plan signed"),
        ("c", "01-Nov-2026", "plan signed"),
        ("d", "01-Nov-2026", "bone medicine: Denosumab"),
    )
    assert [mark.text for mark in drawn.charts[0].events] == ["a", "b", "cd"]


def test_the_latest_value_stands_before_the_one_before_it(visits):
    line = drawing([charts(visits)["pain_nrs"]], []).charts[0].lines[0]
    assert (line.latest, line.before) == ("3", "6")


def test_a_record_can_keep_them_and_paper_prints_only_what_changed(visits):
    trends = trends_of(visits)
    assert canonical.decode(canonical.encode(trends)) == trends
    assert [chart["name"] for chart in worth_printing(trends)] == ["pain_nrs"]


def test_a_first_visit_has_no_course(visits):
    assert of_visit(visits[0]) == NONE
    assert len(of_visit(visits[2])["charts"][0]["series"][0]["points"]) == 3


def test_the_page_of_measurements_draws_them_beside_their_table(signed_in, visits):
    page = signed_in.get(reverse("clinic:measurements", args=[visits[0].patient.pk])).content.decode()
    assert page.count('class="app-trend"') == 3
    assert "fell from 8 of 10 to 3 of 10 over 3 visits" in page
    assert "style=" not in page
    assert page.index('class="app-trend"') < page.index("<table")
