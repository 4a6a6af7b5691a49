"""What would change a rule, rule by rule: the exact answers, and none that nobody can give."""

from decimal import Decimal

import pytest

from pathway.guideline.actions import nsaid_indicated
from pathway.guideline.changes import RECORDED, Change, Search, dated
from pathway.guideline.criteria import ref
from pathway.guideline.evaluate import evaluate, known_facts
from pathway.guideline.limits import EDITION_1, Limit
from pathway.guideline.open_facts import OpenFacts
from pathway.guideline.truth import (
    AtLeast,
    IsUnknown,
    Known,
    all_of,
    any_of,
    at_least,
    at_most,
    is_,
    less_than,
    more_than,
    not_,
    yes,
)
from pathway.guideline.ways import MOST_SETS, one_of, together, ways_of
from pathway.guideline.worked_out import derive
from tests.guideline.patients import ON


def bound(value: str) -> Limit:
    return Limit("bound", Decimal(value), "", "project", "a bound")


def ways(rule, wanted: str, **facts) -> set[tuple[str, ...]]:
    """Each way as text: {("pain_nrs >= 4",)}; {()} where the rule is already as wanted."""
    ev = evaluate(facts, ON)
    known = Known({**known_facts(facts), **derive(facts, ON, EDITION_1)})
    known.criteria, known.indicated = dict(ev.criteria), {name: act.indications for name, act in ev.actions.items()}
    found = Search(ev).to(rule.check(known), wanted)
    return {tuple(sorted(f"{change.fact} {change.to}" for change in way)) for way in found}


@pytest.mark.parametrize(
    ("rule", "to_yes"),
    [
        (at_least("pain_nrs", bound("10")), {("pain_nrs >= 10",)}),
        (at_least("pain_nrs", bound("11")), set()),
        (more_than("pain_nrs", bound("9")), {("pain_nrs > 9",)}),
        (more_than("pain_nrs", bound("10")), set()),
        (at_most("pain_nrs", bound("0")), {("pain_nrs <= 0",)}),
        (at_most("pain_nrs", bound("-1")), set()),
        (less_than("pain_nrs", bound("1")), {("pain_nrs < 1",)}),
        (less_than("pain_nrs", bound("0")), set()),
        (at_least("pain_nrs", bound("1E+1")), {("pain_nrs >= 10",)}),
    ],
)
def test_only_a_value_in_the_range_of_its_fact_is_proposed(rule, to_yes):
    assert ways(rule, "yes") == to_yes


@pytest.mark.parametrize(("holds", "turned"), [(at_least, "<"), (more_than, "<="), (at_most, ">"), (less_than, ">=")])
def test_a_no_is_the_opposite_comparison(holds, turned):
    assert ways(holds("pain_nrs", bound("5")), "no") == {(f"pain_nrs {turned} 5",)}


A, B, C, D, E = (yes(name) for name in ("cord_signs", "pregnant", "infection_risk", "marrow_edema", "bone_scan_uptake"))


@pytest.mark.parametrize(
    ("rule", "wanted", "facts", "expected"),
    [
        (all_of("both", A, B), "yes", {}, {("cord_signs yes", "pregnant yes")}),
        (all_of("both", A, B), "yes", {"pregnant": "yes"}, {("cord_signs yes",)}),
        (all_of("both", A, B), "no", {}, {("cord_signs no",), ("pregnant no",)}),
        (any_of("either", A, B), "yes", {}, {("cord_signs yes",), ("pregnant yes",)}),
        (any_of("either", A, B), "no", {}, {("cord_signs no", "pregnant no")}),
        (not_("not", A), "yes", {}, {("cord_signs no",)}),
        (not_("not", A), "no", {}, {("cord_signs yes",)}),
        (A, "yes", {"cord_signs": "yes"}, {()}),
        (A, "not yes", {}, {()}),
        (A, "not no", {}, {()}),
        (A, "not yes", {"cord_signs": "yes"}, {("cord_signs no",)}),
        (IsUnknown("not known", A), "no", {}, set()),
        (AtLeast("4 of 5", bound("4"), (A, B, C, D, E)), "no", {}, None),
        (AtLeast("5 of 5", bound("5"), (A, B, C, D, E)), "yes", {}, set()),
    ],
)
def test_parts_are_joined_as_the_rule_joins_them(rule, wanted, facts, expected):
    found = ways(rule, wanted, **facts)
    if expected is None:
        assert {len(way) for way in found} == {2}
        assert len(found) == 10
    else:
        assert found == expected


