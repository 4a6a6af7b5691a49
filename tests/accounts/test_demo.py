"""The demo's links sign in once, and nothing of the demo exists in a database of real patients."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from pathway.accounts.demo import one_time_link
from pathway.accounts.models import SiteState, User


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True
    SiteState.objects.create(kind="demo", loaded_on="2026-11-22")


@pytest.fixture
def editor(db):
    return User.objects.create_user("demo-editor", is_wording_editor=True)


def test_a_link_signs_in_once(client, demo, editor):
    link = one_time_link(editor, "/about/")
    assert client.get(link).url == "/about/"
    assert client.session["_auth_user_id"] == str(editor.pk)
    client.logout()
    again = client.get(link)
    assert again.status_code == 404
    assert "used before" in again.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_expired_link_is_explained(client, demo, editor):
    link = one_time_link(editor, "/about/")
    cache.clear()
    assert client.get(link).status_code == 404


def test_switching_becomes_another_demo_person(client, demo, editor):
    administrator = User.objects.create_user("demo-administrator", is_administrator=True)
    client.force_login(editor)
    response = client.post(reverse("demo_switch"), {"username": administrator.username})
    assert response.url == reverse("admin:index")
    assert client.session["_auth_user_id"] == str(administrator.pk)


@pytest.mark.parametrize("username", ["someone", "", "demo-nobody"])
def test_nobody_but_demo_people_can_be_played(client, demo, editor, username):
    User.objects.create_user("someone", is_administrator=True)
    client.force_login(editor)
    assert client.post(reverse("demo_switch"), {"username": username}).status_code == 404


@pytest.mark.parametrize(("setting", "marked"), [(False, True), (True, False), (False, False)])
def test_outside_the_demo_its_addresses_are_not_found(client, settings, editor, setting, marked):
    settings.DEMO = setting
    if marked:
        SiteState.objects.create(kind="demo", loaded_on="2026-11-22")
    assert client.get(one_time_link(editor, "/about/")).status_code == 404
    assert "_auth_user_id" not in client.session
    client.force_login(editor)
    assert client.post(reverse("demo_switch"), {"username": editor.username}).status_code == 404


def test_every_page_of_the_demo_says_so(client, demo, editor):
    client.force_login(editor)
    page = client.get(reverse("about")).content.decode()
    assert "All patients are fictional" in page
    assert 'value="demo-editor" selected' in page


def test_no_page_of_a_service_offers_to_play_someone(client, editor):
    client.force_login(editor)
    assert "demo_switch" not in client.get(reverse("about")).content.decode()
    assert "All patients are fictional" not in client.get(reverse("about")).content.decode()
