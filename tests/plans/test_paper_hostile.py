"""What nobody should write into a record, written into a record."""

import re
import socket
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader

from pathway.plans import checks, fonts, layout, paper
from pathway.plans.printing.pool import Printers
from pathway.plans.printing.sealed import Printer
from tests.plans import sample
from tests.plans.reading import squeezed, words

NAMES_THAT_PRINT = (
    "Élise O’Connor-Ångström",
    "Łukasz Żółć",
    "Ðặng Thị Ngọc",
    "Παπαδόπουλος",
    "Щербакова",
    "Յակոբեան",
    "ბერიძე",
    "כהן",
    "محمد",
    "श्रीमती",
    "মোহাম্মদ",
    "ਸਿੰਘ",
    "પટેલ",
    "கண்ணன்",
    "తెలుగు",
    "ಕನ್ನಡ",
    "മലയാളം",
    "සිංහල",
    "สมชาย",
    "ខ្មែរ",
    "မြန်မာ",
    "አማርኛ",
)
NAMES_THAT_DO_NOT = ("김민준", "王小明", "さくら", "ᏣᎳᎩ", "A\u202eB", "A\u200bB", "A\x00B", "\ufeffA", "A\ue000")


def test_names_in_the_scripts_of_the_fonts_print_without_a_box():
    pdf = paper.render(sample.patient(family_name=" ".join(NAMES_THAT_PRINT)), "clinician", draft=False)
    used = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in PdfReader(BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(re.match("DejaVu|Noto", font) for font in used), used
    assert sum(font.startswith("Noto") for font in used) == len(fonts.SCRIPTS)


@pytest.mark.parametrize("name", NAMES_THAT_DO_NOT)
@pytest.mark.parametrize("audience", paper.AUDIENCES)
def test_a_name_outside_the_fonts_is_refused_with_its_characters(name, audience):
    with pytest.raises(paper.UnprintableError) as refused:
        paper.render(sample.patient(given_name=name), audience, draft=True)
    lacking = [c for c in name if c not in "AB"]
    assert f"U+{ord(lacking[0]):04X}" in str(refused.value)
    assert "Write it in Latin letters" in str(refused.value)


def test_free_words_are_refused_like_names():
    record = sample.record()
    record["actions"][4]["decision"]["words"] = "Patient said 싫어요"
    with pytest.raises(paper.UnprintableError, match="hangul"):
        paper.render(record, "clinician", draft=True)


def test_every_character_of_our_own_templates_can_be_printed():
    for template in (Path(settings.BASE_DIR) / "templates/plans/print").glob("*.html"):
        paper.refuse_unprintable({"template": template.read_text("utf-8")})


FETCHES = (
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<img src="{url}">',
    '<img srcset="{url} 1x">',
    '<object data="{url}">x</object>',
    '<embed src="{url}">',
    '<iframe src="{url}"></iframe>',
    '<link rel="stylesheet" href="{url}">',
    '<link rel="icon" href="{url}">',
    '<style>@import "{url}";</style>',
    "<style>@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>",
    '<p style="background: url({url})">x</p>',
    '<p style="list-style-image: url({url}); display: list-item">x</p>',
    '<p style="content: url({url})">x</p>',
    '<p style="border-image: url({url}) 1">x</p>',
    '<body background="{url}">',
    '<svg><image href="{url}" width="9" height="9"/></svg>',
    '<svg><use href="{url}#x"/></svg>',
)
URLS = ("file:///etc/passwd", "http://127.0.0.1:9/x", "static/print.css", "data:text/plain,leak")


@pytest.fixture(scope="module")
def printer() -> Printer:
    """In this process, where its sockets can be watched."""
    return Printer()


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("The paper opened a socket.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def test_markup_in_a_record_is_printed_as_text(no_network):
    attacks = [markup.format(url=url) for markup in FETCHES for url in URLS]
    record = sample.record()
    record["actions"][4]["decision"]["words"] = " ".join(attacks)
    record["patient"]["title"] = attacks[0]
    record["headline"]["blocks"][0]["lines"] = attacks
    pdf = paper.render(record, "clinician", draft=False)
    text = squeezed(pdf)
    assert all("".join(attack.split()) in text for attack in attacks)
    assert not active(pdf)


def active(pdf: bytes) -> list[str]:
    """Links, attachments, scripts and actions in the file: a plan has none."""
    reader = PdfReader(BytesIO(pdf))
    found = [str(note.get_object()) for page in reader.pages for note in page.get("/Annots", [])]
    root = reader.trailer["/Root"]
    return found + [key for key in ("/OpenAction", "/AA", "/AcroForm", "/AF") if key in root] + list(reader.attachments)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("markup", FETCHES)
def test_even_unescaped_markup_reads_no_file_and_opens_no_socket(markup, url, no_network, printer):
    """The second wall: as if the escaping had failed."""
    from weasyprint.urls import FatalURLFetchingError

    html = f'<!DOCTYPE html><html lang="en"><title>x</title><body>{markup.format(url=url)}<p>end</p>'
    try:
        pdf = printer.pdf(html)
    except FatalURLFetchingError:
        return
    assert "root:" not in words(pdf)
    assert "leak" not in words(pdf)
    assert not PdfReader(BytesIO(pdf)).attachments
    assert b"root:x:" not in pdf


@pytest.mark.parametrize("length", [60, 2000])
def test_a_word_without_breaks_stays_inside_the_page(length):
    record = sample.record()
    record["actions"][4]["decision"]["words"] = "W" * length
    record["patient"]["family_name"] = "X" * min(length, 100)
    for audience in paper.AUDIENCES:
        pdf = paper.render(record, audience, draft=False)
        for page in PdfReader(BytesIO(pdf)).pages:
            places = []
            page.extract_text(visitor_text=lambda text, cm, tm, font, size, at=places: at.append((text, cm, tm, size)))
            for text, cm, tm, size in places:
                if not text.strip():
                    continue
                across = cm[0] * tm[4] + cm[4]
                assert -1 <= across <= 595, text
                # No letter of the fonts is wider than its size.
                if set(text.strip()) <= {"W", "X"}:
                    assert across + len(text.strip()) * size * abs(cm[0]) * 0.70 <= 600, (audience, len(text))
    assert squeezed(paper.render(record, "clinician", draft=False)).count("W" * min(length, 20)) >= 1


def _gap(record: dict, path: tuple) -> None:
    for key in path[:-1]:
        record = record[key]
    del record[path[-1]]


@pytest.mark.parametrize(
    ("audience", "path"),
    [
        ("clinician", ("headline", "heading")),
        ("clinician", ("notices", 0, "heading")),
        ("clinician", ("actions", 3, "heading")),
        ("clinician", ("answers", 0, "recorded", 0, "text")),
        ("clinician", ("answers", 0, "not_recorded")),
        ("clinician", ("interpretations", 0, "brief")),
        ("clinician", ("clinic", "phone")),
        ("clinician", ("actions", 1, "missing")),
        ("patient", ("leaflet", "get_help_now")),
        ("patient", ("leaflet", "questions", "heading")),
        ("patient", ("clinic", "emergency_phone")),
    ],
)
def test_a_gap_in_the_record_is_never_printed_as_nothing(audience, path):
    record = sample.record()
    _gap(record, path)
    with pytest.raises((paper.MissingVariableError, KeyError)):
        paper.to_html(record, audience, draft=False)


@pytest.mark.parametrize("audience", paper.AUDIENCES)
def test_every_name_that_a_template_uses_must_exist(audience, monkeypatch):
    """Rename any of them and the print fails, in printing, in conditions and in loops alike."""
    used = set()
    for template in (Path(settings.BASE_DIR) / "templates/plans/print").glob("*.html"):
        used |= set(re.findall(r"page\.(\w+)", template.read_text("utf-8")))
    records = [sample.record(), sample.emergency(), sample.answers_needed()]
    pages = [layout.page(record, audience, True) for record in records]
    for name in used & set(pages[0]):
        assert any(_fails_without(name, page, audience, monkeypatch) for page in pages), name


def _fails_without(name, page, audience, monkeypatch):
    monkeypatch.setattr(layout, "page", lambda *_: {key: value for key, value in page.items() if key != name})
    try:
        paper.to_html({}, audience, draft=True)
    except paper.MissingVariableError:
        return True
    return False


def test_the_style_sheet_cannot_cut_words_off():
    sheet = (Path(settings.BASE_DIR) / "static/print.css").read_text("utf-8")
    assert not re.search(r"overflow\s*:\s*hidden|nowrap|text-overflow|position:\s*absolute|url\(|@import", sheet)


WITHOUT_PANGO = """
from pathway.plans.printing import sealed
def missing():
    raise OSError("cannot load library 'libpango-1.0-0'")
sealed.Printer = missing
sealed.main()
"""


def test_without_its_libraries_paper_is_a_sentence_and_a_warning(monkeypatch):
    assert checks.papers_can_be_printed() == []
    printers = Printers(most=1, seconds=20, command=(sys.executable, "-c", WITHOUT_PANGO))
    monkeypatch.setattr(paper, "printers", lambda: printers)
    with pytest.raises(paper.UnprintableError, match=r"Tell your administrator.*libpango-1\.0-0'"):
        paper.render(sample.record(), "patient", draft=True)
    assert [warning.id for warning in checks.papers_can_be_printed()] == ["plans.W001"]
    printers.close()
