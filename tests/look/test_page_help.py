"""Every page says at its foot what it is for, what to do next, where that comes from, and which software this is."""

import html

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from pathway import __version__, page_help
from tests import make
from tests.accounts.addresses import every_address
from tests.every_page import NO_PAGES, World

ABOUT = "About this page"
INTENDED_USE = (
    "Decision support for qualified clinicians who can review its basis; not a medical device cleared for use."
)


@pytest.mark.django_db
def test_every_page_says_what_it_is_for():
    world = World()
    clients = world.clients()
    read, silent = [page for page in world.pages() if not page.is_refused], []
    for page in read:
        body = html.unescape(clients[page.role].get(page.address).content.decode())
        said = page_help.help_for(resolve(page.address).view_name)
        foot = body.partition(ABOUT)[2]
        told = [*map(str, said or ["nothing"]), INTENDED_USE, f">Version {__version__}<"]
        if body.count(ABOUT) != 1 or any(sentence not in foot for sentence in told):
            silent.append(str(page))
    assert len(read) > 85
    assert silent == []


def test_each_page_has_its_own_words_in_two_or_three_sentences():
    first = [str(said[0]) for said in (*page_help.PAGES.values(), *page_help.ADMIN.values())]
    assert len(set(first)) == len(first)
    for said in (*page_help.PAGES.values(), *page_help.ADMIN.values(), page_help.SECOND_FACTOR):
        assert len(said) == 3
        assert all(str(sentence).endswith((".", "?")) and len(str(sentence)) < 120 for sentence in said)


def test_no_words_are_kept_for_a_page_that_is_gone():
    names = {resolve(address).view_name for route, address in every_address() if route not in NO_PAGES}
    assert page_help.PAGES.keys() - names == set()
    managed = {name.removeprefix("admin:").rpartition("_")[0] for name in names} | {"index"}
    assert page_help.ADMIN.keys() - managed == set()


@pytest.mark.django_db
def test_a_refusal_does_not_explain_the_page_it_stands_for(client):
    client.force_login(make.clinician())
    answer = client.get(reverse("audit"))
    assert answer.status_code == 403
    assert ABOUT not in answer.content.decode()


def test_an_address_of_no_page_has_no_words():
    request = RequestFactory().get("/nothing/")
    request.resolver_match = None
    assert page_help.page_help(request) == {"page_help": None}
