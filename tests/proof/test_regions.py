"""The number of combinations is counted right."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from pathway.guideline.evaluate import rulebook
from pathway.guideline.facts import FACTS
from pathway.guideline.limits import EDITION_1
from pathway.guideline.proof.regions import count, cuts, facts_read
from pathway.guideline.truth import all_of, at_least, less_than, rise_of, yes

RULES = rulebook(EDITION_1)


def only(**criteria):
    return replace(RULES, criteria=criteria, actions={}, headlines={}, notices={}, bone_density={})


def test_a_number_is_below_on_or_above_each_limit_or_not_known():
    rules = only(a=at_least("height_loss_percent", EDITION_1.height_loss), b=yes("pulmonary_dysfunction"))
    assert count(rules) == (3 + 1) * (2 + 1)
    assert cuts(rules) == {"height_loss_percent": (Decimal(20),)}
    assert facts_read(rules) == ("pulmonary_dysfunction", "height_loss_percent")


def test_whole_numbers_have_no_region_between_neighbors():
    close = replace(EDITION_1.any_pain, value=Decimal(2))
    rules = only(a=all_of("close", at_least("pain_nrs", EDITION_1.any_pain), less_than("pain_nrs", close)))
    assert count(rules) == 4 + 1  # 0, 1, 2, 3 to 10, not known


def test_two_values_with_a_rise_are_counted_together():
    rules = only(a=rise_of("pain_rise", EDITION_1.pain_rise), b=at_least("pain_nrs", EDITION_1.opioid_pain))

    def side(value, limit):
        return (value > limit) - (value < limit)

    values = (None, *range(11))
    seen = {
        (
            None if now is None else side(now, 4),
            before is None,
            None if now is None or before is None else side(now - before, 2),
        )
        for now, before in product(values, values)
    }
    assert count(rules) == len(seen)


def test_the_whole_pathway_has_more_combinations_than_can_be_tried():
    assert count(RULES) > 10**40
    assert len(facts_read(RULES)) < len(FACTS)
