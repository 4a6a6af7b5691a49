"""What a signed record asks for after the visit: each thing to do, its day and its reason.

Read from the frozen record alone, like the papers. Days that the pathway does not give are the project's own, and stand
here with their reason (DECISIONS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pathway.clinic.numbers import day_text
from pathway.followup.models import URGENT, Kind
from pathway.guideline.limits import edition_for
from pathway.plans import denosumab

CONFIRM_WITHIN_DAYS = {
    Kind.EMERGENCY: 0,
    Kind.INFECTION: 0,
    Kind.MALIGNANCY: 7,
    Kind.SURGERY: 7,
    Kind.REBOUND: 7,
    Kind.AUGMENTATION: 14,
}
"""Days after the visit by which somebody knows that the referral arrived."""
CHECK_WITHIN_DAYS = 14
DXA_DAYS_AFTER_FRACTURE = 84  # IOF Capture the Fracture, indicator 4
START_DAYS_AFTER_FRACTURE = 112  # IOF Capture the Fracture, indicator 8
LATE_DAYS_AFTER_VISIT = 28
FROM_FRACTURE = (Kind.SIX_WEEKS, Kind.DECISION, Kind.ONE_YEAR)
DATED = (Kind.EARLY, *FROM_FRACTURE)
ASKED_AT = {Kind.ONE_YEAR: "Ask about new fractures, the bone medicine, height and falls."}
ADVISED = ("recommended", "check_first")
T_SCORES = ("t_score_spine", "t_score_femoral_neck", "t_score_total_hip")
BLOODS_BEFORE_AUGMENTATION = {"inr": "INR", "platelets_10_9_l": "platelets"}


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to do. `due_on` may be past: what is late already is on the list from the first day."""

    kind: str
    due_on: date
    reason: str

    @property
    def is_urgent(self) -> bool:
        return self.kind in URGENT


