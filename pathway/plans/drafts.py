"""The record of a visit as it stands now: what a preview prints, and what signing freezes."""

from __future__ import annotations

from datetime import UTC, date

from pathway.accounts.models import Clinic
from pathway.clinic import trends
from pathway.clinic.asking import applies
from pathway.clinic.models import Interruption, Patient, Visit
from pathway.clinic.questions import QUESTIONS
from pathway.clinic.recorded import KNOWN, NOT_KNOWN, Recorded, recorded
from pathway.clinic.since import since_last
from pathway.guideline.evaluate import Evaluation
from pathway.guideline.results import ActionResult
from pathway.plans import canonical, layout, record, translated
from pathway.plans.kinds import is_decidable, must_be_decided
from pathway.plans.models import Decision
from pathway.wording.book import Book, effective_book, translated_books
from pathway.wording.sign_offs import open_decisions

FIRST_REVIEW = "followup.early"


def draft(
    visit: Visit,
    ev: Evaluation | None = None,
    book: Book | None = None,
    decisions: list[Decision] | None = None,
    *,
    on_screen: bool = False,
) -> dict:
    """The record of `visit`, without what only signing knows (plan, supersedes, signature, next_review_on).

    `book` is another wording than the one in force, to see it before it is published; `decisions` are those that stand,
    where they were read just now. A record that is only shown on the screen is without what only paper says: that
    patients are fictional, and translations.
    Raises NoReleaseError, with a sentence, where no wording is in force.
    """
    ev = ev or visit.evaluation()
    made = standing(visit, ev) if decisions is None else decisions
    drafted = record.build(
        ev,
        book or effective_book(ev.rules.at),
        patient=_patient(visit.patient, visit.on),
        clinic=_clinic(visit.patient.clinic),
        visit={
            "id": str(visit.pk),
            "on": visit.on.isoformat(),
            "version": visit.version,
            "fracture": visit.fracture.label,
        },
        decisions={decision.action: _decision(decision) for decision in made},
        answers=record.grouped(_rows(visit)),
        fictional=not on_screen and visit.is_fictional,
        emergency_answers=[_emergency_answer(answer) for answer in visit.answers_to_interruptions()],
        open_decisions=open_decisions(ev.edition),
        carried=visit.carried(),
        trends=trends.of_visit(visit),
        since=since_last(visit),
    )
    if on_screen:
        return drafted
    if translations := translated.frozen(drafted, translated_books(ev.rules.at), record.said):
        drafted["translations"] = translations
    return drafted


def standing(visit: Visit, ev: Evaluation) -> list[Decision]:
    """The decisions that still hold: on actions that say today what they said when they were decided."""
    decisions = visit.decisions.select_related("decided_by")
    return [made for made in decisions if made.is_about(ev.actions[made.action].status)]


def undecided(
    visit: Visit, ev: Evaluation | None = None, decisions: list[Decision] | None = None
) -> list[ActionResult]:
    """The actions that signing waits for, in the order of the plan. None while answers are needed."""
    ev = ev or visit.evaluation()
    if ev.headline == "answers_needed":
        return []
    decided = {made.action for made in (standing(visit, ev) if decisions is None else decisions)}
    return [r for n, r in ev.actions.items() if must_be_decided(ev, n) and n not in decided]


def decidable(ev: Evaluation) -> list[ActionResult]:
    """The actions that a clinician may decide on, in the order of the plan."""
    if ev.headline == "answers_needed":
        return []
    return [result for name, result in ev.actions.items() if is_decidable(ev, name)]


def fingerprint(visit: Visit, ev: Evaluation | None = None) -> str:
    """Of everything a reviewer sees: answers, advice, wording, decisions. Another one means that something changed."""
    return fingerprint_of(draft(visit, ev))


def fingerprint_of(drafted: dict) -> str:
    return canonical.sha256(canonical.encode(drafted))


def suggested_review(ev: Evaluation) -> date | None:
    """The first review that the pathway asks for."""
    days = [r.due_on for r in ev.actions.values() if r.due_on and r.status == "recommended" and r.due_on > ev.on]
    return min(days, default=None)


def _patient(patient: Patient, on: date) -> dict:
    return {
        "id": str(patient.pk),
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "title": patient.title,
        "preferred_name": patient.preferred_name,
        "born": patient.date_of_birth.isoformat(),
        "age_years": patient.age_on(on),
        "sex": str(patient.get_sex_display()).lower() if patient.sex else "",
        "identifiers": [{"label": label, "value": number} for label, number in patient.identifiers],
    }


def _clinic(clinic: Clinic) -> dict:
    return {
        "name": clinic.name,
        "address": clinic.address,
        "phone": clinic.phone,
        "emergency_phone": clinic.emergency_phone,
        "region": clinic.region,
    }


def _decision(made: Decision) -> dict:
    return record.of_decision(
        made.choice,
        reason=str(made.get_reason_display()) if made.reason else "",
        words=made.words,
        by=str(made.decided_by),
        at=made.decided_at.astimezone(UTC).isoformat(timespec="seconds"),
    )


def _emergency_answer(answer: Interruption) -> str:
    when = layout.moment(answer.answered_at.astimezone(UTC).isoformat())
    if answer.outcome == Interruption.ARRANGED:
        return f"Emergency referral arranged, recorded by {answer.answered_by}, {when}."
    reason = " ".join(answer.reason.split())
    return f"Continued without emergency referral, recorded by {answer.answered_by}, {when}. Reason: {reason}"


STATES = {KNOWN: "known", NOT_KNOWN: "not_known"}


def _rows(visit: Visit) -> list[record.Row]:
    """What the visit records, without the questions that its other answers leave no room for."""
    rows = recorded(visit)
    answers = {row.fact.name: _as_asked(row) for row in rows}
    return [
        record.Row(row.fact.name, STATES.get(row.state, "not_recorded"), _text(row))
        for row in rows
        if row.state in STATES or applies(QUESTIONS[row.fact.name].asked_if, lambda fact: answers.get(fact, ""))
    ]


def _as_asked(row: Recorded) -> str:
    """An answer as the conditions of other questions read it."""
    return str(row.value) if row.state == KNOWN else row.state if row.state == NOT_KNOWN else ""


def _text(row: Recorded) -> str:
    return f"{row.text} ({row.source})" if row.source else row.text
