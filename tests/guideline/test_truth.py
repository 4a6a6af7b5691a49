"""Three-valued logic, as truth tables."""

from decimal import Decimal

import pytest

from pathway.guideline.limits import Limit
from pathway.guideline.truth import (
    AtLeast,
    Check,
    CountsIf,
    Is,
    IsUnknown,
    Known,
    Not,
    all_of,
    any_of,
    at_least,
    at_most,
    includes,
    less_than,
    more_than,
    recorded,
    rise_of,
    yes,
)

TWO = Limit("two", Decimal(2), "", "D13", "two of them")
TRUTH = {"yes": True, "no": False, None: None}
A, B, C = "cord_signs", "pregnant", "sedatives"


def answer(rule, **answers) -> bool | None:
    return rule.check(Known({name: value for name, value in answers.items() if value is not None})).truth


def two(rule, a, b) -> bool | None:
    return answer(rule, **{A: a, B: b})


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        ("yes", "yes", True, True),
        ("yes", "no", False, True),
        ("yes", None, None, True),
        ("no", "yes", False, True),
        ("no", "no", False, False),
        ("no", None, False, None),
        (None, "yes", None, True),
        (None, "no", False, None),
        (None, None, None, None),
    ],
)
def test_any_no_settles_an_all_and_any_yes_an_any(a, b, both, either):
    assert two(all_of("both", yes(A), yes(B)), a, b) is both
    assert two(any_of("either", yes(A), yes(B)), a, b) is either


def test_of_nothing_all_is_yes_and_any_is_no():
    assert answer(all_of("nothing")) is True
    assert answer(any_of("nothing")) is False


@pytest.mark.parametrize(("a", "expected"), [("yes", False), ("no", True), (None, None)])
def test_not(a, expected):
    assert two(Not("not", yes(A)), a, None) is expected


@pytest.mark.parametrize(("a", "expected"), [("yes", False), ("no", False), (None, True)])
def test_is_unknown_is_never_itself_unknown(a, expected):
    assert two(IsUnknown("unknown", yes(A)), a, None) is expected


@pytest.mark.parametrize(
    ("condition", "part", "expected"),
    [
        ("yes", "yes", True),
        ("yes", "no", False),
        ("yes", None, None),
        ("no", "yes", None),
        ("no", "no", None),
        (None, "yes", None),
        (None, "no", None),
    ],
)
def test_a_part_counts_only_if_its_condition_is_yes(condition, part, expected):
    assert two(CountsIf("counts", yes(A), yes(B)), condition, part) is expected


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        ("yes", "yes", "yes", True),
        ("yes", "yes", None, True),
        ("yes", "yes", "no", True),
        ("yes", "no", None, None),
        ("yes", None, None, None),
        (None, None, "no", None),
        ("yes", "no", "no", False),
        (None, "no", "no", False),
        ("no", "no", "no", False),
    ],
)
def test_at_least_two_of_three(a, b, c, expected):
    assert answer(AtLeast("two", TWO, (yes(A), yes(B), yes(C))), **{A: a, B: b, C: c}) is expected


@pytest.mark.parametrize(
    ("value", "ge", "gt", "le", "lt"),
    [
        ("1.99", False, False, True, True),
        ("2.00", True, False, True, False),
        ("2.01", True, True, False, False),
        (None, None, None, None, None),
    ],
)
def test_a_number_is_held_against_its_limit_as_it_is(value, ge, gt, le, lt):
    facts = {"inr": None if value is None else Decimal(value)}
    rules = at_least("inr", TWO), more_than("inr", TWO), at_most("inr", TWO), less_than("inr", TWO)
    assert [answer(rule, **facts) for rule in rules] == [ge, gt, le, lt]


def test_levels_include_any_of_the_wanted():
    rule = includes("levels", ("T3", "T4"), "above T5")
    assert answer(rule, levels=("T4", "L1")) is True
    assert answer(rule, levels=("T5", "L1")) is False
    assert answer(rule, levels=()) is False
    assert answer(rule) is None


def test_recorded_is_never_unknown():
    assert answer(recorded("inr"), inr=Decimal(0)) is True
    assert answer(recorded("inr")) is False


@pytest.mark.parametrize(("rise", "expected"), [(None, False), (1, False), (2, True)])
def test_a_rise_of_which_a_value_is_missing_is_no_rise(rise, expected):
    assert answer(rise_of("pain_rise", TWO), pain_rise=rise) is expected


def deciding(rule, **answers) -> list[str]:
    return [leaf.fact for leaf in rule.check(Known(answers)).deciding_leaves()]


def test_the_deciding_leaves_are_those_that_made_the_answer():
    either = any_of("either", yes(A), yes(B), yes(C))
    both = all_of("both", yes(A), yes(B), yes(C))
    assert deciding(either, **{A: "no", B: "yes"}) == [B]
    assert deciding(either, **{A: "no", B: "no"}) == [C]
    assert deciding(either, **{A: "no", B: "no", C: "no"}) == [A, B, C]
    assert deciding(both, **{A: "yes", B: "no"}) == [B]
    assert deciding(both, **{A: "yes", B: "yes"}) == [C]
    assert deciding(Not("not", both), **{A: "yes", B: "no"}) == [B]


def test_a_leaf_gives_its_reason_with_value_and_limit():
    at_two = at_least("inr", TWO)
    assert at_two.check(Known({"inr": Decimal("2.10")})).reason() == "INR: 2.1 (limit: 2 or more)"
    assert at_two.check(Known({})).reason() == "INR: not recorded (limit: 2 or more)"
    assert yes(A).check(Known({A: "no"})).reason() == "Spinal cord signs: No"


@pytest.mark.parametrize(("truth", "state"), [(True, "met"), (False, "not_met"), (None, "unknown")])
def test_states_have_names(truth, state):
    assert Check(Is("x", A, ("yes",)), truth).state == state
