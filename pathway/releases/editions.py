"""Another edition of the limits over every open visit and signed plan, before it takes effect: who would be advised
differently. Nothing is written; visits are read in parts, so memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from pathway.clinic.models import Visit
from pathway.guideline.actions import ACTIONS
from pathway.guideline.compiled import outcome
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITIONS, Limits, edition_for
from pathway.releases.models import Trial, TrialChange
from pathway.releases.replay import load_visits, parts, replayed


class NotALimitError(ValueError):
    """A limit that does not exist, or a value that is no number. Its text says what is accepted."""


@dataclass(frozen=True)
class Moved:
    """A visit that another edition would advise differently. `changes` are (what, before, after)."""

    visit: Visit
    is_signed: bool
    changes: tuple[tuple[str, str, str], ...]

    @property
    def headline(self) -> tuple[str, str, str] | None:
        return next((change for change in self.changes if change[0] == HEADLINE), None)


HEADLINE = "headline"


def coming(today: date) -> Limits | None:
    """The edition in the program that is not in force yet."""
    return next((edition for edition in EDITIONS if edition.first_day > today), None)


def trial(changes: dict[str, str], today: date) -> Limits:
    """The edition of today with other values of some limits. Raises NotALimitError."""
    at = edition_for(today)
    limits = {}
    for name, typed in changes.items():
        if name not in at.by_name:
            raise NotALimitError(
                gettext("“%(name)s” is not a limit of the pathway, such as kyphosis.") % {"name": name}
            )
        try:
            value = Decimal(typed)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise NotALimitError(gettext("“%(typed)s” is not a number such as 15 or -2.5.") % {"typed": typed})
        limits[name] = replace(at.by_name[name], value=value)
    return at.next_edition(today, **limits)


def moved(at: Limits) -> Iterator[Moved | None]:
    """Each visit that `at` would advise differently than the edition of its own day; None for one that it would not."""
    for first, last, _count in parts():
        yield from _moved_between(at, first, last)


def edition_of(tried: Trial) -> Limits | None:
    """The edition that a trial is of; nothing where no edition was coming any more."""
    day = timezone.localdate(tried.started_at)
    return trial({tried.limit: tried.value}, day) if tried.limit else coming(day)


def try_part(tried: Trial, first: UUID, last: UUID, count: int) -> None:
    """Decide the visits of one part again, and add what moves to the trial; the last part ends it."""
    total, changes = Counter(), Counter()
    for found in _moved_between(edition_of(tried), first, last):
        if found is not None:
            total["signed" if found.is_signed else "open"] += 1
            total["headlines"] += found.headline is not None
            changes.update(in_words(change) for change in found.changes)
    with transaction.atomic():
        for said, times in sorted(changes.items()):
            row, _is_new = TrialChange.objects.get_or_create(trial=tried, said=said)
            TrialChange.objects.filter(pk=row.pk).update(count=F("count") + times)
        sums = {name: F(name) + total[name] for name in ("open", "signed", "headlines")}
        Trial.objects.filter(pk=tried.pk).update(parts_done=F("parts_done") + 1, done=F("done") + count, **sums)
        ended = Trial.objects.filter(pk=tried.pk, parts_done=F("parts"), finished_at=None)
        ended.update(finished_at=timezone.now())


def _moved_between(at: Limits, first: UUID, last: UUID) -> Iterator[Moved | None]:
    for visit, plan in load_visits(replayed().filter(pk__gte=first, pk__lte=last)):
        facts = visit.answers()
        before, after = outcome(facts, visit.on), outcome(facts, visit.on, at)
        changes = _changes(before, after)
        yield Moved(visit, plan is not None, changes) if changes else None


def _changes(before, after) -> tuple[tuple[str, str, str], ...]:
    found = [(HEADLINE, before.headline, after.headline)] if before.headline != after.headline else []
    if before.statuses_in_order != after.statuses_in_order:
        pairs = zip(ACTIONS, before.statuses_in_order, after.statuses_in_order, strict=True)
        found += [(name, str(old), str(new)) for name, old, new in pairs if old != new]
    return tuple(found)


def in_words(change: tuple[str, str, str]) -> str:
    what, before, after = change
    if what == HEADLINE:
        return f"{HEADLINES[before].label} → {HEADLINES[after].label}"
    return f"{ACTIONS[what].label}: {before.replace('_', ' ')} → {after.replace('_', ' ')}"
