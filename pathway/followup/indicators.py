"""What the service achieves, by two schemes that are never mixed: the IOF's Capture the Fracture and the pathway's own.

Each indicator judges one fracture: it counts and is met, counts and is not met, or does not count. What counts is said
in its definition, in the words that the page shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

Judge = Callable[[Case], bool | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """`number` is that of its own scheme. Without `judge`, `definition` says why nothing is measured.

    A fracture is judged once it is `after` days old, if the patient lived that long; with 0 at once. `follows` names
    the other indicator that whoever counts here has met: how many count here would tell its count where that
    is withheld.
    """

    slug: str
    scheme: str
    number: str
    name: object
    definition: object
    judge: Judge | None = None
    after: int = 0
    follows: str = ""

    @property
    def column(self) -> str:
        """Where the verdict is kept (`Judged`)."""
        return self.slug.replace("-", "_")

    def settled(self, case: Case) -> bool | None:
        """The verdict on the day when the time it allows is over, and from then on."""
        return self.judge(case) if not self.after or case.lived(self.after) else None

    def verdict(self, case: Case, today: date) -> bool | None:
        """True: counts and is met. False: counts and is not met. None: does not count."""
        return self.settled(case) if not self.after or case.reached(self.after, today) else None


def _assessed(case: Case) -> bool | None:
    return bool(case.by(TWELVE_WEEKS))


def _dxa(case: Case) -> bool | None:
    return any(seen.has_t_score for seen in case.by(TWELVE_WEEKS)) or case.did((Kind.DXA,), TWELVE_WEEKS)


def _falls(case: Case) -> bool | None:
    return any(seen.has_falls for seen in case.visits)


def _recommended(case: Case) -> bool | None:
    return case.treatment_advised or any(seen.is_treated for seen in case.visits)


def _followed_up(case: Case) -> bool | None:
    return len(case.by(SIXTEEN_WEEKS)) > 1 or case.did(REVIEWS, SIXTEEN_WEEKS)


def _started(case: Case) -> bool | None:
    return case.is_treated_by(SIXTEEN_WEEKS) if _recommended(case) else None


def _still(case: Case) -> bool | None:
    if not case.is_treated_by(SIXTEEN_WEEKS):
        return None
    late = [seen for seen in case.visits if case.on and (seen.on - case.on).days >= STILL_FROM]
    return bool(late) and late[0].is_treated


def _complete(case: Case) -> bool | None:
    return (
        case.on is not None
        and any(seen.has_t_score for seen in case.visits)
        and any(seen.has_falls for seen in case.visits)
        and any(seen.medicine for seen in case.visits)
    )


def _examined(case: Case) -> bool | None:
    return case.visits[0].neuro_exam_done


def _decided(case: Case) -> bool | None:
    if not case.by(DECISION_EARLY):
        return None
    return any(DECISION_EARLY <= (seen.on - case.on).days <= DECISION_LATE for seen in case.visits)


def _checked(case: Case) -> bool | None:
    return all(status == "recommended" for status in case.augmentation) if case.augmentation else None


def _started_of_untreated(case: Case) -> bool | None:
    return case.is_treated_by(SIXTEEN_WEEKS) if case.visits[0].medicine == "none" else None


def _still_of_started(case: Case) -> bool | None:
    return _still(case) if case.visits[0].medicine == "none" else None


INDICATORS = (
    Indicator("iof-1", IOF, "1", _("Patients with a non-spine fracture identified"),
              _("Not measured: this service records vertebral fractures only.")),
    Indicator("iof-2", IOF, "2", _("Patients with a spine fracture identified"),
              _("Not measured as a share: the number of spine fractures to expect is not known here. The fractures of "
                "the period are counted above.")),
    Indicator("iof-3", IOF, "3", _("Assessed within 12 weeks"),
              _("Of fractures 12 weeks old or more, in patients who lived that long: a signed visit by day 84."),
              _assessed, TWELVE_WEEKS),
    Indicator("iof-4", IOF, "4", _("DXA within 12 weeks"),
              _("Of fractures 12 weeks old or more: a T-score recorded, or the DXA task done, by day 84. The day "
                "of the scan itself is not recorded."), _dxa, TWELVE_WEEKS),
    Indicator("iof-5", IOF, "5", _("Falls risk assessed"),
              _("Of all fractures: falls in the last year recorded at a signed visit."), _falls),
    Indicator("iof-6", IOF, "6", _("Bone medicine recommended"),
              _("Of all fractures: a bone medicine advised and not decided against, or taken already."), _recommended),
    Indicator("iof-7", IOF, "7", _("Followed up within 16 weeks"),
              _("Of fractures 16 weeks old or more: a second signed visit, or a review done, by day 112."),
              _followed_up, SIXTEEN_WEEKS),
    Indicator("iof-8", IOF, "8", _("Bone medicine started within 16 weeks"),
              _("Of fractures 16 weeks old or more for which a bone medicine was recommended (IOF 6): taken at a "
                "signed visit, or on a call said to have been started, by day 112."), _started, SIXTEEN_WEEKS,
              follows="iof-6"),
    Indicator("iof-9", IOF, "9", _("Strength and balance exercise started within 16 weeks"),
              _("Not measured: the start of an exercise program is not recorded.")),
    Indicator("iof-10", IOF, "10", _("Bone medicine still taken at 52 weeks"),
              _("Of fractures 52 weeks old or more whose medicine was started by day 112: taken at the first signed "
                "visit from day 336. Not seen again counts as not taken."), _still, FIFTY_TWO_WEEKS,
              follows="iof-8"),
    Indicator("iof-11", IOF, "11", _("Data complete"),
              _("Of all fractures: the day of the fracture, a T-score, falls and the bone medicine are all recorded."),
              _complete),
    Indicator("neuro", OWN, "A", _("Neurological examination recorded"),
              _("Of all fractures: examined at the first signed visit."), _examined),
    Indicator("decision", OWN, "B", _("Decision day kept"),
              _("Of fractures 14 weeks old or more that were seen before: a signed visit from day 77 to day 98."),
              _decided, DECISION_LATE, follows="iof-3"),
    Indicator("checks", OWN, "C", _("Checks before augmentation complete"),
              _("Of fractures with a discussion of augmentation decided on: no check was open in any of those plans."),
              _checked),
    Indicator("started", OWN, "D", _("Bone medicine started by 16 weeks"),
              _("Of fractures 16 weeks old or more in patients who took none at the first visit: taken at a signed "
                "visit, or on a call said to have been started, by day 112."), _started_of_untreated, SIXTEEN_WEEKS),
    Indicator("still", OWN, "E", _("Bone medicine still taken at 52 weeks"),
              _("Of those who took none at the first visit and started by day 112, one year on: taken at the first "
                "signed visit from day 336. Not seen again counts as not taken."), _still_of_started, FIFTY_TWO_WEEKS,
              follows="started"),
)  # fmt: skip
BY_SLUG = {indicator.slug: indicator for indicator in INDICATORS}
MEASURED = tuple(indicator for indicator in INDICATORS if indicator.judge)


def with_followed(one: Indicator) -> list[Indicator]:
    """An indicator, the one that it follows, and so on."""
    return [one, *with_followed(BY_SLUG[one.follows])] if one.follows else [one]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many fractures count, and how many of them meet an indicator."""

    met: int = 0
    of: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.met + other.met, self.of + other.of)


# ----------------------------------------------------------------------------------------------------------- quarters


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def at(cls, place: int) -> Quarter:
        return cls(place // 4, place % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    @property
    def place(self) -> int:
        """Quarters counted through the years, so that the next one is one more."""
        return self.year * 4 + self.number - 1

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return Quarter.at(self.place + 1).first - timedelta(days=1)


def quarters(today: date, count: int) -> list[Quarter]:
    """The last so many quarters, the present one included, the first one first."""
    now = Quarter.of(today).place
    return [Quarter.at(now - ago) for ago in reversed(range(count))]
