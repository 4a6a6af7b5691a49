"""Another edition of the limits over all visits: whose headline or status would change, before it takes effect."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathway.guideline import limits
from pathway.releases import editions
from tests import make

pytestmark = pytest.mark.django_db
BEND = {"kyphosis_degrees": Decimal(13), "kyphosis_method": "local"}
PAGE = "/pathway/releases/edition/"


@pytest.fixture
def visit():
    """With an angle of 13 degrees, below the limit of 15; and another patient whom no angle concerns."""
    make.visit(**make.UNREMARKABLE, pain_nrs=6)
    return make.visit(**make.UNREMARKABLE, pain_nrs=6, **BEND)


def command(*args) -> str:
    out = StringIO()
    call_command("replay_edition", *args, stdout=out)
    return out.getvalue()


def test_a_lower_limit_names_the_visit_and_what_changes(visit):
    found = command("--set", "kyphosis=12")
    assert f"Visit {visit.pk}, 2026-11-22, open: " in found
    assert "Medical management → Augmentation: checks first" in found
    assert "2 visits; 1 open and 0 signed would be advised differently" in found
    assert "Visit" not in command("--set", "kyphosis=12", "--quiet").splitlines()[0].split(";")[0]


def test_the_same_limits_change_nobody(visit):
    assert "0 open and 0 signed" in command("--set", "kyphosis=15")


def test_an_edition_in_the_program_is_replayed_before_its_day(visit, monkeypatch):
    later = limits.EDITION_1.next_edition(
        date(2099, 1, 1), kyphosis=editions.trial({"kyphosis": "12"}, make.TODAY).kyphosis
    )
    monkeypatch.setattr(editions, "EDITIONS", (limits.EDITION_1, later))
    assert "1 open" in command()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "No such edition is coming"),
        (("--edition", "9"), "The program has 1"),
        (("--set", "kyphos=12"), "not a limit"),
        (("--set", "kyphosis=many"), "not a number"),
        (("--set", "kyphosis=NaN"), "not a number"),
    ],
)
def test_what_cannot_be_replayed_is_a_sentence(args, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(*args)


def test_the_page_counts_and_names_nobody(client, visit):
    client.force_login(make.editor())
    assert "no later one is in the program" in client.get(PAGE).content.decode()
    html = client.post(PAGE, {"limit": "kyphosis", "value": "12"}, follow=True).content.decode()
    assert "Of 2 visits, 1 open and 0 signed ones would be advised differently" in html
    assert "Medical management → Augmentation: checks first" in html
    assert str(visit.pk) not in html
    refused = client.post(PAGE, {"limit": "kyphosis", "value": "<b>"})
    assert refused.status_code == 422
    assert "“&lt;b&gt;” is not a number" in refused.content.decode()


def test_while_it_runs_the_page_says_how_far_it_is_and_asks_again(client, visit, monkeypatch):
    monkeypatch.setattr(editions, "try_part", lambda *part: None)
    client.force_login(make.editor())
    html = client.post(PAGE, {"limit": "kyphosis", "value": "12"}, follow=True).content.decode()
    assert "Trying it: 0 of 2 visits." in html
    assert 'hx-trigger="every 2s"' in html


def test_a_part_that_fails_ends_the_trial_as_failed(client, visit, monkeypatch):
    def broken(*asked):
        raise RuntimeError("OKAFOR")

    monkeypatch.setattr(editions, "load_visits", broken)
    client.force_login(make.editor())
    html = client.post(PAGE, {"limit": "kyphosis", "value": "12"}, follow=True).content.decode()
    assert "Trying it on all visits failed" in html
    assert "OKAFOR" not in html


def test_the_edition_that_is_coming_is_tried_from_the_page(client, visit, monkeypatch):
    kyphosis = editions.trial({"kyphosis": "12"}, make.TODAY).kyphosis
    later = limits.EDITION_1.next_edition(date(2099, 1, 1), kyphosis=kyphosis)
    monkeypatch.setattr(editions, "EDITIONS", (limits.EDITION_1, later))
    client.force_login(make.editor())
    assert "Try edition 2" in client.get(PAGE).content.decode()
    html = client.post(PAGE, {"limit": ""}, follow=True).content.decode()
    assert "With the edition that is coming" in html
    assert "1 open and 0 signed" in html


def test_the_page_is_for_authors(client):
    client.force_login(make.clinician())
    assert client.get(PAGE).status_code == 403
