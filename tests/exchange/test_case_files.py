"""Case files: how they are read, and that a mistake in one is told where it is."""

from datetime import date
from decimal import Decimal

import pytest

from pathway.exchange.clinical_cases import CaseFileError, load_cases, read_cases
from pathway.exchange.expectations import differences
from pathway.guideline.evaluate import evaluate

HEAD = 'on = 2026-11-22\nchecked_by = "us"\nchecked_on = 2026-11-22\n'
CASE = '[[case]]\ntitle = "One"\nstory = "Told."\n'
EXPECT = 'expect.headline = "answers_needed"\n'
BASES = """
[kind]
age_years = 70
sex = "female"
inr = 1.80
[older]
like = "kind"
age_years = 90
"""


@pytest.fixture
def loaded(tmp_path):
    (tmp_path / "bases.toml").write_text(BASES)

    def load(text):
        (tmp_path / "theme.toml").write_text(text, "utf-8")
        return load_cases(tmp_path)

    return load


def test_a_case_starts_from_its_base_and_says_what_differs(loaded):
    (case,) = loaded(
        f'{HEAD}{CASE}base = "older"\nfacts = {{ onset_on = "21 days ago", sex = "male" }}\nunset = ["inr"]\n{EXPECT}'
    )
    assert case.facts == {"age_years": 90, "sex": "male", "onset_on": date(2026, 11, 1)}
    assert (case.on, case.checked_on, str(case)) == (date(2026, 11, 22), date(2026, 11, 22), "theme.toml: One")


def test_decimals_are_exact(loaded):
    (case,) = loaded(f'{HEAD}{CASE}base = "kind"\n{EXPECT}')
    assert str(case.facts["inr"]) == "1.80"
    assert isinstance(case.facts["inr"], Decimal)


def test_a_series_is_a_case_for_each_step(loaded):
    cases = loaded(
        f"""{HEAD}[[series]]
title = "Some"
story = "Told."
base = "kind"
facts.pain_nrs = 5
unset = ["inr"]
steps = [
  {{ facts.pain_nrs = 6, expect.headline = "answers_needed" }},
  {{ facts.inr = 2, unset = ["pain_nrs", "sex"], expect.headline = "answers_needed" }},
]
"""
    )
    assert [case.title for case in cases] == ["Some: pain_nrs 6", "Some: inr 2, pain_nrs not known, sex not known"]
    assert [case.facts for case in cases] == [
        {"age_years": 70, "sex": "female", "pain_nrs": 6},
        {"age_years": 70, "inr": 2},
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("on = ", "theme.toml: "),
        ("cases = []", "cases unknown"),
        (f"{CASE}{EXPECT}", "One: on, checked_by, checked_on missing"),
        (f'{HEAD}[[case]]\ntitle = "One"\n{EXPECT}', "One: story missing"),
        (f"{HEAD}{CASE}{EXPECT}fact.inr = 1", "One: fact unknown"),
        (f'{HEAD}{CASE}{EXPECT}base = "nobody"', "base 'nobody' is not in bases.toml; kind, older are"),
        (f'{HEAD}{CASE}{EXPECT}unset = ["pain"]', "One: unset: a list of fact names"),
        (f"{HEAD}{CASE}{EXPECT}facts.pain_nrs = 11", "One: pain_nrs: 11 is not accepted"),
        (f'{HEAD}{CASE}{EXPECT}facts.onset_on = "tomorrow"', "One: onset_on: "),
        (f"{HEAD}{CASE}expect = {{}}", "One: nothing is expected"),
        (f'{HEAD}{CASE}expect.headlines = "recovering"', "One: headlines cannot be expected"),
        (f'{HEAD}{CASE}expect.headline = "healthy"', "headline: 'healthy' is not accepted"),
        (f'{HEAD}{CASE}expect.criteria.deformed = "met"', "criteria: 'deformed' is not accepted"),
        (f'{HEAD}{CASE}expect.criteria.deformity = "yes"', "criteria: 'yes' is not accepted"),
        (f'{HEAD}{CASE}expect.actions."bone.treat" = "yes"', "actions: 'yes' is not accepted"),
        (f'{HEAD}{CASE}expect.notices = ["hello"]', "notices: 'hello' is not accepted"),
        (f'{HEAD}[[series]]\ntitle = "S"\nstory = "T"', "S: steps missing"),
        (f'{HEAD}[[series]]\ntitle = "S"\nstory = "T"\nsteps = [{{ fact = 1 }}]', "S: fact unknown"),
        (f'{HEAD}[[series]]\ntitle = "S"\nstory = "T"\nsteps = [{{ facts.inr = 1 }}]', "S: inr 1: nothing is expected"),
    ],
)
def test_a_mistake_is_told_where_it_is(loaded, text, problem):
    with pytest.raises(CaseFileError) as caught:
        loaded(text)
    assert problem in str(caught.value)


