"""A synthetic cohort of any size: a few hundred stories signed in earnest, then copied under invented names.

A story is lived through once, visit by visit, with the code that a clinician uses, and rolled back. What it left behind
is written for many patients as rows, because signing a hundred thousand plans one by one takes a day. Seeded: the same
seed on the same day gives the same patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pathway.accounts.models import Clinic, User
from pathway.clinic.models import Fracture, FracturedLevel, Patient, Visit
from pathway.clinic.models.patients import NHS_NUMBER
from pathway.exchange import synthetic_courses as courses
from pathway.exchange.rows import Copied, Written, as_stored, insert, roomy, without_checks
from pathway.followup.models import Outcome, Task, TaskEvent, What
from pathway.plans import canonical, signing
from pathway.plans.drafts import undecided
from pathway.plans.kinds import Choice, Reason
from pathway.plans.models import Decision, Plan, PlanCounter

STORIES = 200
WHOLE_RECORDS = 100
"""So many patients keep whole records; of the others the sentences are left out, so that the rest fits on a disk."""
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PAPERS = {"clinician": PAPER, "patient": PAPER}
FAMILY = ("Testwell", "Sampleford", "Mockridge", "Fictley", "Trialby", "Exampleton", "Demostone", "Inventon",
          "Placeholm", "Specimenko", "Dummond", "Pretendi", "Fabricant", "Simulacra", "Notreall")  # fmt: skip
GIVEN = {
    "female": ("Ada", "Bea", "Cleo", "Dora", "Edith", "Flora", "Greta", "Hanna", "Iris", "Judith", "Kira", "Lotte"),
    "male": ("Alan", "Boris", "Carl", "Dirk", "Emil", "Felix", "Gustav", "Hugo", "Ivan", "Jonas", "Karl", "Leon"),
}
ADVISED = ("recommended", "check_first", "blocked")
UNCHANGED = (Fracture, Visit, FracturedLevel, Decision)
"""Copied as they passed every check of the database when the story was lived: only the ids in them are others."""


class Template:
    """The canonical bytes of a record with three places to fill: whose it is, which plan, and which visit."""

    NAMES = ("patient", "plan", "visit")

    def __init__(self, record: dict):
        """Keys are sorted, so that the three places come in the order of their names."""
        rest = canonical.encode({**record, **{name: f"<{name}>" for name in self.NAMES}})
        self.pieces = []
        for name in self.NAMES:
            piece, _place, rest = rest.partition(f'"<{name}>"'.encode())
            self.pieces.append(piece)
        self.end = rest

    def about(self, **parts: dict) -> bytes:
        """Filled, it is what encoding the whole record would give: keys are sorted at each depth by itself."""
        made = []
        for piece, name in zip(self.pieces, self.NAMES, strict=True):
            made += [piece, canonical.encode(parts[name])]
        return b"".join([*made, self.end])


class Told:
    """A signed record of a story, whole and brief: bytes with places to fill, because decoded it takes ten times the
    memory. `names` are the parts of it that are filled in."""

    def __init__(self, record: dict):
        self.names = {name: record[name] for name in Template.NAMES}
        self.whole = Template(record)
        self.brief = Template(_brief(record))


@dataclass
class Lived:
    """What one story left in the database. Plans come with the record to copy, tasks also as they are shown."""

    patient: Patient
    ids: list[UUID]
    days: list[date]
    rows: dict[type, Copied]
    records: list[Told]
    tasks: list[Task]


class Cohort:
    """Patients for one clinic. `now` is the moment that their days count back from."""

    def __init__(self, clinic: Clinic, people: list[User], seed: int, now: datetime):
        self.clinic, self.people, self.now = clinic, people, now
        self.today = timezone.localdate(now)
        self.rng = Random(seed)  # noqa: S311 - repeatable on purpose
        self.taken = set(Patient.objects.filter(clinic=clinic).values_list("folded_national_id", flat=True))
        self.serial = Patient.objects.filter(clinic=clinic, hospital_number__startswith="SYN ").count()

    # ------------------------------------------------------------------------------------------------------- stories

    def live(self, count: int) -> Iterator[Lived]:
        """So many stories, each lived through and rolled back."""
        for _ in range(count):
            told = courses.story(self.rng, self.today)
            with transaction.atomic():
                lived = self._live(told)
                transaction.set_rollback(True)
            yield lived

    def _live(self, told: courses.Story) -> Lived:
        by = self.rng.choice(self.people)
        born = self.today - timedelta(days=round(told.age_years * 365.25) + self.rng.randint(1, 300))
        patient = Patient.objects.create(
            clinic=self.clinic, family_name="Story", given_name="S", date_of_birth=born, sex=told.sex,
            hospital_number="STORY", created_by=by,
        )  # fmt: skip
        visits = []
        for course in told.courses:
            fracture = Fracture.objects.create(patient=patient, label=course.label, created_by=by)
            visits += [(seen, fracture, course) for seen in course.visits]
        for seen, fracture, course in sorted(visits, key=lambda one: one[0].on):
            stays_open = course.stays_open and seen is course.visits[-1]
            if not self._see(seen, fracture, by, stays_open=stays_open):
                break
        return _left_behind(patient)

    def _see(self, seen: courses.Seen, fracture: Fracture, by: User, *, stays_open: bool) -> bool:
        """One visit; whether the story goes on."""
        at = timezone.make_aware(datetime.combine(seen.on, time(9, self.rng.randint(0, 59))))
        if fracture.open_visit() is not None:
            return False
        visit = Visit.objects.create(fracture=fracture, on=seen.on, started_by=by, **seen.answers)
        Visit.objects.filter(pk=visit.pk).update(started_at=at)
        FracturedLevel.objects.bulk_create(FracturedLevel(visit=visit, level=level) for level in seen.levels)
        if stays_open:
            return True
        visit = Visit.objects.visible_to(by).get(pk=visit.pk)
        Decision.objects.bulk_create(
            Decision(visit=visit, action=result.name, status=str(result.status), decided_by=by, decided_at=at,
                     **self._decision())
            for result in undecided(visit)
        )  # fmt: skip
        signing.sign(visit, by, at + timedelta(minutes=12), papers=PAPERS)
        return True

    def _decision(self) -> dict[str, str]:
        if self.rng.random() < 0.88:
            return {"choice": Choice.FOLLOW}
        reason = self.rng.choice(Reason.values)
        return {"choice": Choice.DO_NOT_FOLLOW, "reason": reason, "words": "Invented for a synthetic patient."}

    # -------------------------------------------------------------------------------------------------------- copies

    def copy(self, lived: Lived, whole: int) -> dict[type, Written]:
        """One patient with this story; the first `whole` plans written keep every sentence."""
        patient = self._patient(lived.patient, lived.days)
        new = {old: self._uuid() for old in lived.ids}
        new[lived.patient.pk] = patient.pk
        ids = {old: as_stored(one) for old, one in new.items()}
        tasks, events = self._outcomes(lived, ids)
        copied = {model: rows.copy(ids) for model, rows in lived.rows.items()}
        copied[Patient] = lived.rows[Patient].copy(ids, [_columns(patient)])
        copied[Plan] = lived.rows[Plan].copy(ids, self._plans(lived, patient, new, whole))
        copied[Task] = lived.rows[Task].copy(ids, tasks)
        copied[TaskEvent] += events
        return copied

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _patient(self, story: Patient, days: list[date]) -> Patient:
        """An invented name, and a birthday that leaves the age on every visit as the story has it."""
        self.serial += 1
        born = story.date_of_birth
        moved = born + timedelta(days=self.rng.randint(-170, 170))
        copied = Patient(
            id=self._uuid(), clinic_id=self.clinic.pk, created_by_id=story.created_by_id, created_at=self.now,
            family_name=self.rng.choice(FAMILY), given_name=self.rng.choice(GIVEN[story.sex]),
            date_of_birth=moved, sex=story.sex, hospital_number=f"SYN {self.serial:07}",
        )  # fmt: skip
        if any(copied.age_on(day) != story.age_on(day) for day in days):
            copied.date_of_birth = born
        if number := self._nhs_number():
            copied.national_id, copied.national_id_scheme = number, NHS_NUMBER
        copied.fold()
        return copied

    def _nhs_number(self) -> str:
        """A number of the range that is kept for testing, or nothing where the check digit or another patient forbids
        it."""
        nine = f"999{(self.serial * 7919) % 10**6:06}"
        digit = -sum(weight * int(one) for weight, one in zip(range(10, 1, -1), nine, strict=True)) % 11
        number = f"{nine}{digit}"
        if digit == 10 or number in self.taken:
            return ""
        self.taken.add(number)
        return number

    def _plans(self, lived: Lived, patient: Patient, ids: dict[UUID, UUID], whole: int) -> list[dict[str, Any]]:
        """What is another in each plan: its number, its record, and the hashes that chain it."""
        rows, ends, known_as = [], "", _as_recorded(patient)
        for told in lived.records:
            number = f"P-{self._number():06}"
            plan, visit = told.names["plan"], told.names["visit"]
            stored = (told.whole if self.serial <= whole else told.brief).about(
                patient={**told.names["patient"], **known_as},
                plan={"id": str(ids[UUID(plan["id"])]), "number": number, "previous_sha256": ends},
                visit={**visit, "id": str(ids[UUID(visit["id"])])},
            )
            sha256 = canonical.sha256(stored)
            rows.append({"number": number, "record": stored, "record_sha256": sha256, "previous_sha256": ends,
                         "idempotency_key": self._uuid()})  # fmt: skip
            ends = sha256
        return rows

    def _number(self) -> int:
        self.last_number += 1
        return self.last_number

    def _outcomes(self, lived: Lived, ids: dict[UUID, Any]) -> tuple[list[dict[str, Any]], Written]:
        """What came of the tasks that are due by now: most were done, some were not, some wait."""
        tasks, events = [], []
        for task in lived.tasks:
            late = (self.today - task.due_on).days
            fate = self.rng.random()
            if task.closed_at is not None or late < 0 or fate < 0.2:
                tasks.append({})
            elif fate < 0.27:
                day = self.today - timedelta(days=min(late, 3))
                again = self.today + timedelta(days=2)
                tasks.append({"tries": 1, "tried_on": day, "again_on": again, "version": 2})
                events.append(self._event(task, What.NO_ANSWER, day, on=again))
            else:
                outcome = self.rng.choices(
                    (Outcome.DONE, Outcome.DECLINED, Outcome.NOT_REACHED, Outcome.NOT_NEEDED), (80, 10, 5, 5)
                )[0]
                day = min(self.today, task.due_on + timedelta(days=self.rng.randint(0, 25)))
                done_on = day if outcome == Outcome.DONE else None
                tasks.append({"outcome": outcome, "done_on": done_on, "closed_at": self._noon(day),
                              "closed_by_id": task.owner_id, "version": 2})  # fmt: skip
                events.append(self._event(task, What.ENDED, day, outcome=outcome, on=done_on))
        return tasks, lived.rows[TaskEvent].made(events, ids)

    def _event(self, task: Task, what: str, day: date, *, outcome: str = "", on: date | None = None) -> dict[str, Any]:
        return {"task_id": task.pk, "what": what, "outcome": outcome, "on": on, "medicine": "", "words": "",
                "by_id": task.owner_id, "at": self._noon(day)}  # fmt: skip

    @staticmethod
    def _noon(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(12)))

    # ------------------------------------------------------------------------------------------------------- writing

    def write(self, stories: list[Lived], count: int, batch: int = 500) -> Iterator[int]:
        """`count` patients, a batch a transaction; yields how many were written each time."""
        whole = self.serial + WHOLE_RECORDS
        roomy()
        for start in range(0, count, batch):
            some = min(batch, count - start)
            with transaction.atomic():
                self.last_number = _last_number()
                copies = [self.copy(stories[(start + one) % len(stories)], whole) for one in range(some)]
                for model, rows in stories[0].rows.items():
                    with without_checks(model in UNCHANGED):
                        insert(rows, [row for copied in copies for row in copied[model]])
                PlanCounter.objects.filter(pk=1).update(last=self.last_number)
            yield some


def _last_number() -> int:
    return PlanCounter.objects.get_or_create(pk=1)[0].last


def _columns(made) -> dict[str, Any]:
    return {field.attname: getattr(made, field.attname) for field in made._meta.concrete_fields}


def _left_behind(patient: Patient) -> Lived:
    visits = list(Visit.objects.filter(fracture__patient=patient))
    plans = list(Plan.objects.filter(patient=patient).order_by("signed_at"))
    tasks = list(Task.objects.filter(patient=patient))
    left = {
        Patient: [patient],
        Fracture: list(patient.fractures.all()),
        # Before their visits, which are signed: those are noted to be counted, not each decision.
        Decision: Decision.objects.filter(visit__in=visits),
        Visit: visits,
        FracturedLevel: FracturedLevel.objects.filter(visit__in=visits),
        Plan: plans,
        Task: tasks,
        TaskEvent: TaskEvent.objects.filter(task__patient=patient).order_by("pk"),
    }
    ids = [one.pk for model in (Fracture, Visit, Plan, Task) for one in left[model]]
    records = [Told(plan.frozen()) for plan in plans]
    for plan in plans:
        plan.record = b""  # each copy has its own
    rows = {model: Copied(model, [_columns(one) for one in made], {patient.pk, *ids}) for model, made in left.items()}
    return Lived(patient, ids, [visit.on for visit in visits], rows, records, tasks)


def _as_recorded(patient: Patient) -> dict:
    """What a record says about a copy's patient and not about the story's."""
    return {
        "id": str(patient.pk),
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "born": patient.date_of_birth.isoformat(),
        "identifiers": [{"label": label, "value": number} for label, number in patient.identifiers],
    }


def _brief(record: dict) -> dict:
    """The record without the sentences: what was known, advised and decided stays."""
    empty = {"blocks": [], "because": [], "would_change": [], "based_on": [], "missing": [], "leaves_open": [],
             "references": [], "cites": [], "patient": {"heading": "", "revision": 0, "blocks": []}}  # fmt: skip
    return {
        **record,
        "headline": {**record["headline"], **{name: empty[name] for name in ("blocks", "references", "patient")}},
        "notices": [],
        "actions": [
            {**action, **empty, "stops": [], "checks": []}
            for action in record["actions"]
            if action["status"] in ADVISED
        ],
        "criteria": [],
        "trends": {"charts": [], "events": []},
        "positions": [],
        "derived": [],
        "questions": [],
        "answers": [],
        "evidence": [],
        "interpretations": [],
        "leaflet": {},
    }
