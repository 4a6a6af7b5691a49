"""The dose of denosumab that comes next, for the leaflet and for the tasks that follow a plan. Read from the record."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from pathway.plans.kinds import declined

DENOSUMAB, MONTHS = "denosumab", 6
REBOUND = "bone.rebound"


def last_dose(record: dict) -> date | None:
    """The last dose of whoever goes on with denosumab. Overdue, it is the bone specialist's to decide what follows."""
    medicine, last = (record["facts"].get(name) for name in ("bone_medicine", "denosumab_last_dose_on"))
    if medicine is None or medicine["value"] != DENOSUMAB or last is None:
        return None
    if any(a["name"] == REBOUND and a["status"] == "recommended" and not declined(a) for a in record["actions"]):
        return None
    return date.fromisoformat(last["value"])


def dose_after(last: date) -> date:
    return months_later(last, MONTHS)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
