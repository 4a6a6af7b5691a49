"""Wording is plain text: named limits are printed, everything else stays exactly as it was typed."""

import pytest

from pathway.guideline.limits import EDITION_1
from pathway.wording.body import (
    Block,
    UnknownNameError,
    blocks,
    printed_names,
    problems,
    substitute,
    unwrapped,
    weeks_typed,
)

SYMBOLS = "< <= > >= & \" ' % + - / × ± µ ≥ ≤"
NAMES = printed_names(EDITION_1)


def test_a_named_limit_prints_with_its_unit():
    assert substitute("Loss of $height_loss or more, $kyphosis.", NAMES) == "Loss of 20% or more, 15°."


def test_days_print_as_weeks_where_they_are_whole_weeks():
    assert substitute("$decision_day_weeks", NAMES) == "12 weeks"
    assert "denosumab_rebound_weeks" not in NAMES


def test_a_limit_that_changes_changes_the_text():
    later = EDITION_1.next_edition(EDITION_1.first_day, height_loss=EDITION_1.dorsal_wall_loss)
    assert substitute("$height_loss", printed_names(later)) == "10%"


def test_two_dollars_print_one():
    assert substitute("$$5", NAMES) == "$5"


@pytest.mark.parametrize(
    "text",
    [
        SYMBOLS,
        "if PTH<lower limit stop",
        "{{ settings.SECRET_KEY }} {% load x %} {x} {0.__class__} %(kyphosis)s ${x[0]}".replace("${", "$${"),
        "<script>alert(1)</script> &lt; &amp;",
    ],
)
def test_everything_else_is_literal(text):
    assert substitute(text, NAMES) == text.replace("$$", "$")
    assert blocks(text) == (Block("paragraph", (text,)),)


@pytest.mark.parametrize("text", ["$kyphosi", "$Kyphosis", "costs $ 5", "${kyphosis}", "$__class__"])
def test_an_unknown_name_is_refused_and_the_sentence_says_where(text):
    assert "Line 3" in problems(f"First.\n\n{text}", EDITION_1)[0]
    with pytest.raises(UnknownNameError, match="Line 1"):
        substitute(text, NAMES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a loss of 20% or more", "$height_loss"),
        ("a loss of 20 percent", "$height_loss"),
        ("an angle of 15 degrees", "$kyphosis"),
        ("an angle of 15°", "$kyphosis"),
        ("on day 84 days later", "$decision_day"),
        ("pain of 4 out of 10", "$insufficient_relief"),
        ("pain 4/10", "$insufficient_relief"),
        ("temperature 38 °C", "$fever"),
        ("temperature 38.0°C", "$fever"),
        ("eGFR below 30 mL/min/1.73 m²", "$egfr_low"),
        ("a T-score of -2.5", "$t_score_osteoporosis"),
        ("a T-score of −2.5.", "$t_score_osteoporosis"),
        ("INR 1.8 or less", "$inr"),
        ("calcium above 2.6 mmol/L", "$calcium_high"),
        ("calcium above 2.60 mmol/L", "$calcium_high"),
    ],
)
def test_a_retyped_limit_is_refused_and_the_sentence_names_it(text, name):
    assert name in problems(text, EDITION_1)[0]


@pytest.mark.parametrize(
    "text",
    [
        "48% fewer",
        "3.2% against 6.2% over 3 years",
        "120%",
        "2 to 12 weeks",
        "T-score -12.5",
        "1.85",
        "0.20%",
        "7 of 144",
    ],
)
def test_other_numbers_may_be_typed(text):
    assert problems(text, EDITION_1) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Decide after 12 weeks.", "$decision_day_weeks"),
        ("Line one.\nAt 6-week intervals", "$marrow_imaging_age_weeks or $six_weeks_weeks"),
        ("Pain falls over 2 to 12 weeks.", None),
        ("Pain falls over 2–12 weeks.", None),
        ("After 5 weeks, or 120 weeks.", None),
        ("After $decision_day_weeks.", None),
    ],
)
def test_weeks_as_long_as_a_limit_are_flagged_and_not_refused(text, names):
    found = weeks_typed(text, EDITION_1)
    assert problems(text, EDITION_1) == []
    assert ([names in sentence for sentence in found] == [True]) if names else found == []


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\x07", "\ufeff", "\x85"])
def test_invisible_characters_are_refused(character):
    assert "invisible" in problems(f"Line one.\nTake{character} two.", EDITION_1)[0]


def test_paragraphs_and_bullets():
    text = "First line\nstill the first.\n\n- one\n  goes on\n- two\nalso two\n\nLast - not a bullet.\n- three"
    assert blocks(text) == (
        Block("paragraph", ("First line still the first.",)),
        Block("bullets", ("one goes on", "two also two")),
        Block("paragraph", ("Last - not a bullet.",)),
        Block("bullets", ("three",)),
    )


def test_a_wrapped_text_is_unwrapped_without_a_change_of_its_blocks():
    wrapped = "One\nparagraph.\n\n- a\n  bullet\n- another\n\nEnd."
    assert unwrapped(wrapped) == "One paragraph.\n\n- a bullet\n- another\n\nEnd."
    assert blocks(unwrapped(wrapped)) == blocks(wrapped)
