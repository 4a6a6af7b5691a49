"""A case on paper: the draft of a fictional patient's plan, from facts alone and never stored."""

from __future__ import annotations

from pathway.exchange.case_json import Case
from pathway.guideline.evaluate import evaluate
from pathway.guideline.limits import edition_for
from pathway.plans import paper, record
from pathway.wording.book import Book, effective_book

NOBODY = "Fictional"


def draft(case: Case, audience: str) -> bytes:
    """The PDF of the case for "clinician" or "patient", marked as a draft on every page.

    Raises wording's NoReleaseError without wording in the database, paper's UnprintableError for a name that the
    bundled fonts cannot draw.
    """
    return paper.render(record_of(case), audience, draft=True)


def record_of(case: Case, book: Book | None = None) -> dict:
    """The record that the paper prints: a patient who does not exist, without decisions or signature.

    `book` is another wording than the one in force."""
    ev = evaluate(case.facts, case.on)
    return record.build(
        ev,
        book or effective_book(edition_for(case.on)),
        patient={
            "family_name": case.name or NOBODY,
            "given_name": "",
            "title": "",
            "preferred_name": "",
            "born": "",
            "age_years": case.facts.get("age_years", ""),
            "sex": case.facts.get("sex", ""),
            "identifiers": [],
        },
        clinic={
            "name": "Fictional clinic",
            "address": "",
            "phone": "",
            "emergency_phone": "",
            "region": case.facts.get("region", ""),
        },
        visit={
            "id": "",
            "on": case.on.isoformat(),
            "version": 0,
            "fracture": ", ".join(case.facts.get("levels", ())) or "Level not recorded",
        },
        decisions={},
        answers=record.grouped(record.rows_of(ev)),
        fictional=True,
    )
