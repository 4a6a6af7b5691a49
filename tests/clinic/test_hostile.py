"""Whatever is sent: a sentence and a right status, nothing lost, never a crash."""

import pytest
from django.utils.datastructures import MultiValueDict

from pathway.clinic.forms import StepForm
from pathway.clinic.models import Visit
from pathway.clinic.questions import QUESTIONS
from pathway.clinic.steps import STEP_OF_FACT
from pathway.guideline.facts import FACTS, Kind
from tests.clinic.walking import autosave, page, send

HOSTILE = {
    "control": "6\x07",
    "bidi": "6\u202e2",
    "zero width": "6\u200b",
    "script": "<script>alert(1)</script>",
    "markup": '"><img src=x onerror=alert(1)>',
    "htmx": "<b hx-post='/visits/' hx-trigger='load'>",
    "template": "{{ visit.patient }}{% debug %}",
    "sql": "6'; DROP TABLE clinic_visit; --",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "exponent": "1e400",
    "tiny": "1e-400",
    "underscore": "1_0",
    "fullwidth": "６",
    "arabic": "٦",
    "over-precise": "6.00001",
    "surrogate": "\ud800",
    "emoji": "\U0001f600",
    "long": "6" * 10_000,
}
BOXED = [name for name in QUESTIONS if FACTS[name].is_number and name != "pregnant"]
DATES = [name for name in QUESTIONS if FACTS[name].kind is Kind.DATE]
CHOSEN = [name for name in QUESTIONS if FACTS[name].kind in (Kind.YES_NO, Kind.CHOICE, Kind.LEVELS)]


def typed_for(fact: str, text: str) -> dict[str, str]:
    """The text in the question's box, with what makes the question apply."""
    boxes = {f"{fact}_year": text, f"{fact}_month": "1", f"{fact}_day": "1"} if fact in DATES else {fact: text}
    return {"marrow_edema": "no", "kyphosis_degrees": "10", "scoliosis_degrees": "5", "t_score_spine": "-2", **boxes}


def encoded(typed: dict[str, str]) -> dict[str, str]:
    return {name: text.encode("utf-8", "replace").decode() for name, text in typed.items()}


@pytest.mark.parametrize("fact", [*BOXED, *DATES, *CHOSEN])
def test_every_question_refuses_what_is_no_answer(visit, fact):
    if fact == "pregnant":
        visit.patient.date_of_birth = visit.patient.date_of_birth.replace(year=1985)
    step = STEP_OF_FACT[fact]
    for name, text in HOSTILE.items():
        data = MultiValueDict({piece: [typed] for piece, typed in typed_for(fact, text).items()})
        form = StepForm(step, visit, data=data)
        assert not form.is_valid(), name
        assert list(form.errors) == [fact], name
        (sentence,) = form.errors[fact]
        assert sentence.endswith("."), name
        assert "This field" not in sentence
        assert form.known_answers()[fact] is None


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("fact", ["height_loss_percent", "identified_on", "levels"])
def test_a_page_with_what_is_no_answer(signed_in, visit, fact, text):
    step = STEP_OF_FACT[fact].slug
    response = send(signed_in, visit, step, **encoded(typed_for(fact, text)))
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error:" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b hx-post" not in html
    assert "OKAFOR" not in html.split("<main")[1], "nothing was compiled as a template"
    assert autosave(signed_in, visit, step, **encoded(typed_for(fact, text))).status_code == 200
    assert page(signed_in, visit, step)
    assert Visit.objects.get(pk=visit.pk).version == 1


def test_what_was_refused_is_shown_literally(signed_in, visit):
    html = send(signed_in, visit, "pain", pain_nrs='"><img src=x onerror=alert(1)>').content.decode()
    assert 'value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"' in html


@pytest.mark.parametrize("year", ["1", "0001", "1899", "2027", "9999", "10000", "0000", "-2026"])
@pytest.mark.parametrize("fact", DATES)
def test_years_that_cannot_be(signed_in, visit, fact, year):
    step = STEP_OF_FACT[fact].slug
    assert send(signed_in, visit, step, **typed_for(fact, year)).status_code == 422
    assert autosave(signed_in, visit, step, **typed_for(fact, year)).status_code == 200
    assert f'value="{year}"' in page(signed_in, visit, step)


def test_a_null_character_is_refused(signed_in, visit):
    for text in ("6\x00", "\x00"):
        assert send(signed_in, visit, "pain", pain_nrs=text).status_code in (400, 422)
        assert autosave(signed_in, visit, "pain", pain_nrs=text).status_code in (200, 400)


def test_a_million_characters_are_refused(signed_in, visit):
    """T26."""
    for text in ("6" * 1_000_000, "x" * 1_000_000):
        assert send(signed_in, visit, "pain", pain_nrs=text).status_code in (400, 413, 422)
    many = {f"field{number}": "1" for number in range(5_000)}
    assert send(signed_in, visit, "pain", **many).status_code in (400, 413)


def test_fields_that_are_not_questions_change_nothing(signed_in, visit):
    """T21."""
    mine = visit.started_by_id
    send(signed_in, visit, "pain", pain_nrs="6", signed_at="2026-11-22", started_by="x", on="2020-01-01", fracture="x")
    visit.refresh_from_db()
    assert (visit.pain_nrs, visit.signed_at, visit.started_by_id, visit.on.year) == (6, None, mine, 2026)


def test_pieces_that_no_browser_sends(signed_in, visit):
    """Several values, a unit of another fact, a list where one is asked, a page of another step."""
    several = {"pain_nrs": ["6", "7"], "pain_course": ["worsening", "improving"]}
    assert send(signed_in, visit, "pain", **several).status_code == 302
    assert send(signed_in, visit, "bone-health", weight_kg="62", weight_kg_unit="°F").status_code == 422
    assert send(signed_in, visit, "fracture", levels=["T12", "not_known"]).status_code == 422
    assert send(signed_in, visit, "pain", cord_signs="yes").status_code == 302
    visit.refresh_from_db()
    assert visit.cord_signs == ""
