"""Codes of an app and recovery codes beside the password, and that nobody gets round them where they are required."""

import base64
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from pathway.accounts.models import AuditEvent
from pathway.accounts.second_factor import SecondFactorAdapter
from tests import make

from .addresses import every_address

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INDEX, LOGIN = "/account/two-factor/", "/account/login/"


def code(secret: str = SECRET, steps: int = 0) -> str:
    """RFC 6238, written here once more: what any app shows now, or some half minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture(autouse=True)
def nothing_tried_yet(db):
    cache.clear()


@pytest.fixture
def person():
    return make.clinician(username="amarsh", password=PASSWORD)


@pytest.fixture
def with_app(person):
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def sign_in(client, **more):
    return client.post(LOGIN, {"login": "amarsh", "password": PASSWORD, **more})


def enter(client, typed: str):
    return client.post(reverse("mfa_authenticate"), {"code": typed})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def events(action) -> list[str]:
    return list(AuditEvent.objects.filter(action=action).order_by("seq").values_list("reason", flat=True))


# --------------------------------------------------------------------------------------------------------- signing in


def test_the_password_alone_does_not_sign_in(client, with_app):
    assert sign_in(client).url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.get("/patients/").url.startswith(LOGIN)
    assert enter(client, code()).status_code == 302
    assert is_in(client)


def test_the_page_that_was_asked_for_opens_afterwards(client, with_app):
    sign_in(client, next="/patients/")
    assert enter(client, code()).url == "/patients/"


def test_a_code_may_be_typed_as_the_app_shows_it_and_half_a_minute_late(client, with_app):
    sign_in(client)
    late = code(steps=-1)
    enter(client, f" {late[:3]} {late[3:]}")
    assert is_in(client)


def test_a_wrong_code_is_refused_and_recorded(client, with_app):
    sign_in(client)
    right = code()
    page = enter(client, "000000" if right != "000000" else "000001")
    assert page.status_code == 200
    assert "Incorrect code" in page.content.decode()
    assert not is_in(client)
    assert events(AuditEvent.Action.SIGN_IN_FAILED) == ["second factor"]


def test_a_code_is_good_for_one_use(client, with_app):
    used = code()
    sign_in(client)
    enter(client, used)
    other = Client()
    sign_in(other)
    enter(other, used)
    assert not is_in(other)


def test_guessing_codes_is_limited_and_the_lock_is_recorded(client, with_app):
    sign_in(client)
    for _ in range(5):
        enter(client, "123123")
    enter(client, code())
    assert not is_in(client)
    assert "too many attempts" in events(AuditEvent.Action.SIGN_IN_FAILED)


def test_a_recovery_code_signs_in_once_and_only_once(client, with_app):
    first, second, *_ = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for typed, gets_in in ((first, True), (first, False), (second, True)):
        browser = Client()
        sign_in(browser)
        enter(browser, typed)
        assert is_in(browser) is gets_in
    assert events(AuditEvent.Action.CREDENTIALS).count("recovery code used") == 2


# ---------------------------------------------------------------------------------------------- setting up, removing


def set_up_app(client):
    """As a person does: the page shows the secret, and the app's code comes back. Leads to the recovery codes."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code(secret)})


def test_setting_up_an_app_shows_ten_recovery_codes_once(client, person):
    sign_in(client)
    assert set_up_app(client).url == reverse("mfa_view_recovery_codes")
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert len(page.context["unused_codes"]) == 10
    assert page.context["unused_codes"][0] in page.content.decode()
    again = client.get(reverse("mfa_view_recovery_codes"))
    assert page.context["unused_codes"][0] not in again.content.decode()
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403
    assert events(AuditEvent.Action.CREDENTIALS) == ["totp set up", "recovery_codes set up"]


