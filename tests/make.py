"""Objects for tests. A test names the one thing it is about; everything else is filled in here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import count

from django.core.management import call_command

from pathway.accounts.models import Clinic, User
from pathway.clinic.models import Entry, Fracture, FracturedLevel, Patient, Visit
from pathway.guideline.facts import FACTS, Kind
from pathway.wording import releasing
from pathway.wording.models import Release, Statement

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_numbers = count(1)

UNREMARKABLE = {
    "neuro_exam_done": "yes",
    "neurological_deficit": "no",
    "cauda_equina_symptoms": "no",
    "cord_signs": "no",
    "cancer_history": "none",
    "unexplained_weight_loss": "no",
    "night_or_unrelenting_pain": "no",
    "temperature_c": Decimal("36.8"),
    "infection_risk": "no",
    "fracture_confirmed": "yes",
    "mechanism": "bend_or_lift",
    "onset_on": date(2026, 11, 1),
    "identified_on": date(2026, 11, 8),
    "levels": ("T12",),
}
"""Answers of an ordinary patient without any urgent finding: three weeks after a low-trauma fracture of T12."""


def clinic(**fields) -> Clinic:
    return Clinic.objects.create(**{"name": f"Clinic {next(_numbers)}", "region": "us", **fields})


def user(*, password: str = "", **fields) -> User:
    """Without a password a test signs in with `client.force_login`, which is quicker than hashing one."""
    number = next(_numbers)
    made = User(**{"username": f"user{number}", "printed_name": f"Dr Ada Marsh {number}", **fields})
    made.set_password(password or None)
    made.save()
    return made


def clinician(**fields) -> User:
    if "clinic" not in fields:
        fields["clinic"] = clinic()
    return user(is_clinician=True, **fields)


def patient(**fields) -> Patient:
    if "clinic" not in fields:
        fields["clinic"] = clinic()
    filled = {
        "family_name": "Okafor",
        "given_name": "Margaret",
        "date_of_birth": date(1948, 3, 9),
        "sex": "female",
        "hospital_number": f"RX {next(_numbers):06d}",
    }
    if "national_id" in fields:
        filled["national_id_scheme"] = "gb.nhs"
    return Patient.objects.create(**{**filled, **fields})


def fracture(**fields) -> Fracture:
    if "patient" not in fields:
        fields["patient"] = patient()
    return Fracture.objects.create(**{"label": "T12, bending in the kitchen", **fields})


def visit(
    *,
    by: User | None = None,
    of: Fracture | None = None,
    on: date = TODAY,
    not_known: tuple[str, ...] = (),
    signed_at: datetime | None = None,
    **answers,
) -> Visit:
    """An open visit with these answers, or one signed at `signed_at`. `by` is a clinician of the patient's clinic."""
    if of is None:
        of = fracture() if by is None else fracture(patient=patient(clinic=by.clinic))
    if by is None:
        by = clinician(clinic=of.patient.clinic)
    levels = answers.pop("levels", ())
    if "onset_on" in answers:
        answers.setdefault("onset_precision", "day")
    chosen = [name for name in not_known if FACTS[name].kind not in (Kind.YES_NO, Kind.CHOICE)]
    answers.update({name: "not_known" for name in not_known if name not in chosen})
    made = Visit.objects.create(fracture=of, on=on, started_by=by, **answers)
    FracturedLevel.objects.bulk_create(FracturedLevel(visit=made, level=level) for level in levels)
    Entry.objects.bulk_create(Entry(visit=made, fact=name, not_known=True) for name in chosen)
    if signed_at is not None:
        made.mark_signed(by, signed_at)
    return made


def signed_visit(*, on: date = TODAY, **fields) -> Visit:
    """A visit signed at noon of its day. No plan is made."""
    return visit(on=on, signed_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC), **fields)


def wording() -> None:
    """Every sentence of the release in fixtures/wording, in force."""
    call_command("load_wording", stdout=StringIO())


def editor(**fields) -> User:
    return user(is_wording_editor=True, **fields)


def draft(*, by: User | None = None, **changes) -> Release:
    """A draft of the wording in force. `changes` are texts of the NSAID advice for clinicians in it."""
    made = releasing.start_draft(releasing.effective(), by=by or editor(), at=NOW, reason="A test.")
    if changes:
        rewrite(made, by=by or made.author, **changes)
    return made


def rewrite(release: Release, *, by: User, key: str = "pain.nsaid", audience: str = "clinician", **texts) -> Statement:
    """Give a sentence of a draft another text."""
    said = release.statements.get(key=key, audience=audience, language="en")
    said.rewrite(by=by, at=NOW, reason="A test.", seen_revision=said.revision, **texts)
    return said


def submitted(**changes) -> Release:
    """A draft with these changes, handed over for review."""
    made = draft(**changes)
    releasing.submit(made, by=made.author, at=NOW, title="Second", reason="A test.", review_by=date(2027, 11, 22))
    made.refresh_from_db()
    return made


def published(**changes) -> Release:
    """A release with these changes, in force."""
    return approved(draft(**changes))


def approved(release: Release) -> Release:
    """A draft put into force as another editor would, with nothing asked."""
    Release.objects.filter(is_effective=True).update(is_effective=False, status=Release.Status.RETIRED)
    said = {"status": Release.Status.APPROVED, "approver": editor(), "approved_at": NOW, "effective_from": TODAY}
    Release.objects.filter(pk=release.pk).update(is_effective=True, **said)
    release.refresh_from_db()
    return release
