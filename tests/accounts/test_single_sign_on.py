"""Signing in with the hospital's own account, against a real provider: whoever is here already, and nobody else."""

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from pathway.accounts.models import AuditEvent, User
from tests import make

from .oidc_provider import CLIENT, SECRET, Provider
from .test_second_factor import SECRET as APP_SECRET
from .test_second_factor import code
from .test_settings import SERVICE, manage

pytestmark = pytest.mark.django_db
BEGIN = "/account/oidc/sso/login/"


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running, settings):
    cache.clear()
    running.claims = {"sub": "4711", "email": "ada@example.org", "email_verified": True}
    running.token_says, running.is_broken = {}, False
    app = {"provider_id": "sso", "name": "Harbor Hospital", "client_id": CLIENT, "secret": SECRET}
    app["settings"] = {"server_url": running.issuer}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return running


@pytest.fixture
def ada():
    return make.clinician(username="amarsh", email="Ada@Example.org")


def come_back(client, to: str = "") -> str:
    """As a browser does: there, recognized there, and back. Answers with the address of coming back."""
    there = client.get(f"{BEGIN}?process=login{to}")
    assert there.status_code == 302
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/")
    return back.removeprefix("http://testserver")


def sign_in(client, to: str = ""):
    return client.get(come_back(client, to))


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_no_administrator_turns_anothers_address_into_one_that_signs_them_in(client, provider, ada):
    """From their first sign-in on: until then the link to set a password is one administrator's as well."""
    client.force_login(make.user(is_administrator=True))
    page = reverse("admin:accounts_user_change", args=[ada.pk])
    for signed_in_at, address in ((None, "first@example.org"), (make.NOW, "first@example.org")):
        User.objects.filter(pk=ada.pk).update(last_login=signed_in_at)
        email = "second@example.org" if signed_in_at else address
        sent = {"username": "amarsh", "is_active": "on", "is_clinician": "on", "clinic": ada.clinic_id, "email": email}
        assert client.post(page, sent).status_code == 302
        ada.refresh_from_db()
        assert ada.email == address


def events(action) -> list[str]:
    return list(AuditEvent.objects.filter(action=action).order_by("seq").values_list("reason", flat=True))


def test_the_button_is_there_only_where_a_provider_is_set(client, db, provider, settings):
    assert "Sign in with Harbor Hospital" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Harbor" not in client.get(reverse("account_login")).content.decode()
    assert client.get(BEGIN).status_code == 404


def test_a_verified_address_of_someone_here_signs_them_in_and_links_them(client, provider, ada):
    assert sign_in(client).url == "/"
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert SocialAccount.objects.get().uid == "4711"
    assert events(AuditEvent.Action.CREDENTIALS) == ["single sign-on linked"]
    assert events(AuditEvent.Action.SIGN_IN) == ["single sign-on"]
    assert User.objects.count() == 1


def test_it_returns_to_the_page_that_was_asked_for(client, provider, ada):
    assert sign_in(client, "&next=/patients/").url == "/patients/"


def test_once_linked_the_subject_decides_and_not_the_address(client, provider, ada):
    sign_in(client)
    client.logout()
    make.clinician(email="new@example.org")
    provider.claims.update(email="new@example.org", email_verified=False)
    sign_in(client)
    assert client.session["_auth_user_id"] == str(ada.pk)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
        {"email": None},
    ],
)
def test_strangers_and_unverified_addresses_get_no_account_and_are_told_so(client, provider, ada, claims):
    provider.claims.update(claims)
    page = sign_in(client).content.decode()
    assert "no account here" in page
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert events(AuditEvent.Action.SIGN_IN_FAILED) == ["single sign-on"]
    assert client.get("/patients/").status_code == 302


def test_an_address_that_two_people_have_signs_in_neither(client, provider, ada):
    make.clinician(email="ada@example.org")
    sign_in(client)
    assert not is_in(client)


@pytest.mark.parametrize("is_linked", [True, False])
def test_whoever_was_made_inactive_stays_out(client, provider, ada, is_linked):
    if is_linked:
        sign_in(client)
        client.logout()
    User.objects.update(is_active=False)
    sign_in(client)
    assert not is_in(client)


def test_a_second_factor_is_asked_for_as_with_a_password(client, provider, ada):
    TOTP.activate(ada, APP_SECRET)
    assert sign_in(client).url == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_in(client)


def test_where_it_is_required_single_sign_on_alone_does_not_do(client, provider, ada, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client)
    assert client.get("/patients/").url == reverse("mfa_index")


@pytest.mark.parametrize("says", [{"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1}])
def test_a_token_for_someone_else_or_from_long_ago_is_refused(client, provider, ada, says):
    provider.token_says = says
    assert "not signed in" in sign_in(client).content.decode()
    assert not is_in(client)
    assert events(AuditEvent.Action.SIGN_IN_FAILED) == ["single sign-on"]


def test_coming_back_works_once_and_only_in_the_browser_that_went(client, provider, ada):
    back = come_back(client)
    stranger = Client()
    stranger.get(back)
    assert not is_in(stranger)
    client.get(back)
    assert is_in(client)
    client.logout()
    client.get(back)
    assert not is_in(client)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?error=x&state=%00"])
def test_nonsense_that_comes_back_is_refused(client, provider, ada, query):
    assert client.get(f"{BEGIN}callback/{query}").status_code < 500
    assert not is_in(client)


def test_a_provider_that_does_not_answer_or_answers_nonsense_is_a_sentence(client, provider, settings):
    provider.is_broken = True
    assert "use your password" in client.get(BEGIN).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://127.0.0.1:1"}
    answer = client.get(BEGIN)
    assert answer.status_code == 503
    assert "use your password" in answer.content.decode()


def test_another_site_does_not_start_it_and_nobody_links_by_an_address(client, provider, ada):
    assert client.get(BEGIN, headers={"Sec-Fetch-Site": "cross-site"}).url == reverse("account_login")
    client.force_login(ada)
    assert client.get(f"{BEGIN}?process=connect").status_code == 404


def test_the_settings_name_the_provider_and_a_service_wants_https():
    given = {"OIDC_CLIENT_ID": "pathway", "OIDC_CLIENT_SECRET": "x"}
    assert manage("check", OIDC_ISSUER="https://login.example.org", **given, **SERVICE).returncode == 0
    plain = manage("check", OIDC_ISSUER="http://login.example.org", **given, **SERVICE)
    assert "https://" in plain.stderr