def test_a_wrong_first_code_sets_nothing_up(client, person):
    sign_in(client)
    client.get(reverse("mfa_activate_totp"))
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_secrets_are_not_readable_in_the_database(person):
    TOTP.activate(person, SECRET)
    stored = Authenticator.objects.get().data["secret"]
    assert SECRET not in stored
    assert SecondFactorAdapter().decrypt(stored) == SECRET


def test_secrets_stay_readable_after_a_change_of_the_secret_key(person, settings):
    TOTP.activate(person, SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" * 8, [settings.SECRET_KEY]
    assert Authenticator.objects.get().wrap().validate_code(code())


def test_setting_up_later_asks_for_the_password_again(client, person, monkeypatch):
    sign_in(client)
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def test_removing_the_app_takes_the_recovery_codes_along_and_is_recorded(client, with_app):
    sign_in(client)
    enter(client, code())
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert set(events(AuditEvent.Action.CREDENTIALS)) >= {"totp removed", "recovery_codes removed"}


def test_the_last_one_stays_where_one_is_required(client, with_app, required):
    sign_in(client)
    enter(client, code())
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()
    Authenticator.objects.filter(type="totp").delete()
    passkey = Authenticator.objects.create(user=with_app, type="webauthn", data={"name": "Passkey 1"})
    page = client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]), follow=True)
    assert "the last one stays" in page.content.decode()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_nobody_reaches_the_passkey_of_someone_else(client, with_app):
    other = Authenticator.objects.create(user=make.clinician(), type="webauthn", data={"name": "Theirs"})
    sign_in(client)
    enter(client, code())
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.post(reverse(name, args=[other.pk]), {"name": "Mine"}).status_code == 404
    other.refresh_from_db()
    assert other.data["name"] == "Theirs"


# ------------------------------------------------------------------------------------------------------- required

OPEN = ("/account/", "/about/", "/healthz", "/demo/enter/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_none_is_led_to_set_one_up_before_any_other_page(client, person, required, method):
    client.force_login(make.user(is_administrator=True))
    for route, address in every_address():
        if address.startswith(OPEN):
            continue
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.url) == (302, INDEX), route
    assert "requires a second factor" in client.get(INDEX).content.decode()


def test_without_one_the_password_can_be_changed_only_afterwards(client, person, required):
    sign_in(client)
    assert client.get(reverse("account_change_password")).url == INDEX
    assert client.get(reverse("account_session")).json()["signed_in"]
    assert client.post(reverse("account_logout")).status_code == 302
    assert not is_in(client)


def test_setting_one_up_opens_everything(client, person, required):
    sign_in(client)
    assert client.get("/patients/").url == INDEX
    set_up_app(client)
    assert client.get("/patients/").status_code == 200


def test_a_session_from_before_it_was_set_up_must_use_it(client, person, required):
    """The other session may be that of whoever guessed the password."""
    other = Client()
    sign_in(other)
    sign_in(client)
    set_up_app(client)
    for address in ("/patients/", "/admin/", reverse("mfa_deactivate_totp"), reverse("mfa_add_webauthn"), INDEX):
        assert other.get(address).url.startswith(reverse("mfa_reauthenticate"))
    confirm = other.get("/patients/").url
    assert other.get(confirm).status_code == 200
    secret = Authenticator.objects.get(type="totp").data["secret"]
    now = code(SecondFactorAdapter().decrypt(secret), steps=1)
    assert other.post(confirm, {"code": now, "next": "/patients/"}).url == "/patients/"
    assert other.get("/patients/").status_code == 200


def test_htmx_leaves_its_page_for_it(client, person, required):
    sign_in(client)
    answer = client.get("/patients/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/patients/"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, INDEX)


@pytest.mark.parametrize("typed", ["{}", "[]", "null", "1", '{"response": 1}', '{"id": "x", "response": {}}', "{"])
def test_a_passkey_made_of_nonsense_is_refused(client, person, typed):
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": typed})
    assert answer.status_code == 302
    assert not is_in(client)
