"""docs/pathway.md and its drawing are what the rules say, and hold everything that decides."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.limits import EDITION_1, Limit
from pathway.guideline.notices import NOTICES
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.wording.document import document
from pathway.wording.management.commands.document_pathway import files
from pathway.wording.markdown import markdown


@pytest.fixture(scope="module")
def text() -> str:
    return markdown(document(EDITION_1), "pathway.svg")


def test_the_files_in_docs_are_current():
    call_command("document_pathway", check=True)


def test_a_stale_or_missing_file_is_named(tmp_path, settings):
    (tmp_path / "docs").mkdir()
    for name, content in files().items():
        (tmp_path / "docs" / name).write_text(content, "utf-8")
    (tmp_path / "static").symlink_to(settings.BASE_DIR / "static")
    settings.BASE_DIR = tmp_path
    call_command("document_pathway", check=True)
    (tmp_path / "docs" / "pathway.md").write_text("old", "utf-8")
    with pytest.raises(CommandError, match=r"docs/pathway\.md: not what the rules say now\."):
        call_command("document_pathway", check=True)
    (tmp_path / "docs" / "pathway.svg").unlink()
    with pytest.raises(CommandError, match=r"docs/pathway\.md and docs/pathway\.svg"):
        call_command("document_pathway", check=True)
    call_command("document_pathway", stdout=StringIO())
    call_command("document_pathway", check=True)


def test_every_name_of_the_pathway_has_its_entry(text):
    for kind, registry in (("headline", HEADLINES), ("criterion", CRITERIA), ("action", ACTIONS), ("notice", NOTICES)):
        for name, entry in registry.items():
            assert f'<a id="{kind}-{name}"></a>' in text
            assert f"{entry.label} (`{name}`)" in text


def test_every_link_leads_to_a_place(text):
    places = set(re.findall(r'<a id="([^"]+)"', text))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= places


def test_every_limit_statement_decision_and_source_has_its_row(text):
    firsts = {cells.split(" | ")[0].replace("\\", "") for cells in re.findall(r"(?m)^\| (.+) \|$", text)}
    assert set(EDITION_1.by_name) | set(STATEMENTS) | set(DECISIONS) | set(SOURCES) <= firsts


def test_a_row_of_a_limit_has_value_unit_meaning_and_source(text):
    meaning = "Local kyphosis that counts as deformity, this angle or more"
    assert f"| kyphosis | 15 | ° | {meaning} | S13, D4, D5, D7 |" in text


def test_every_table_has_as_many_cells_in_each_row_as_in_its_head(text):
    for table in re.findall(r"(?m)(?:^\|.*\|\n)+", text):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_what_goes_beyond_the_source_is_marked(text):
    for action in ACTIONS.values():
        assert (f"(`{action.name}`) – beyond the source pathway" in text) == (action.origin == "beyond")


def test_a_new_edition_is_another_document(text):
    limit = Limit("height_loss", Decimal("25"), "%", "S13", "Vertebral body height loss that counts as deformity")
    later = markdown(document(EDITION_1.next_edition(date(2027, 1, 1), height_loss=limit)), "pathway.svg")
    assert "Rules edition 2, in force from 01-Jan-2027." in later
    assert "Vertebral body height loss: 25% or more" in later
    assert "Vertebral body height loss: 20% or more" not in later
