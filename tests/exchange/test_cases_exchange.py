"""All cases run on a page; cases leave as a file, and come back equal in meaning, all or none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from pathway.exchange.case_import import report, take
from pathway.exchange.case_pages import FILE_NAME, HEADING, exported
from pathway.exchange.case_run import run
from pathway.exchange.case_toml import text_of_cases, text_of_table
from pathway.exchange.clinical_cases import FOLDER, load_bases, load_cases, parsed, read_cases
from pathway.exchange.models import ClinicalCase
from tests import make

pytestmark = pytest.mark.django_db
FILES = load_cases(FOLDER)
RUN = reverse("admin:exchange_clinicalcase_run")
IMPORT = reverse("admin:exchange_clinicalcase_import")
HEAD = 'on = 2026-11-22\nchecked_by = "us"\nchecked_on = 2026-11-22\n'
FIRST = '[[case]]\ntitle = "One"\nstory = "Told."\nfacts.age_years = 72\nexpect.headline = "answers_needed"\n'
SECOND = '[[case]]\ntitle = "Two"\nstory = "Told."\nbase = "arrived"\ncovers = ["D10", "S1"]\n'
SECOND += 'expect.headline = "recovering"\n'
REFUSED = '[[case]]\ntitle = "Three"\nstory = "Told."\nfacts.age_years = 7\nexpect.headline = "recovering"\n'


@pytest.fixture
def clinician(client):
    user = make.clinician()
    client.force_login(user)
    return user


def meaning(cases):
    return [replace(case, file="") for case in cases]


def stored_cases():
    return [case.as_case() for case in ClinicalCase.objects.order_by("pk")]


def test_every_case_of_the_files_survives_file_database_and_file():
    text = text_of_cases(FILES, HEADING)
    assert meaning(read_cases(text, "text", {})) == meaning(FILES)
    assert take(report(text, {})) == len(FILES)
    assert meaning(stored_cases()) == meaning(FILES)
    again = exported()
    assert meaning(read_cases(again, "text", {})) == sorted(meaning(FILES), key=lambda case: case.title)
    assert {row.fate for row in report(again, {})} == {"same"}
    assert exported() == again


@pytest.mark.parametrize(
    "value",
    [
        *('a"b\\c', "tab\tnew\nline", "\x7f", "Zoë µ ≥ 🦴", "[[case]]", "'''", ""),
        *(Decimal("1E+2"), Decimal("-0.50"), 0, date(2026, 11, 1), [], ["L1"]),
        *({"not_met": 1}, {"deformity": "met"}, {"a.b": {"c d": {"not_met": 2}}}, {"é": "x"}),
    ],
)
def test_any_value_is_written_so_that_it_is_read_again(value):
    assert parsed(text_of_table({"key": value, "next": 1}), "text") == {"key": value, "next": 1}


def test_the_page_runs_all_cases_and_counts_what_they_cover(client, clinician):
    take(report(HEAD + FIRST + SECOND, load_bases(FOLDER)))
    assert "run" not in client.get(RUN).context
    page = client.post(RUN)
    done = page.context["run"]
    assert (len(done.outcomes), [each.case.title for each in done.failing]) == (len(FILES) + 2, ["Two"])
    (failing,) = page.context["failing"]
    assert failing["address"] == reverse("admin:exchange_clinicalcase_change", args=[stored("Two").pk])
    assert failing["rows"] == [("Headline", "Recovering: treat the bone", "Answers needed first")]
    by_headline, by_statement, by_decision = (
        {row.name: row for row in rows} for _, rows, _ in page.context["coverage"]
    )
    expected = [case.expect.get("headline") for case in FILES]
    assert by_headline["recovering"].cases == expected.count("recovering") + 1
    assert by_headline["recovering"].holding == expected.count("recovering")
    assert (len(by_statement), len(by_decision)) == (31, 13)
    assert [without for _, _, without in page.context["coverage"]] == [[], [], []]
    assert by_statement["S1"].cases == sum("S1" in case.covers for case in FILES) + 1


def stored(title):
    return ClinicalCase.objects.get(title=title)


def test_what_no_case_is_about_is_counted_as_none():
    only = next(case for case in FILES if case.covers == ("S13", "D7") and case.expect.get("headline"))
    done = run([only])
    assert [row.name for row in done.by_statement if row.cases] == ["S13"]
    assert [row.name for row in done.by_decision if row.cases] == ["D7"]
    assert [row.name for row in done.by_headline if row.cases] == [only.expect["headline"]]


def test_a_case_that_cannot_be_read_any_more_is_named_and_the_others_run(client, clinician):
    take(report(HEAD + FIRST, {}))
    ClinicalCase.objects.update(facts="old_fact = 1")
    page = client.post(RUN)
    assert len(page.context["run"].outcomes) == len(FILES)
    assert page.context["unreadable"] == [
        'Database: One: "old_fact" is no fact; the fact names of the pathway document are accepted'
    ]
    assert client.get(reverse("admin:exchange_clinicalcase_export"), follow=True).status_code == 200


def test_the_download_is_the_file_of_the_command(client, clinician, tmp_path):
    take(report(HEAD + FIRST, {}))
    page = client.get(reverse("admin:exchange_clinicalcase_export"))
    assert f'filename="{FILE_NAME}"' in page.headers["Content-Disposition"]
    call_command("export_cases", out=tmp_path, stdout=StringIO())
    assert (tmp_path / FILE_NAME).read_bytes() == page.content
    assert meaning(load_cases(tmp_path)) == meaning(stored_cases())


def paste(client, text, **fields):
    return client.post(IMPORT, {"text": text, **fields})


def test_pasting_reports_first_and_stores_only_when_told(client, clinician):
    text = HEAD + FIRST + SECOND
    page = paste(client, text, report="")
    assert [(row.title, row.fate) for row in page.context["rows"]] == [("One", "new"), ("Two", "new")]
    assert not ClinicalCase.objects.exists()
    seen = page.context["form"].initial["seen"]
    assert paste(client, text, seen=seen, **{"import": ""}).status_code == 302
    assert [case.title for case in stored_cases()] == ["One", "Two"]
    assert stored("One").written_by == clinician
    changed = paste(client, text.replace("72", "73"), report="").context["rows"]
    assert [(row.fate, row.words) for row in changed] == [("changed", "facts"), ("same", "")]


@pytest.mark.parametrize("text", [FIRST + REFUSED, FIRST + FIRST, FIRST + "facts = ", "case = 1"])
def test_one_refused_case_refuses_all(client, clinician, text):
    page = paste(client, HEAD + text, report="")
    assert not page.context["may_import"]
    seen = page.context["form"].initial["seen"]
    assert paste(client, HEAD + text, seen=seen, **{"import": ""}).status_code in (200, 403)
    assert not ClinicalCase.objects.exists()


DEEP = ".".join(["a"] * 3000)
HOSTILE = [
    f"{FIRST}facts.{DEEP} = 1",
    f'[[series]]\ntitle = "S"\nstory = "T"\nsteps = [{{ facts.{DEEP} = 1, expect.headline = "recovering" }}]',
    f'[[series]]\ntitle = "S"\nstory = "T"\nsteps = [{{ facts.levels = {"[" * 200}{"]" * 200} }}]',
    f"{FIRST}covers = {['S1'] * 500}",
    FIRST.replace("Told.", "x" * 30_000),
    "[" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_in_a_sentence(client, clinician, text):
    rows = paste(client, HEAD + text, report="").context["rows"]
    assert [row.fate for row in rows] == ["refused"]
    assert rows[0].words


def test_an_import_that_is_not_the_one_reported_is_refused(client, clinician):
    assert paste(client, HEAD + FIRST, **{"import": ""}).status_code == 200
    assert not ClinicalCase.objects.exists()
    take(report(HEAD + FIRST, {}))
    newer = (HEAD + FIRST).replace("72", "73")
    seen = paste(client, newer, report="").context["form"].initial["seen"]
    case = stored("One")
    case.story = "Someone else's story."
    case.save_after(1)
    assert paste(client, newer, seen=seen, **{"import": ""}).status_code == 200
    assert stored("One").story == "Someone else's story."


def test_an_empty_text_is_asked_for(client, clinician):
    assert "Paste the text of a case file." in paste(client, "").content.decode()
    assert "This text holds no case." in paste(client, HEAD).content.decode()


def test_no_case_is_half_imported():
    """The second case was written by someone else after the report."""
    rows = report(HEAD + FIRST + SECOND, load_bases(FOLDER))
    take(report(HEAD + SECOND, load_bases(FOLDER)))
    with pytest.raises(ValidationError, match="title"):
        take(rows)
    assert [case.title for case in stored_cases()] == ["Two"]


def test_the_command_reports_each_case_and_imports_all_or_none(tmp_path):
    file = tmp_path / "theme.toml"
    file.write_text(HEAD + FIRST + REFUSED, "utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_cases", file, stdout=out)
    assert "new: One\nrefused: theme.toml: Three: age_years: 7 is not accepted" in out.getvalue()
    assert not ClinicalCase.objects.exists()
    file.write_text(HEAD + FIRST + SECOND, "utf-8")
    call_command("import_cases", file, dry_run=True, stdout=out)
    assert not ClinicalCase.objects.exists()
    call_command("import_cases", file, stdout=out)
    assert out.getvalue().endswith("Imported: 2\n")


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, content):
    file = tmp_path / "theme.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"theme.toml: (cannot be read|not UTF-8)"):
        call_command("import_cases", file, stdout=StringIO())


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_cases", out=tmp_path / "no", stdout=StringIO())
