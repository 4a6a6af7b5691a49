"""A fault seeded into a copy of the rules turns its property red, with a patient who shows it to the real evaluation.

Each fault is of a kind that a careless change makes. Without a fault every property holds: that is the kept result.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pathway.guideline.actions import Status
from pathway.guideline.evaluate import Rulebook, evaluate_by, rulebook
from pathway.guideline.limits import EDITION_1
from pathway.guideline.proof.as_specified import rules_as_specified
from pathway.guideline.proof.properties import Property as Proving
from pathway.guideline.proof.properties import (
    emergency_comes_first,
    everything_is_reachable,
    exactly_one_headline,
    knowing_more_never_undecides,
    never_augmentation_and_surgery,
    no_recommendation_past_a_stop,
    not_known_never_reassures,
)
from pathway.guideline.proof.search import Prover, Settled
from pathway.guideline.truth import (
    OPPOSITE,
    Compare,
    CountsIf,
    Ref,
    Rule,
    all_of,
    any_of,
    no,
    not_recorded,
    recorded,
    yes,
)

RULES = rulebook(EDITION_1)


def first_violation(rules: Rulebook, prove: Proving, words: str = "") -> Settled | None:
    """The first claim that is violated, among those with `words` in them."""
    prover = Prover(rules)
    settled = (prover.settle(claim) for claim in prove(prover.pathway) if words in claim.words)
    return next((one for one in settled if not one.holds), None)


def with_criterion(name: str, change: Callable[[Rule], Rule]) -> Rulebook:
    return replace(RULES, criteria={**RULES.criteria, name: change(RULES.criteria[name])})


def with_action(name: str, **changed) -> Rulebook:
    return replace(RULES, actions={**RULES.actions, name: replace(RULES.actions[name], **changed)})


def with_headline(name: str, rule: Rule) -> Rulebook:
    return replace(RULES, headlines={**RULES.headlines, name: rule})


def with_notice(name: str, rule: Rule) -> Rulebook:
    return replace(RULES, notices={**RULES.notices, name: rule})


def without(parts: tuple[Rule, ...], dropped: str) -> tuple[Rule, ...]:
    """The stops or checks of an action but the one that looks at `dropped`."""
    left = tuple(part for part in parts if not _looks_at(part, dropped))
    assert len(left) == len(parts) - 1
    return left


def _looks_at(rule: Rule, name: str) -> bool:
    return any(name in (getattr(leaf, "quantity", ""), getattr(leaf, "name", "")) for leaf in rule.leaves())


def swapped(rule: Rule, quantity: str) -> Rule:
    """The rule with its comparison of `quantity` turned around."""
    if isinstance(rule, Compare):
        return replace(rule, operator=OPPOSITE[rule.operator]) if rule.quantity == quantity else rule
    if not rule.children:
        return rule
    if hasattr(rule, "parts"):
        return replace(rule, parts=tuple(swapped(part, quantity) for part in rule.parts))
    return replace(rule, part=swapped(rule.part, quantity))


def unknown_read_as_no(rule: Rule) -> Rule:
    return all_of(rule.text, recorded(rule.quantity), rule)


def unknown_read_as_yes(rule: Rule) -> Rule:
    return any_of(rule.text, not_recorded(rule.quantity), rule)


def in_order(*names: str) -> Rulebook:
    """The headlines with these first."""
    return replace(RULES, headlines={name: RULES.headlines[name] for name in dict.fromkeys((*names, *RULES.headlines))})


AUGMENTATION = RULES.actions["refer.augmentation"]
ALENDRONATE = RULES.actions["bone.alendronate"]
NEVER_MET = all_of("Both yes and no", yes("sedatives"), no("sedatives"))

FAULTS = {
    "a last headline that does not always hold": (
        with_headline("medical_management", yes("sedatives")),
        exactly_one_headline,
        "a plan without a headline",
    ),
    "two headlines in each other's place": (
        in_order("emergency_spine", "urgent_malignancy"),
        exactly_one_headline,
        "headline urgent_infection where section 6 gives another",
    ),
    "an emergency that is not first": (
        in_order("urgent_infection"),
        emergency_comes_first,
        "the criterion emergency met, with another headline",
    ),
    "an emergency sign that is dropped": (
        with_criterion("emergency", lambda rule: replace(rule, parts=rule.parts[:2])),
        emergency_comes_first,
        "cord_signs yes, with another headline",
    ),
    "a swapped comparison in an alarm": (
        with_criterion("infection_suspected", lambda rule: swapped(rule, "crp_mg_l")),
        not_known_never_reassures,
        "crp_mg_l normal, under a headline of 1-6",
    ),
    "a check that lets not known pass": (
        with_action(
            "refer.augmentation",
            checks=tuple(
                unknown_read_as_yes(check) if _looks_at(check, "inr") else check for check in AUGMENTATION.checks
            ),
        ),
        not_known_never_reassures,
        "recommended once inr is not known",
    ),
    "a headline that no longer asks for the essentials": (
        with_headline("answers_needed", RULES.headlines["answers_needed"].parts[1]),
        not_known_never_reassures,
        "neurological_deficit recorded, under a headline of 1-6",
    ),
    "a stop that reads not known as no": (
        with_action("pain.acetaminophen", stops=(unknown_read_as_no(yes("liver_failure_severe")),)),
        no_recommendation_past_a_stop,
        "pain.acetaminophen recommended while its stop",
    ),
    "a dropped stop": (
        with_action("bone.alendronate", stops=without(ALENDRONATE.stops, "esophageal_disorder")),
        no_recommendation_past_a_stop,
        "bone.alendronate recommended while its stop",
    ),
    "a dropped check": (
        with_action("refer.augmentation", checks=without(AUGMENTATION.checks, "platelets_10_9_l")),
        no_recommendation_past_a_stop,
        "refer.augmentation recommended while its check",
    ),
    "a swapped comparison in a stop": (
        with_action(
            "bone.denosumab",
            stops=tuple(swapped(stop, "adjusted_calcium_mmol_l") for stop in RULES.actions["bone.denosumab"].stops),
        ),
        no_recommendation_past_a_stop,
        "bone.denosumab recommended while its stop",
    ),
    "augmentation offered in spite of instability": (
        with_action("refer.augmentation", stops=without(AUGMENTATION.stops, "surgical_instability")),
        never_augmentation_and_surgery,
        "both recommended",
    ),
    "a criterion that a new fact takes back": (
        with_criterion(
            "pulmonary_dysfunction",
            lambda rule: CountsIf(rule.text, not_recorded("pain_pattern"), rule),
        ),
        knowing_more_never_undecides,
        "once pain_pattern is recorded",
    ),
    "a swapped comparison that endangers none of the seven": (
        with_criterion("deformity.height_loss", lambda rule: swapped(rule, "height_loss_percent")),
        rules_as_specified,
        "criterion deformity.height_loss with another answer",
    ),
    "a limit that is left out of its range": (
        with_criterion("insufficient_relief", lambda rule: replace(rule, operator=">")),
        rules_as_specified,
        "criterion insufficient_relief with another answer",
    ),
    "a dropped part of an indication": (
        with_action("bone.romosozumab", indications=RULES.actions["bone.alendronate"].indications),
        rules_as_specified,
        "action bone.romosozumab with another status",
    ),
    "a notice under another's rule": (
        with_notice("rebound_risk", RULES.notices["denosumab_due"]),
        rules_as_specified,
        "notice rebound_risk with another answer",
    ),
    "an action that the specification does not have": (
        replace(RULES, actions={**RULES.actions, "pain.more": RULES.actions["pain.nsaid"]}),
        rules_as_specified,
        "action pain.more",
    ),
    "an action that nobody gets": (
        with_action("activity.brace", indications=NEVER_MET),
        everything_is_reachable,
        "activity.brace recommended",
    ),
    "a notice that nobody sees": (
        with_notice("denosumab_due", NEVER_MET),
        everything_is_reachable,
        "notice denosumab_due",
    ),
    "a headline that nobody gets": (
        with_headline("recovering", all_of("Never", Ref("Emergency", "emergency"))),
        everything_is_reachable,
        "headline recovering",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_turns_its_property_red(fault):
    rules, prove, words = FAULTS[fault]
    violation = first_violation(rules, prove, words)
    assert violation is not None, f"{prove.__name__} does not see {fault}"
    assert (violation.example is None) == (prove is everything_is_reachable)


def test_the_patient_shown_is_the_smallest_and_shows_the_fault_to_the_real_evaluation():
    rules, prove, _ = FAULTS["augmentation offered in spite of instability"]
    example = first_violation(rules, prove).example
    ev = evaluate_by(rules, example.answers, example.on)
    assert ev.actions["refer.augmentation"].status == Status.RECOMMENDED
    assert ev.actions["refer.surgery"].status == Status.RECOMMENDED
    for name in example.answers:
        fewer = {fact: value for fact, value in example.answers.items() if fact != name}
        ev = evaluate_by(rules, fewer, example.on)
        both = {ev.actions[action].status for action in ("refer.augmentation", "refer.surgery")}
        assert both != {Status.RECOMMENDED}, f"{name} is not needed"


@pytest.mark.parametrize(
    "prove",
    [
        exactly_one_headline,
        emergency_comes_first,
        no_recommendation_past_a_stop,
        never_augmentation_and_surgery,
        rules_as_specified,
    ],
)
def test_without_a_fault_the_property_holds(prove):
    """The other three hold as well; they take longer and run in `make prove`."""
    assert first_violation(RULES, prove) is None
