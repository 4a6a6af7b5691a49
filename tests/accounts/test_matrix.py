"""Every route of the URL configuration, for every role: whoever may not enter learns nothing, in body or headers.

Of one's own clinic, of another clinic, and of none: the last two answer alike.
"""

import re
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pathway.clinic.models import Patient
from pathway.followup.models import Task
from pathway.plans import paper
from tests import make
from tests.accounts import policy
from tests.accounts.addresses import UNKNOWN, every_address
from tests.accounts.policy import CLINICIAN, ELSEWHERE, HOMELESS, STRANGER
from tests.plans.signed import signed

MARKER = "QQZXMARKER"
HEADERS = {
    "Cache-Control": "no-store, private, max-age=0",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
EVERY = every_address()


def test_every_route_states_who_may_enter():
    assert [route for route, _ in EVERY if policy.may_enter(route) is None] == []


def test_no_policy_is_for_a_route_that_is_gone():
    stated = {route for routes in policy.POLICY.values() for route in routes} - {"visits/preview.pdf"}
    assert stated <= {route for route, _ in EVERY}


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    """Made once for all roles, and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(paper, "sealed", lambda html, seconds=None: b"%PDF " + html.encode())
        yield _made()
        transaction.set_rollback(True)


@pytest.fixture
def world(made_once, db):
    return made_once


def _made(typed: str = MARKER):
    """A clinic whose every record holds this text, and somebody of each role."""
    make.wording()
    clinic = make.clinic(name="Harbor", two_person_approval=True)
    patient = make.patient(
        clinic=clinic, family_name=typed, given_name=typed, preferred_name=typed, hospital_number=f"{typed} 1"
    )
    people = {
        policy.NOBODY: make.user(clinic=clinic),
        HOMELESS: make.user(is_clinician=True),
        CLINICIAN: make.clinician(clinic=clinic),
        ELSEWHERE: make.clinician(),
        policy.EDITOR: make.user(clinic=clinic, is_wording_editor=True),
        policy.ADMINISTRATOR: make.user(clinic=clinic, is_administrator=True),
        policy.AUDITOR: make.user(clinic=clinic, is_auditor=True),
    }
    by, answers = people[CLINICIAN], {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
    of = make.fracture(patient=patient, label=f"{typed} T12")
    plan = signed(make.visit(of=of, by=by, **answers), timezone.now())
    visit = make.visit(of=of, by=by, **answers)
    ids = {
        "patients": patient.pk,
        "fractures": make.fracture(patient=patient, label=typed).pk,
        "visits": visit.pk,
        "plans": plan.pk,
        "tasks": Task.objects.filter(plan=plan).first().pk,
        "pathway": visit.pk,
    }
    return people, {kind: str(pk) for kind, pk in ids.items()}


def address_of(route: str, example: str, ids: dict[str, str]) -> str:
    return example.replace(UNKNOWN, ids.get(example.split("/")[1], UNKNOWN))


def answered(client: Client, method: str, address: str, *told: dict):
    """The response, its whole body, and nothing left behind."""
    with transaction.atomic():
        response = getattr(client, method)(address, *told)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, body.decode(errors="replace")


def is_shut(response) -> bool:
    """Refused, or sent somewhere that asks again who this is."""
    if response.status_code in (301, 302):
        # The admin sends an address without its last part on to the page that then refuses.
        return response.url.startswith(("/account/", "/admin/login/")) or response.url.endswith("/change/")
    return response.status_code in (403, 404, 405)


def needs_what_is_not_there(route: str) -> bool:
    """Own keys, releases to try and emergencies to look back on: who enters is tested where they are made."""
    return (
        "<slug:" in route
        or route.startswith(("account/", "admin/login/", "admin/autocomplete/", "admin/r/", "admin/^"))
        or ("<" in route and not route.startswith(("patients/", "fractures/", "visits/", "plans/", "tasks/")))
    )


# What a role may do is the same on every engine; what a query finds is asked on each.
ROLES = policy.ROLES if connection.vendor == "sqlite" else (CLINICIAN, ELSEWHERE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_enters_what_it_is_for_and_learns_nothing_of_the_rest(world, role):
    people, ids = world
    client = Client(raise_request_exception=False)
    if role != STRANGER:
        client.force_login(people[role])
    faults = []
    for route, example in EVERY:
        if route.endswith("logout/"):
            continue  # for everyone, and it ends the session that this test goes on with
        for method in ("get", "post"):
            address = address_of(route, example, ids)
            response, body = answered(client, method, address)
            faults += [f"{method} {route}: {fault}" for fault in _faults(role, method, route, response, body)]
    assert not faults, "\n".join(faults)


def _faults(role: str, method: str, route: str, response, body: str):
    roles, status = policy.may_enter(route), response.status_code
    if status >= 500:
        yield f"answered {status}"
    for header, value in HEADERS.items():
        if response.headers.get(header) != value:
            yield f"{header} is {response.headers.get(header)!r}"
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        yield "has no content policy"
    if role not in roles and not is_shut(response):
        yield f"let in with {status}"
    if method == "get" and role in roles and status in (403, 404) and not needs_what_is_not_there(route):
        yield f"refused with {status}"
    if role != CLINICIAN and MARKER in body + str(response.headers):
        yield "says something of a patient"


def without_what_differs(body: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-left="\d+"', "", body)


def _headers(response) -> dict[str, str]:
    differ = ("X-Request-ID", "Content-Length")
    return {name: value for name, value in response.headers.items() if name not in differ}


def test_of_another_clinic_is_the_same_as_of_none(world):
    people, ids = world
    client = Client(raise_request_exception=False)
    client.force_login(people[ELSEWHERE])
    compared = 0
    for route, example in EVERY:
        if policy.may_enter(route) is not policy.OWN:
            continue
        for method in ("get", "post", "put", "patch", "delete", "head"):
            theirs, body = answered(client, method, address_of(route, example, ids))
            none, other = answered(client, method, example.replace(UNKNOWN, str(uuid4())))
            assert theirs.status_code == none.status_code in (404, 405), f"{method} {route}"
            assert without_what_differs(body) == without_what_differs(other), f"{method} {route}"
            told = [
                {
                    name: value
                    for name, value in response.headers.items()
                    if name not in ("X-Request-ID", "Content-Length")
                }
                for response in (theirs, none)
            ]
            assert told[0] == told[1], f"{method} {route}"
            compared += 1
    assert compared > 100


def test_no_route_takes_another_method(world):
    people, ids = world
    client = Client(raise_request_exception=False)
    client.force_login(people[CLINICIAN])
    taken = []
    for route, example in EVERY:
        if route.startswith(("admin/", "account/")):
            continue  # Django's and allauth's own pages answer anyone, and hold nothing of a patient
        response, _ = answered(client, "put", address_of(route, example, ids))
        if response.status_code not in (403, 404, 405):
            taken.append(f"{route} {response.status_code}")
    assert taken == []


@pytest.mark.parametrize("seeded", ["a role check removed", "a scope dropped"])
def test_a_fault_put_in_on_purpose_is_noticed(world, monkeypatch, seeded):
    """An editor whom the check of the role lets through; a lookup that forgets the clinic."""
    people, ids = world
    role = policy.EDITOR if seeded == "a role check removed" else ELSEWHERE
    person = people[role]
    if role == policy.EDITOR:
        type(person).objects.filter(pk=person.pk).update(is_clinician=True)
    else:
        monkeypatch.setattr(type(Patient.objects.all()), "visible_to", lambda self, user: self)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    response, body = answered(client, "get", f"/patients/{ids['patients']}/")
    found = list(_faults(role, "get", "patients/<uuid:pk>/", response, body))
    assert found == ["let in with 200", "says something of a patient"]
