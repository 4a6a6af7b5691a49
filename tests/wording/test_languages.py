"""Translations: stale when their English is another, out to a spreadsheet and back, hostile cells harmless."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from pathway.accounts.cells import is_formula
from pathway.guideline.limits import EDITION_1
from pathway.plans import paper
from pathway.releases import previews
from pathway.wording import languages, releasing
from pathway.wording.book import read
from pathway.wording.fixture import read_translations
from pathway.wording.management.commands.load_wording import FOLDER
from pathway.wording.models import Statement
from tests import hostile, make
from tests.look.test_escaping import ALIVE
from tests.plans.reading import squeezed
from tests.plans.test_paper_hostile import active

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("release")]
NAME = ("leaflet", "healing", "patient")
HOSTILE = ('=HYPERLINK("x")', "+1+1", "-2", "@SUM(A1)", "'quoted", '< > & " ≥ − µg $$', "- bullet\n- two")


def spanish(release, name=NAME) -> Statement:
    kind, key, audience = name
    return release.statements.get(language="es", kind=kind, key=key, audience=audience)


def states(release, code="es"):
    return {
        (row.english.kind, row.english.key, row.english.audience): row.state for row in languages.rows(release, code)
    }


def take(release, content, code="es"):
    return languages.take(release, code, content, limits=EDITION_1, by=make.editor(), at=make.NOW)


def edited(content: bytes, sentence: tuple[str, str, str] = NAME, **cells) -> bytes:
    """The sheet with other cells in one row."""
    book = load_workbook(BytesIO(content))
    page = book.active
    for row in page.iter_rows(min_row=2):
        if tuple(cell.value for cell in row[:3]) == sentence:
            for column, value in cells.items():
                cell = row[languages.HEAD.index(column.replace("_", " "))]
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else "n"
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def test_the_shipped_spanish_leaflet_is_whole_current_and_switched_off():
    release = releasing.effective()
    wanted = {n for n in states(release) if n[0] in ("leaflet", "headline", "action") and n[2] == "patient"}
    assert {states(release)[name] for name in wanted} == {languages.CURRENT}
    assert set(read_translations(FOLDER / "release-1")["es"]) == wanted
    [spanish_one] = languages.overview(release)
    assert (spanish_one["code"], spanish_one["on"], spanish_one["leaflet_lacks"]) == ("es", None, 0)
    [stale] = languages.overview(make.draft(key="healing", audience="patient", heading="How a bone heals"))
    assert stale["leaflet_lacks"] == 1


def test_names_print_in_the_language():
    heading = read(releasing.effective(), EDITION_1, "es").sentence("action", "followup.decision", "patient").heading
    assert heading == "Su revisión a las 12 semanas"


def test_a_translation_goes_stale_with_its_english_and_is_current_again_with_it():
    draft = make.draft(key="healing", audience="patient", heading="How a bone heals")
    assert states(draft)[NAME] == languages.STALE
    assert states(releasing.effective())[NAME] == languages.CURRENT
    english = draft.statements.get(language="en", key="healing")
    english.go_back_to(1, by=make.editor(), at=make.NOW, seen_revision=english.revision)
    assert states(draft)[NAME] == languages.STALE, "another number is another text"


def test_a_sheet_goes_out_and_comes_back_unchanged():
    draft = make.draft()
    before = {s.pk: s.texts() for s in draft.statements.filter(language="es")}
    taken = take(draft, languages.sheet(draft, "es"))
    assert (taken.added, taken.changed, taken.same, taken.refused) == (0, 0, len(before), [])
    assert {s.pk: s.texts() for s in draft.statements.filter(language="es")} == before


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_cells_are_text_and_come_back_as_they_were(text):
    draft = make.draft()
    taken = take(draft, edited(languages.sheet(draft, "es"), text=languages.neutral(text)))
    assert (taken.changed, taken.refused) == (1, [])
    assert spanish(draft).body == text
    content = languages.sheet(draft, "es")
    cells = [cell for row in load_workbook(BytesIO(content)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if is_formula(cell.value)]
    assert take(draft, content).same == len(draft.statements.filter(language="es"))


def test_markup_and_formulas_come_through_the_sheet_and_stand_on_the_leaflet_as_text(client):
    """Into the sheet as a translator would write it, out of the PDF as it was, and nothing in it comes alive."""
    said = {"healing": hostile.LONG, "questions": "\n\n".join(HOSTILE), "this_week": "Si < 3 & > 2."}
    headings = {"healing": hostile.SHORT, "questions": "=1+1", "this_week": "@SUM(A1)"}
    in_force, reviewer = releasing.effective(), make.clinician(is_wording_editor=True)
    client.force_login(reviewer)
    draft = make.draft(by=reviewer)
    for key, text in said.items():
        name = ("leaflet", key, "patient")
        content = edited(languages.sheet(draft, "es"), name, heading=languages.neutral(headings[key]), text=text)
        sent = {"code": "es", "sheet": SimpleUploadedFile("es.xlsx", content)}
        page = client.post(reverse("releases:language_take", args=[draft.number]), sent).content.decode()
        assert "1 changed" in page
        assert ALIVE not in page
        assert (spanish(draft, name).heading, spanish(draft, name).body) == (headings[key], text)
    assert "$" not in hostile.LONG
    refused = edited(languages.sheet(draft, "es"), heading=f"$nada {hostile.SHORT}", text=hostile.LONG)
    sent = {"code": "es", "sheet": SimpleUploadedFile(f"{hostile.SHORT}.xlsx", refused)}
    assert ALIVE not in client.post(reverse("releases:language_take", args=[draft.number]), sent).content.decode()
    printed = paper.render(previews.in_language(drafted(in_force), draft, "es"), "patient", draft=True)
    text = squeezed(printed)
    for part in (*headings.values(), *said.values()):
        for line in part.splitlines():
            assert "".join(line.removeprefix("- ").replace("$$", "$").split()) in text, line
    assert active(printed) == []


def drafted(release) -> dict:
    """The record of an ordinary patient."""
    [case] = [one for one in previews.cases().values() if one.title == "An ordinary fracture in the third week"]
    return previews.of_case(case, release)


def test_what_was_translated_from_an_older_english_is_taken_and_stale():
    draft = make.draft()
    sent = edited(languages.sheet(draft, "es"), heading="Cómo se cura")
    make.rewrite(draft, by=make.editor(), key="healing", audience="patient", heading="How a bone heals")
    assert take(draft, sent).changed == 1
    assert spanish(draft).heading == "Cómo se cura"
    assert states(draft)[NAME] == languages.STALE


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"text": "Después de $decision_day."}, "must name the same limits"),
        ({"text": "Después de $nada."}, "not a limit"),
        ({"text": "Hola\u202e."}, "invisible"),
        ({"heading": "x" * 121}, "at most 120"),
        ({"heading": None}, "both needed"),
        ({"name": "no.such"}, "no such sentence"),
        ({"English_text_number": 99}, "not one of this sentence"),
        ({"English_text_number": "=1"}, "not one of this sentence"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_changes_nothing(cells, sentence):
    draft = make.draft()
    before = spanish(draft).texts()
    taken = take(draft, edited(languages.sheet(draft, "es"), **cells))
    assert sentence in " ".join(taken.refused)
    assert "Row " in taken.refused[0]
    assert spanish(draft).texts() == before


def test_any_number_of_languages_for_both_audiences():
    draft = make.draft()
    content = edited(languages.sheet(draft, "fr"), heading="La guérison", text="Cela guérit.")
    assert take(draft, content, "fr").added == 1
    assert [one["code"] for one in languages.overview(draft)] == ["es", "fr"]
    assert draft.statements.get(language="fr").english_revision == 1


def test_a_changed_translation_is_switched_off_and_copies_keep_the_switch():
    in_force, reviewer = releasing.effective(), make.clinician(is_wording_editor=True)
    languages.switch(in_force, "es", is_on=True, by=reviewer, at=make.NOW)
    draft = make.draft()
    assert languages.overview(draft)[0]["on"].by == reviewer
    take(draft, edited(languages.sheet(draft, "es"), heading="Otra"))
    assert languages.overview(draft)[0]["on"] is None
    assert languages.overview(in_force)[0]["on"] is not None


def not_a_sheet() -> bytes:
    made = BytesIO()
    book = Workbook()
    book.active.append(["other", "head"])
    book.save(made)
    return made.getvalue()


def repacked(change) -> bytes:
    """A sheet whose first page and styles are changed by `change`, from their name and bytes."""
    made = BytesIO()
    with ZipFile(BytesIO(not_a_sheet())) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return made.getvalue()


def cut_short(name: str, part: bytes) -> bytes:
    return part[:-30] if "sheet1" in name else part


def unpacks_to_60_megabytes(name: str, part: bytes) -> bytes:
    return part.replace(b"<cellXfs", b"<!--" + b"A" * 60_000_000 + b"--><cellXfs") if "styles" in name else part


def with_entities(name: str, part: bytes) -> bytes:
    return b'<!DOCTYPE a [<!ENTITY b "c">]>' + part if "sheet1" in name else part


def damaged() -> bytes:
    """One bit of the packed bytes is another: the unpacking fails, not the reading of the ZIP."""
    content = bytearray(not_a_sheet())
    start = content.index(b"xl/styles.xml") + len("xl/styles.xml")
    content[start] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"a,b\n1,2", not_a_sheet(), b"x" * 2_000_001, repacked(cut_short), damaged()],
)
def test_another_file_is_refused_with_a_sentence(client, content):
    author = make.editor()
    client.force_login(author)
    draft = make.draft(by=author)
    address = reverse("releases:language_take", args=[draft.number])
    reply = client.post(address, {"code": "es", "sheet": SimpleUploadedFile("x.xlsx", content or b" ")})
    assert reply.status_code == 422
    assert b"nhsuk-error" in reply.content


@pytest.mark.parametrize("change", [unpacks_to_60_megabytes, with_entities])
def test_a_small_file_that_would_fill_the_memory_is_refused_before_it_is_read(change, monkeypatch):
    monkeypatch.setattr(languages, "load_workbook", lambda *args, **kwargs: pytest.fail("was read"))
    content = repacked(change)
    assert len(content) < languages.MOST_BYTES
    with pytest.raises(languages.SheetRefusedError, match="exported here"):
        languages.read_sheet(content)


def test_the_page_exports_imports_and_switches(client):
    reviewer = make.clinician(is_wording_editor=True)
    draft = make.draft(by=reviewer)
    page = reverse("releases:languages", args=[draft.number])
    client.force_login(make.editor())
    switch = reverse("releases:language_switch", args=[draft.number, "es"])
    shown = client.get(page).content.decode()
    assert "Not clinically reviewed" in shown
    assert "The leaflet is whole" in shown
    assert client.post(switch, {"on": "1"}).status_code == 403
    sheet = client.get(reverse("releases:language_sheet", args=[draft.number, "es"])).content
    new = SimpleUploadedFile("es.xlsx", edited(sheet, heading="Cómo se cura"))
    reply = client.post(reverse("releases:language_take", args=[draft.number]), {"code": "es", "sheet": new})
    assert "1 changed" in reply.content.decode()
    client.force_login(reviewer)
    assert client.post(switch, {"on": "1"}).status_code == 302
    assert "Switched on by" in client.get(page).content.decode()
    client.post(switch, {"on": "0"})
    assert "Not clinically reviewed" in client.get(page).content.decode()


def test_a_language_that_the_frame_of_the_leaflet_is_not_in_is_not_switched_on(client):
    reviewer = make.clinician(is_wording_editor=True)
    draft = make.draft(by=reviewer)
    take(draft, edited(languages.sheet(draft, "fr"), heading="La guérison", text="Cela guérit."), "fr")
    client.force_login(reviewer)
    page = client.get(reverse("releases:languages", args=[draft.number])).content.decode()
    assert page.count("head and foot are not in this language") == 1
    address = reverse("releases:language_switch", args=[draft.number, "fr"])
    assert "head and foot are not in this language" in client.post(address, {"on": "1"}, follow=True).content.decode()
    assert not draft.languages_on.exists()


@pytest.mark.parametrize("code", ["en", "x", "es_ES", "../etc"])
def test_a_code_that_is_no_language_is_refused(client, code):
    client.force_login(make.editor())
    draft = make.draft()
    sheet = SimpleUploadedFile("x.xlsx", languages.sheet(draft, "es"))
    reply = client.post(reverse("releases:language_take", args=[draft.number]), {"code": code, "sheet": sheet})
    assert reply.status_code == 422
    assert "language code such as" in reply.content.decode()
