"""What the indicators count, kept in a row for each fracture and some for each day of decisions; a page only adds up.

Nothing here can be out of date: the database notes each change (`noticing.py`), and every page that counts first works
out again what is noted. One at a time, so that nobody's older reading is written over a newer one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q, QuerySet, Sum

from pathway.followup import paging
from pathway.followup.cases import Case, cases_of
from pathway.followup.indicators import MEASURED, Counted, Indicator, Quarter
from pathway.followup.models import DecidedDay, Judged, UncountedDay, UncountedFracture
from pathway.plans.kinds import Choice
from pathway.plans.models import Decision

NOTES_AT_ONCE, DAYS_AT_ONCE = 1000, 30
Tally = dict[str, Counted]
"""Of each indicator, by its slug."""


# ------------------------------------------------------------------------------------------------------ kept up to date


def catch_up() -> None:
    """Judge and count again whatever changed."""
    for _done in in_parts():
        pass


def in_parts() -> Iterator[int]:
    """The same, a transaction at a time; how many notes each took away."""
    for noted, again in ((UncountedDay, _days_again), (UncountedFracture, _fractures_again)):
        while noted.objects.exists():
            yield again()


def catch_up_after_migration(using: str, plan=None, stdout=None, verbosity: int = 0, **kwargs) -> None:
    """For the signal post_migrate: what an upgrade noted is counted while nobody waits for a page.

    Only by `migrate` itself, and once every table is as this code expects it.
    """
    if plan is None or using != DEFAULT_DB_ALIAS or not _is_complete() or not (notes := waiting()):
        return
    if verbosity:
        stdout.write(f"  Counting the service's indicators again: {notes:,} entries")
    catch_up()


def _is_complete() -> bool:
    migrations = MigrationExecutor(connection)
    return not migrations.migration_plan(migrations.loader.graph.leaf_nodes())


def waiting() -> int:
    """How many notes there are."""
    return UncountedDay.objects.count() + UncountedFracture.objects.count()


@transaction.atomic
def _fractures_again() -> int:
    _one_at_a_time(UncountedFracture)
    notes = dict(UncountedFracture.objects.order_by("pk").values_list("pk", "fracture")[:NOTES_AT_ONCE])
    fractures = set(notes.values())
    rows = [_judged(case) for case in cases_of(fractures)]
    Judged.objects.filter(fracture__in=fractures - {row.fracture_id for row in rows}).delete()
    columns = [field.name for field in Judged._meta.concrete_fields if not field.primary_key]
    Judged.objects.bulk_create(rows, update_conflicts=True, unique_fields=["fracture"], update_fields=columns)
    return UncountedFracture.objects.filter(pk__in=notes).delete()[0]


def _judged(case: Case) -> Judged:
    return Judged(
        fracture_id=case.fracture, clinic_id=case.clinic, on=case.on, counted_on=case.counted_on,
        quarter=Quarter.of(case.counted_on).place, **{one.column: one.settled(case) for one in MEASURED},
    )  # fmt: skip


@transaction.atomic
def _days_again() -> int:
    _one_at_a_time(UncountedDay)
    newest = UncountedDay.objects.aggregate(models.Max("pk"))["pk__max"] or 0
    days = list(UncountedDay.objects.order_by("day").values_list("day", flat=True).distinct()[:DAYS_AT_ONCE])
    DecidedDay.objects.filter(day__in=days).delete()
    of_days = Decision.objects.filter(visit__signed_at__isnull=False, visit__on__in=days).order_by()
    rows = of_days.values_list("visit__fracture__patient__clinic_id", "visit__on", "action", "choice", "reason")
    DecidedDay.objects.bulk_create(
        DecidedDay(clinic_id=clinic, day=day, action=action, choice=choice, reason=reason, number=number)
        for clinic, day, action, choice, reason, number in rows.annotate(Count("pk"))
    )
    return UncountedDay.objects.filter(day__in=days, pk__lte=newest).delete()[0]


def _one_at_a_time(noted: type[models.Model]) -> None:
    """Until the transaction ends. On PostgreSQL, what is noted meanwhile does not wait; SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {noted._meta.db_table} IN SHARE UPDATE EXCLUSIVE MODE")


# ----------------------------------------------------------------------------------------------------------- added up


def tallies(
    clinics: Collection[UUID], quarters: list[Quarter], today: date, which: Iterable[Indicator] = MEASURED
) -> dict[tuple[UUID, Quarter], tuple[int, Tally]]:
    """Of each clinic and quarter: how many fractures, and what these indicators count. One statement."""
    which = list(which)
    asked = {}
    for one in which:
        old = _old_enough(one, today)
        asked[f"{one.column}_of"] = Count(one.column, filter=old) if old else Count(one.column)
        asked[f"{one.column}_met"] = Count("pk", filter=Q(**{one.column: True}) & old)
    found = {}
    rows = _in(clinics, quarters).values("clinic_id", "quarter").annotate(all=Count("pk"), **asked)
    for row in rows.order_by():
        counted = {one.slug: Counted(row[f"{one.column}_met"], row[f"{one.column}_of"]) for one in which}
        found[row["clinic_id"], Quarter.at(row["quarter"])] = (row["all"], counted)
    return found


def _in(clinics: Collection[UUID], quarters: list[Quarter]) -> QuerySet[Judged]:
    return Judged.objects.filter(clinic__in=clinics, quarter__gte=quarters[0].place, quarter__lte=quarters[-1].place)


def _old_enough(one: Indicator, today: date) -> Q:
    """Fractures whose time is over; the kept verdict says the rest."""
    return Q(on__lte=today - timedelta(days=one.after)) if one.after else Q()


def listed(
    one: Indicator,
    clinics: Collection[UUID],
    quarters: list[Quarter],
    today: date,
    *,
    met: bool | None,
    after: str = "",
) -> QuerySet[Judged]:
    """The fractures that count and meet it, or do not, or with None all that count; the oldest first, after a key."""
    judged = {f"{one.column}__isnull": False} if met is None else {one.column: met}
    found = _in(clinics, quarters).filter(_old_enough(one, today), **judged)
    if named := paging.read(after, date.fromisoformat):
        day, last = named
        quarter = Quarter.of(day).place  # what the index is searched by
        found = found.filter(quarter__gte=quarter).exclude(quarter=quarter, counted_on__lt=day)
        found = found.exclude(counted_on=day, fracture__lte=last)
    return found.select_related("fracture__patient").order_by("quarter", "counted_on", "pk")  # as the index has them


def overrides(clinics: Collection[UUID], first: date, last: date) -> list[tuple[str, int, int, str]]:
    """For each action: decided, decided otherwise than advised, and the reason given most often for it."""
    total: dict[str, int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days = DecidedDay.objects.filter(clinic__in=clinics, day__gte=first, day__lte=last).order_by()
    for action, choice, reason, number in days.values_list("action", "choice", "reason").annotate(Sum("number")):
        total[action] += number
        if choice != Choice.FOLLOW:
            reasons[action][reason] += number
    found = [
        (action, total[action], sum(given.values()), max(sorted(given), key=given.__getitem__))
        for action, given in reasons.items()
    ]
    return sorted(found, key=lambda row: (-row[2] / row[1], row[0]))
