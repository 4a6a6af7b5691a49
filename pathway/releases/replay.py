"""A draft of the wording over every open visit and signed plan: whose papers would print differently.

Nothing is printed and nothing signed changes. Visits are read in parts of a few hundred, so memory stays flat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pathway.clinic.models import Visit
from pathway.exchange.case_run import run
from pathway.exchange.clinical_cases import FOLDER, CaseFileError, load_cases
from pathway.exchange.models import ClinicalCase
from pathway.plans.models import DamagedError, Plan
from pathway.plans.printed import BODY, HEADING, Part, of_record, of_visit
from pathway.releases.models import Differing, Replay
from pathway.wording import releasing
from pathway.wording.models import Release

VISITS_OF_A_PART = 500


def prepare(release: Release, *, by, at: datetime) -> Replay:
    """A replay that has not begun. Raises RefusedError where no wording is in force to compare with."""
    release, in_force = Release.objects.get(pk=release.pk), releasing.effective()
    if in_force is None:
        raise releasing.RefusedError(_("No wording is in force to compare with."))
    return Replay.objects.create(
        release=release,
        stamp=release.stamp,
        against=in_force,
        against_stamp=in_force.stamp,
        started_by=by,
        started_at=at,
    )


def latest(release: Release) -> Replay | None:
    """The last replay of a release as it is, against the wording in force as it is."""
    found = release.replays.select_related("started_by", "against", "release").first()
    return found if found and found.is_current else None


def replayed() -> QuerySet[Visit]:
    return Visit.objects.filter(discarded_at=None)


def parts(size: int = VISITS_OF_A_PART) -> Iterator[tuple[UUID, UUID, int]]:
    """The first and the last visit of each part, and how many it has."""
    first = last = None
    count = 0
    for pk in replayed().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000):
        first = first or pk
        last, count = pk, count + 1
        if count == size:
            yield first, last, count
            first, count = None, 0
    if count:
        yield first, last, count


def changed_parts(release: Release, other: Release) -> set[Part]:
    """Headings and bodies that are another text in the two releases."""
    found: set[Part] = set()
    for before, after in releasing.differing(release, other):
        said = before or after
        if said.language != releasing.ENGLISH:
            continue
        name = (said.kind, said.key, said.audience)
        if not (before and after) or before.heading != after.heading:
            found.add((*name, HEADING))
        if not (before and after) or (before.body, before.cites) != (after.body, after.cites):
            found.add((*name, BODY))
    return found


def replay_part(replay: Replay, first: UUID, last: UUID, count: int) -> None:
    """Read the visits of one part, `count` when it was cut, and add what they show to the replay."""
    changed = changed_parts(replay.release, replay.against)
    visits = load_visits(replayed().filter(pk__gte=first, pk__lte=last)) if changed else []
    differing, damaged = [], 0
    for visit, plan in visits:
        try:
            touched = changed & (of_record(plan.frozen()) if plan else _of_open(visit))
        except DamagedError:
            damaged += 1
            continue
        if touched:
            names = " ".join(sorted({":".join(part[:3]) for part in touched}))
            differing.append(Differing(replay=replay, visit=visit, is_signed=plan is not None, sentences=names))
    with transaction.atomic():
        Differing.objects.bulk_create(differing)
        add(replay, done=count, damaged=damaged)


def add(replay: Replay, *, done: int = 0, damaged: int = 0) -> None:
    """Count a part as done; the last one ends the replay."""
    Replay.objects.filter(pk=replay.pk).update(
        parts_done=F("parts_done") + 1,
        done=F("done") + done,
        damaged=F("damaged") + damaged,
    )
    Replay.objects.filter(pk=replay.pk, parts_done=F("parts"), finished_at=None).update(finished_at=timezone.now())


def run_cases(replay: Replay) -> None:
    """Every clinical case, of the files and of the database, against the rules in force."""
    failing, cases = [], []
    try:
        cases += load_cases(FOLDER)
    except CaseFileError as refusal:
        failing.append(str(refusal))
    for stored in ClinicalCase.objects.all():
        try:
            cases.append(stored.as_case())
        except CaseFileError as refusal:
            failing.append(str(refusal))
    failing += [str(outcome.case) for outcome in run(cases).failing]
    with transaction.atomic():
        Replay.objects.filter(pk=replay.pk).update(cases=len(cases), cases_failing="\n".join(failing))
        add(replay)


def load_visits(chosen: QuerySet[Visit]) -> Iterator[tuple[Visit, Plan | None]]:
    """Visits with everything that their evaluation reads, and the plan of each signed one, in a handful of queries."""
    visits = list(
        chosen.select_related("fracture__patient__clinic")
        .with_replacements()
        .prefetch_related("level_rows", "entries", "decisions")
    )
    plans = {plan.visit_id: plan for plan in _plans(visits)}
    earlier = defaultdict(list)
    unsigned = {visit.fracture_id for visit in visits if visit.pk not in plans}
    signed = Visit.objects.standing().filter(fracture__in=unsigned).with_replacements().order_by("on", "signed_at")
    for visit in signed.select_related("fracture__patient__clinic"):
        earlier[visit.fracture_id].append(visit)
    for visit in visits:
        plan = plans.get(visit.pk)
        if visit.is_signed and plan is None:
            continue  # closed by hand: `verify` names it
        if plan is None:
            visit.earlier_signed = [one for one in earlier[visit.fracture_id] if visit.comes_after(one)]
        yield visit, plan


def _plans(visits: list[Visit]) -> Iterator[Plan]:
    """One after another: their records are large."""
    signed = [visit.pk for visit in visits if visit.is_signed]
    plans = Plan.objects.filter(visit__in=signed).defer("clinician_pdf", "patient_pdf")
    return plans.iterator(chunk_size=100)


def _of_open(visit: Visit) -> set[Part]:
    ev = visit.evaluation()
    choices = {
        made.action: made.choice for made in visit.decisions.all() if made.is_about(ev.actions[made.action].status)
    }
    return of_visit(ev, choices)


def counts(replay: Replay) -> dict:
    """How many differ, and by sentence: the most frequent first. Numbers only."""
    by_sentence: Counter[str] = Counter()
    totals = {True: 0, False: 0}
    grouped = replay.differing.order_by().values_list("is_signed", "sentences").annotate(count=Count("pk"))
    for is_signed, sentences, count in grouped.iterator():
        totals[is_signed] += count
        for name in sentences.split():
            by_sentence[name] += count
    return {"signed": totals[True], "open": totals[False], "by_sentence": by_sentence.most_common()}
