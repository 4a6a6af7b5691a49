"""Papers that are laid out while the page to sign is read: faster, and the same to the byte."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from pathway.plans import paper, signing
from pathway.plans.drafts import draft, suggested_review
from pathway.plans.models import Plan
from pathway.plans.printing import sealed
from tests import make
from tests.plans import sample
from tests.plans.ordinary_patients import THREE_WEEKS
from tests.plans.reading import words
from tests.plans.test_signing_pages import decide_all, signing_form

NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def printer() -> sealed.Printer:
    return sealed.Printer()


@pytest.fixture
def visit(db):
    make.wording()
    made = make.visit(**THREE_WEEKS)
    decide_all(made, made.started_by)
    return made


def ahead_of(visit, monkeypatch) -> dict[str, str]:
    """What is laid out while `visit` is reviewed, by audience."""
    told = {}
    with monkeypatch.context() as patched:
        patched.setattr(
            paper,
            "lay_out_both",
            lambda record: told.update({who: paper.to_html(record, who, False) for who in paper.AUDIENCES}),
        )
        review = suggested_review(visit.evaluation())
        signing.lay_out_ahead(draft(visit), visit.started_by, NOW - timedelta(seconds=90), review)
    return told


@pytest.mark.parametrize("audience", paper.AUDIENCES)
def test_a_signed_paper_has_the_same_bytes_whether_or_not_it_was_laid_out_ahead(printer, visit, monkeypatch, audience):
    ahead = ahead_of(visit, monkeypatch)[audience]
    signing.sign(visit, visit.started_by, NOW, next_review_on=suggested_review(visit.evaluation()))
    html = paper.to_html(visit.plan.frozen(), audience, False)
    assert html != ahead
    printer.lay_out(ahead)
    laid_out = _laid_out(printer, monkeypatch)
    assert printer.pdf(html) == visit.plan.paper(audience)
    assert laid_out == [], "it was there already"
    assert printer.pdf(html) == visit.plan.paper(audience)
    assert laid_out == [html], "once only"


def _laid_out(printer, monkeypatch) -> list[str]:
    told, usual = [], printer._laid_out
    monkeypatch.setattr(printer, "_laid_out", lambda html: (told.append(html), usual(html))[1])
    return told


FOOT = '<p class="page-foot">Plan P-000000<br>Signed, 11:02</p>'


@pytest.mark.parametrize(
    ("ahead", "html"),
    [
        (FOOT, FOOT.replace("Signed", "Signee")),
        (FOOT, FOOT.replace("11:02", "1:02")),
        (FOOT + "<p>7 of 10</p>", FOOT + "<p>8 of 10</p>"),
        (FOOT + "<p>Plan P-000000</p>", FOOT.replace("000000", "000123") + "<p>Plan P-000000</p>"),
        ("<p>" + FOOT[3:].replace('class="page-foot"', ""), "<p>Plan P-000123</p>"),
    ],
    ids=["a letter", "a digit fewer", "a digit elsewhere", "a line that stands in the text too", "no foot"],
)
def test_whatever_else_differs_is_laid_out_anew(printer, monkeypatch, ahead, html):
    head = "<!DOCTYPE html><html lang='en'><title>-</title>"
    ahead, html = head + ahead, head + html
    direct = printer.pdf(html)
    printer.lay_out(ahead)
    laid_out = _laid_out(printer, monkeypatch)
    assert printer.pdf(html) == direct
    assert laid_out == [html]


def test_a_foot_that_takes_two_lines_on_paper_is_laid_out_anew(printer, monkeypatch):
    record = sample.record()
    record["signature"] = record["signature"] | {"printed_name": "Dr " + "Long-Name " * 20}
    ahead = paper.to_html(record, "patient", False)
    html = ahead.replace(record["plan"]["number"], "P-009999")
    direct = printer.pdf(html)
    printer.lay_out(ahead)
    laid_out = _laid_out(printer, monkeypatch)
    assert printer.pdf(html) == direct
    assert laid_out == [html]


def test_only_the_last_few_are_kept(printer):
    pages = [f"<!DOCTYPE html><html lang='en'><title>-</title><p>Number {number}</p>" for number in range(7)]
    for html in pages:
        printer.lay_out(html)
    assert list(printer._ahead) == pages[-sealed.MOST_AHEAD :]


def test_the_page_to_sign_begins_both_papers_and_the_press_finishes_them(client, visit, settings, monkeypatch):
    settings.PRINT_AHEAD = True
    begun, usual = [], paper.printers().lay_out_ahead
    monkeypatch.setattr(paper.printers(), "lay_out_ahead", begun.append)
    client.force_login(visit.started_by)
    form = signing_form(client, visit)
    while len(begun) < len(paper.AUDIENCES):
        pass
    for html in begun:
        usual(html)
    client.post(reverse("plans:sign", args=[visit.pk]), form)
    plan = Plan.objects.get(visit=visit)
    expected = {sealed.but_for_digits(paper.to_html(plan.frozen(), who, False)) for who in paper.AUDIENCES}
    assert {sealed.but_for_digits(html) for html in begun} == expected, "what was begun is what was wanted"
    for who in paper.AUDIENCES:
        assert plan.number in words(plan.paper(who))
        assert not re.search("P-000000", words(plan.paper(who)))
        assert plan.paper(who) == sealed.Printer().pdf(paper.to_html(plan.frozen(), who, False))


def test_a_process_that_lays_out_ahead_is_not_waited_for(monkeypatch):
    """Nothing that is wanted now waits for what may be wanted later."""
    busy = paper.Printers(most=1, seconds=20)
    try:
        busy.lay_out_ahead(paper.to_html(sample.record(), "patient", draft=False))
        assert busy._count == 0, "no process is started for it"
    finally:
        busy.close()
