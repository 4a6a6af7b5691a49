"""Rules in words, as the pathway page nests them."""

from pathway.guideline.criteria import CRITERIA
from pathway.guideline.limits import EDITION_1
from pathway.wording.outline import Line, outline


def lines(line: Line) -> list[str]:
    return [line.text, *(text for part in line.parts for text in lines(part))]


def test_every_limit_of_a_rule_is_in_its_words():
    worsening = lines(outline(CRITERIA["worsening"].rule(EDITION_1)))
    assert [text.rpartition(": ")[2] for text in worsening if text.endswith("or more")] == [
        "2 points or more",
        "5 points or more",
        "10 points or more",
        "20 points or more",
    ]


def test_a_criterion_is_referred_to_by_name():
    assert [part.refers_to for part in outline(CRITERIA["deformity"].rule(EDITION_1)).parts] == [
        "criterion-deformity.kyphosis",
        "criterion-deformity.scoliosis",
        "criterion-deformity.dorsal_wall",
        "criterion-deformity.height_loss",
    ]


def test_how_parts_are_joined_is_told():
    assert outline(CRITERIA["deformity"].rule(EDITION_1)).joined == "any of"
    assert outline(CRITERIA["in_scope"].rule(EDITION_1)).joined == "all of"
