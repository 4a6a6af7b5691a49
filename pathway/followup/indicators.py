"""What the service achieves, by two schemes that are never mixed: the IOF's Capture the Fracture and the pathway's own.

Each indicator judges one fracture: it counts and is met, counts and is not met, or does not count. What counts is said
in its definition, in the words that the page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from pathway.followup.cases import Case
from pathway.followup.models import REVIEWS, Kind

IOF, OWN = "iof", "own"
SCHEMES = {
    IOF: _("IOF Capture the Fracture, patient-level indicators"),
    OWN: _("The pathway's own indicators"),
}
TWELVE_WEEKS, SIXTEEN_WEEKS, FIFTY_TWO_WEEKS = 84, 112, 364
DECISION_EARLY, DECISION_LATE = 77, 98
STILL_FROM = 336
LOW, HIGH = 50, 80
FEWEST = 5
"""Counts below this are not shown: with few patients a count can name one."""

Judge = Callable[[Case, date], bool | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """`number` is that of its own scheme. Without `judge`, `definition` says why nothing is measured."""

    slug: str
    scheme: str
    number: str
    name: object
    definition: object
    judge: Judge | None = None


def _assessed(case: Case, today: date) -> bool | None:
    return bool(case.by(TWELVE_WEEKS)) if case.reached(TWELVE_WEEKS, today) else None


def _dxa(case: Case, today: date) -> bool | None:
    if not case.reached(TWELVE_WEEKS, today):
        return None
    return any(seen.has_t_score for seen in case.by(TWELVE_WEEKS)) or case.did((Kind.DXA,), TWELVE_WEEKS)


def _falls(case: Case, today: date) -> bool | None:
    return any(seen.has_falls for seen in case.visits)


def _recommended(case: Case, today: date) -> bool | None:
    return case.treatment_advised or any(seen.is_treated for seen in case.visits)


def _followed_up(case: Case, today: date) -> bool | None:
    if not case.reached(SIXTEEN_WEEKS, today):
        return None
    return len(case.by(SIXTEEN_WEEKS)) > 1 or case.did(REVIEWS, SIXTEEN_WEEKS)


def _started(case: Case, today: date) -> bool | None:
    if not case.reached(SIXTEEN_WEEKS, today) or not _recommended(case, today):
        return None
    return case.is_treated_by(SIXTEEN_WEEKS)


def _still(case: Case, today: date) -> bool | None:
    if not case.reached(FIFTY_TWO_WEEKS, today) or not case.is_treated_by(SIXTEEN_WEEKS):
        return None
    late = [seen for seen in case.visits if case.on and (seen.on - case.on).days >= STILL_FROM]
    return bool(late) and late[0].is_treated


def _complete(case: Case, today: date) -> bool | None:
    return (
        case.on is not None
        and any(seen.has_t_score for seen in case.visits)
        and any(seen.has_falls for seen in case.visits)
        and any(seen.medicine for seen in case.visits)
    )


def _examined(case: Case, today: date) -> bool | None:
    return case.visits[0].neuro_exam_done


def _decided(case: Case, today: date) -> bool | None:
    if not case.reached(DECISION_LATE, today) or not case.by(DECISION_EARLY):
        return None
    return any(DECISION_EARLY <= (seen.on - case.on).days <= DECISION_LATE for seen in case.visits)


def _checked(case: Case, today: date) -> bool | None:
    return all(status == "recommended" for status in case.augmentation) if case.augmentation else None


def _started_of_untreated(case: Case, today: date) -> bool | None:
    if not case.reached(SIXTEEN_WEEKS, today) or case.visits[0].medicine != "none":
        return None
    return case.is_treated_by(SIXTEEN_WEEKS)


def _still_of_started(case: Case, today: date) -> bool | None:
    return _still(case, today) if case.visits[0].medicine == "none" else None


INDICATORS = (
    Indicator("iof-1", IOF, "1", _("Patients with a non-spine fracture identified"),
              _("Not measured: this service records vertebral fractures only.")),
    Indicator("iof-2", IOF, "2", _("Patients with a spine fracture identified"),
              _("Not measured as a share: the number of spine fractures to expect is not known here. The fractures of "
                "the period are counted above.")),
    Indicator("iof-3", IOF, "3", _("Assessed within 12 weeks"),
              _("Of fractures 12 weeks old or more, in patients who lived that long: a signed visit by day 84."),
              _assessed),
    Indicator("iof-4", IOF, "4", _("DXA within 12 weeks"),
              _("Of fractures 12 weeks old or more: a T-score recorded, or the DXA task done, by day 84. The day "
                "of the scan itself is not recorded."), _dxa),
    Indicator("iof-5", IOF, "5", _("Falls risk assessed"),
              _("Of all fractures: falls in the last year recorded at a signed visit."), _falls),
    Indicator("iof-6", IOF, "6", _("Bone medicine recommended"),
              _("Of all fractures: a bone medicine advised and not decided against, or taken already."), _recommended),
    Indicator("iof-7", IOF, "7", _("Followed up within 16 weeks"),
              _("Of fractures 16 weeks old or more: a second signed visit, or a review done, by day 112."),
              _followed_up),
    Indicator("iof-8", IOF, "8", _("Bone medicine started within 16 weeks"),
              _("Of fractures 16 weeks old or more for which a bone medicine was recommended (IOF 6): taken at a "
                "signed visit, or its start confirmed, by day 112."), _started),
    Indicator("iof-9", IOF, "9", _("Strength and balance exercise started within 16 weeks"),
              _("Not measured: the start of an exercise program is not recorded.")),
    Indicator("iof-10", IOF, "10", _("Bone medicine still taken at 52 weeks"),
              _("Of fractures 52 weeks old or more whose medicine was started by day 112: taken at the first signed "
                "visit from day 336. Not seen again counts as not taken."), _still),
    Indicator("iof-11", IOF, "11", _("Data complete"),
              _("Of all fractures: the day of the fracture, a T-score, falls and the bone medicine are all recorded."),
              _complete),
    Indicator("neuro", OWN, "A", _("Neurological examination recorded"),
              _("Of all fractures: examined at the first signed visit."), _examined),
    Indicator("decision", OWN, "B", _("Decision day kept"),
              _("Of fractures 14 weeks old or more that were seen before: a signed visit from day 77 to day 98."),
              _decided),
    Indicator("checks", OWN, "C", _("Checks before augmentation complete"),
              _("Of fractures with a discussion of augmentation decided on: no check was open in any of those plans."),
              _checked),
    Indicator("started", OWN, "D", _("Bone medicine started by 16 weeks"),
              _("Of fractures 16 weeks old or more in patients who took none at the first visit: taken at a signed "
                "visit, or its start confirmed, by day 112."), _started_of_untreated),
    Indicator("still", OWN, "E", _("Bone medicine still taken at 52 weeks"),
              _("Of those who took none at the first visit and started by day 112, one year on: taken at the first "
                "signed visit from day 336. Not seen again counts as not taken."), _still_of_started),
)  # fmt: skip
BY_SLUG = {indicator.slug: indicator for indicator in INDICATORS}


@dataclass
class Counted:
    """Fractures that count, and those among them that meet an indicator."""

    met: list[Case] = field(default_factory=list)
    not_met: list[Case] = field(default_factory=list)

    @property
    def of(self) -> int:
        return len(self.met) + len(self.not_met)

    @property
    def is_small(self) -> bool:
        """Too few to show: of all, or of those that meet it."""
        return self.of < FEWEST or 0 < len(self.met) < FEWEST

    @property
    def percent(self) -> int | None:
        """Rounded half up; None where nothing is shown."""
        return None if self.is_small else (200 * len(self.met) + self.of) // (2 * self.of)

    @property
    def band(self) -> str:
        """Below 50, from 50 to 80, above 80, before rounding; nothing where nothing is shown."""
        if self.is_small:
            return ""
        share = 100 * len(self.met) / self.of
        return "low" if share < LOW else "middle" if share <= HIGH else "high"

    @property
    def met_shown(self) -> str:
        return shown(len(self.met)) if self.of >= FEWEST else ""

    @property
    def of_shown(self) -> str:
        return shown(self.of)


def shown(count: int) -> str:
    """A count as the pages show it."""
    return f"<{FEWEST}" if 0 < count < FEWEST else f"{count:,}"


def count(indicator: Indicator, cases: Iterable[Case], today: date) -> Counted:
    """Judge every fracture."""
    counted = Counted()
    for case in cases:
        verdict = indicator.judge(case, today)
        if verdict is not None:
            (counted.met if verdict else counted.not_met).append(case)
    return counted


# ----------------------------------------------------------------------------------------------------------- quarters


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def back(self, quarters: int) -> Quarter:
        months = self.year * 4 + self.number - 1 - quarters
        return Quarter(months // 4, months % 4 + 1)


def quarters(today: date, count: int) -> list[Quarter]:
    """The last so many quarters, the present one included, the first one first."""
    now = Quarter.of(today)
    return [now.back(ago) for ago in reversed(range(count))]


def by_quarter(indicator: Indicator, cases: Iterable[Case], of: list[Quarter], today: date) -> list[Counted]:
    """The fractures of each quarter, judged."""
    sorted_in: dict[Quarter, list[Case]] = {quarter: [] for quarter in of}
    for case in cases:
        sorted_in.get(Quarter.of(case.counted_on), []).append(case)
    return [count(indicator, sorted_in[quarter], today) for quarter in of]
