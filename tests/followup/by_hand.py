"""The indicators counted again fracture by fracture, as they are defined, without anything that is kept."""

from collections import Counter
from datetime import date
from uuid import UUID

from django.utils import timezone

from pathway.accounts.models import Clinic
from pathway.clinic.models import Fracture
from pathway.followup import counting
from pathway.followup.cases import Case, cases_of
from pathway.followup.indicators import MEASURED, Counted, Indicator, Quarter, quarters
from pathway.plans.models import Decision

Found = dict[tuple[UUID, str, Quarter], tuple[set[UUID], set[UUID]]]
"""Of a clinic, an indicator and a quarter: who meets it, and who does not."""


def counted(of: list[Quarter], today: date) -> Found:
    found: Found = {}
    for case in cases_of(Fracture.objects.values_list("pk", flat=True)):
        for one in MEASURED:
            _judge(found, case, one, today)
    return {key: sets for key, sets in found.items() if key[2] in of}


def _judge(found: Found, case: Case, one: Indicator, today: date) -> None:
    verdict = one.verdict(case, today)
    if verdict is not None:
        met, not_met = found.setdefault((case.clinic, one.slug, Quarter.of(case.counted_on)), (set(), set()))
        (met if verdict else not_met).add(case.fracture)


def overrides(clinics: list[UUID], first: date, last: date) -> dict[str, tuple[int, int]]:
    """Of each action decided otherwise at least once: how often decided, and how often otherwise."""
    of_clinics = Decision.objects.filter(visit__fracture__patient__clinic__in=clinics, visit__signed_at__isnull=False)
    rows = list(of_clinics.filter(visit__on__range=(first, last)).values_list("action", "choice"))
    total, other = Counter(action for action, _ in rows), Counter(action for action, said in rows if said != "follow")
    return {action: (total[action], number) for action, number in other.items()}


def check(periods: int = 12) -> tuple[Found, dict]:
    """What is kept, added up, is what counting by hand finds: the numbers, the lists and the decisions."""
    counting.catch_up()
    today = timezone.localdate()
    of, clinics = quarters(today, periods), list(Clinic.objects.values_list("pk", flat=True))
    right = counted(of, today)
    kept = counting.tallies(clinics, of, today)
    told = {
        (clinic, slug, quarter): one for (clinic, quarter), (_, tally) in kept.items() for slug, one in tally.items()
    }
    numbers = {key: Counted(len(met), len(met) + len(not_met)) for key, (met, not_met) in right.items()}
    assert {key: one for key, one in told.items() if one.of} == numbers
    for one in MEASURED:
        for place, is_met in enumerate((True, False)):
            rows = counting.listed(one, clinics, of, today, met=is_met).values_list("pk", flat=True)
            who = [sets[place] for (_, slug, _), sets in right.items() if slug == one.slug]
            assert set(rows) == set().union(*who), (one.slug, is_met)
    decided = {
        action: (total, other) for action, total, other, _ in counting.overrides(clinics, of[0].first, of[-1].last)
    }
    assert decided == overrides(clinics, of[0].first, of[-1].last)
    return right, decided
