"""Fractures as the indicators look at them: slim, some hundreds at once, in three queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from pathway.clinic.models import Visit
from pathway.clinic.models.answers import NOT_KNOWN
from pathway.followup.models import Kind, Outcome, Task
from pathway.plans.kinds import Choice
from pathway.plans.models import Decision

T_SCORES = ("t_score_spine", "t_score_femoral_neck", "t_score_total_hip")


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
        return self.lived(days) and self.on + timedelta(days=days) <= today

    def lived(self, days: int) -> bool:
        """Whether nothing says that the patient died within so many days. Never without the day of the fracture."""
        return self.on is not None and (self.died_on is None or self.died_on >= self.on + timedelta(days=days))

    def by(self, days: int) -> list[Seen]:
        """The visits up to so many days after the fracture."""
        return [seen for seen in self.visits if self.on and (seen.on - self.on).days <= days]

    def did(self, kinds: Iterable[str], days: int) -> bool:
        """Whether a task of one of these kinds was done up to so many days after the fracture."""
        return any(kind in kinds and self.on and (on - self.on).days <= days for kind, on in self.done)

    def is_treated_by(self, days: int) -> bool:
        return any(seen.is_treated for seen in self.by(days)) or self.did((Kind.BONE_START,), days)


def cases_of(fractures: Collection[UUID]) -> list[Case]:
    """Those of these fractures that have a signed visit, with all their signed visits."""
    found: dict[UUID, Case] = {}
    columns = ("fracture_id", "fracture__label", "fracture__patient_id", "fracture__patient__clinic_id",
               "fracture__patient__deceased_on", "on", "onset_on", "identified_on", "neuro_exam_done", "bone_medicine",
               "falls_last_year", *T_SCORES)  # fmt: skip
    visits = Visit.objects.signed().filter(fracture__in=fractures)
    for row in visits.order_by("on", "signed_at").values_list(*columns):
        fracture, label, patient, clinic, died_on, on, onset, identified, neuro, medicine, falls, *t_scores = row
        case = found.get(fracture) or found.setdefault(fracture, Case(fracture, patient, clinic, label, died_on))
        case.on = onset or identified or case.on
        medicine = "" if medicine == NOT_KNOWN else medicine
        scored = any(score is not None for score in t_scores)
        case.visits.append(Seen(on, neuro == "yes", medicine, scored, falls is not None))
    _add_tasks(found)
    _add_decisions(found)
    return list(found.values())


def _add_tasks(found: dict[UUID, Case]) -> None:
    done = Task.objects.filter(fracture__in=found, outcome=Outcome.DONE)
    for fracture, kind, on in done.values_list("fracture_id", "kind", "done_on"):
        found[fracture].done.append((kind, on))


def _add_decisions(found: dict[UUID, Case]) -> None:
    followed = Decision.objects.filter(
        visit__fracture__in=found, visit__signed_at__isnull=False, action__in=("bone.treat", "refer.augmentation")
    ).exclude(choice=Choice.DO_NOT_FOLLOW)
    for fracture, action, status in followed.values_list("visit__fracture_id", "action", "status"):
        if action == "bone.treat":
            found[fracture].treatment_advised = True
        else:
            found[fracture].augmentation.append(status)
