"""Every form that is no part of a visit, sent empty and with nonsense: no answer is a sentence of Django's own.

What a visit asks is in tests/clinic/test_hostile.py.
"""

import re
from html.parser import HTMLParser

import pytest
from django.core import validators
from django.db import models, transaction
from django.forms import fields
from django.forms import models as form_models

from tests.every_page import World

MODULES = (fields, form_models, models.fields, validators)
ERRORS = re.compile(r'(?s)<ul class="errorlist.*?</ul>|<span class="nhsuk-error-message".*?</div>')
NONSENSE = "nonsense ☃ " * 60
NOT_HERE = re.compile(r"visits/|plans/|pathway/releases/\d|service|/(delete|history|discard)/|discard|logout|demo/")
"""What a visit asks, and pages without a form that is typed into."""


def stock_sentences() -> list[re.Pattern]:
    """What Django says by itself, whatever stands in the gaps."""
    said = {
        str(text)
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type)
        for text in (*getattr(kind, "default_error_messages", {}).values(), getattr(kind, "message", ""))
    }
    return [re.compile(re.sub(r"%\\?\((\w+)\\?\)[sd]", ".*", re.escape(text))) for text in said if len(text) > 10]


class Forms(HTMLParser):
    """The forms of a page that are sent by POST: where to, and the kind and value of each control."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str | None, dict]] = []
        self._in_form = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._in_form = given.get("method", "").lower() == "post"
            if self._in_form:
                self.found.append((given.get("action"), {}))
        elif tag in ("input", "select", "textarea") and self._in_form and given.get("name"):
            self.found[-1][1][given["name"]] = (given.get("type"), given.get("value") or "")

    def handle_endtag(self, tag):
        self._in_form = self._in_form and tag != "form"


def errors_in(html: str) -> list[str]:
    return [" ".join(re.sub(r"<[^>]+>", " ", found).split()) for found in ERRORS.findall(html)]


@pytest.mark.django_db
def test_no_form_answers_with_a_sentence_of_djangos():
    world = World()
    clients, stock = world.clients(), stock_sentences()
    refused, borrowed = 0, set()
    for page in world.pages():
        if NOT_HERE.search(page.address):
            continue
        client = clients[page.role]
        for action, controls in Forms(client.get(page.address).content.decode()).found:
            if NOT_HERE.search(action or ""):
                continue
            for typed in ("", NONSENSE):
                sent = {name: value if kind == "hidden" else typed for name, (kind, value) in controls.items()}
                with transaction.atomic():
                    answer = client.post(action or page.address, sent)
                    transaction.set_rollback(True)
                said = [] if answer.streaming else errors_in(answer.content.decode())
                refused += bool(said)
                borrowed |= {(page.route, one[:90]) for one in said if any(each.search(one) for each in stock)}
    assert borrowed == set()
    assert refused > 20
