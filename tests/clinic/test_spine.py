"""The drawing of a spine: what it marks, how it says it in words, and the boxes that levels are chosen by."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from fontTools.ttLib import TTFont

from pathway.clinic import broken
from pathway.clinic.spine import NOTE_WIDTH, VERTEBRAE, WIDTH, spine
from pathway.guideline.facts import LEVELS
from tests import make
from tests.clinic.walking import page

MARKED_SIZE = 12
"""Of the letters of a marked level, in the units of the drawing."""


def marked(drawing) -> dict[str, tuple[str, str]]:
    return {one.vertebra.level: (one.state, one.note) for one in drawing.vertebrae if one.state}


def test_every_level_is_drawn_inside_its_drawing_from_the_top_down():
    assert tuple(vertebra.level for vertebra in VERTEBRAE) == LEVELS
    for upper, lower in pairwise(VERTEBRAE):
        assert upper.top + upper.height == pytest.approx(lower.top)
    drawing = spine("", {}, {})
    for corner in " ".join(f"{v.body} {v.wedge} {v.process}" for v in VERTEBRAE).split():
        x, y = map(float, corner.split(","))
        assert 0 < x < WIDTH
        assert 0 < y < drawing.height


def test_the_name_of_a_marked_level_ends_inside_its_drawing():
    font = TTFont(settings.BASE_DIR / "static" / "fonts" / "DejaVuSansCondensed-Bold.ttf")
    characters, widths = font.getBestCmap(), font["hmtx"]

    def wide(text: str) -> float:
        return sum(widths[characters[ord(each)]][0] for each in text) / font["head"].unitsPerEm * MARKED_SIZE

    for vertebra in VERTEBRAE:
        assert vertebra.name_x + wide(f"◀ {vertebra.level}") < WIDTH
        assert vertebra.name_x + wide(f"◀ {vertebra.level}: grade 3, 12 months") < WIDTH + NOTE_WIDTH


def test_boxes_are_large_enough_to_hit():
    assert min(vertebra.drawn_height for vertebra in VERTEBRAE) >= 24


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "0 days"), (13, "13 days"), (14, "2 weeks"), (90, "12 weeks"), (91, "3 months"), (800, "2 years")],
)
def test_the_age_is_cut_to_what_a_reader_needs(days, said):
    assert broken.age_in_words(days) == said


def test_a_visit_shows_level_grade_and_age(db):
    visit = make.visit(**{**make.UNREMARKABLE, "height_loss_percent": Decimal(26)})
    drawing = broken.of_visit(visit)
    assert marked(drawing) == {"T12": ("broken", "grade 2, 3 weeks")}
    assert drawing.says == (
        "Spine from T1 to L5, seen from the side. Broken: T12. Genant grade 2. Age of the fracture: 3 weeks."
    )
    assert drawing.notes == "T12: grade 2, 3 weeks"
    assert marked(drawing.bare) == {"T12": ("broken", "")}


def test_a_grade_is_not_given_to_one_of_several_levels(db):
    visit = make.visit(**{**make.UNREMARKABLE, "levels": ("T8", "L1"), "height_loss_percent": Decimal(26)})
    drawing = broken.of_visit(visit)
    assert marked(drawing) == {"T8": ("broken", "3 weeks"), "L1": ("broken", "3 weeks")}
    assert "Genant grade 2 at the worst level." in drawing.says


def test_nothing_is_drawn_where_no_level_is_known(db):
    assert broken.of_visit(make.visit()) is None
    assert broken.for_patient([]) is None


def test_a_patient_is_told_the_place_in_plain_words():
    assert broken.for_patient(["T12"]).says == (
        "The broken bone is T12: where your ribs end and your lower back begins."
    )
    several = broken.for_patient(["T6", "T7", "L3"]).says
    assert several.startswith("The broken bones are T6, T7, L3: in the middle of your back")
    assert several.count("shoulder blades") == 1


def test_the_record_shows_the_newest_fracture_and_earlier_ones_apart(signed_in, clinician):
    patient = make.patient(clinic=clinician.clinic)
    today = timezone.localdate()
    for level, months in (("T8", 30), ("L1", 1)):
        onset = today - timedelta(days=30 * months)
        make.visit(
            by=clinician, of=make.fracture(patient=patient, label=level), on=today, levels=(level,),
            onset_on=onset, height_loss_percent=Decimal(41),
        )  # fmt: skip
    shown = signed_in.get(reverse("clinic:patient", args=[patient.pk])).content.decode()
    assert "Broken: L1 (grade 3, 4 weeks). Earlier fractures: T8 (grade 3, 2 years)." in shown
    assert "Dashed: earlier ones." in shown


def test_levels_are_boxes_that_need_no_script(signed_in, visit):
    shown = page(signed_in, visit, "fracture")
    for level in LEVELS:
        assert f'type="checkbox" name="levels" value="{level}"' in shown
    assert shown.count('class="app-levels__bone"') == len(LEVELS)
    assert 'name="levels" value="not_known"' in shown
