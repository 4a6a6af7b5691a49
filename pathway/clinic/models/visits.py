"""A visit: the answers recorded on one day about one fracture, who saved them and when, until it is signed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from pathway.accounts import audit
from pathway.accounts.models import SiteState
from pathway.clinic.models.answers import COLUMNS, NOT_KNOWN, Answers, answer_constraints
from pathway.clinic.models.fractures import Fracture
from pathway.clinic.models.parts_of_visits import Entry, FracturedLevel, Interruption, StepSave, VisitDraft
from pathway.clinic.models.patients import Patient
from pathway.clinic.numbers import plain
from pathway.guideline.evaluate import Evaluation, evaluate
from pathway.guideline.facts import FACTS, LEVELS
from pathway.guideline.limits import edition_for

CARRIED = {
    "previous_pain_nrs": "pain_nrs",
    "previous_rmdq24": "rmdq24",
    "previous_odi_percent": "odi_percent",
}
"""Facts of the last review, and the fact of that visit they are taken from."""

_USER = settings.AUTH_USER_MODEL


class StaleError(Exception):
    """Someone saved the same step, or signed the visit, after this form was opened. Nothing was written."""


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user) -> VisitQuerySet:
        """Visits of the clinician's own clinic; a discarded visit exists for nobody."""
        patients = Patient.objects.visible_to(user)
        return self.filter(fracture__patient__in=patients, discarded_at=None).select_related(
            "fracture__patient__clinic"
        )

    def with_course(self, pk: uuid.UUID) -> Visit | None:
        """A visit with the signed visits of its fracture before it, their levels and entries: what every page asks for.

        Whether there is something else to ask the database for comes with it. Three queries, however many visits.
        """
        of_fracture = self.filter(Q(pk=pk) | Q(signed_at__isnull=False), fracture__visits=pk)
        newer = Fracture.objects.filter(patient_id=OuterRef("fracture__patient_id"))
        asked = {
            "has_namesake": has_namesake("fracture__patient__"),
            "has_newer_fracture": Exists(newer.filter(created_at__gt=OuterRef("fracture__created_at"))),
            "has_drafts": Exists(VisitDraft.objects.filter(visit=OuterRef("pk"))),
            "has_interruptions": Exists(Interruption.objects.filter(visit=OuterRef("pk"))),
            "is_fictional": Exists(SiteState.objects.filter(kind=SiteState.Kind.DEMO)),
        }
        of_fracture = of_fracture.select_related("started_by").with_replacements()
        found = list(of_fracture.annotate(**asked).order_by("on", "signed_at"))
        visit = next((one for one in found if str(one.pk) == str(pk)), None)
        if visit is not None:
            models.prefetch_related_objects(found, "level_rows", "entries")
            visit.patient.has_namesake = visit.has_namesake
            for one in found:
                one.fracture = visit.fracture
                one.earlier_signed = [other for other in found if one.comes_after(other)]
        return visit

    def with_replacements(self) -> VisitQuerySet:
        """Each with when its plan was superseded, and with the visit whose plan its own supersedes or will."""
        return self.annotate(
            replaced_at=F("plan__superseded_by__visit__signed_at"), replaces=F("replacement__plan__visit_id")
        )

    def standing(self) -> VisitQuerySet:
        """Signed, and not replaced by the visit of a plan that supersedes theirs."""
        return self.signed().filter(plan__superseded_by=None)

    def open(self) -> VisitQuerySet:
        return self.filter(signed_at=None, discarded_at=None)

    def signed(self) -> VisitQuerySet:
        return self.filter(signed_at__isnull=False)


_OPEN = Q(signed_at=None, discarded_at=None)


def last_signed_on(patient: Patient) -> date | None:
    """The day of the patient's last signed visit: they were alive."""
    return Visit.objects.signed().filter(fracture__patient=patient).aggregate(last=Max("on"))["last"]


def has_namesake(patient: str) -> Exists:
    """Whether another patient of the clinic with the same family name has an open visit, for a query around it.

    `patient` is the way from that query's rows to their patient.
    """
    alike = {f"fracture__patient__{name}": OuterRef(f"{patient}{name}") for name in ("clinic_id", "folded_family")}
    return Exists(Visit.objects.open().filter(**alike).exclude(fracture__patient_id=OuterRef(f"{patient}id")))


