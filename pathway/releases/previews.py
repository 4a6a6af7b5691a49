"""Both papers of a clinical case or of a visit with the text of a release, beside those with the text in force."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache

from pathway.clinic.models import Visit
from pathway.exchange import case_paper
from pathway.exchange.case_json import Case
from pathway.exchange.clinical_cases import FOLDER, ClinicalCase, load_cases
from pathway.guideline.limits import edition_for
from pathway.plans import drafts, record, translated
from pathway.plans.printed import BODY, HEADING, Part, of_record
from pathway.wording import releasing
from pathway.wording.book import current, effective_book, read
from pathway.wording.languages import name_of
from pathway.wording.models import Release, Statement

Changed = tuple[Statement | None, Statement | None]
"""A sentence before and after."""
NOW, AFTER = "now", "after"


@cache
def cases() -> Mapping[str, ClinicalCase]:
    """The clinical cases of the files, by a short name for addresses. The files change only with the program."""
    return {_key(case): case for case in load_cases(FOLDER)}


def _key(case: ClinicalCase) -> str:
    return hashlib.sha256(str(case).encode()).hexdigest()[:12]


def of_case(case: ClinicalCase, release: Release | None) -> dict:
    """The record of a fictional patient; without a release, with the text in force."""
    book = read(release, edition_for(case.on)) if release else effective_book(edition_for(case.on))
    return case_paper.record_of(Case(facts=dict(case.facts), on=case.on, name=""), book)


def of_visit(visit: Visit, release: Release | None, *, on_screen: bool = False) -> dict:
    """The record of a visit as it would be drafted now. A signed plan keeps its own; this is what it would say anew."""
    ev = visit.evaluation()
    return drafts.draft(visit, ev, read(release, ev.rules.at) if release else None, on_screen=on_screen)


def in_language(drafted: dict, release: Release, code: str) -> dict | None:
    """The record with its leaflet in a language of the release, switched on or not; None where a sentence of it is
    missing or stale."""
    said = _frozen(drafted, release, code)
    if code not in said:
        return None
    shown = translated.in_language({**drafted, "translations": said}, code)
    return {**shown, "not_reviewed": not release.languages_on.filter(language=code).exists()}


def is_whole(drafted: dict, release: Release, code: str) -> bool:
    """Whether the release has every sentence of the leaflet in a language, and none of them stale."""
    return code in _frozen(drafted, release, code)


def _frozen(drafted: dict, release: Release, code: str) -> dict:
    limits = edition_for(date.fromisoformat(drafted["visit"]["on"]))
    return translated.frozen(drafted, {code: current(release, limits, code)}, record.said)


def languages_of(release: Release) -> list[tuple[str, str]]:
    """The languages that a release has sentences in, beside English."""
    codes = {said.language for said in release.statements.all()} - {releasing.ENGLISH}
    return [(code, name_of(code)) for code in sorted(codes)]


def touched(drafted: dict, release: Release, in_force: Release | None) -> list[Changed]:
    """The sentences of these papers that are another text in the release, before and after."""
    shown = of_record(drafted)
    return [
        (before, after) for before, after in releasing.differing(release, in_force) if _names(before or after) & shown
    ]


def _names(said: Statement) -> set[Part]:
    if said.language != releasing.ENGLISH:
        return set()
    return {(said.kind, said.key, said.audience, part) for part in (HEADING, BODY)}
