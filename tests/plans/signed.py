"""Signed plans for tests that are not about deciding or paper."""

from datetime import UTC, datetime

from pathway.plans import signing
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan

NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)


def signed(visit, at: datetime = NOW) -> Plan:
    """The plan of the visit, everything followed."""
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", visit.started_by, at)
    return signing.sign(visit, visit.started_by, at)
