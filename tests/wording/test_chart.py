"""The flow of the pathway and its drawing: everything comes from the rules, and nothing is drawn over anything."""

from datetime import date
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from pathway.guideline.actions import ACTIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1, Limit
from pathway.wording import chart
from pathway.wording.flow import flow

SIZES = {"title": chart.TITLE, "head": chart.TEXT, "line": chart.TEXT, "small": chart.SMALL}
CONTAINERS = ("step", "outcome", "urgent", "care")


@pytest.fixture(scope="module")
def read():
    return flow(EDITION_1)


def words(read) -> str:
    asked = [line for step in read.steps for line in (*step.asked, *step.gate)]
    return "\n".join(line.text for top in asked for _depth, line in top.below())


def drawings(read):
    return [chart.whole(read), *chart.sheets(read)]


def test_every_headline_is_an_end_of_the_flow_in_its_order(read):
    ends = [outcome for step in read.steps for _answer, outcome in step.branches] + [read.otherwise]
    assert [end.name for end in ends] == list(HEADLINES)
    assert [end.number for end in ends] == list(range(1, len(HEADLINES) + 1))
    assert [end.name for end in ends if end.urgent] == [h.name for h in HEADLINES.values() if h.urgent]


def test_an_urgent_headline_names_its_action(read):
    ends = {outcome.name: outcome for step in read.steps for _answer, outcome in step.branches}
    assert [one.label for one in ends["emergency_spine"].advice] == [ACTIONS["refer.emergency_spine"].label]
    assert ends["urgent_infection"].advice[0].beyond


def test_the_four_deformities_and_both_reasons_carry_their_limits(read):
    told = words(read)
    for text in ("Kyphosis angle: 15° or more", "Scoliosis angle: 10° or more", "Dorsal wall height loss: 10% or more",
                 "Vertebral body height loss: 20% or more", "Days since the fracture: 84 days or more",
                 "Rise of the pain score since the last review: 2 points or more", "INR: 1.8 or less",
                 "Age of the MRI or bone scan: 42 days or less"):  # fmt: skip
        assert text in told


def test_stops_and_checks_stand_between_a_reason_and_augmentation(read):
    step = next(step for step in read.steps if step.gate)
    stops, checks = step.gate
    action = ACTIONS["refer.augmentation"]
    assert len(stops.parts) == len(action.stops(EDITION_1))
    assert len(checks.parts) == len(action.checks(EDITION_1))
    assert [outcome.name for _answer, outcome in step.branches] == ["augmentation_review", "augmentation_checks"]


def test_a_new_limit_is_drawn(read):
    kyphosis = EDITION_1.kyphosis
    changed = Limit(kyphosis.name, Decimal("17"), kyphosis.unit, kyphosis.source, kyphosis.meaning)
    later = flow(EDITION_1.next_edition(date(2027, 1, 1), kyphosis=changed))
    assert "Kyphosis angle: 17° or more" in words(later)
    assert "Kyphosis angle: 15° or more" not in words(later)


def test_every_other_action_is_among_the_advice(read):
    shown = {one.label for group in read.care for _condition, advice in group.rows for one in advice}
    wanted = {a.label for a in ACTIONS.values() if a.name.partition(".")[0] in ("pain", "bone", "longterm", "pitfall")}
    assert wanted <= shown


def test_everything_that_is_asked_is_drawn(read):
    drawn = " ".join(text.text for text in sorted(chart.whole(read).texts, key=lambda t: (t.x, t.y)))
    for word in {word for line in words(read).splitlines() for word in line.split()}:
        assert word in drawn


def stands_in(text, box) -> bool:
    return box.x <= text.x <= box.x + box.width and box.y <= text.y <= box.y + box.height


def test_no_text_leaves_the_box_that_it_stands_in(read):
    for drawing in drawings(read):
        for text in drawing.texts:
            if text.kind in SIZES:
                right = text.x + chart.measure(text.text, SIZES[text.kind], bold=text.kind in ("title", "head"))
                ends = [b.x + b.width for b in drawing.boxes if stands_in(text, b)]
                assert right <= min(ends, default=chart.WIDTH)
            assert 0 < text.y <= drawing.height


def test_no_two_boxes_overlap(read):
    for drawing in drawings(read):
        for one, other in combinations([box for box in drawing.boxes if box.kind in CONTAINERS], 2):
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (one, other)


def test_the_sheets_fit_a_page(read):
    for sheet in chart.sheets(read):
        assert sheet.height / sheet.width < 1.36


def test_the_drawing_is_plain_svg_with_a_name_and_a_description(read):
    svg = render_to_string("wording/_chart.svg", {"chart": chart.whole(read), "id": "chart"})
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "chart-title chart-desc"
    assert [child.get("id") for child in root][:2] == ["chart-title", "chart-desc"]
    assert "style=" not in svg
    assert "<style" not in svg


def test_a_language_with_decimal_commas_does_not_bend_it(read):
    with override("de"):
        svg = render_to_string("wording/_chart.svg", {"chart": chart.whole(read), "id": "chart"})
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect"):
        float(element.get("height"))
