"""What waits to be done, for one person or their clinic: a page of rows at a time, found by an index.

Rows are paged by key (the day and the id of the last one shown), counts stop at MOST_COUNTED, and everything that a row
shows comes with it: as many queries, and as much work, for 10 patients as for 100,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pathway.clinic.models import Fracture, StepSave, Visit
from pathway.clinic.models.answers import COLUMNS
from pathway.followup import paging
from pathway.followup.models import Group, Task
from pathway.followup.rows import of_drafts, of_tasks

FIRST_ROWS, PAGE_ROWS = 10, 50
MOST_COUNTED = 1000
WEEK = timedelta(days=7)
MINE, CLINIC = "mine", "clinic"
ALL, URGENT, OVERDUE, DRAFTS, WEEK_AHEAD, LATER = "all", "urgent", "overdue", "drafts", "week", "later"
SECTIONS = {
    URGENT: _("Urgent, not confirmed"),
    OVERDUE: _("Overdue"),
    DRAFTS: _("Visits not signed yet"),
    WEEK_AHEAD: _("Due in the next 7 days"),
    LATER: _("Due later"),
}
"""By need. The first four stand on the home page; what is due later is a page of its own."""
ON_HOME = (URGENT, OVERDUE, DRAFTS, WEEK_AHEAD)
SHOWN = (
    "kind", "is_urgent", "reason", "due_on", "tries", "tried_on", "again_on", "fracture__label", "owner__printed_name",
    "owner__username", "patient__family_name", "patient__given_name", "patient__title", "patient__date_of_birth",
    "patient__national_id", "patient__national_id_scheme", "patient__hospital_number",
)  # fmt: skip
"""What a row shows, on the screen, on paper and in a spreadsheet. The rest stays in the database: reading it took as
long as finding the rows."""
_SAVED = StepSave.objects.filter(visit=OuterRef("pk")).order_by().values("visit").annotate(Count("step", distinct=True))
_STEPS_SAVED = Coalesce(Subquery(_SAVED.values("step__count")), 0)
"""Of a visit, in the statement that reads it: a page with drafts asks no more often than one without."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worklist is asked for. `after` is the key of the last row of the page before."""

    whose: str = CLINIC
    show: str = ALL
    group: str = ""
    after: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Asked:
        """What an address asks for; a value that no filter offers asks for everything."""
        whose, show, group = query.get("whose", CLINIC), query.get("show", ALL), query.get("group", "")
        return cls(
            whose if whose in (MINE, CLINIC) else CLINIC,
            show if show in SECTIONS else ALL,
            group if group in Group.values else "",
            query.get("after", ""),
        )

    @property
    def query(self) -> str:
        """As it stands in an address: codes only, never anything about a patient, but for the id of a row."""
        said = {"whose": self.whose, "show": self.show, "group": self.group, "after": self.after}
        return urlencode({name: value for name, value in said.items() if value and value != getattr(Asked(), name)})

    def but(self, **changed: str) -> Asked:
        return replace(self, **{"after": "", **changed})


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind of need. `count` is exact up to MOST_COUNTED; `more` asks for the rows after these."""

    name: str
    title: Any
    rows: list
    count: int
    more: Asked | None
    today: date

    @property
    def is_drafts(self) -> bool:
        return self.name == DRAFTS

    @property
    def counted(self) -> str:
        return f"{self.count:,}" if self.count <= MOST_COUNTED else f"{MOST_COUNTED:,}+"

    @property
    def told(self) -> list[dict]:
        """The rows as the screen shows them."""
        return (of_drafts if self.is_drafts else of_tasks)(self.rows, self.today)


def sections(user, asked: Asked, today: date) -> list[Section]:
    """What is asked for, the most needed first. A home page shows the first rows of each."""
    return shown(user, asked, today, FIRST_ROWS if asked.show == ALL else PAGE_ROWS)


def shown(user, asked: Asked, today: date, most: int) -> list[Section]:
    """The sections that are asked for, each of at most so many rows."""
    names = [name for name in (ON_HOME if asked.show == ALL else (asked.show,)) if not (name == DRAFTS and asked.group)]
    every = {name: drafts(user, asked) if name == DRAFTS else tasks(name, user, asked, today) for name in names}
    counts = counted(every.values())
    return [section(name, every[name], count, asked, today, most) for name, count in zip(names, counts, strict=True)]


def counted(every: Iterable[QuerySet]) -> list[int]:
    """How many rows each has, counted to one more than MOST_COUNTED, in one statement."""
    texts, values = [], []
    for rows in every:
        try:
            text, params = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            text, params = "SELECT 1 WHERE 1 = 0", ()
        texts.append(f"(SELECT COUNT(*) FROM ({text}) AS counted)")  # noqa: S608 - Django's own, its values apart
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", values)
        return list(cursor.fetchone())


def section(name: str, every: QuerySet, count: int, asked: Asked, today: date, most: int) -> Section:
    """One section, of at most so many rows."""
    key = _visit_key if name == DRAFTS else _task_key
    after = asked.after if asked.show == name else ""
    page = _after(every, after, "started_at" if name == DRAFTS else "due_on")
    rows = list(page[: most + 1])
    more = None
    if len(rows) > most:
        more = asked.but(show=name, after=key(rows[most - 1]) if asked.show == name else "")
    return Section(name, SECTIONS[name], rows[:most], count, more, today)


def tasks(name: str, user, asked: Asked, today: date) -> QuerySet[Task]:
    """The open tasks of a section, the longest due first."""
    found = Task.objects.visible_to(user).open()
    if asked.whose == MINE:
        found = found.filter(owner=user)
    if name == URGENT:
        # What is urgent is a referral: no other kind has any, and that kind has all.
        found = found.filter(is_urgent=True) if asked.group in ("", Group.REFERRAL) else found.none()
    else:
        found = found.filter(_due(name, today), is_urgent=False, **({"group": asked.group} if asked.group else {}))
    return found.select_related("patient", "fracture", "owner").only(*SHOWN).order_by("due_on", "id")


def _due(name: str, today: date) -> Q:
    if name == OVERDUE:
        return Q(due_on__lt=today)
    if name == WEEK_AHEAD:
        return Q(due_on__gte=today, due_on__lt=today + WEEK)
    return Q(due_on__gte=today + WEEK)


def drafts(user, asked: Asked) -> QuerySet[Visit]:
    """Visits of the clinic that nobody has signed yet, the oldest first.

    Not `visible_to`: joined to its patients, SQLite reads all of them before the few visits that are open. The clinic
    is asked of each open visit instead.
    """
    if not user.is_clinician or user.clinic_id is None:
        return Visit.objects.none()
    of_clinic = Fracture.objects.filter(pk=OuterRef("fracture_id"), patient__clinic_id=user.clinic_id)
    found = Visit.objects.open().filter(Exists(of_clinic)).select_related("fracture__patient")
    if asked.whose == MINE:
        found = found.filter(started_by=user)
    found = found.defer(*COLUMNS).select_related("started_by")
    return found.annotate(steps_saved=_STEPS_SAVED).order_by("started_at", "id")


def _task_key(task: Task) -> str:
    return paging.key(task.due_on, task.pk)


def _visit_key(visit: Visit) -> str:
    return paging.key(visit.started_at, visit.pk)


def _after(rows: QuerySet, after: str, column: str) -> QuerySet:
    """The rows after a key. A key that is none starts at the beginning."""
    named = paging.read(after, date.fromisoformat if column == "due_on" else paging.read_moment)
    if named is None:
        return rows
    start, last = named
    # The first condition is what the index is searched by; the second leaves out the rows of the same day before it.
    return rows.filter(**{f"{column}__gte": start}).exclude(**{column: start, "id__lte": last})
