"""The demo's clinic, people and patients: the text files of fixtures/demo, with their days counted from today.

Every answer goes through the form that a clinician fills in, so the demo holds nothing that could not have been typed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from pathway.accounts.models import Clinic, User
from pathway.clinic.fields import BLANK, Answer, input_names
from pathway.clinic.forms import StepForm
from pathway.clinic.models import Fracture, Patient, Visit
from pathway.clinic.models.answers import DAY, NOT_KNOWN
from pathway.clinic.models.patients import NHS_NUMBER
from pathway.clinic.steps import STEP_BY_SLUG
from pathway.followup import ending
from pathway.followup.forms import AGAIN_AFTER, NO_ANSWER
from pathway.followup.models import Outcome, Task
from pathway.guideline.facts import FACTS, Fact, Kind
from pathway.plans.drafts import decidable, undecided
from pathway.plans.kinds import Choice
from pathway.plans.signing import add_addendum, decide, latest_of, replace, sign

Answers = Mapping[str, Any]

NOT_ASKED = "not asked"
"""Takes back, for one visit, an answer that the patient's other visits share."""


class DemoFileError(Exception):
    """A file of the demo that cannot be loaded; the message names the file and the place in it."""


@dataclass(frozen=True)
class ToldVisit:
    """A visit as its file tells it. `day` counts from today; `signed_by` is empty while the visit is open."""

    day: int
    answers: Answers = field(default_factory=dict)
    steps: tuple[str, ...] = tuple(STEP_BY_SLUG)
    started_by: str = ""
    signed_by: str = ""
    decisions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    supersedes: str = ""
    addendum: str = ""


class Loader:
    """Loads the files of one folder into an empty database. `now` is the moment that the demo's days count from."""

    def __init__(self, folder: Path, now: datetime):
        self.now = now
        self.today = timezone.localdate(now)
        self.patient_files = sorted(folder.glob("[0-9]*.toml"))
        self.ordinary = _read(folder / "ordinary.toml")
        place = _read(folder / "clinic.toml")
        self.clinic = Clinic.objects.create(**place["clinic"])
        self.people = {person["username"]: self._person(**person) for person in place["people"]}

    def load(self) -> Iterator[Patient]:
        """Each patient, once everything about them is written."""
        for file in self.patient_files:
            yield self._patient(file)

    def _person(self, **fields) -> User:
        """Nobody in the demo has a password: its links sign them in."""
        person = User(clinic=self.clinic, **fields)
        person.set_unusable_password()
        person.save()
        return person

    def _patient(self, file: Path) -> Patient:
        told = _read(file)
        about = dict(told["patient"])
        label, died = about.pop("fracture"), about.pop("deceased_on", None)
        first = self.people["demo-clinician"]
        patient = Patient.objects.create(clinic=self.clinic, national_id_scheme=NHS_NUMBER, created_by=first, **about)
        fracture = Fracture.objects.create(patient=patient, label=label, created_by=first)
        shared = {**self.ordinary, **told.get("answers", {})}
        for visit in told["visits"]:
            told_visit = ToldVisit(**{**visit, "answers": {**shared, **visit.get("answers", {})}})
            self._visit(fracture, told_visit, f"{file.name}, visit of day {told_visit.day}")
        for came in told.get("outcomes", ()):
            self._outcome(patient, file.name, **came)
        if died is not None:
            self._death(patient, died)
        return patient

    def _outcome(
        self, patient: Patient, place: str, kind: str, day: int, by: str, outcome: str, words: str = "",
        medicine: str = "", since: int | None = None,
    ) -> None:  # fmt: skip
        """What came of an open task, as its page would record it."""
        task = Task.objects.open().filter(patient=patient, kind=kind).first()
        if task is None:
            raise DemoFileError(f"{place}: no open task is of the kind {kind}")
        at, on = self._moment(day), self._day(day)
        if outcome == NO_ANSWER:
            again_on = on + AGAIN_AFTER
            ending.record_no_answer(task, self.people[by], at, on=on, again_on=again_on, words=words)
        else:
            taken = ending.Taken(medicine, None if since is None else self._day(since))
            done_on = (taken.since or on) if outcome == Outcome.DONE else None
            ending.record_outcome(task, Outcome(outcome), self.people[by], at, on=done_on, words=words, taken=taken)

    @transaction.atomic
    def _death(self, patient: Patient, day: int) -> None:
        patient.deceased_on = self._day(day)
        patient.save()
        ending.ended_by_death(patient, patient.created_by, self._moment(day))

    def _visit(self, fracture: Fracture, told: ToldVisit, place: str) -> None:
        by = self.people[told.signed_by or told.started_by]
        at = self._moment(told.day)
        visit = Visit.objects.create(fracture=fracture, on=self._day(told.day), started_by=by)
        Visit.objects.filter(pk=visit.pk).update(started_at=at)
        for slug in told.steps:
            self._save_step(visit, slug, told.answers, by, at, place)
        if told.signed_by:
            self._sign(visit, told, by, at + timedelta(minutes=25), place)

    def _save_step(self, visit: Visit, slug: str, answers: Answers, by: User, at: datetime, place: str) -> None:
        step = STEP_BY_SLUG[slug]
        blank = StepForm(step, visit)
        form = StepForm(step, visit, data=self._typed(blank, answers))
        if not form.is_valid():
            raise DemoFileError(f"{place}, {slug}: {form.errors.as_text()}")
        visit.save_step(
            slug, form.columns(), form.entries(), by, at, version=visit.version, rev=0, levels=form.levels()
        )

    def _typed(self, form: StepForm, answers: Answers) -> MultiValueDict:
        """What a browser would send for these answers."""
        typed = MultiValueDict()
        for name, box in form.fields.items():
            pieces = box.pieces(self._answer(FACTS[name], answers.get(name, NOT_ASKED)))
            names = input_names(name, box)
            if len(names) == 1:
                typed.setlist(name, pieces if isinstance(pieces, list) else [pieces])
            else:
                typed.update({part: piece for part, piece in zip(names, pieces, strict=True) if piece})
        return typed

    def _answer(self, fact: Fact, told: Any) -> Answer:
        if told == NOT_ASKED:
            return BLANK
        if told == NOT_KNOWN:
            return Answer(not_known=True)
        if fact.kind is Kind.DATE:
            return Answer(self._day(told), precision=DAY)
        return Answer(tuple(told) if fact.kind is Kind.LEVELS else told)

    def _sign(self, visit: Visit, told: ToldVisit, by: User, at: datetime, place: str) -> None:
        """Decide what is told, follow what else signing waits for; then sign."""
        possible = [result.name for result in decidable(visit.evaluation())]
        if unknown := set(told.decisions).difference(possible):
            raise DemoFileError(f"{place}: no decision is asked on {', '.join(sorted(unknown))}, but on {possible}")
        waiting = {result.name for result in undecided(visit)}
        for action in possible:
            if action in waiting or action in told.decisions:
                follow = {"choice": Choice.FOLLOW}
                decide(visit, action, user=by, at=at, **told.decisions.get(action, follow))
        if told.supersedes:
            replace(latest_of(visit.patient), visit, by, at, told.supersedes)
        plan = sign(visit, by, at)
        if told.addendum:
            add_addendum(plan, by, at + timedelta(days=3), told.addendum)

    def _day(self, days_from_today: int) -> date:
        return self.today + timedelta(days=days_from_today)

    def _moment(self, days_from_today: int) -> datetime:
        """Half past nine on that day; today, this moment."""
        if days_from_today == 0:
            return self.now
        return timezone.make_aware(datetime.combine(self._day(days_from_today), time(9, 30)))


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
