"""What runs behind a page: at once in development and in the demo, by workers (`manage.py db_worker`) in a service."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django_tasks import task

from pathway.releases import editions
from pathway.releases import replay as replays
from pathway.releases.models import Replay, Trial
from pathway.wording.models import Release

log = logging.getLogger(__name__)


def start(release: Release, *, by, at: datetime) -> Replay:
    """Begin a replay of a release: one task for the clinical cases and one for each part of the visits."""
    begun = replays.prepare(release, by=by, at=at)
    found = [(str(first), str(last), count) for first, last, count in replays.parts()]
    begun.parts, begun.total = len(found) + 1, sum(count for _, _, count in found)
    begun.save(update_fields=["parts", "total"])
    cases.enqueue(begun.pk)
    for first, last, count in found:
        part.enqueue(begun.pk, first, last, count)
    begun.refresh_from_db()
    return begun


@task()
def part(replay: int, first: str, last: str, count: int) -> None:
    _guarded(replay, lambda found: replays.replay_part(found, UUID(first), UUID(last), count))


@task()
def cases(replay: int) -> None:
    _guarded(replay, replays.run_cases)


def start_trial(limit: str, value: str, *, by, at: datetime) -> Trial:
    """Begin a trial of another edition: one task for each part of the visits. Without visits it has ended."""
    found = [(str(first), str(last), count) for first, last, count in replays.parts()]
    begun = Trial.objects.create(
        limit=limit, value=value, started_by=by, started_at=at, parts=len(found),
        total=sum(count for _, _, count in found), finished_at=None if found else at,
    )  # fmt: skip
    for first, last, count in found:
        trial_part.enqueue(begun.pk, first, last, count)
    return begun


@task()
def trial_part(trial: int, first: str, last: str, count: int) -> None:
    _guarded(trial, lambda found: editions.try_part(found, UUID(first), UUID(last), count), Trial.objects)


def _guarded(pk: int, run, kept=None) -> None:
    """A part that fails ends the replay as failed: its report would say too little."""
    kept = kept or Replay.objects.select_related("release", "against")
    try:
        run(kept.get(pk=pk))
    except Exception:
        kept.filter(pk=pk).update(failed=True, finished_at=timezone.now())
        log.exception("replay failed")
        raise
