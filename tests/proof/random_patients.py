"""Random patients whose numbers lie on, just below and just above the limits, where rules differ."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.guideline.limits import EDITION_1

ON = date(2026, 11, 22)
DAYS = (0, 5, 6, 28, 29, 42, 43, 56, 84, 85, 90, 91, 92, 93, 152, 213, 214, 365, 366, 900)


def random_answers(random: Random) -> dict[str, Any]:
    """From nearly nothing known to nearly everything."""
    share_known = random.choice((0.1, 0.5, 0.9, 1.0, 1.0))
    answers = {name: _value(fact, random) for name, fact in FACTS.items() if random.random() < share_known}
    if random.random() < 0.7:
        answers |= {"fracture_confirmed": "yes", "mechanism": "none", "sex": "male"}  # most are within scope
    if "onset_on" in answers and "identified_on" in answers:
        answers["identified_on"] = max(answers["identified_on"], answers["onset_on"] - timedelta(days=14))
    return answers


def _value(fact: Fact, random: Random) -> Any:
    match fact.kind:
        case Kind.DATE:
            return ON - timedelta(days=random.choice(DAYS))
        case Kind.LEVELS:
            return tuple(random.sample(fact.values, random.choice((1, 1, 2))))
        case Kind.INTEGER:
            return random.choice([int(value) for value in _near_limits(fact, 1)])
        case Kind.DECIMAL:
            return random.choice(_near_limits(fact, 1 / Decimal(10**fact.decimals)))
    # Most alarms off, so that not every patient is an emergency.
    return "no" if "no" in fact.values and random.random() < 0.7 else random.choice(fact.values)


def _near_limits(fact: Fact, step: Decimal | int) -> list[Decimal]:
    limits = [limit.value for limit in EDITION_1.by_name.values()]
    values = [limit + shift for limit in limits for shift in (-step, 0, step)]
    return [fact.low, fact.high, *(value for value in values if fact.low <= value <= fact.high)]
