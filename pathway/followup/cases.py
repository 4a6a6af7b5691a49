"""The fractures of a clinic as the indicators look at them: slim, all at once, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from pathway.clinic.models import Visit
from pathway.clinic.models.answers import NOT_KNOWN
from pathway.followup.models import Kind, Outcome, Task
from pathway.plans.models import Decision

T_SCORES = ("t_score_spine", "t_score_femoral_neck", "t_score_total_hip")
LATEST_FIRST_VISIT = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the indicators need of one signed visit. `medicine` is "" where it is not known."""

    on: date
    neuro_exam_done: bool
    medicine: str
    has_t_score: bool
    has_falls: bool

    @property
    def is_treated(self) -> bool:
        return self.medicine not in ("", "none")


@dataclass(slots=True)
class Case:
    """One fracture. `on` is the day of onset, else of the first imaging; None where neither is known."""

    fracture: UUID
    patient: UUID
    clinic: UUID
    label: str
    died_on: date | None
    on: date | None = None
    visits: list[Seen] = field(default_factory=list)
    done: list[tuple[str, date]] = field(default_factory=list)
    treatment_advised: bool = False
    augmentation: list[str] = field(default_factory=list)

    @property
    def counted_on(self) -> date:
        """The day that puts the fracture into a quarter."""
        return self.on or self.visits[0].on

    def reached(self, days: int, today: date) -> bool:
        """Whether the patient has lived so many days after the fracture by now. Never without the day of it."""
        if self.on is None:
            return False
        day = self.on + timedelta(days=days)
        return day <= today and (self.died_on is None or self.died_on >= day)

    def by(self, days: int) -> list[Seen]:
        """The visits up to so many days after the fracture."""
        return [seen for seen in self.visits if self.on and (seen.on - self.on).days <= days]

    def did(self, kinds: Iterable[str], days: int) -> bool:
        """Whether a task of one of these kinds was done up to so many days after the fracture."""
        return any(kind in kinds and self.on and (on - self.on).days <= days for kind, on in self.done)

    def is_treated_by(self, days: int) -> bool:
        return any(seen.is_treated for seen in self.by(days)) or self.did((Kind.BONE_START,), days)


def cases_of(clinics: Iterable[UUID], first: date, last: date) -> list[Case]:
    """Every fracture of these clinics that counts into the days from `first` to `last`, with all its signed visits."""
    found: dict[UUID, Case] = {}
    columns = ("fracture_id", "fracture__label", "fracture__patient_id", "fracture__patient__clinic_id",
               "fracture__patient__deceased_on", "on", "onset_on", "identified_on", "neuro_exam_done", "bone_medicine",
               "falls_last_year", *T_SCORES)  # fmt: skip
    visits = Visit.objects.signed().filter(
        fracture__patient__clinic_id__in=clinics, discarded_at=None, on__gte=first, on__lte=last + LATEST_FIRST_VISIT
    )
    for row in visits.order_by("on", "signed_at").values_list(*columns).iterator():
        fracture, label, patient, clinic, died_on, on, onset, identified, neuro, medicine, falls, *t_scores = row
        case = found.get(fracture) or found.setdefault(fracture, Case(fracture, patient, clinic, label, died_on))
        case.on = onset or identified or case.on
        medicine = "" if medicine == NOT_KNOWN else medicine
        scored = any(score is not None for score in t_scores)
        case.visits.append(Seen(on, neuro == "yes", medicine, scored, falls is not None))
    _add_tasks(found, clinics, first)
    _add_decisions(found, clinics, first)
    return [case for case in found.values() if first <= case.counted_on <= last]


def _add_tasks(found: dict[UUID, Case], clinics: Iterable[UUID], first: date) -> None:
    done = Task.objects.filter(clinic_id__in=clinics, outcome=Outcome.DONE, done_on__gte=first)
    for fracture, kind, on in done.values_list("fracture_id", "kind", "done_on").iterator():
        if fracture in found:
            found[fracture].done.append((kind, on))


def _add_decisions(found: dict[UUID, Case], clinics: Iterable[UUID], first: date) -> None:
    for fracture, action, status, choice in (
        decisions_of(clinics, first)
        .filter(action__in=("bone.treat", "refer.augmentation"))
        .values_list("visit__fracture_id", "action", "status", "choice")
    ):
        case = found.get(fracture)
        if case is None or choice == "do_not_follow":
            continue
        if action == "bone.treat":
            case.treatment_advised = True
        else:
            case.augmentation.append(status)


def decisions_of(clinics: Iterable[UUID], first: date):
    """Decisions of signed visits."""
    return Decision.objects.filter(
        visit__fracture__patient__clinic_id__in=clinics, visit__signed_at__isnull=False, visit__on__gte=first
    )


def overrides(clinics: Iterable[UUID], first: date, last: date) -> list[tuple[str, int, int, str]]:
    """For each action: decided, decided otherwise than advised, and the reason given most often for it."""
    counted: dict[str, list[str]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    rows = decisions_of(clinics, first).filter(visit__on__lte=last).values_list("action", "choice", "reason")
    for action, choice, reason in rows.iterator():
        total[action] += 1
        if choice != "follow":
            counted[action].append(reason)
    found = [(action, total[action], len(reasons), max(set(reasons), key=reasons.count))
             for action, reasons in counted.items()]  # fmt: skip
    return sorted(found, key=lambda row: (-row[2] / row[1], row[0]))
