"""Reading one case: what is accepted, and a sentence for everything else."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pathway.exchange.case_json import CaseRefusedError, read_case
from pathway.guideline.evaluate import evaluate
from pathway.guideline.explain import as_json
from pathway.guideline.facts import FACTS, LEVELS, Kind

ON = "2026-11-22"


def written(facts, **more):
    return json.dumps({"on": ON, "facts": facts, **more})


def refusals(text):
    with pytest.raises(CaseRefusedError) as caught:
        read_case(text)
    return caught.value.problems


def refusal_of(name, literal):
    """The one problem of a case whose fact `name` is the JSON text `literal`."""
    (problem,) = refusals(f'{{"on": "{ON}", "facts": {{"{name}": {literal}}}}}')
    return problem


def test_every_kind_of_fact():
    case = read_case(
        written(
            {
                "sex": "female",
                "age_years": 72,
                "cord_signs": "no",
                "onset_on": "2026-11-01",
                "levels": ["L1", "T12", "L1"],
                "kyphosis_degrees": -3.5,
                "inr": "1.80",
                "pain_nrs": "6",
                "egfr": None,
            },
            name="one",
        )
    )
    assert case.on == date(2026, 11, 22)
    assert case.name == "one"
    assert case.facts == {
        "sex": "female",
        "age_years": 72,
        "cord_signs": "no",
        "onset_on": date(2026, 11, 1),
        "levels": ("T12", "L1"),
        "kyphosis_degrees": Decimal("-3.5"),
        "inr": Decimal("1.80"),
        "pain_nrs": 6,
    }


@pytest.mark.parametrize("text", ["19.9", "19.999999999999", '"19.9"', "2e1", "1.99E1"])
def test_a_decimal_keeps_the_digits_it_was_written_with(text):
    facts = read_case(f'{{"on": "{ON}", "facts": {{"height_loss_percent": {text}}}}}').facts
    assert facts["height_loss_percent"] == Decimal(text.strip('"'))


@pytest.mark.parametrize("name", [fact.name for fact in FACTS.values() if fact.is_number])
def test_the_hard_range_of_every_number_is_inclusive_and_refused_beyond(name):
    fact = FACTS[name]
    beyond = 1 if fact.kind is Kind.INTEGER else Decimal("0.000001")
    for value in (fact.low, fact.high):
        assert read_case(
            f'{{"on": "{ON}", "facts": {{"{name}": {value}}}}}' if beyond != 1 else written({name: int(value)})
        )
    for value in (fact.low - beyond, fact.high + beyond):
        problem = refusal_of(name, value)
        assert problem.startswith(f"{name}: ")
        assert f"from {fact.low} to {fact.high}" in problem


@pytest.mark.parametrize("name", [fact.name for fact in FACTS.values() if fact.values])
def test_every_choice_is_accepted_and_another_is_refused_with_all_of_them(name):
    fact = FACTS[name]
    if fact.kind is Kind.LEVELS:
        assert read_case(written({name: list(LEVELS)})).facts[name] == LEVELS
        return
    for choice in fact.values:
        assert read_case(written({name: choice})).facts == {name: choice}
    problem = refusal_of(name, '"perhaps"')
    assert all(f'"{choice}"' in problem for choice in fact.values)


@pytest.mark.parametrize(
    "literal", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999999999999999999", '"NaN"', '"1e3"', "9" * 5000]
)
@pytest.mark.parametrize("name", ["egfr", "age_years"])
def test_a_number_that_is_none_is_refused(name, literal):
    assert " is not accepted; a " in refusal_of(name, literal)


@pytest.mark.parametrize(
    ("name", "literal"),
    [
        ("age_years", "true"),
        ("age_years", "72.0"),
        ("age_years", '"72.5"'),
        ("age_years", '"٧٢"'),
        ("age_years", "[72]"),
        ("egfr", "false"),
        ("egfr", "{}"),
        ("egfr", '""'),
        ("egfr", '" 70"'),
        ("egfr", '"1_0"'),
        ("egfr", '"70,5"'),
        ("kyphosis_degrees", '"15%"'),
        ("height_loss_percent", "20.0000000000001"),
        ("cord_signs", "true"),
        ("cord_signs", '"Yes"'),
        ("cord_signs", '"unknown"'),
        ("sex", "1"),
        ("onset_on", "20261101"),
        ("onset_on", '"2026-11-31"'),
        ("onset_on", '"2026-11-01T00:00"'),
        ("onset_on", '"20261101"'),
        ("onset_on", '"0001-01-01"'),
        ("onset_on", '"9999-12-31"'),
        ("levels", '"T12"'),
        ("levels", "[]"),
        ("levels", '["S1"]'),
        ("levels", '[["T12"]]'),
        ("levels", "[null]"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(name, literal):
    assert refusal_of(name, literal).startswith(f"{name}: ")


@pytest.mark.parametrize("name", [fact.name for fact in FACTS.values() if fact.kind is Kind.DATE])
def test_a_date_after_the_visit_is_a_conflict(name):
    assert read_case(written({name: ON}))
    assert refusal_of(name, '"2026-11-23"') == (
        f"{name}: 2026-11-23 is after the visit; a date up to the day of the visit, 2026-11-22, is accepted"
    )


def test_a_fracture_seen_more_than_14_days_before_its_onset_is_a_conflict():
    assert read_case(written({"onset_on": "2026-11-15", "identified_on": "2026-11-01"}))
    (problem,) = refusals(written({"onset_on": "2026-11-16", "identified_on": "2026-11-01"}))
    assert problem.startswith("identified_on: 2026-11-01 is more than 14 days before onset_on, 2026-11-16;")


@pytest.mark.parametrize("on", [None, "", "2026-02-30", "22.11.2026", "1899-12-31", "2200-01-01", 20261122, True])
def test_the_day_of_the_visit_is_needed(on):
    (problem,) = refusals(json.dumps({"on": on, "facts": {}}))
    assert problem.startswith("on: ")


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "null", '"case"', "{", "{}", '{"on": "2026-11-22"}', '{"on": "2026-11-22", "facts": []}']
)
def test_a_text_that_is_no_case_is_refused(text):
    assert refusals(text)


def test_every_problem_of_a_case_is_named_at_once():
    problems = refusals(json.dumps({"facts": {"pain_nrs": 11, "pain_nsr": 1, "sex": "f"}, "dose": 1}))
    assert len(problems) == 5


def test_a_name_given_twice_is_refused():
    assert refusals('{"on": "2026-11-22", "facts": {"inr": 1, "inr": 2}}') == [
        '"inr" is given twice; each name is accepted once'
    ]


def test_deep_nesting_is_refused():
    assert refusals('{"facts":' * 100_000) == [
        "the text is nested too deeply; one object with simple values is accepted"
    ]


@pytest.mark.parametrize("name", ["a\u202eb", "line\nline", "\ud800", "x" * 201, 7])
def test_a_name_that_cannot_be_shown_is_refused(name):
    assert refusals(written({}, name=name))[0].startswith("name: ")


@pytest.mark.parametrize("key", ["\u202e", "\ud800", "x" * 100_000, "a\nb"])
def test_a_problem_is_one_short_printable_line_whatever_was_given(key):
    for problem in refusals(written({key: 1})) + refusals(written({"sex": key})):
        assert problem.isprintable()
        assert problem.isascii()
        assert len(problem) < 200


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(FACTS)) | st.text(), anything, max_size=6), st.just(ON) | anything)
@example({"levels": [{}]}, ON)
@example({"inr": "\u0661"}, ON)
def test_whatever_is_given_is_read_and_evaluated_or_refused_in_sentences(facts, on):
    text = json.dumps({"on": on, "facts": facts})
    try:
        case = read_case(text)
    except CaseRefusedError:
        problems = refusals(text)
        assert problems
        assert all(problem.isprintable() and " " in problem for problem in problems)
    else:
        assert json.dumps(as_json(evaluate(case.facts, case.on)), allow_nan=False)


@given(st.binary(max_size=200))
def test_whatever_bytes_are_given_are_refused_in_sentences(junk):
    assert refusals(junk)


def _value(fact):
    if fact.kind is Kind.LEVELS:
        return st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3)
    if fact.values:
        return st.sampled_from(fact.values)
    if fact.kind is Kind.DATE:
        return st.dates(date(2026, 10, 1), date(2026, 10, 10)).map(str)
    if fact.kind is Kind.INTEGER:
        return st.integers(int(fact.low), int(fact.high))
    return st.decimals(fact.low, fact.high, places=fact.decimals).map(str)


@given(st.fixed_dictionaries({}, optional={name: _value(fact) for name, fact in FACTS.items()}))
def test_every_case_within_its_ranges_is_evaluated(facts):
    case = read_case(written(facts))
    assert set(case.facts) == set(facts)
    assert as_json(evaluate(case.facts, case.on))["headline"]
