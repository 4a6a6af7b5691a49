"""Random patients for properties: every fact known or not, numbers and dates around every limit."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from pathway.guideline.evaluate import rulebook
from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.guideline.limits import EDITION_1
from pathway.guideline.truth import Compare, Rule

ON = date(2026, 11, 22)
RISES = {
    "previous_pain_nrs": (0, 3, 4, 5),
    "previous_rmdq24": (0, 5, 6),
    "previous_odi_percent": (Decimal(0), Decimal("20.5")),
    "first_height_loss_percent": (Decimal(0), Decimal(5)),
}
LEVEL_SETS = (("L1",), ("T12", "L2"), ("T4",), ("T5",), ("T3", "L1"))


def all_rules() -> list[Rule]:
    book = rulebook(EDITION_1)
    per_action = [[a.indications, *a.stops, *a.checks] for a in book.actions.values()]
    return [*book.criteria.values(), *(rule for rules in per_action for rule in rules), *book.notices.values(),
            *book.headlines.values(), *book.bone_density.values()]  # fmt: skip


def limits_of(quantity: str) -> set[Decimal]:
    leaves = (leaf for rule in all_rules() for leaf in rule.leaves())
    return {leaf.limit.value for leaf in leaves if isinstance(leaf, Compare) and leaf.quantity == quantity}


DAYS = {
    "onset_on": sorted(limits_of("days_since_onset") | limits_of("days_since_fracture") | {Decimal(91)}),
    "identified_on": sorted(limits_of("days_since_identified") | limits_of("days_since_fracture")),
    "marrow_imaging_on": sorted(limits_of("days_since_marrow_imaging")),
    "denosumab_last_dose_on": sorted(limits_of("days_since_denosumab")),
}


def values_of(fact: Fact) -> list:
    """The answers that matter for one fact: each choice; each limit, just below and just above it; the ends."""
    if fact.kind in (Kind.YES_NO, Kind.CHOICE):
        return list(fact.values)
    if fact.kind is Kind.LEVELS:
        return list(LEVEL_SETS)
    if fact.kind is Kind.DATE:
        days = {int(limit) + step for limit in DAYS[fact.name] for step in (-1, 0, 1)} | {0}
        return [ON - timedelta(days=day) for day in sorted(days) if day >= 0]
    if fact.name in RISES:
        return list(RISES[fact.name])
    if fact.name in ("weight_kg", "creatinine_umol_l"):
        return [Decimal(value) for value in ("40.0", "70.0", "110.0")]
    step = Decimal(1) if fact.kind is Kind.INTEGER else Decimal(1).scaleb(-fact.decimals)
    limits = limits_of(fact.name) | ({fact.low, fact.high} if not limits_of(fact.name) else set())
    if fact.name.startswith("t_score"):
        limits = limits_of("lowest_t_score")
    around = {limit + step * offset for limit in limits for offset in (-1, 0, 1)} | {Decimal(6), Decimal(26)}
    inside = sorted(value for value in around if fact.low <= value <= fact.high)
    return [int(value) if fact.kind is Kind.INTEGER else value for value in inside]


VALUES = {name: values_of(fact) for name, fact in FACTS.items()}


RARE = (
    "neurological_deficit",
    "cauda_equina_symptoms",
    "cord_signs",
    "malignant_imaging_features",
    "infection_imaging_features",
    "unstable_fracture",
    "cord_compression_on_imaging",
)


def patients(known: float = 0.7) -> st.SearchStrategy[dict]:
    """Facts of one patient. Emergencies and red flags are rarer than in a uniform draw, so that deep rules are met."""
    weighted = {name: ["no"] * 8 + ["yes"] for name in RARE} | {"fracture_confirmed": ["yes"] * 8 + ["no"]}

    def answer(name: str) -> st.SearchStrategy:
        drawn = st.sampled_from(weighted.get(name, VALUES[name]))
        return st.integers(0, 9).flatmap(lambda roll: drawn if roll < known * 10 else st.none())

    return st.fixed_dictionaries({name: answer(name) for name in FACTS}).map(
        lambda facts: {name: value for name, value in facts.items() if value is not None}
    )
