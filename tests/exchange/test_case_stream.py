"""Cases out of a byte stream: the same cases however they are laid out, in constant memory."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.exchange.case_stream import MOST_BYTES_OF_A_CASE, CaseStream, StreamBrokenError

OBJECTS = st.lists(
    st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False) | st.lists(st.integers())), min_size=2
)


def texts(content):
    return [json.loads(raw.text) for raw in CaseStream(io.BytesIO(content))]


@given(OBJECTS, st.sampled_from(["\n", "\r\n", "\n\n", " \n\t\n"]), st.booleans())
def test_lines_are_read_as_written(objects, between, ascii_only):
    content = between.join(json.dumps(each, ensure_ascii=ascii_only) for each in objects).encode("utf-8", "replace")
    stream = CaseStream(io.BytesIO(content))
    assert not stream.is_single
    assert len(list(stream)) == len(objects)
    assert stream.bytes_read == len(content)


@given(OBJECTS, st.sampled_from([None, 0, 2]))
def test_an_array_is_read_as_written(objects, indent):
    stream = CaseStream(io.BytesIO(json.dumps(objects, indent=indent).encode()))
    assert not stream.is_single
    raws = list(stream)
    assert [json.loads(raw.text) for raw in raws] == objects
    assert [raw.number for raw in raws] == list(range(1, len(objects) + 1))


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_an_object_alone_is_single_however_it_is_laid_out(indent):
    stream = CaseStream(
        io.BytesIO(b"\n\n" + json.dumps({"on": "x", "facts": {"a": 1}}, indent=indent).encode() + b"\n")
    )
    assert stream.is_single
    assert [json.loads(raw.text) for raw in stream] == [{"on": "x", "facts": {"a": 1}}]


def test_an_array_whose_elements_cross_the_blocks_that_are_read():
    objects = [{"text": "é" * size} for size in (10, 65_530, 65_536, 131_072, 3)]
    assert texts(json.dumps(objects, ensure_ascii=False).encode()) == objects


def test_lines_are_counted_with_the_blank_ones():
    assert [raw.place for raw in CaseStream(io.BytesIO(b"\n{}\n\n{}\n{}"))] == [
        "case 1, line 2",
        "case 2, line 4",
        "case 3, line 5",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[{}", "after case 1"),
        (b"[{},", "case 2 is not JSON"),
        (b"[{},]", "case 2 is not JSON"),
        (b"[{} {}]", "after case 1"),
        (b"[,{}]", "case 1 is not JSON"),
        (b"[{}] {}", "something follows the array"),
        (b"[{}]\n\n\n{}", "something follows the array"),
        (b'["\xff"]', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'["' + b"x" * (MOST_BYTES_OF_A_CASE + 100_000) + b'"]', "longer than"),
        (b"{" + b" " * (MOST_BYTES_OF_A_CASE + 10), "longer than"),
        (b'{"a": 1}\n{' + b" " * (MOST_BYTES_OF_A_CASE + 10), "longer than"),
    ],
)
def test_a_stream_that_cannot_be_read_to_its_end_says_where_and_why(content, problem):
    with pytest.raises(StreamBrokenError, match=problem):
        list(CaseStream(io.BytesIO(content)))


@given(st.binary(max_size=300))
def test_whatever_bytes_come_end_in_cases_or_a_sentence(junk):
    for content in (junk, b"[" + junk, b"{}\n" + junk):
        problem = "accepted"
        try:
            assert all(raw.number for raw in CaseStream(io.BytesIO(content)))
        except StreamBrokenError as broken:
            problem = str(broken)
        assert "accepted" in problem or "nothing after it was read" in problem


@pytest.mark.parametrize("separator", [b"\n", b","], ids=["lines", "array"])
def test_memory_stays_flat(separator):
    case = json.dumps({"on": "2026-11-22", "facts": {"pain_nrs": 6}, "name": "x" * 900}).encode()
    content = separator.join([case] * 20_000)
    source = io.BytesIO(b"[" + content + b"]" if separator == b"," else content)
    tracemalloc.start()
    assert sum(1 for _ in CaseStream(source)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(content) / 4
