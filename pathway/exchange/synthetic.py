"""A synthetic cohort of any size: a few hundred stories signed in earnest, then copied under invented names.

A story is lived through once, visit by visit, with the code that a clinician uses, and rolled back. What it left behind
is written for many patients as rows, because signing a hundred thousand plans one by one takes a day. Seeded: the same
seed on the same day gives the same patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from pathway.accounts.models import Clinic, User
from pathway.clinic.models import Fracture, FracturedLevel, Patient, Visit
from pathway.clinic.models.patients import NHS_NUMBER
from pathway.exchange import synthetic_courses as courses
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
Rows = list[dict[str, Any]]


class Template:
    """The canonical bytes of a record with three places to fill: whose it is, which plan, and which visit."""

    NAMES = ("patient", "plan", "visit")

    def __init__(self, record: dict):
        self.bytes = canonical.encode({**record, **{name: f"<{name}>" for name in self.NAMES}})

    def about(self, **parts: dict) -> bytes:
        """Filled, it is what encoding the whole record would give: keys are sorted at each depth by itself."""
        made = self.bytes
        for name in self.NAMES:
            made = made.replace(f'"<{name}>"'.encode(), canonical.encode(parts[name]), 1)
        return made


class Told:
    """A signed record of a story, whole and brief."""

    def __init__(self, record: dict):
        self.record, self.whole, self.brief = record, Template(record), Template(_brief(record))


@dataclass
class Lived:
    """What one story left in the database, as the values of its columns. Plans come with their decoded record."""

    patient: Patient
    fractures: Rows
    visits: Rows
    levels: Rows
    decisions: Rows
    plans: Rows
    records: list[Told]
    tasks: Rows
    events: Rows


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
        for result in undecided(visit):
            signing.decide(visit, result.name, user=by, at=at, **self._decision())
        signing.sign(visit, by, at + timedelta(minutes=12), papers=PAPERS)
        return True

    def _decision(self) -> dict[str, str]:
        if self.rng.random() < 0.88:
            return {"choice": Choice.FOLLOW}
        reason = self.rng.choice(Reason.values)
        return {"choice": Choice.DO_NOT_FOLLOW, "reason": reason, "words": "Invented for a synthetic patient."}

    # -------------------------------------------------------------------------------------------------------- copies

    def copy(self, lived: Lived, whole: int) -> dict[type, Rows]:
        """One patient with this story; the first `whole` plans written keep every sentence."""
        patient = self._patient(lived.patient, [visit["on"] for visit in lived.visits])
        ids = {row["id"]: self._uuid() for rows in (lived.fractures, lived.visits, lived.plans, lived.tasks)
               for row in rows}  # fmt: skip
        ids[lived.patient.pk] = patient.pk
        tasks, events = self._outcomes(lived)
        return {
            Patient: [_columns(patient)],
            Fracture: [_pointing(row, ids) for row in lived.fractures],
            Visit: [_pointing(row, ids) for row in lived.visits],
            FracturedLevel: [_pointing(row, ids) for row in lived.levels],
            Decision: [_pointing(row, ids) for row in lived.decisions],
            Plan: self._plans(lived, patient, ids, whole),
            Task: [_pointing(row, ids) for row in tasks],
            TaskEvent: [_pointing(row, ids) for row in events],
        }

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

    def _plans(self, lived: Lived, patient: Patient, ids: dict, whole: int) -> Rows:
        rows, ends = [], ""
        for row, told in zip(lived.plans, lived.records, strict=True):
            made = _pointing(row, ids)
            number = f"P-{self._number():06}"
            stored = (told.whole if self.serial <= whole else told.brief).about(
                patient=_as_recorded(patient, told.record["patient"]),
                plan={"id": str(made["id"]), "number": number, "previous_sha256": ends},
                visit={**told.record["visit"], "id": str(made["visit_id"])},
            )
            sha256 = canonical.sha256(stored)
            rows.append({**made, "number": number, "record": stored, "record_sha256": sha256,
                         "previous_sha256": ends, "idempotency_key": self._uuid()})  # fmt: skip
            ends = sha256
        return rows

    def _number(self) -> int:
        self.last_number += 1
        return self.last_number

    def _outcomes(self, lived: Lived) -> tuple[Rows, Rows]:
        """What came of the tasks that are due by now: most were done, some were not, some wait."""
        tasks, events = [], list(lived.events)
        for row in lived.tasks:
            late = (self.today - row["due_on"]).days
            fate = self.rng.random()
            if row["closed_at"] is not None or late < 0 or fate < 0.2:
                tasks.append(row)
            elif fate < 0.27:
                day = self.today - timedelta(days=min(late, 3))
                again = self.today + timedelta(days=2)
                tasks.append({**row, "tries": 1, "tried_on": day, "again_on": again, "version": 2})
                events.append(self._event(row, What.NO_ANSWER, day, on=again))
            else:
                outcome = self.rng.choices(
                    (Outcome.DONE, Outcome.DECLINED, Outcome.NOT_REACHED, Outcome.NOT_NEEDED), (80, 10, 5, 5)
                )[0]
                day = min(self.today, row["due_on"] + timedelta(days=self.rng.randint(0, 25)))
                done_on = day if outcome == Outcome.DONE else None
                closed = self._noon(day)
                tasks.append({**row, "outcome": outcome, "done_on": done_on, "closed_at": closed,
                              "closed_by_id": row["owner_id"], "version": 2})  # fmt: skip
                events.append(self._event(row, What.ENDED, day, outcome=outcome, on=done_on))
        return tasks, events

    def _event(self, task: dict, what: str, day: date, *, outcome: str = "", on: date | None = None) -> dict:
        return {"task_id": task["id"], "what": what, "outcome": outcome, "on": on, "words": "",
                "by_id": task["owner_id"], "at": self._noon(day)}  # fmt: skip

    @staticmethod
    def _noon(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(12)))

    # ------------------------------------------------------------------------------------------------------- writing

    def write(self, stories: list[Lived], count: int, batch: int = 500) -> Iterator[int]:
        """`count` patients, a batch a transaction; yields how many were written each time."""
        whole = self.serial + WHOLE_RECORDS
        for start in range(0, count, batch):
            some = min(batch, count - start)
            with transaction.atomic():
                self.last_number = _last_number()
                copies = [self.copy(stories[(start + one) % len(stories)], whole) for one in range(some)]
                for model in copies[0]:
                    _insert(model, [row for copied in copies for row in copied[model]])
                PlanCounter.objects.filter(pk=1).update(last=self.last_number)
            yield some


def _last_number() -> int:
    return PlanCounter.objects.get_or_create(pk=1)[0].last


def _columns(made) -> dict[str, Any]:
    return {field.attname: getattr(made, field.attname) for field in made._meta.concrete_fields}


def _left_behind(patient: Patient) -> Lived:
    visits = Visit.objects.filter(fracture__patient=patient)
    plans = list(Plan.objects.filter(patient=patient).order_by("signed_at"))
    return Lived(
        patient,
        [_columns(one) for one in patient.fractures.all()],
        [_columns(one) for one in visits],
        _without_ids(FracturedLevel.objects.filter(visit__in=visits)),
        _without_ids(Decision.objects.filter(visit__in=visits)),
        [_columns(plan) for plan in plans],
        [Told(plan.frozen()) for plan in plans],
        [_columns(one) for one in Task.objects.filter(patient=patient)],
        _without_ids(TaskEvent.objects.filter(task__patient=patient).order_by("pk")),
    )


def _without_ids(made) -> Rows:
    """Rows whose key the database counts."""
    return [{name: value for name, value in _columns(one).items() if name != "id"} for one in made]


def _pointing(row: dict[str, Any], ids: dict) -> dict[str, Any]:
    """The row with every id of the story in it replaced by the copy's."""
    return {name: ids.get(value, value) if isinstance(value, UUID) else value for name, value in row.items()}


