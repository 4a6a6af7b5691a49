"""Edits that could harm are refused with a sentence that says where: lost warnings, lost sources, text hard to read."""

import re

import pytest

from pathway.wording import reading, safety
from pathway.wording.fixture import read_release
from pathway.wording.management.commands.load_wording import FOLDER
from pathway.wording.models import Statement
from tests import make
from tests.wording.test_admin import in_the_book, page, post, refusal

RELEASE = read_release(FOLDER / "release-1")
TEXTS = {text.identity: text.texts() for text in RELEASE.statements}
HELP = TEXTS["leaflet", "get_help_now", "patient"]
PATIENT_TEXTS = [text for text in RELEASE.statements if text.audience == "patient"]
SIGNS = 'Below < 5 or <= 6, above > 7 or >= 8, & “quotes” "\'" −1.7 ≥ 3 ≤ 4 20 µg, 1 μg'


@pytest.fixture
def editor(client, db):
    make.wording()
    user = make.editor()
    client.force_login(user)
    return user


def drafted(kind, key, audience="patient") -> Statement:
    return make.draft().statements.get(kind=kind, key=key, audience=audience, language="en")


def test_the_shipped_emergency_sentences_say_all_they_must():
    assert set(safety.REQUIRED) <= set(TEXTS)
    assert [lost for name in safety.REQUIRED for lost in safety.lost_words(*name, TEXTS[name]["body"])] == []


@pytest.mark.parametrize("name", sorted(safety.REQUIRED), ids="-".join)
def test_each_required_word_in_turn_is_missed_when_it_goes(name):
    said = " ".join(TEXTS[name]["body"].split())
    for words in safety.REQUIRED[name]:
        cut = re.sub(rf"(?<!\w)(?:{words})(?!\w)", "x", said, flags=re.IGNORECASE)
        assert safety.lost_words(*name, cut)


@pytest.mark.parametrize(
    ("name", "word"), [(("leaflet", "get_help_now", "patient"), "at once"),
                       (("headline", "emergency_spine", "patient"), "now"),
                       (("headline", "emergency_spine", "patient"), "today"),
                       (("headline", "urgent_infection", "patient"), "soon")],
    ids=str,
)  # fmt: skip
def test_urgency_is_said_in_the_text_itself_whatever_the_heading_says(client, editor, name, word):
    said = drafted(*name)
    assert f"its text must say “{word}”" in refusal(post(client, said, body=said.body.replace(word, "some time")))


@pytest.mark.parametrize("sign", [line for line in HELP["body"].splitlines() if line.startswith("- ")])
def test_no_danger_sign_leaves_the_leaflet(sign):
    assert safety.lost_words("leaflet", "get_help_now", "patient", HELP["body"].replace(sign, "- a new sign"))


def test_a_warning_that_loses_its_words_is_refused_in_the_form(client, editor):
    said = drafted("leaflet", "get_help_now")
    refused = refusal(post(client, said, body=said.body.replace("Do not drive yourself.", "You may drive.")))
    assert "must say “do not drive”" in refused


def test_a_citation_that_the_rule_rests_on_stays(client, editor):
    said = drafted("action", "refer.emergency_spine")
    assert "The citation S23 stays" in refusal(post(client, said, cites="girft-ces"))
    assert "Citations: fill this in." in refusal(post(client, said, cites=" "))
    assert "Something must be cited" in " ".join(safety.lost_cites("notice", "under_50", ""))


def test_a_review_day_in_the_past_is_refused(client, editor):
    assert "This day is past" in refusal(post(client, drafted("notice", "under_50"), review_by="2020-01-01"))


@pytest.mark.parametrize(
    ("word", "count"),
    [("bone", 1), ("broken", 2), ("medicine", 3), ("hospital", 3), ("emergency", 4), ("medication", 4), ("walked", 1),
     ("needed", 2), ("makes", 1), ("you", 1), ("table", 2), ("MRI", 1)],
)  # fmt: skip
def test_syllables(word, count):
    assert reading.syllables(word) == count


def test_the_age_is_by_sentence_and_whole():
    found = reading.read("Sit down.\n\n- Rehabilitation necessitates multidisciplinary collaboration.")
    assert found.sentences[0].text == "Sit down."
    assert found.sentences[0].age < 11 < 14 < found.sentences[1].age
    assert found.hard == ("Rehabilitation", "necessitates", "multidisciplinary", "collaboration")


def test_the_formula_is_that_of_flesch_and_kincaid():
    sentence = reading.ReadSentence("", words=10, syllables=15, hard=())
    assert sentence.age == pytest.approx(0.39 * 10 + 11.8 * 1.5 - 15.59 + 5)


@pytest.mark.parametrize("text", PATIENT_TEXTS, ids=lambda text: f"{text.kind}-{text.key}")
def test_every_shipped_text_for_patients_reads_as_for_age_11(text):
    assert reading.faults(text.body) == reading.warnings(text.body) == []


def test_text_that_patients_cannot_read_is_refused_with_its_hard_words(client, editor):
    hard = "Compression fractures need comprehensive multidisciplinary rehabilitation strategies and a prescription."
    refused = refusal(post(client, drafted("notice", "under_50"), body=hard))
    assert "text for patients stops at 14" in refused
    assert "multidisciplinary" in refused
    assert post(client, drafted("notice", "under_50", "clinician"), body=hard).status_code == 302


@pytest.mark.parametrize(
    ("words", "of_two", "told"),
    [(24, 7, "It reads as for age 14.1; text for patients stops at 14."), (10, 5, "as for age 11.1; the goal is 11.")],
)
def test_an_age_just_above_a_limit_is_not_said_to_be_the_limit(words, of_two, told):
    body = " ".join(["table"] * of_two + ["bone"] * (words - of_two))
    assert reading.read(body).age % 1 < 0.05
    assert told in "".join(reading.faults(body) + reading.warnings(body))


def test_words_to_avoid_are_explained_on_the_form(client, editor):
    said = drafted("notice", "under_50")
    assert post(client, said, body="Your disease makes bones brittle.").status_code == 302
    html = client.get(page(said)).content.decode()
    assert "Avoid “disease”. Say “condition”" in html
    assert "Avoid “brittle”." in html
    assert "Reads as for age" in html


def test_signs_survive_form_database_and_book(client, editor):
    said = drafted("action", "pain.nsaid", "clinician")
    assert post(client, said, body=SIGNS).status_code == 302
    said.refresh_from_db()
    assert said.body == SIGNS
    assert in_the_book(said.release).blocks[0].lines == (SIGNS,)