def test_four_answers_are_the_longest_set():
    found = ways(AtLeast("4 of 5", bound("4"), (A, B, C, D, E)), "yes")
    assert {len(way) for way in found} == {4}
    assert len(found) == 5


def test_an_indication_changes_with_the_indications_of_its_action():
    facts = {"fracture_confirmed": "yes", "mechanism": "none", "sex": "male"}
    assert ways(nsaid_indicated(), "yes", **facts) == {("pain_nrs >= 1",)}
    assert ways(nsaid_indicated(), "no", **facts, pain_nrs=5) >= {("pain_nrs < 1",)}


@pytest.mark.parametrize(
    ("rule", "wanted", "facts", "expected"),
    [
        (less_than, "yes", {}, {("t_score_femoral_neck < -3",), ("t_score_spine < -3",), ("t_score_total_hip < -3",)}),
        (at_most, "yes", {"t_score_spine": Decimal("-2")}, None),
        (
            at_most,
            "yes",
            {"spine_t_includes_fracture": "yes"},
            {("t_score_femoral_neck <= -3",), ("t_score_total_hip <= -3",)},
        ),
        (less_than, "no", {"t_score_spine": Decimal("-3.1")}, {("t_score_spine >= -3",)}),
        (at_most, "no", {"t_score_spine": Decimal("-3.0")}, {("t_score_spine > -3",)}),
        (
            at_most,
            "no",
            {"t_score_spine": Decimal("-3.5"), "t_score_total_hip": Decimal("-3.2")},
            {("t_score_spine > -3", "t_score_total_hip > -3")},
        ),
    ],
)
def test_the_lowest_t_score_falls_with_any_and_rises_with_all_that_are_below(rule, wanted, facts, expected):
    found = ways(rule("lowest_t_score", bound("-3")), wanted, **facts)
    if expected is None:
        expected = {(f"{name} <= -3",) for name in ("t_score_femoral_neck", "t_score_spine", "t_score_total_hip")}
    assert found == expected


KIDNEYS = {"age_years": 60, "weight_kg": Decimal(72)}


@pytest.mark.parametrize(
    ("rule", "wanted", "sex", "expected"),
    [
        # (140 - 60) x 72 x 88.4 / (72 x 35) = 202.06; for a woman 0.85 of it, 171.75
        (less_than, "yes", "male", {("creatinine_umol_l >= 202.1",)}),
        (less_than, "no", "male", {("creatinine_umol_l <= 202.0",)}),
        (at_most, "no", "male", {("creatinine_umol_l <= 202.0",)}),
        (at_most, "yes", "male", {("creatinine_umol_l >= 202.1",)}),
        (less_than, "yes", "female", {("creatinine_umol_l >= 171.8",)}),
        (less_than, "no", "female", {("creatinine_umol_l <= 171.7",)}),
        (less_than, "yes", None, {("creatinine_clearance_ml_min < 35",)}),
    ],
)
def test_a_clearance_is_a_creatinine_where_the_rest_is_known(rule, wanted, sex, expected):
    assert ways(rule("creatinine_clearance_ml_min", bound("35")), wanted, **KIDNEYS, sex=sex) == expected


def test_what_is_fixed_is_asked_for_only_while_it_is_not_known():
    over_50 = at_least("age_years", bound("50"))
    assert ways(over_50, "yes") == {("age_years >= 50",)}
    assert ways(over_50, "yes", age_years=40) == set()
    assert ways(is_("sex", "male"), "yes", sex="female") == set()


