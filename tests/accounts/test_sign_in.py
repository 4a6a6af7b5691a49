"""Signing in: everything needs it, wrong passwords are limited, and an expired session loses nobody their place."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from pathway.accounts.models import Clinic, User

from .addresses import every_address

OPEN_TO_ALL = {
    "about/",
    "account/login/",
    "account/begin/<str:token>/",
    "account/session/",
    "account/oidc/<slug:provider_id>/login/",
    "account/oidc/<slug:provider_id>/login/callback/",
    "account/inactive/",
    "healthz",
    "demo/enter/<str:token>/",
}
PASSWORD = "a long enough phrase"


@pytest.fixture
def clinician(db):
    clinic = Clinic.objects.create(name="Harbor Spine Clinic")
    return User.objects.create_user("amarsh", "ada@example.org", PASSWORD, clinic=clinic, is_clinician=True)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("route", "address"), every_address())
def test_every_address_refuses_whoever_is_not_signed_in(client, route, address, method):
    response = getattr(client, method)(address)
    if route in OPEN_TO_ALL:
        assert response.status_code != 500
    else:
        assert response.status_code == 302, f"{route} answers {response.status_code} to a stranger"
        assert response.url.startswith("/account/login/")


@pytest.mark.parametrize("login", ["amarsh", "ada@example.org"])
def test_user_name_or_email_signs_in(client, clinician, login):
    response = client.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(clinician.pk)


def test_password_is_stored_as_argon2id(clinician):
    assert clinician.password.startswith("argon2$argon2id$")


def test_sixth_wrong_password_is_limited_even_when_the_next_is_right(client, clinician):
    cache.clear()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": "amarsh", "password": "wrong"})
    response = client.post(reverse("account_login"), {"login": "amarsh", "password": PASSWORD})
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_there_is_no_sign_up_page(client, db):
    for address in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert client.get(address).status_code == 404


def test_deactivating_ends_the_session_at_once(client, clinician):
    client.force_login(clinician)
    assert client.get(reverse("account_change_password")).status_code == 200
    User.objects.filter(pk=clinician.pk).update(is_active=False)
    assert client.get(reverse("account_change_password")).status_code == 302


def test_htmx_with_an_expired_session_leaves_the_page_and_comes_back_to_it(client, db):
    page = "http://testserver/visits/00000000-0000-0000-0000-000000000007/pain/?x=1"
    response = client.post(reverse("account_change_password"), headers={"HX-Request": "true", "HX-Current-URL": page})
    assert response.status_code == 204
    expected = "/account/login/?next=/visits/00000000-0000-0000-0000-000000000007/pain/"
    assert response.headers["HX-Redirect"] == expected


def test_a_form_sent_after_the_session_expired_comes_back_to_the_form(client, db):
    response = client.post(reverse("account_change_password"), headers={"Referer": "http://testserver/patients/"})
    assert response.url == "/account/login/?next=/patients/"


def test_another_sites_address_is_never_where_sign_in_returns_to(client, db):
    response = client.post(reverse("account_change_password"), headers={"Referer": "http://evil.example/patients/"})
    assert response.url == "/account/login/?next=/"


def test_signing_out_needs_a_form(client, clinician):
    client.force_login(clinician)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_password_of_eleven_characters_is_refused(client, clinician):
    client.force_login(clinician)
    data = {"oldpassword": PASSWORD, "password1": "elevenchars", "password2": "elevenchars"}
    assert "12" in client.post(reverse("account_change_password"), data).content.decode()


def test_a_person_without_a_password_is_told_so_and_not_led_there(client, clinician):
    address = reverse("account_change_password")
    client.force_login(clinician)
    assert address in client.get(reverse("about")).content.decode()
    clinician.set_unusable_password()
    clinician.save()
    client.force_login(clinician)
    assert address not in client.get(reverse("about")).content.decode()
    response = client.get(address)
    assert response.status_code == 403
    assert "no password" in response.content.decode()


def test_the_first_box_says_what_to_type(client, db):
    assert "User name or email" in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(("role", "link"), [("clinician", "Cases"), ("wording_editor", "Administration")])
def test_the_header_leads_to_what_a_person_manages(client, db, role, link):
    client.force_login(User.objects.create_user("ada", **{f"is_{role}": True}))
    page = client.get(reverse("about")).content.decode()
    assert [word for word in ("Cases", "Administration") if f">{word}</a>" in page] == [link]
