"""The leaflet in Spanish is Spanish to its last word: nothing on it comes from code that no catalog knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.template.base import Lexer, TokenType
from django.utils.translation.trans_real import DjangoTranslation, translation
from pypdf import PdfReader

from pathway.clinic.models import Patient
from pathway.exchange import case_paper
from pathway.exchange.case_json import Case
from pathway.exchange.clinical_cases import FOLDER, load_cases
from pathway.guideline.facts import LEVELS
from pathway.guideline.limits import edition_for
from pathway.plans import paper, translated
from pathway.plans import record as records
from pathway.plans.layout import IN_FULL
from pathway.wording import book, releasing
from pathway.wording.models import Release
from tests import make
from tests.plans.reading import pages
from tests.plans.test_accessible_paper import elements

pytestmark = pytest.mark.django_db
PRINT = Path(settings.BASE_DIR) / "templates" / "plans" / "print"
WORDING = Path(settings.BASE_DIR) / "fixtures" / "wording" / "release-1"
STORIES = "headlines.toml"
OF_THE_RECORD = frozenset({
    "heading", "lines", "family_name", "given_name", "title", "printed_name", "professional_id", "words", "value",
    "number", "phone", "emergency_phone",
})  # fmt: skip
"""Sentences that are translated with the wording, and what people are called."""
SHOWN = ("title", "alt", "aria-label", "data-page", "data-of")
SIGNATURE = {"printed_name": "Ada", "professional_id": "1", "at": "2026-05-01T11:02:00+00:00"}


@pytest.fixture(scope="module")
def leaflets(django_db_setup, django_db_blocker) -> list[dict]:
    """Records in Spanish, made once: a patient of every headline as a draft, and one signed, in place of another."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = in_spanish()
        transaction.set_rollback(True)
        return made


def in_spanish() -> list[dict]:
    make.wording()
    release = releasing.effective()
    spanish = cache(lambda edition: book.current(release, edition, "es"))
    found = []
    for case in load_cases(FOLDER):
        if Path(case.file).name != STORIES:
            continue
        drafted = case_paper.record_of(Case(facts=dict(case.facts), on=case.on, name="Fictional"))
        for action in (one for one in drafted["actions"] if one["status"] in IN_FULL):
            action["decision"] = records.of_decision("follow_with_change", words="Less.", by="Ada", at=SIGNATURE["at"])
        drafted["translations"] = translated.frozen(drafted, {"es": spanish(edition_for(case.on))}, records.said)
        found.append({**translated.in_language(drafted, "es"), "not_reviewed": True})
    assert len({record["headline"]["name"] for record in found}) > 5
    named = [{"label": label, "value": "1"} for label in map(str, dict(Patient.NATIONAL_ID_SCHEMES).values())]
    whole = {
        "plan": {**found[0]["plan"], "number": "000123"},
        "signature": SIGNATURE,
        "supersedes": {"number": "000122", "signed_on": "2026-01-02"},
        "next_review_on": "2027-08-01",
        "clinic": dict.fromkeys(found[0]["clinic"], "1"),
        "facts": {
            **found[0]["facts"],
            "bone_medicine": {"value": "denosumab", "unit": ""},
            "denosumab_last_dose_on": {"value": "2027-01-31", "unit": ""},
        },
    }
    for sex, _said in Patient.SEXES:
        patient = {**found[0]["patient"], "born": "1950-04-09", "sex": sex}
        patient["identifiers"] = [{"label": "Hospital number", "value": "1"}, *named]
        found.append({**found[0], **whole, "patient": patient})
    return found


def wordless(value, key: str = ""):
    """A record without any word that the reader's language should be in: what letters its paper has are the code's."""
    if isinstance(value, dict):
        inside = {"clinic": {"name": "0"}, "release": {"label": "0"}}.get(key, {})
        return {name: wordless(part, name) for name, part in value.items()} | inside
    if isinstance(value, list):
        return [wordless(part, key) for part in value]
    return "0" if key in OF_THE_RECORD and value else value


@pytest.fixture
def asked(monkeypatch) -> set:
    """What is asked of the catalog. It answers with a sign that is no letter, and the places to fill in."""
    found = set()

    def answer(key, message: str) -> str:
        found.add(key)
        return "¤" + "".join(re.findall(r"%(?:\(\w+\))?[sd]", message))

    monkeypatch.setattr(DjangoTranslation, "gettext", lambda self, message: answer(message, message))
    monkeypatch.setattr(DjangoTranslation, "ngettext", lambda self, one, many, number: answer((one, 0), one))
    return found


