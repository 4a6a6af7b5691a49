"""What holds of the rules as a whole, said once over everything."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathway.guideline.actions import ACTIONS, Status
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.evaluate import due_on, evaluate, rulebook, status_of
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1, Limit, edition_for
from pathway.guideline.notices import NOTICES
from pathway.guideline.quantities import QUANTITIES
from pathway.guideline.truth import Compare
from tests.guideline.patients import ON, all_rules

YES, NO, UNKNOWN = True, False, None
# Recorded for the record, the leaflet or another tool: no rule reads them.
READ_BY_NO_RULE = {"pain_pattern", "falls_last_year", "frax_major_percent", "frax_hip_percent"}


@pytest.mark.parametrize(
    ("indicated", "stops", "checks", "status"),
    [
        (NO, [YES], [NO], "not_indicated"),
        (NO, [], [], "not_indicated"),
        (UNKNOWN, [YES], [NO], "undetermined"),
        (UNKNOWN, [], [], "undetermined"),
        (YES, [YES, UNKNOWN], [YES], "blocked"),
        (YES, [NO, YES], [UNKNOWN], "blocked"),
        (YES, [NO, UNKNOWN], [YES], "check_first"),
        (YES, [NO], [YES, NO], "check_first"),
        (YES, [NO], [YES, UNKNOWN], "check_first"),
        (YES, [NO, NO], [YES, YES], "recommended"),
        (YES, [], [], "recommended"),
    ],
)
def test_the_status_follows_from_indications_stops_and_checks(indicated, stops, checks, status):
    assert status_of(indicated, stops, checks) == status


def test_every_fact_is_read_by_a_rule_or_said_not_to_be():
    read = set()
    for rule in all_rules():
        for leaf in rule.leaves():
            quantity = getattr(leaf, "quantity", None)
            read.update(QUANTITIES[quantity].inputs if quantity in QUANTITIES else {quantity})
    read |= {"spine_t_includes_fracture"}
    assert set(FACTS) - read == READ_BY_NO_RULE


def test_every_limit_is_used_by_a_rule_a_due_date_or_the_genant_grade():
    used = {leaf.limit.name for rule in all_rules() for leaf in rule.leaves() if isinstance(leaf, Compare)}
    used |= {action.due_after for action in ACTIONS.values()}
    used |= {"weak_flags", "angle_error", "genant_1", "genant_2", "genant_3"}
    assert set(EDITION_1.by_name) - used == set()


def test_whole_numbers_are_compared_with_whole_limits():
    """A rule on a count or a day never needs a fraction: 84 days, 2 points."""
    for rule in all_rules():
        for leaf in rule.leaves():
            fact = FACTS.get(getattr(leaf, "quantity", ""))
            if isinstance(leaf, Compare) and fact is not None and fact.kind is Kind.INTEGER:
                assert leaf.limit.value == int(leaf.limit.value), leaf


def test_an_empty_visit_needs_answers_and_advises_nothing():
    ev = evaluate({}, ON)
    assert ev.headline == "answers_needed"
    assert {result.status for result in ev.actions.values()} == {Status.UNDETERMINED}
    assert {name for name, check in ev.criteria.items() if check.truth is not None} == {"essentials_recorded"}


def test_none_is_not_known_and_an_unknown_name_is_refused():
    assert evaluate({"pain_nrs": None}, ON).facts == {}
    with pytest.raises(KeyError):
        evaluate({"pain": 3}, ON)


def test_the_names_of_the_public_interface_stay():
    assert len(FACTS) == 81
    assert len(CRITERIA) == 20
    assert len(ACTIONS) == 35
    assert len(NOTICES) == 22
    assert list(HEADLINES) == [
        "emergency_spine",
        "urgent_infection",
        "urgent_malignancy",
        "surgical_review",
        "out_of_scope",
        "answers_needed",
        "augmentation_review",
        "augmentation_checks",
        "recovering",
        "medical_management",
    ]


def test_a_new_edition_holds_from_its_first_day_and_leaves_the_old_one_as_it_was():
    stricter = Limit("height_loss", Decimal(25), "%", "S13", "stricter")
    second = EDITION_1.next_edition(date(2027, 1, 1), height_loss=stricter)
    editions = (EDITION_1, second)
    assert edition_for(date(2026, 12, 31), editions) is EDITION_1
    assert edition_for(date(2027, 1, 1), editions) is second
    assert edition_for(date(1990, 1, 1), editions) is EDITION_1
    facts = {"height_loss_percent": Decimal(22)}
    assert evaluate(facts, ON, at=EDITION_1).criteria["deformity.height_loss"].truth is True
    assert evaluate(facts, ON, at=second).criteria["deformity.height_loss"].truth is False
    assert (EDITION_1.edition, second.edition, evaluate(facts, ON, at=second).edition) == (1, 2, 2)


def test_the_rules_of_an_edition_are_built_once():
    assert rulebook(EDITION_1) is rulebook(EDITION_1)


@pytest.mark.parametrize(
    ("name", "facts", "due"),
    [
        ("followup.early", {}, date(2026, 12, 6)),
        ("followup.six_weeks", {"onset_on": date(2026, 11, 1)}, date(2026, 12, 13)),
        ("followup.decision", {"identified_on": date(2026, 11, 1)}, date(2027, 1, 24)),
        ("followup.one_year", {"onset_on": date(2026, 11, 1)}, date(2027, 11, 1)),
        ("followup.one_year", {}, None),
        ("longterm.falls", {"onset_on": date(2026, 11, 1)}, None),
    ],
)
def test_follow_ups_are_due_so_many_days_after_the_visit_or_the_fracture(name, facts, due):
    assert evaluate(facts, ON).actions[name].due_on == due


@pytest.mark.parametrize(("screen", "truth"), [("normal", False), ("abnormal", True), ("not_done", None), (None, None)])
def test_a_myeloma_screen_that_was_not_done_says_neither_yes_nor_no(screen, truth):
    others = {"cancer_history": "none", "malignant_imaging_features": "no", "adjusted_calcium_mmol_l": Decimal("2.30")}
    assert evaluate({**others, "myeloma_screen": screen}, ON).criteria["malignancy.strong"].truth is truth


def test_kyphoplasty_is_listed_first_where_there_is_a_deformity():
    def order(**facts) -> list[str]:
        return [name for name in evaluate(facts, ON).actions if name.startswith("augmentation.")]

    assert order() == ["augmentation.vertebroplasty", "augmentation.kyphoplasty"]
    assert order(height_loss_percent=Decimal(20)) == ["augmentation.kyphoplasty", "augmentation.vertebroplasty"]


def test_a_review_is_due_up_to_the_last_day_there_is():
    early = rulebook(EDITION_1).actions["followup.early"]
    last = date.max - timedelta(days=early.due_after_days)
    assert due_on(early, {}, last) == date.max
    assert due_on(early, {}, last + timedelta(days=1)) is None
