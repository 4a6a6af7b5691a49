"""Pages by key: the last row of a page is named in the address of the next one, as its day or moment and its id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

Moment = TypeVar("Moment", date, datetime)


def key(moment: date | datetime, pk: UUID) -> str:
    return f"{moment.isoformat()}_{pk}"


def read(said: str, moment: Callable[[str], Moment]) -> tuple[Moment, UUID] | None:
    """What an address names; None for what is no key, which starts at the beginning."""
    first, _sign, pk = said.rpartition("_")
    try:
        return moment(first), UUID(pk)
    except (ValueError, OverflowError):
        return None


def read_moment(said: str) -> datetime:
    """A moment with its time zone, in UTC, as the database compares it. Raises ValueError, or OverflowError where UTC
    has no year for it."""
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone.")
    return moment.astimezone(UTC)