class Shown(HTMLParser):
    """What a reader sees or hears of a document."""

    def __init__(self, html: str):
        super().__init__()
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.texts += [value for name, value in attrs if name in SHOWN]

    def handle_data(self, data):
        self.texts.append(data)


def words_of_the_code(html: str) -> set[str]:
    said = set(re.findall(r"[^\W\d_]{2,}", " ".join(Shown(html).texts)))
    return said - {level[:1] for level in LEVELS} - {"UTC"}


def english_sentences() -> Iterator[str]:
    """The headings and the paragraphs of the patient's texts, as they would stand on paper."""
    for file in sorted(WORDING.glob("*.toml")):
        for statement in tomllib.loads(file.read_text("utf-8")).get("statement", ()):
            said = statement.get("patient", {"heading": "", "body": ""})
            yield from (
                " ".join(part.split()) for part in (said["heading"], *said["body"].split("\n\n")) if part.strip()
            )


def test_every_sentence_of_the_leaflet_is_said_in_spanish(leaflets):
    english = set(english_sentences())
    assert len(english) > 100
    for record in leaflets:
        shown = {text.strip() for text in Shown(paper.to_html(record, "patient", False)).texts}
        assert shown & english == set()
        assert record["leaflet"]["healing"]["heading"] == "Cómo sana"


@pytest.mark.parametrize("draft", [False, True])
def test_no_word_of_the_leaflet_is_written_in_code(leaflets, asked, draft):
    for record in leaflets:
        assert words_of_the_code(paper.to_html(wordless(record), "patient", draft)) == set(), record["headline"]["name"]
    assert len(asked) > 25


def test_every_word_that_the_leaflet_asks_for_is_in_the_spanish_catalog(leaflets, asked, monkeypatch):
    for record in leaflets:
        for draft in (True, False):
            paper.to_html(record, "patient", draft)
    monkeypatch.undo()
    catalog = translation("es")._catalog
    assert {key for key in asked if key not in catalog} == set()


def included(name: str = "patient.html") -> set[Path]:
    """The templates of the leaflet: those that it extends and includes, and theirs."""
    text = (PRINT / name).read_text("utf-8")
    others = re.findall(r'\{% (?:extends|include) "plans/print/(\w+\.html)"', text)
    return {PRINT / name}.union(*(included(other) for other in others))


def messages(template: Path) -> set[str]:
    """The texts of the template's translate tags, with their context as catalogs write it."""
    found = set()
    for token in Lexer(template.read_text("utf-8")).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith("translate "):
            _, text, *rest = token.split_contents()
            context = f"{ast.literal_eval(rest[1])}\x04" if rest else ""
            found.add(context + ast.literal_eval(text))
    return found


def test_every_text_of_the_templates_is_in_the_spanish_catalog():
    used = set().union(*(messages(template) for template in included()))
    assert len(used) > 10
    assert {text for text in used if text not in translation("es")._catalog} == set()


def test_so_is_every_name_of_what_a_release_and_a_patient_can_be():
    statuses, sexes, schemes = Release.Status, Patient.SEXES, Patient.NATIONAL_ID_SCHEMES
    named = {*map(str, statuses.labels), *(value for value, _ in sexes), *(str(label) for _, label in schemes)}
    assert {name for name in named if name not in translation("es")._catalog} == set()


def test_the_printed_leaflet_has_its_drawing_dates_and_page_numbers_in_spanish(leaflets):
    pdf = paper.render({**leaflets[-1], "not_reviewed": False, "fictional": False}, "patient", draft=False)
    reader = PdfReader(BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert reader.metadata.title == "Su fractura de columna: folleto"
    [figure] = [element for element in elements(reader) if element["/S"] == "/Figure"]
    assert "El hueso roto es L1: donde terminan las costillas" in str(figure["/Alt"])
    printed = pages(pdf)
    for number, text in enumerate(printed, 1):
        assert f"Página {number} de {len(printed)}" in text
        assert "Firmado por Ada (1), 01-May-2026 11:02 UTC" in text
        assert "Nacimiento 09-Abr-1950" in text
    assert "El hueso roto es L1: donde terminan las costillas" in printed[0]
    assert "1 de agosto de 2027" in " ".join(printed)
    assert "31 de julio de 2027 Su inyección de denosumab." in " ".join(printed)


def test_the_compiled_catalog_says_what_the_written_one_says():
    text = (Path(settings.BASE_DIR) / "locale/es/LC_MESSAGES/django.po").read_text("utf-8")
    catalog = translation("es")._catalog
    pairs = re.findall(r'(?:msgctxt "(.+)"\n)?msgid "(.+)"\nmsgstr "(.+)"', text)
    assert len(pairs) > 40
    for context, message, said in pairs:
        assert catalog[f"{context}\x04{message}" if context else message] == said
