"""The pathway, its interpretations, statements and sources, as pages for everyone who works here."""

import re

import pytest
from django.urls import reverse

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1
from pathway.guideline.notices import NOTICES
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS
from tests import make

pytestmark = pytest.mark.django_db
PAGES = ("pathway", "interpretations", "statements", "sources", "proof")


@pytest.fixture
def pages(client, release) -> dict[str, str]:
    """Address and HTML of each page, as a clinician sees it."""
    client.force_login(make.clinician())
    addresses = [reverse(f"wording:{name}") for name in PAGES]
    replies = {address: client.get(address) for address in addresses}
    assert {reply.status_code for reply in replies.values()} == {200}
    return {address: reply.content.decode() for address, reply in replies.items()}


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


def test_the_pathway_page_lists_every_name_and_every_limit(pages):
    there = ids(pages["/pathway/"])
    wanted = [f"headline-{name}" for name in HEADLINES] + [f"criterion-{name}" for name in CRITERIA]
    wanted += [f"action-{name}" for name in ACTIONS] + [f"notice-{name}" for name in NOTICES]
    wanted += [f"limit-{name}" for name in EDITION_1.by_name]
    assert set(wanted) <= set(there)


def test_every_decision_statement_and_source_has_its_place(pages):
    assert set(DECISIONS) <= set(ids(pages["/pathway/interpretations/"]))
    assert set(STATEMENTS) <= set(ids(pages["/pathway/statements/"]))
    assert set(SOURCES) <= set(ids(pages["/pathway/sources/"]))


def test_no_id_is_there_twice(pages):
    assert {address: len(ids(html)) for address, html in pages.items()} == {
        address: len(set(ids(html))) for address, html in pages.items()
    }


def test_every_link_within_the_pages_leads_somewhere(pages):
    broken = []
    for address, html in pages.items():
        for page, anchor in re.findall(r'href="(/pathway/[a-z/]*)?#([^"]+)"', html):
            if anchor not in ids(pages[page or address]):
                broken.append((address, page, anchor))
    assert broken == []


def test_what_goes_beyond_the_source_is_marked(pages):
    marked = pages["/pathway/"].count("app-tag--beyond")
    assert marked == sum(action.origin == "beyond" for action in ACTIONS.values())


def test_likely_papers_are_told_as_likely(pages):
    html = pages["/pathway/sources/"]
    assert "[7]" in html
    assert "it is not a fact" in html
    assert "Medtronic" in html


def test_a_rule_shows_its_limits_and_links_to_its_criteria(pages):
    html = pages["/pathway/"]
    assert "Kyphosis angle: 15° or more" in html
    assert '<a class="nhsuk-link" href="#criterion-malignancy_suspected">' in html


@pytest.mark.parametrize("role", ["is_clinician", "is_wording_editor", "is_administrator"])
@pytest.mark.parametrize("name", PAGES)
def test_every_role_may_read_them(client, release, role, name):
    client.force_login(make.user(**{role: True}))
    assert client.get(reverse(f"wording:{name}")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, name):
    assert client.get(reverse(f"wording:{name}")).status_code == 302


def test_without_wording_the_page_says_so(client):
    client.force_login(make.clinician())
    reply = client.get(reverse("wording:pathway"))
    assert reply.status_code == 503
    assert "load_wording" in reply.content.decode()
