"""The words of a limit never lie over a curve, wherever it goes, and never leave the chart."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from pathway.clinic.limit_words import SIZE, WIDE
from pathway.clinic.trend_chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, Limit, drawing
from pathway.clinic.trends import MEASURES
from pathway.guideline.limits import edition_for
from pathway.guideline.quantities import shown_limit

FIRST = date(2026, 9, 1)
WITH_LIMIT = [measure for measure in MEASURES if measure.limit]
LIMIT_TEXTS = {
    measure.name: str(measure.limit_text) % shown_limit(getattr(edition_for(FIRST), measure.limit))
    for measure in WITH_LIMIT
}


def chart_of(measure, courses: list[list[tuple[int, float]]]) -> Chart:
    """A chart with these courses, each a list of (day, value)."""
    data = {
        "label": str(measure.label), "unit": "", "low": str(measure.low), "high": str(measure.high),
        "limit": str(getattr(edition_for(FIRST), measure.limit).value), "limit_text": LIMIT_TEXTS[measure.name],
        "series": [
            {"label": "", "points": [{"on": str(FIRST + timedelta(day)), "value": str(value)} for day, value in course]}
            for course in courses
        ],
    }  # fmt: skip
    return drawing([data], []).charts[0]


def boxes(limit: Limit) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each row of words, as wide as its characters at most are."""
    found = []
    for row in limit.words:
        width = len(row.text) * WIDE
        left = row.x - width if row.anchor == "end" else row.x
        found.append((left, row.y - 0.8 * SIZE, left + width, row.y + 0.25 * SIZE))
    return found


def spots_on(chart: Chart) -> list[tuple[float, float]]:
    """Every spot of every curve, a third of a pixel apart at most."""
    found = []
    for line in chart.lines:
        ends = [(point.x, point.y) for point in line.points]
        found += ends
        for (x, y), (to_x, to_y) in pairwise(ends):
            found += [(x + (to_x - x) * part / 600, y + (to_y - y) * part / 600) for part in range(601)]
    return found


def is_clear(chart: Chart) -> bool:
    return not any(
        left < x < right and top < y < bottom
        for left, top, right, bottom in boxes(chart.limit)
        for x, y in spots_on(chart)
    )


courses = st.sampled_from(WITH_LIMIT).flatmap(
    lambda measure: st.tuples(
        st.just(measure),
        st.lists(
            st.dictionaries(st.integers(0, 400), st.integers(measure.low, measure.high), min_size=1, max_size=8).map(
                lambda course: sorted(course.items())
            ),
            min_size=1,
            max_size=3,
        ),
    )
)


@given(courses)
def test_words_are_clear_of_every_curve_and_inside_the_drawing(drawn):
    chart = chart_of(*drawn)
    assert is_clear(chart)
    for left, top, right, bottom in boxes(chart.limit):
        assert LEFT <= left <= right <= (RIGHT if bottom < BOTTOM else WIDTH)
        assert top >= TOP - 6
        assert bottom <= BOTTOM or HEIGHT <= top < bottom <= chart.height


@pytest.mark.parametrize(
    ("course", "where"),
    [
        ([(0, 9), (60, 8)], "one row above"),
        ([(0, 5), (60, 5)], "one row below"),
        ([(0, 9), (20, 2), (60, 1)], "two rows above"),
        ([(0, 0), (1, 10), (30, 0), (31, 10), (60, 0)], "a row of its own"),
    ],
)
def test_they_stand_beside_their_line_where_there_is_room(course, where):
    chart = chart_of(WITH_LIMIT[0], [course])
    words, y = chart.limit.words, chart.limit.y
    if where == "a row of its own":
        assert words[0].text == "Dashed line: not sufficient relief: 4 of 10 or more."
        assert chart.height > HEIGHT
    else:
        assert f"{('one', 'two')[len(words) - 1]} row{'s' * (len(words) > 1)}" == where.rpartition(" ")[0]
        assert (words[0].y < y) is where.endswith("above")
        assert chart.height == HEIGHT


def test_no_words_are_wider_than_they_are_taken_for():
    font = TTFont(settings.BASE_DIR / "static" / "fonts" / "DejaVuSansCondensed.ttf")
    glyphs, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for text in LIMIT_TEXTS.values():
        for row in (text, *text.split(": ")):
            drawn = sum(widths[glyphs[ord(letter)]][0] for letter in row) * SIZE / em
            assert drawn <= len(row) * WIDE, row