class Visit(Answers):
    """One visit. `on` is its day; `version` counts the saves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fracture = models.ForeignKey(Fracture, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    started_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="visits_started")
    started_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="visits_signed", null=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-started_at")
        indexes = [
            models.Index(fields=("fracture", "on"), name="visit_timeline"),
            models.Index(fields=("started_at",), condition=_OPEN, name="visit_still_open"),
            models.Index(fields=("started_by", "started_at", "id"), condition=_OPEN, name="visit_open_of_person"),
            models.Index(fields=("signed_at",), condition=Q(signed_at__isnull=False), name="visit_signed_lately"),
            models.Index(fields=("on",), condition=Q(signed_at__isnull=False), name="visit_signed_of_day"),
        ]
        constraints = [
            *answer_constraints(),
            models.UniqueConstraint(fields=("fracture",), condition=_OPEN, name="visit_one_open"),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="visit_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False, signed_at=None),
                name="visit_discarded_only_unsigned",
            ),
            models.CheckConstraint(condition=Q(on__gte=date(2000, 1, 1)), name="visit_on_accepted"),
        ]

    def __str__(self) -> str:
        return f"Visit {self.pk}"

    @property
    def patient(self) -> Patient:
        return self.fracture.patient

    has_newer_fracture = has_drafts = has_interruptions = True
    """May be, as long as nobody has asked; `with_course` does."""

    @cached_property
    def is_fictional(self) -> bool:
        """Whether the database holds a demo; `with_course` has asked already."""
        return SiteState.is_demo()

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def age_years(self) -> int:
        return self.patient.age_on(self.on)

    # ------------------------------------------------------------------------------------------- what is recorded

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The fractured levels, from the top down; empty when none is recorded."""
        recorded = {row.level for row in self.level_rows.all()}
        return tuple(level for level in LEVELS if level in recorded)

    @cached_property
    def entries_by_fact(self) -> dict[str, Entry]:
        return {entry.fact: entry for entry in self.entries.all()}

    @cached_property
    def earlier_signed(self) -> list[Visit]:
        """The signed visits of this fracture before this one, the first one first; as `comes_after` says."""
        earlier = self.fracture.visits.signed().exclude(pk=self.pk).filter(on__lte=self.on)
        earlier = earlier.exclude(plan__replacements__visit=self.pk)
        if self.is_signed:
            earlier = earlier.filter(signed_at__lt=self.signed_at)
            earlier = earlier.exclude(plan__superseded_by__visit__signed_at__lte=self.signed_at)
        else:
            earlier = earlier.standing()
        # Most visits are first ones, and asking for a hundred columns takes longer than asking whether there is a row.
        return list(earlier.order_by("on", "signed_at")) if earlier.exists() else []

    def comes_after(self, other: Visit) -> bool:
        """Whether another visit of the fracture is signed, and was when this one was signed, on this day or before. Not
        one that was replaced by then, or that this one replaces: what was typed there was wrong.

        Both are read `with_replacements`.
        """
        if other.pk in (self.pk, self.replaces) or not other.is_signed or other.on > self.on:
            return False
        if not self.is_signed:
            return other.replaced_at is None
        return other.signed_at < self.signed_at and not (other.replaced_at and other.replaced_at <= self.signed_at)

    @property
    def is_first(self) -> bool:
        """No earlier visit of this fracture is signed: values of an earlier review are then typed."""
        return not self.earlier_signed

    def carried(self) -> dict[str, tuple[Any, date]]:
        """Values taken from earlier signed visits, each with the day it was recorded."""
        if self.is_first:
            return {}
        first, last = self.earlier_signed[0], self.earlier_signed[-1]
        found = {name: (known(last, source), last.on) for name, source in CARRIED.items()}
        found["first_height_loss_percent"] = (_first_height_loss(first), first.on)
        return {name: (value, on) for name, (value, on) in found.items() if value is not None}

    def stated(self) -> dict[str, Any]:
        """Every fact that is known, from the patient, the clinic, the answers and the earlier visits."""
        facts: dict[str, Any] = {"age_years": self.age_years, "region": self.patient.clinic.region}
        if self.patient.sex:
            facts["sex"] = self.patient.sex
        facts.update((name, value) for name in COLUMNS if (value := known(self, name)) is not None)
        if self.levels:
            facts["levels"] = self.levels
        if not self.is_first:
            for name in (*CARRIED, "first_height_loss_percent"):
                facts.pop(name, None)
            facts.update((name, value) for name, (value, _) in self.carried().items())
        return facts

    def answers(self, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The facts for the guideline. `typed` are unsaved answers that stand in for saved ones; None withdraws one."""
        facts = {**self.stated(), **(typed or {})}
        if not self.asks_pregnancy:
            facts.pop("pregnant", None)
        return {name: value for name, value in facts.items() if value is not None}

    @property
    def asks_pregnancy(self) -> bool:
        limit = edition_for(self.on).pregnancy_age.value
        return self.patient.sex != "male" and self.age_years < limit

    def evaluation(self, typed: Mapping[str, Any] | None = None) -> Evaluation:
        """What the guideline says about this visit on its day."""
        return evaluate(self.answers(typed), self.on)

    def answers_to_interruptions(self) -> Iterable[Interruption]:
        """What was answered to the page that an emergency raises, the first answer first."""
        return self.interruptions.select_related("answered_by") if self.has_interruptions else ()

    # ------------------------------------------------------------------------------------------------ what happens

    @transaction.atomic
    def save_step(
        self,
        step: str,
        columns: Mapping[str, Any],
        entries: Iterable[Entry],
        by,
        at: datetime,
        *,
        version: int,
        rev: int,
        levels: Iterable[str] | None = None,
    ) -> None:
        """Write the answers of one step.

        Raises StaleError, and writes nothing, when the step was saved after `version`, when someone else typed in it
        after draft `rev`, or when the visit is signed.
        """
        self.lock()
        draft = self.drafts.filter(step=step).first()
        if self.was_changed(step, by, draft, version=version, rev=rev):
            raise StaleError
        self._write(columns)
        facts = [fact for fact in columns if fact in FACTS]
        if levels is not None:
            facts.append("levels")
            self.level_rows.all().delete()
            FracturedLevel.objects.bulk_create(FracturedLevel(visit=self, level=level) for level in levels)
        self.entries.filter(fact__in=facts).delete()
        for entry in entries:
            entry.visit = self
        Entry.objects.bulk_create(entries)
        StepSave.objects.create(visit=self, step=step, version=self.version, saved_by=by, saved_at=at)
        if draft is not None:
            draft.delete()
        self._forget()
        self.note(audit.Action.CHANGE, by, at, reason=f"step {step}")

    def lock(self) -> None:
        """Keep others from writing the visit until the transaction ends, and read it again if they did before.

        Every write counts `version` up. Raises StaleError when the visit is no longer open.
        """
        mine = Visit.objects.open().select_for_update().filter(pk=self.pk)
        version = mine.values_list("version", flat=True).first()
        if version is None:
            raise StaleError
        if version != self.version:
            self.refresh_from_db(from_queryset=Visit.objects.select_related("fracture__patient__clinic"))
            self._forget()

    def was_changed(self, step: str, by, draft: VisitDraft | None, *, version: int, rev: int) -> bool:
        """Whether a form of the step opened at `version` and `rev` by this user has been overtaken.

        The visit is locked, and `draft` is what is kept of the step now.
        """
        if draft is not None and draft.carried_from is None and draft.rev > rev and draft.saved_by_id != by.pk:
            return True
        return self.version > version and self.saves.filter(step=step, version__gt=version).exists()

    def _write(self, columns: Mapping[str, Any]) -> None:
        """Conditional on nobody having saved or signed since this visit was read."""
        mine = Visit.objects.open().filter(pk=self.pk, version=self.version)
        if mine.update(**columns, version=F("version") + 1) != 1:
            raise StaleError
        self.version += 1
        for name, value in columns.items():
            setattr(self, name, value)

    def mark_signed(self, user, at: datetime) -> None:
        """Close the visit to changes. Raises StaleError when it is already signed or was saved meanwhile."""
        self._write({"signed_at": at, "signed_by": user})

    @transaction.atomic
    def discard(self, user, at: datetime) -> None:
        """Withdraw an unsigned visit. It is kept, and exists for nobody. Raises StaleError when it is signed."""
        self._write({"discarded_at": at, "discarded_by": user})
        self.note(audit.Action.CHANGE, user, at, reason="discarded")

    def note(self, action: str, by, at: datetime, *, reason: str = "") -> None:
        """Write to the audit trail what was done to this visit; as the last step of the transaction that does it."""
        audit.record(action, actor=by, at=at, about=("visit", self.pk), patient=self.fracture.patient_id, reason=reason)

    def _forget(self) -> None:
        for name in ("levels", "entries_by_fact", "_prefetched_objects_cache"):
            self.__dict__.pop(name, None)


def known(visit: Visit, name: str) -> Any:
    """The recorded value of a column, or None when it is not known or was not asked."""
    value = getattr(visit, name)
    if value in ("", NOT_KNOWN):
        return None
    return plain(value) if isinstance(value, Decimal) else value


def _first_height_loss(first: Visit) -> Decimal | None:
    """The loss on the first imaging, typed at the first visit; where it was not, the loss measured then."""
    typed = known(first, "first_height_loss_percent")
    return known(first, "height_loss_percent") if typed is None else typed
