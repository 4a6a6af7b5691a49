"""The answer to each case as JSON, on all cores when there are many, in the order the cases came."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

from pathway.exchange.case_json import CaseRefusedError, read_case
from pathway.exchange.case_stream import RawCase, StreamBrokenError
from pathway.guideline.evaluate import evaluate
from pathway.guideline.explain import as_json
from pathway.guideline.in_bulk import json_text

CASES_IN_A_CHUNK = 100
CASES_WORTH_MORE_PROCESSES = 500


class Answers(NamedTuple):
    """What some cases came to: UTF-8 for standard output, whole lines of it, and lines for standard error. The process
    that answers encodes, so that the one which prints only passes on."""

    text: bytes
    problems: list[str]
    cases: int


def answer(raw: RawCase, indent: int | None = None) -> Answers:
    """One case evaluated: one JSON text, on one line or indented, or a line for each problem."""
    try:
        case = read_case(raw.text)
    except CaseRefusedError as refusal:
        who = f"{raw.place} ({refusal.name})" if refusal.name else raw.place
        return Answers(b"", [f"{who}: {problem}" for problem in refusal.problems], 1)
    if indent is None:
        text = json_text(case.facts, case.on)
        text = f'{{"name": {json.dumps(case.name, ensure_ascii=False)}, {text[1:]}' if case.name else text
    else:
        named = {"name": case.name} if case.name else {}
        text = json.dumps(named | as_json(evaluate(case.facts, case.on)), ensure_ascii=False, indent=indent)
    return Answers(f"{text}\n".encode(), [], 1)


def answer_chunk(chunk: list[RawCase]) -> Answers:
    """Several cases evaluated, one line each."""
    answers = [answer(raw) for raw in chunk]
    problems = [problem for each in answers for problem in each.problems]
    return Answers(b"".join([each.text for each in answers]), problems, len(chunk))


def answer_all(cases: Iterable[RawCase], processes: int | None = None) -> Iterator[Answers]:
    """Every case evaluated, in order, with only a few chunks in memory. Few cases stay in this process; from
    CASES_WORTH_MORE_PROCESSES on they go to `processes` (all cores unless given)."""
    chunks = _chunks(iter(cases))
    first = list(islice(chunks, CASES_WORTH_MORE_PROCESSES // CASES_IN_A_CHUNK))
    processes = processes or len(os.sched_getaffinity(0))
    if processes == 1 or sum(map(_size, first)) < CASES_WORTH_MORE_PROCESSES:
        for chunk in _chained(first, chunks):
            yield _answered(chunk)
        return
    with ProcessPoolExecutor(processes, get_context("fork"), initializer=gc.disable) as pool:
        waiting: deque[Future[Answers] | StreamBrokenError] = deque()
        for chunk in _chained(first, chunks):
            waiting.append(chunk if isinstance(chunk, StreamBrokenError) else _submitted(pool, chunk))
            if len(waiting) > 2 * processes:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def _submitted(pool: ProcessPoolExecutor, chunk: list[RawCase]) -> Future[Answers]:
    """A process that the pool starts now inherits the mask: from its first moment the keyboard is its parent's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_answer_chunk, chunk)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer_chunk(chunk: list[RawCase]) -> Answers:
    """Garbage waits for the end of a chunk: a full collection would walk all that was explained, again and again."""
    answers = answer_chunk(chunk)
    gc.collect(1)
    return answers


Chunk = list[RawCase] | StreamBrokenError


def _chunks(cases: Iterator[RawCase]) -> Iterator[Chunk]:
    """Lists of cases; a stream that breaks ends with its break, after the cases that came before it."""
    chunk: list[RawCase] = []
    try:
        for raw in cases:
            chunk.append(raw)
            if len(chunk) == CASES_IN_A_CHUNK:
                yield chunk
                chunk = []
    except StreamBrokenError as broken:
        yield chunk
        yield broken
        return
    yield chunk


def _chained(first: list[Chunk], rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield from first
    yield from rest


def _size(chunk: Chunk) -> int:
    return 0 if isinstance(chunk, StreamBrokenError) else len(chunk)


def _answered(chunk: Chunk) -> Answers:
    return Answers(b"", [str(chunk)], 0) if isinstance(chunk, StreamBrokenError) else answer_chunk(chunk)


def _result(waiting: Future[Answers] | StreamBrokenError) -> Answers:
    return Answers(b"", [str(waiting)], 0) if isinstance(waiting, StreamBrokenError) else waiting.result()