class Record:
    """A signed record, asked the questions that follow-up asks."""

    def __init__(self, record: dict):
        self.record = record
        self.on = date.fromisoformat(record["visit"]["on"])
        self.actions = {action["name"]: action for action in record["actions"]}
        self.facts = {name: fact["value"] for name, fact in record["facts"].items()}
        self.waits_for_answers = record["headline"]["name"] == "answers_needed"

    def day(self, fact: str) -> date | None:
        return date.fromisoformat(self.facts[fact]) if fact in self.facts else None

    @property
    def fracture_on(self) -> date | None:
        return self.day("onset_on") or self.day("identified_on")

    @property
    def agreed_on(self) -> date | None:
        return date.fromisoformat(self.record["next_review_on"]) if self.record["next_review_on"] else None

    @property
    def scope(self) -> str:
        """Whether the pathway applies: "met", "not met" or "not known"."""
        return next(c["state"] for c in self.record["criteria"] if c["name"] == "in_scope")

    def is_declined(self, action: str) -> bool:
        decision = self.actions[action]["decision"] if action in self.actions else None
        return decision is not None and decision["choice"] == "do_not_follow"

    def is_followed(self, action: str, *statuses: str) -> bool:
        """Whether the action has one of these statuses (recommended) and nobody decided against it."""
        return self.actions[action]["status"] in (statuses or ADVISED[:1]) and not self.is_declined(action)

    # ---------------------------------------------------------------------------------------- what was done already

    def done_on(self, kind: str, planned_at: date, due_on: date) -> date | None:
        """The day on which this visit shows that an earlier plan's task was done, or None where it does not."""
        if kind in (Kind.EARLY, Kind.AGREED, Kind.ANSWERS):
            return self.on if self.on > planned_at else None
        if kind in FROM_FRACTURE:
            return self.on if self.on >= due_on and self.on > planned_at else None
        if kind == Kind.DENOSUMAB:
            last = self.day("denosumab_last_dose_on")
            return last if last and last > planned_at else None
        if kind == Kind.BONE_START:
            return self.on if self.facts.get("bone_medicine", "none") != "none" else None
        if kind == Kind.DXA:
            return self.on if any(name in self.facts for name in T_SCORES) else None
        if kind == Kind.MRI:
            seen = "marrow_edema" in self.facts or "bone_scan_uptake" in self.facts
            return (self.day("marrow_imaging_on") or self.on) if seen and not self._needs_mri() else None
        if kind == Kind.BLOODS:
            return self.on if self.scope == "met" and not self._bloods() and self.on > planned_at else None
        return None

    # ------------------------------------------------------------------------------------------------- what is next

    def planned(self) -> list[Planned]:
        if self.waits_for_answers:
            due_on = self.agreed_on or self.on + timedelta(days=CHECK_WITHIN_DAYS)
            return [Planned(Kind.ANSWERS, due_on, "The plan was signed with questions open.")]
        found = [
            *self._referrals(),
            *self._reviews(),
            *self._denosumab(),
            *self._start(),
            *self._checks(),
        ]
        return sorted(found, key=lambda one: (not one.is_urgent, one.due_on))

    def _referrals(self):
        for kind, days in CONFIRM_WITHIN_DAYS.items():
            if self.is_followed(kind):
                reason = f"{self.actions[kind]['heading']}. Confirm that the request was received."
                yield Planned(kind, self.on + timedelta(days=days), reason)

    def _reviews(self):
        reviews = [self._review(kind) for kind in DATED if self.is_followed(kind)]
        reviews = [review for review in reviews if review.due_on > self.on]
        agreed = self.agreed_on
        if agreed is None and self.scope == "not known":
            # What is urgent is not the end of it: without this, nobody would see the patient again.
            due_on = self.on + timedelta(days=CHECK_WITHIN_DAYS)
            return [Planned(Kind.ANSWERS, due_on, "It is not known yet whether the pathway applies.")]
        if agreed is None or agreed in [review.due_on for review in reviews]:
            return reviews
        by_name = {review.kind: review for review in reviews}
        by_name.pop(Kind.EARLY, None)
        return [Planned(Kind.AGREED, agreed, "Agreed when the plan was signed."), *by_name.values()]

    def _review(self, kind: str) -> Planned:
        due_on = date.fromisoformat(self.actions[kind]["due_on"])
        if kind == Kind.EARLY:
            return Planned(kind, due_on, f"{(due_on - self.on).days} days after the visit of {day_text(self.on)}.")
        start = self.fracture_on
        reason = f"{(due_on - start).days} days after the fracture of {day_text(start)}."
        return Planned(kind, due_on, f"{reason} {ASKED_AT.get(kind, '')}".strip())

    def _denosumab(self):
        if last := denosumab.last_dose(self.record):
            yield next_dose(last, self.on)

    def _start(self):
        if self.is_followed("bone.treat"):
            reason = "A bone medicine was advised. Was it started, and is it taken?"
            yield Planned(Kind.BONE_START, self._after_fracture(START_DAYS_AFTER_FRACTURE), reason)

    def _after_fracture(self, days: int) -> date:
        """So many days after the fracture; where that is past or not known, four weeks after the visit."""
        due_on = self.fracture_on and self.fracture_on + timedelta(days=days)
        return due_on if due_on and due_on > self.on else self.on + timedelta(days=LATE_DAYS_AFTER_VISIT)

    def _checks(self):
        soon = self.on + timedelta(days=CHECK_WITHIN_DAYS)
        if self._needs_mri():
            yield Planned(Kind.MRI, soon, "Needed before augmentation is discussed; missing or too old.")
        if self.is_followed("bone.dxa"):
            yield Planned(Kind.DXA, self._after_fracture(DXA_DAYS_AFTER_FRACTURE), "No T-score is recorded.")
        if bloods := self._bloods():
            yield Planned(Kind.BLOODS, soon, f"Not recorded: {', '.join(bloods)}.")

    def _needs_mri(self) -> bool:
        if not self.is_followed(Kind.AUGMENTATION, *ADVISED):
            return False
        imaged_on = self.day("marrow_imaging_on")
        oldest = timedelta(days=int(edition_for(self.on).marrow_imaging_age.value))
        seen = "marrow_edema" in self.facts or "bone_scan_uptake" in self.facts
        return not seen or imaged_on is None or self.on - imaged_on > oldest

    def _bloods(self) -> list[str]:
        """The results that are missing, in the words of the record."""
        missing = []
        if self.is_followed("bone.secondary_causes"):
            because = [reason.rpartition(": ") for reason in self.actions["bone.secondary_causes"]["because"]]
            missing = [label for label, _, value in because if value.lower() in ("not recorded", "not done")]
        if self.is_followed(Kind.AUGMENTATION, *ADVISED):
            missing += [label for fact, label in BLOODS_BEFORE_AUGMENTATION.items() if fact not in self.facts]
        return missing


def next_dose(last: date, on: date) -> Planned:
    """The dose of denosumab after the last one, by the limits of a day."""
    latest = last + timedelta(days=int(edition_for(on).denosumab_rebound.value))
    reason = f"Last dose {day_text(last)}. Not later than {day_text(latest)}: fractures rebound after that."
    return Planned(Kind.DENOSUMAB, denosumab.dose_after(last), reason)
