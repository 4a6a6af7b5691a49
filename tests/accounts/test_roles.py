"""Three roles; nobody is both administrator and clinician, and nobody changes their own roles."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from pathway.accounts import access
from pathway.accounts.models import AuditEvent, Clinic, User

from .addresses import UNKNOWN, every_address


@pytest.fixture
def clinic(db):
    return Clinic.objects.create(name="Harbor Spine Clinic")


@pytest.fixture
def people(clinic):
    return {
        "clinician": User.objects.create_user("clinician", clinic=clinic, is_clinician=True),
        "clinician without a clinic": User.objects.create_user("homeless", is_clinician=True),
        "editor": User.objects.create_user("editor", clinic=clinic, is_wording_editor=True),
        "administrator": User.objects.create_user("administrator", clinic=clinic, is_administrator=True),
        "nobody": User.objects.create_user("nobody", clinic=clinic),
    }


MAY_ENTER = {
    access.signed_in: {"clinician", "clinician without a clinic", "editor", "administrator", "nobody"},
    access.clinician_required: {"clinician"},
    access.editor_required: {"editor"},
    access.author_required: {"editor", "administrator"},
    access.administrator_required: {"administrator"},
}


@pytest.mark.parametrize("decorator", MAY_ENTER)
def test_a_role_opens_its_own_pages_only(people, decorator):
    view = decorator(lambda request: HttpResponse("in"))
    entered = set()
    for name, user in people.items():
        request = RequestFactory().get("/")
        request.user = user
        try:
            view(request)
            entered.add(name)
        except PermissionDenied:
            pass
    assert entered == MAY_ENTER[decorator]


@pytest.mark.parametrize(
    ("name", "status"),
    [("clinician", 200), ("nobody", 403), ("editor", 200), ("administrator", 200)],
)
def test_whoever_manages_something_enters_the_admin(client, people, name, status):
    client.force_login(people[name])
    assert client.get(reverse("admin:index"), follow=True).status_code == status


def test_the_admin_has_no_sign_in_of_its_own(client, db):
    response = client.get(reverse("admin:login"))
    assert response.url.startswith("/account/login/")


def test_an_editor_does_not_manage_people(client, people):
    client.force_login(people["editor"])
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_no_model_with_patients_is_manageable(people):
    from django.contrib import admin

    for user in people.values():
        for model in admin.site._registry:
            label = model._meta.app_label
            if label not in ("accounts", "wording", "exchange"):
                assert not user.has_module_perms(label)


def test_an_administrator_makes_a_clinician(client, people, clinic):
    client.force_login(people["administrator"])
    made = client.post(reverse("admin:accounts_user_add"), {"username": "bnew"})
    assert made.status_code == 302, made.content.decode()
    user = User.objects.get(username="bnew")
    details = {
        "username": "bnew",
        "printed_name": "Dr Bea New",
        "professional_id": "7654321",
        "clinic": str(clinic.pk),
        "is_active": "on",
        "is_clinician": "on",
    }
    client.post(reverse("admin:accounts_user_change", args=[user.pk]), details)
    user.refresh_from_db()
    assert user.is_clinician
    assert str(user) == "Dr Bea New"


def test_administrator_and_clinician_in_one_person_gets_a_sentence(client, people):
    client.force_login(people["administrator"])
    user = people["nobody"]
    both = {"username": "nobody", "is_active": "on", "is_clinician": "on", "is_administrator": "on"}
    response = client.post(reverse("admin:accounts_user_change", args=[user.pk]), both)
    assert "cannot be both an administrator and a clinician" in response.content.decode()


def test_the_database_refuses_administrator_and_clinician_in_one_person(db):
    with pytest.raises(IntegrityError):
        User.objects.create_user("both", is_clinician=True, is_administrator=True)


def test_an_administrator_cannot_change_their_own_roles(client, people):
    administrator = people["administrator"]
    client.force_login(administrator)
    own = {"username": "administrator", "is_active": "on", "is_wording_editor": "on"}
    client.post(reverse("admin:accounts_user_change", args=[administrator.pk]), own)
    administrator.refresh_from_db()
    assert administrator.is_administrator
    assert not administrator.is_wording_editor


def test_createsuperuser_makes_an_administrator(db):
    user = User.objects.create_superuser("first", password="a quite long one")
    assert user.is_administrator
    assert not user.is_superuser


OPEN = ("/admin/", "/admin/login/", "/admin/jsi18n/", "/admin/password_change/done/")
"""Of the admin, for whoever manages something: its front page, the way there, and pages that say nothing of anyone."""

CLINICAL = ("/patients/", "/fractures/", "/visits/", "/plans/", "/tasks/", "/worklist/", "/data/")


@pytest.mark.parametrize("name", ["editor", "administrator", "clinician without a clinic", "nobody"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_clinical_address_refuses_whoever_is_not_a_clinician(client, people, name, method):
    client.force_login(people[name])
    clinical = [address for _, address in every_address() if address.startswith(CLINICAL)]
    assert clinical
    opened = {address: getattr(client, method)(address).status_code for address in clinical}
    assert set(opened.values()) == {403}, opened


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_clinician_enters_the_admin_for_clinical_cases_only(client, people, method):
    client.force_login(people["clinician"])
    pages = [address for _, address in every_address() if address.startswith("/admin/")]
    others = [page for page in pages if not page.startswith("/admin/exchange/clinicalcase/") and page not in OPEN]
    assert len(others) > len(OPEN)
    for page in others:
        response = getattr(client, method)(page, follow=True)
        assert response.status_code in (403, 404, 405) or response.request["PATH_INFO"].startswith("/account/"), page


def test_a_clinician_finds_clinical_cases_and_nothing_else_in_the_admin(client, people):
    client.force_login(people["clinician"])
    apps = client.get(reverse("admin:index")).context["app_list"]
    assert [model["object_name"] for app in apps for model in app["models"]] == ["ClinicalCase"]


def test_a_clinician_finds_nothing_at_an_unknown_id(client, people):
    """The same answer as for another clinic's patient: it does not exist."""
    client.force_login(people["clinician"])
    with_ids = [address for _, address in every_address() if address.startswith(CLINICAL) and UNKNOWN in address]
    for address in with_ids:
        assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, address


