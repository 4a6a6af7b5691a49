"""What stands against publishing a release beyond its text: no report, an unread one, or a case that fails."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from pathway.releases.models import Reading, Replay
from pathway.releases.replay import counts, latest
from pathway.wording import releasing
from pathway.wording.models import Release

MOST_NAMED = 5


def without_a_good_report(release: Release, by) -> list[str]:
    """For `releasing.object_to`."""
    found = latest(release)
    if found is None or not found.is_finished:
        return [_("The text as it is now has not been tried on all visits yet.")]
    problems = problems_of(found)
    if not Reading.objects.filter(replay=found, by=by).exists():
        problems.append(unread())
    return problems


def unread() -> str:
    return _("You have not said that you read the report of what would print differently.")


def problems_of(found: Replay) -> list[str]:
    if found.failed:
        return [_("Trying the text on all visits failed. Run it again, or tell your administrator.")]
    failing = found.failing_cases
    said = [_("A clinical case fails: %(case)s") % {"case": case} for case in failing[:MOST_NAMED]]
    if len(failing) > MOST_NAMED:
        said.append(_("%(count)s more clinical cases fail.") % {"count": len(failing) - MOST_NAMED})
    return said


def read(found: Replay, by, at: datetime) -> None:
    Reading.objects.get_or_create(replay=found, by=by, defaults={"at": at})


def report(found: Release, replay: Replay | None = None) -> dict:
    """What the page of a release shows of its last replay, where that was not read already; empty without one."""
    replay = replay or latest(found)
    if replay is None:
        return {"replay": None}
    headings = {f"{s.kind}:{s.key}:{s.audience}": str(s) for s in found.statements.filter(language=releasing.ENGLISH)}
    numbers = counts(replay) if replay.is_finished else {"by_sentence": []}
    return {
        "replay": replay,
        "counts": numbers,
        "headings": headings,
        "by_sentence": [(headings.get(name, name), count) for name, count in numbers["by_sentence"]],
        "problems": problems_of(replay) if replay.is_finished else [],
    }