def test_a_rise_is_changed_by_the_value_now_and_only_where_there_is_one_before():
    rise = at_least("pain_rise", bound("2"))
    assert ways(rise, "yes", previous_pain_nrs=4) == {("pain_nrs >= 6",)}
    assert ways(rise, "yes", previous_pain_nrs=9) == set()
    assert ways(rise, "yes", pain_nrs=9) == set()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (at_least("days_since_onset", bound("84")), "<= 2026-08-30"),
        (more_than("days_since_onset", bound("84")), "<= 2026-08-29"),
        (at_most("days_since_onset", bound("84")), ">= 2026-08-30"),
        (less_than("days_since_onset", bound("84")), ">= 2026-08-31"),
    ],
)
def test_days_are_put_as_the_date_that_gives_them(rule, expected):
    ((days,),) = ways(rule, "yes")
    fact, _, to = days.partition(" ")
    ends = Change(fact, RECORDED), Change("pain_nrs", ">= 4")
    assert dated(((Change(fact, to), *ends),), ON) == ((Change("onset_on", expected), *ends),)


def only(*changes: tuple[str, str]):
    return ways_of((frozenset(Change(fact, to) for fact, to in changes),))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("yes", "yes", "yes"),
        ("yes", "no", None),
        (RECORDED, RECORDED, RECORDED),
        (RECORDED, ">= 4", ">= 4"),
        (RECORDED, "past or current", "past or current"),
        (">= 4", ">= 6", ">= 6"),
        ("> 4", "> 10", "> 10"),
        ("<= 4", "<= 6", "<= 4"),
        ("< -2.5", "< -3.0", "< -3.0"),
        (">= 4", "<= 6", None),
        (">= -84", ">= -9", ">= -9"),
        ("<= -84", "<= -9", "<= -84"),
        ("past or current", "current", "current"),
        ("OF1 or OF2 or OF3", "OF2 or OF3 or OF4", "OF2 or OF3"),
        ("none or past", "current or other", None),
    ],
)
def test_two_demands_on_one_answer_become_the_one_that_meets_both(one, other, both):
    expected = () if both is None else (frozenset({Change("x", both)}),)
    assert tuple(together((only(("x", one)), only(("x", other))))) == expected
    assert tuple(together((only(("x", other)), only(("x", one))))) == expected


@pytest.mark.parametrize(
    ("sets", "left"),
    [
        (((("a", "yes"),), (("a", "yes"), ("b", "yes"))), 1),
        (((("a", ">= 4"),), (("a", ">= 6"),)), 1),
        (((("a", ">= 6"),), (("a", ">= 4"),)), 1),
        (((("a", "<= 4"),), (("a", "<= 6"),)), 1),
        (((("a", "<= 4"), ("b", "yes")), (("a", "<= 6"), ("b", "yes"))), 1),
        (((("a", ">= 4"),), (("a", ">= 6"), ("b", "yes"))), 1),
        (((("a", ">= 6"),), (("a", ">= 4"), ("b", "yes"))), 2),
        (((("a", "yes"),), (("b", "yes"),)), 2),
        (((("a", ">= 4"),), (("a", "<= 6"),)), 2),
        (((("a", "yes"), ("b", "yes"), ("c", "yes"), ("d", "yes")), (("e", "yes"),)), 2),
        (((("a", "yes"), ("b", "yes"), ("c", "yes"), ("d", "yes"), ("f", "yes")), (("e", "yes"),)), 1),
    ],
)
def test_a_set_that_asks_no_less_than_another_is_left_out(sets, left):
    assert len(one_of(tuple(only(*changes) for changes in sets))) == left
    assert len(one_of(tuple(only(*changes) for changes in reversed(sets)))) == left


def test_of_sets_that_ask_for_the_same_the_least_strict_stays():
    assert tuple(one_of((only(("a", ">= 6")), only(("a", ">= 4"))))) == tuple(only(("a", ">= 4")))


def test_twice_as_many_sets_are_kept_as_are_shown():
    many = tuple(only((f"fact{number}", "yes")) for number in range(3 * MOST_SETS))
    assert len(one_of(many)) == 2 * MOST_SETS


def test_an_open_criterion_is_settled_by_its_own_facts():
    ev = evaluate({"fracture_confirmed": "yes", "mechanism": "none"}, ON)
    known = Known({})
    known.criteria = dict(ev.criteria)
    check = IsUnknown("Whether the pathway applies is not known", ref("in_scope")).check(known)
    assert OpenFacts(ev.facts, ev.actions, ev.headlines).of(check) == {"sex", "age_years", "pregnant"}