def _as_recorded(patient: Patient, story: dict) -> dict:
    return {
        **story,
        "id": str(patient.pk),
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "born": patient.date_of_birth.isoformat(),
        "identifiers": [{"label": label, "value": number} for label, number in patient.identifiers],
    }


def _brief(record: dict) -> dict:
    """The record without the sentences: what was known, advised and decided stays."""
    empty = {"blocks": [], "because": [], "would_change": [], "based_on": [], "missing": [], "references": [],
             "cites": [], "patient": {"heading": "", "revision": 0, "blocks": []}}  # fmt: skip
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


def _insert(model: type, rows: Rows) -> None:
    """As one statement for rows alike: Django's objects would cost more than the database."""
    prepared = {field.attname: field for field in model._meta.concrete_fields}
    for names, alike in groupby(rows, key=lambda row: tuple(row)):
        fields = [prepared[name] for name in names]
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table = connection.ops.quote_name(model._meta.db_table)
        values = [_prepared(fields, itemgetter(*names)(row)) for row in alike]
        with connection.cursor() as cursor:
            # The names are those of our own columns; the values are parameters.
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608


def _prepared(fields, values) -> list:
    """As the database takes them. What is the same for many copies is worked out once."""
    return [
        field.get_db_prep_save(value, connection) if isinstance(value, bytes | UUID) else _once(field, value)
        for field, value in zip(fields, values, strict=True)
    ]


@lru_cache(maxsize=100_000)
def _once(field, value) -> Any:
    return field.get_db_prep_save(value, connection)
