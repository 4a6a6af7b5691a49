"""Text in every field that someone types, put there past all forms: what must do nothing on any page, paper or log."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from pathway.accounts.models import AuditEvent, AuditHead, SiteState
from pathway.clinic import emergency_access
from pathway.clinic.models import Patient
from pathway.exchange.models import ClinicalCase
from pathway.followup.models import Task, TaskEvent
from pathway.guideline.decisions import DECISIONS
from pathway.plans import signing
from pathway.plans.integrity import WRITTEN_ONCE
from pathway.plans.models import Plan
from pathway.releases.models import ReviewItem
from pathway.wording.models import InterpretationSignOff, Release
from pathway.wording.sign_offs import signed_text
from tests import make
from tests.accounts import policy
from tests.accounts.addresses import UNKNOWN

AS_THEY_ARE = (AuditEvent, AuditHead, SiteState)
NOT_TYPED = frozenset({
    "password", "typed_json", "facts", "expect", "covers", "cites", "sentences", "action", "hash", "key", "kind",
    "step", "status",
    "folded_family", "folded_given", "folded_national_id", "folded_hospital_number", "language", "fact", "findings",
    "number", "decision", "record_sha256", "clinician_sha256", "patient_sha256", "previous_sha256",
})  # fmt: skip
"""Codes, hashes, and text in a language of its own."""
SHORT = "'\"><b hx-get=/s/>"
MIDDLE = f"</textarea>{SHORT}<img src=//evil.test/x onerror=alert(1)>"
LONG = (
    f"</textarea></title>{SHORT}<script>alert(1)</script><b hx-get=/stolen/ hx-trigger=load>c</b>"
    '<a href="javascript:alert(2)">d</a>{{ 7|add:7 }}{% debug %}'
)
Text = Callable[[int | None], str]
"""What to write where at most so many characters fit."""
DRAFT = 2
"""The number of the release that is a draft."""


def markup(longest: int | None) -> str:
    """The longest attack that fits."""
    return next(text for text in (LONG, MIDDLE, SHORT) if longest is None or len(text) <= longest)


def everywhere(people: dict, ids: dict[str, str], text: Text) -> dict[str, list[str]]:
    """Fill every field of every record, after adding the records that nobody else made. Returns more ids by path."""
    by, elsewhere, at = people[policy.CLINICIAN], people[policy.ELSEWHERE], timezone.now()
    patient = Patient.objects.get(pk=ids["patients"])
    access = emergency_access.open_for(elsewhere, patient, at, "danger", "x")
    other = emergency_access.open_for(elsewhere, make.patient(clinic=by.clinic), at, "danger", "x")
    emergency_access.review(other, people[policy.AUDITOR], at, "justified", "x")
    draft = make.draft(by=people[policy.EDITOR], heading="New")
    ReviewItem.objects.create(action="pain.nsaid", revision=1, opened_at=at)
    signing.add_addendum(Plan.objects.get(pk=ids["plans"]), by, at, "x")
    ended = Task.objects.filter(plan=ids["plans"]).exclude(pk=ids["tasks"]).first()
    Task.objects.filter(pk=ended.pk).update(outcome="done", done_on=at, closed_at=at, closed_by=by)
    TaskEvent.objects.create(task=ended, what="ended", outcome="done", words="x", by=by, at=at)
    signed_off = {"decision": "D1", "rules_edition": 1, "outcome": "signed_off", "by": by, "on": make.TODAY}
    InterpretationSignOff.objects.create(**signed_off, text=signed_text(DECISIONS["D1"]), printed_name="x", note="x")
    day = {"on": make.TODAY, "checked_on": make.TODAY}
    case = ClinicalCase.objects.create(title="x", story="x", expect='headline = "recovering"\n', checked_by="x", **day)
    for guard in WRITTEN_ONCE:
        guard.drop(connection)
    for model in apps.get_models():
        if model.__module__.startswith("pathway.") and model not in AS_THEY_ARE:
            fill(model.objects.all(), text)
    assert Release.objects.get(number=DRAFT) == draft
    return {"emergency-access": [str(access.pk)], "tasks": [str(ended.pk)], "cases": [str(case.pk)]}


def fill(rows: models.QuerySet, text: Text) -> None:
    """Put text in each field of the rows that a person types. What a constraint keeps empty stays empty."""
    rows = rows.order_by()
    for field in rows.model._meta.concrete_fields:
        if not _is_typed(field, rows):
            continue
        said = text(field.max_length)
        try:
            with transaction.atomic():
                rows.update(**{field.attname: said})
        except IntegrityError:
            _fill_each(rows, field, said)


def _is_typed(field: models.Field, rows: models.QuerySet) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField)
    if not is_text or field.choices or field.primary_key or field.attname in NOT_TYPED:
        return False
    codes = re.compile(r"[a-z_]+(\.[a-z_]+)+|[0-9a-f]{64}")
    return not any(codes.fullmatch(value) for value in rows.values_list(field.attname, flat=True)[:5])


def _fill_each(rows: models.QuerySet, field: models.Field, said: str) -> None:
    """Where no two rows may have the same, or some rows must have none."""
    for number, pk in enumerate(rows.values_list("pk", flat=True)):
        one = f"{said[: (field.max_length or 1000) - 3]}{number}"
        try:
            with transaction.atomic():
                rows.model.objects.filter(pk=pk).update(**{field.attname: one})
        except IntegrityError:
            continue


def addresses(route: str, example: str, ids: dict, more: dict) -> list[str]:
    """What there is at a route: our records, the draft beside the release in force, and the first row in the admin."""
    if part := re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/(\w+)/", route):
        model = next(one for one in admin.site._registry if one._meta.label_lower == f"{part[1]}.{part[2]}")
        rows = (
            [model.objects.filter(release__number=DRAFT).first()] if part[2] == "statement" else model.objects.all()[:1]
        )
        return [f"/admin/{part[1]}/{part[2]}/{row.pk}/{part[3]}/" for row in rows]
    kind = example.split("/")[1]
    found = [example.replace(UNKNOWN, key) for key in (*([ids[kind]] if kind in ids else []), *more.get(kind, ()))]
    found = found or [example]
    if "<int:number>" in route:
        found += [example.replace("/1/", f"/{DRAFT}/", 1)]
    return found