# ------------------------------------------------------------------------------------ administrators are made by two


def propose(client, by: User, person: User):
    client.force_login(by)
    details = {"username": person.username, "is_active": "on", "is_administrator": "on"}
    response = client.post(reverse("admin:accounts_user_change", args=[person.pk]), details, follow=True)
    person.refresh_from_db()
    return response


def confirm(client, by: User, *people: User):
    client.force_login(by)
    chosen = {"action": "confirm_administrators", "_selected_action": [person.pk for person in people]}
    response = client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True)
    for person in people:
        person.refresh_from_db()
    return response


@pytest.fixture
def second(db):
    return User.objects.create_user("second", is_administrator=True)


def test_an_administrator_proposes_and_another_makes_one(client, people, second):
    first, new = people["administrator"], people["nobody"]
    html = propose(client, first, new).content.decode()
    assert "once another administrator confirms it" in html
    assert (new.is_administrator, new.administrator_proposed_by) == (False, first)
    assert "1 administrator was confirmed." in confirm(client, second, new).content.decode()
    assert (new.is_administrator, new.administrator_proposed_by) == (True, None)
    events = AuditEvent.objects.filter(action="role_change", object_id=str(new.pk)).order_by("seq")
    said = [(event.actor, event.reason) for event in events]
    assert said == [(first, "proposed administrator"), (second, f"given administrator, proposed by {first.pk}")]


def test_nobody_confirms_whom_they_proposed_or_themselves_or_without_a_proposal(client, people, second):
    first, new, editor = people["administrator"], people["nobody"], people["editor"]
    propose(client, first, new)
    assert "0 administrators were confirmed." in confirm(client, first, new, editor).content.decode()
    assert (new.is_administrator, editor.is_administrator) == (False, False)
    confirm(client, new, new)
    confirm(client, editor, new)
    assert not new.is_administrator
    User.objects.filter(pk=first.pk).update(is_active=False)
    confirm(client, second, new)
    assert not new.is_administrator


def test_a_proposal_never_makes_a_clinician_an_administrator(client, people, second):
    new = people["nobody"]
    propose(client, people["administrator"], new)
    User.objects.filter(pk=new.pk).update(is_clinician=True)
    assert "Only whom another administrator proposed" in confirm(client, second, new).content.decode()
    assert not new.is_administrator


def test_the_database_refuses_a_proposal_of_oneself(people):
    person = people["nobody"]
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=person.pk).update(administrator_proposed_by=person)
