"""Markup in every field of every record, and typed into every box: on every page it is text."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template import engines
from django.template.loaders.filesystem import Loader
from django.test import Client
from django.urls import reverse

from pathway.accounts.models import User
from pathway.plans import paper
from tests import hostile
from tests.accounts import policy, test_matrix
from tests.hostile import LONG, SHORT
from tests.look.test_static_files import skips_escaping

ALIVE = "<b hx-get="
CELL = SHORT.replace('"', '""')
CSV = f'family_name,given_name,date_of_birth,sex,hospital_number\r\nx,"{CELL}",1,y,z\r\n'
ROLES = (policy.CLINICIAN, policy.EDITOR, policy.ADMINISTRATOR, policy.AUDITOR)
IN_AN_EMERGENCY = ("patients/<uuid:pk>/", "plans/<uuid:pk>/")
SHOW_IT = {
    "", "tasks/<uuid:pk>/", "patients/<uuid:pk>/timeline/", "worklist/print/", "service/", "emergency-access/",
    "emergency-access/<uuid:pk>/", "pathway/releases/", "pathway/releases/<int:number>/", "pathway/interpretations/",
    "pathway/releases/disagreement/", "plans/<uuid:pk>/", "visits/<uuid:pk>/review/", "patients/<uuid:pk>/access/",
    "audit/", "recall/", "admin/accounts/user/", "admin/accounts/clinic/", "admin/wording/statement/",
    "admin/wording/release/", "admin/exchange/clinicalcase/", "admin/accounts/user/<path:object_id>/change/",
    "admin/wording/statement/<path:object_id>/change/", "admin/exchange/clinicalcase/<path:object_id>/change/",
    "admin/wording/interpretationsignoff/<path:object_id>/change/",
}  # fmt: skip
"""Pages on which what was typed must be read; that the others show none of it would be no fault."""


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(paper, "sealed", lambda html, seconds=None: b"%PDF " + html.encode())
        people, ids = test_matrix._made(SHORT)
        more = hostile.everywhere(people, ids, hostile.markup)
        yield {role: User.objects.get(pk=person.pk) for role, person in people.items()}, ids, more
        transaction.set_rollback(True)


@pytest.fixture
def world(made_once, db):
    return made_once


def who_opens(route: str) -> list[str]:
    """One who may: of what stands under Pathway an editor, who sees the drafts too."""
    first = policy.EDITOR if route.startswith("pathway/") else policy.CLINICIAN
    return [role for role in (first, *ROLES) if role in policy.may_enter(route)][:1]


def pages(world, only=None):
    """(route, role, address) of everything, for one of those who may open it, and what an emergency opens."""
    _people, ids, more = world
    for route, example in test_matrix.EVERY:
        if route.endswith("logout/") or (only and route not in only):
            continue
        may_enter = who_opens(route)
        if route in IN_AN_EMERGENCY:
            may_enter.append(policy.ELSEWHERE)
        for role in may_enter:
            yield from ((route, role, address) for address in hostile.addresses(route, example, ids, more))


def alive(world, only=None) -> tuple[list[str], set[str], int]:
    """Where markup came alive, which routes show it as text, and into how many boxes it was typed."""
    clients = {role: Client(raise_request_exception=False) for role in (*ROLES, policy.ELSEWHERE)}
    for role, client in clients.items():
        client.force_login(world[0][role])
    faults, shown, typed = [], set(), 0
    for route, role, address in pages(world, only):
        response, body = test_matrix.answered(clients[role], "get", address)
        if "html" not in response.headers.get("Content-Type", ""):
            continue
        faults += [f"get {address}"] if ALIVE in body else []
        shown |= {route} if SHORT in html.unescape(body) else set()
        names = set(re.findall(r'name="([a-z][a-z0-9_.-]*)"', body)) - {"csrfmiddlewaretoken"}
        sent = dict.fromkeys(names, LONG)
        for name in re.findall(r'type="file"[^>]* name="(\w+)"', body):
            sent[name] = SimpleUploadedFile("patients.csv", CSV.encode())
        if names:
            typed += len(names)
            response, body = test_matrix.answered(clients[role], "post", address, sent)
            is_page = "html" in response.headers.get("Content-Type", "")
            faults += [f"post {address}"] if is_page and ALIVE in body else []
            faults += [f"post {address}: {response.status_code}"] if response.status_code >= 500 else []
    return faults, shown, typed


def test_markup_is_text_on_every_page(world):
    faults, shown, typed = alive(world)
    assert faults == []
    assert SHOW_IT - shown == set()
    assert typed > 500


def test_a_file_of_patients_shows_its_cells_as_text(world):
    client = Client()
    client.force_login(world[0][policy.CLINICIAN])
    sent = {"file": SimpleUploadedFile("patients.csv", CSV.encode())}
    _response, body = test_matrix.answered(client, "post", reverse("exchange:data"), sent)
    assert ALIVE not in body
    assert SHORT in html.unescape(body)


@pytest.mark.parametrize(
    ("template", "escaped", "route"),
    [
        ("_patient_banner.html", "{{ patient.given_name }}", "patients/<uuid:pk>/"),
        ("followup/task.html", "{{ task.reason }}", "tasks/<uuid:pk>/"),
        ("followup/task.html", "{{ event.words|linebreaksbr }}", "tasks/<uuid:pk>/"),
        ("releases/release.html", '{{ shown.reason|default:"–" }}', "pathway/releases/<int:number>/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("fault", ["{{{{ {0}|safe }}}}", "{{% autoescape off %}}{{{{ {0} }}}}{{% endautoescape %}}"])
def test_an_escape_removed_is_noticed(world, monkeypatch, template, escaped, route, fault):
    """Seeded faults: red on the page, and red where the templates are searched."""
    really = Loader.get_contents
    seeded = fault.format(escaped.strip("{} ").removesuffix("|linebreaksbr"))

    def with_fault(self, origin):
        text = really(self, origin)
        if origin.template_name != template:
            return text
        assert text.count(escaped) == 1
        return text.replace(escaped, seeded)

    assert alive(world, {route})[0] == []
    monkeypatch.setattr(Loader, "get_contents", with_fault)
    forget_templates()
    try:
        assert alive(world, {route})[0]
    finally:
        monkeypatch.undo()
        forget_templates()
    assert skips_escaping(seeded)
    assert not skips_escaping(escaped)


def forget_templates() -> None:
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