@pytest.mark.parametrize("like", ["loop", "nobody"])
def test_a_base_that_leads_nowhere_is_told(tmp_path, like):
    (tmp_path / "bases.toml").write_text(f'{BASES}[loop]\nlike = "{like}"\n')
    with pytest.raises(CaseFileError, match=f"bases.toml: loop: like '{like}' is not in bases.toml; kind, older are"):
        load_cases(tmp_path)


SHAPES = [
    "on = 2026-11-22T10:00:00",
    "on = 0001-01-01",
    'title = " "',
    'title = "two\\nlines"',
    'title = "nul\\u0000"',
    "title = 5",
    "story = []",
    "facts = 5",
    "facts.inr = 1e99999999999999999999",
    "facts.inr = nan",
    "facts.inr = " + "9" * 5000,
    "facts.levels = { L1 = 1 }",
    "facts.onset_on = 10:00:00",
    "base = ['kind']",
    "unset = 'inr'",
    "unset = [['inr']]",
    "covers = ['S99']",
    "checked_by = ''",
    "expect = 5",
    "expect.headline = ['recovering']",
    "expect.criteria = 'met'",
    "expect.criteria.deformity = ['met']",
    "expect.notices = [['under_50']]",
    "expect.notices = 'under_50'",
    "expect.derived.genant_grade = true",
    "expect.derived.genant_grade = inf",
    "expect.derived.genant_grade = 1e400000",
    "expect.due.'followup.early' = 2026-12-06T00:00:00",
    "expect.unsettled.'refer.augmentation' = 2",
    "expect.unsettled.'refer.augmentation' = { not_met = true }",
]


@pytest.mark.parametrize("line", SHAPES)
def test_a_value_of_the_wrong_kind_is_refused_and_the_next_case_is_read(line):
    key = line.split()[0]
    given = {"on": "2026-11-22", "title": '"One"', "story": '"Told."', "checked_by": '"us"', "checked_on": "2026-11-22"}
    lines = [f"{name} = {value}" for name, value in given.items() if name != key]
    expect = [] if key.startswith("expect") else ['expect.headline = "answers_needed"']
    text = "\n".join(["[[case]]", *lines, *expect, line])
    sound = '[[case]]\ntitle = "Two"\nstory = "Told."\non = 2026-11-22\nchecked_by = "us"\nchecked_on = 2026-11-22\n'
    first, *rest = read(f"{text}\n{sound}{EXPECT}")
    assert isinstance(first, CaseFileError)
    assert [case.title for case in rest] == ([] if first.place == "text" else ["Two"])


def read(text):
    try:
        return read_cases(text, "text", {})
    except CaseFileError as refused:
        return [refused]


@pytest.mark.parametrize("text", ["case = 1", "case = [1]", "series = {}", "[[series]]\ntitle = 'S'\nsteps = 1"])
def test_what_is_no_table_of_cases_is_refused(text):
    (refused,) = read(text)
    assert "are accepted" in str(refused)


def test_each_kind_of_expectation_tells_what_was_expected_and_what_came(loaded):
    (case,) = loaded(
        f"""{HEAD}{CASE}base = "kind"
[case.expect]
headline = "recovering"
bone_density = "none"
criteria.deformity = "met"
actions."refer.surgery" = "recommended"
derived.lowest_t_score = -2.5
due."followup.early" = 2026-12-24
unsettled."refer.augmentation" = {{ not_met = 9 }}
order = ["refer.surgery", "refer.emergency_spine"]
notices = ["under_50"]
no_notices = ["bmd_dxa_pending"]
missing_includes = ["inr"]
"""
    )
    found = [str(each) for each in differences(case.expect, evaluate(case.facts, case.on))]
    assert found == [
        "headline: expected recovering, got answers_needed",
        "bone_density: expected none, got dxa_pending",
        "order: expected ['refer.surgery', 'refer.emergency_spine'], got ['refer.emergency_spine', 'refer.surgery']",
        "criteria, deformity: expected met, got unknown",
        "actions, refer.surgery: expected recommended, got undetermined",
        "derived, lowest_t_score: expected -2.5, got None",
        "due, followup.early: expected 2026-12-24, got 2026-12-06",
        found[7],
        "notices, under_50: expected present, got absent",
        "no_notices, bmd_dxa_pending: expected absent, got present",
        "missing_includes, inr: expected present, got absent",
    ]
    assert found[7].startswith("unsettled, refer.augmentation: expected {'not_met': 9}, got ")
