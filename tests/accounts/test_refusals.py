"""Bad requests get a sentence and the right status, are never stored by a browser, and never reach the log."""

import json
import logging

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DataError, OperationalError
from django.test import Client
from django.urls import path, reverse

from pathway import urls
from pathway.accounts.log import JsonFormatter
from pathway.accounts.models import User


def fail_with(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    *urls.urlpatterns,
    path("test/validation", fail_with(ValidationError("OKAFOR is not a valid UUID"))),
    path("test/data", fail_with(DataError("OKAFOR"))),
    path("test/overflow", fail_with(OverflowError("OKAFOR"))),
    path("test/busy", fail_with(OperationalError("OKAFOR"))),
    path("test/defect", fail_with(RuntimeError("OKAFOR"))),
]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


@pytest.fixture
def signed_in(client, db):
    client.force_login(User.objects.create_user("ada", is_administrator=True))
    return client


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status"),
    [("validation", 400), ("data", 400), ("overflow", 400), ("busy", 503), ("defect", 500), ("missing", 404)],
)
def test_what_a_view_cannot_handle_becomes_a_page(signed_in, caplog, address, status):
    signed_in.raise_request_exception = False
    response = signed_in.get(f"/test/{address}")
    assert response.status_code == status
    assert "<h1" in response.content.decode()
    assert "OKAFOR" not in response.content.decode()
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert not [line for line in lines if "OKAFOR" in line]


@pytest.mark.parametrize("address", ["/about/?x=%00", "/about%00/"])
def test_null_characters_are_refused(signed_in, address):
    assert signed_in.get(address).status_code == 400


def test_a_null_character_in_a_form_is_refused(client, db):
    response = client.post(reverse("account_login"), {"login": "a\0", "password": "x"})
    assert response.status_code == 400


def test_a_form_of_a_million_characters_is_refused_with_a_sentence(client, db):
    response = client.post(reverse("account_login"), {"login": "x" * 1_000_000, "password": "x"})
    assert response.status_code == 413
    assert "512" in response.content.decode()


def test_a_form_of_a_thousand_fields_is_refused_with_a_sentence(client, db):
    response = client.post(reverse("account_login"), {f"f{n}": "1" for n in range(1000)})
    assert response.status_code == 413


@pytest.mark.parametrize("key", ["not-a-uuid", "1", "9" * 40, "%F0%9F%A6%B4"])
def test_wrong_ids_in_the_admin_never_fail(signed_in, key):
    address = reverse("admin:accounts_user_changelist") + f"{key}/change/"
    assert signed_in.get(address).status_code in (302, 404)
    assert signed_in.get(reverse("admin:accounts_user_changelist"), {"clinic__id__exact": key}).status_code < 500


def test_a_stale_form_of_a_signed_in_person_is_explained(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("ada"))
    response = client.post(reverse("account_logout"))
    assert response.status_code == 403
    assert "reload" in response.content.decode()


def test_a_stale_htmx_form_reloads_its_page(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("ada"))
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/about/"}
    response = client.post(reverse("account_logout"), headers=headers)
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/about/")


def test_a_form_without_a_session_leads_to_sign_in(db):
    response = Client(enforce_csrf_checks=True).post(reverse("account_logout"))
    assert response.status_code == 302
    assert response.url.startswith("/account/login/")


@pytest.mark.parametrize("address", ["/about/", "/account/login/", "/healthz", "/nowhere/", "/admin/", "/about/?x=%00"])
def test_no_page_is_stored_or_framed_or_runs_foreign_code(client, db, address):
    headers = client.get(address).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_health_says_up_and_nothing_else(client, db):
    assert client.get("/healthz").json() == {"status": "up"}


def test_a_request_is_logged_by_its_route_and_never_by_its_address(signed_in, caplog):
    caplog.set_level(logging.INFO, "pathway.access")
    key = User.objects.get().pk
    signed_in.get(reverse("admin:accounts_user_change", args=[key]), {"q": "OKAFOR"})
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert line["route"] == "admin/accounts/user/<path:object_id>/change/"
    assert line["user_id"] == str(key)
    assert line["status"] == 200
    assert "OKAFOR" not in str(line)


def test_no_clinical_model_is_in_the_admin():
    assert not {model._meta.app_label for model in admin.site._registry} & {"clinic", "plans"}


def test_about_states_the_intended_use(client, db):
    assert "not a medical device cleared for" in client.get(reverse("about")).content.decode()
