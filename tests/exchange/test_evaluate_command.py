"""`manage.py evaluate` as a person runs it: a real process, real files, standard input, exit status."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pathway.exchange.case_answers import CASES_WORTH_MORE_PROCESSES

ROOT = Path(__file__).parents[2]
FACTS = {"region": "us", "age_years": 72, "sex": "female", "onset_on": "2026-11-01", "pain_nrs": 6}
CASE = {"on": "2026-11-22", "facts": FACTS}


def run(*arguments, stdin=b""):
    return subprocess.run(
        [sys.executable, "manage.py", "evaluate", *map(str, arguments)], cwd=ROOT, input=stdin, capture_output=True
    )


def printed(result):
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def problems(result):
    return result.stderr.decode().splitlines()


def case(**facts):
    return {"on": "2026-11-22", "facts": {**FACTS, **facts}}


def as_lines(cases):
    return "".join(json.dumps(each) + "\n" for each in cases).encode()


def test_an_object_prints_one_object(tmp_path):
    (tmp_path / "case.json").write_text(json.dumps(CASE, indent=2))
    result = run(tmp_path / "case.json")
    assert (result.returncode, result.stderr) == (0, b"")
    answer = json.loads(result.stdout)
    assert list(answer) == [
        "headline", "bone_density", "criteria", "actions", "notices", "missing", "derived", "rules_edition",
    ]  # fmt: skip
    assert answer["headline"] == "answers_needed"
    assert answer["bone_density"] == "dxa_pending"
    assert answer["criteria"]["deformity"] == "unknown"
    assert answer["derived"]["days_since_onset"] == 21
    assert answer["missing"][0] == "neuro_exam_done"
    assert answer["rules_edition"] == 1
    action = answer["actions"]["refer.augmentation"]
    assert action["status"] == "undetermined"
    assert action["origin"] == "source"
    assert "S13" in action["cites"]
    assert action.keys() >= {"because", "stops", "checks", "would_change"}


def test_checks_not_met_and_not_recorded_are_apart():
    facts = {**FACTS, "fracture_confirmed": "yes", "mechanism": "none", "identified_on": "2026-11-20"}
    result = run(
        "-", stdin=json.dumps({"on": "2026-11-22", "facts": {**facts, "height_loss_percent": 30, "inr": 3}}).encode()
    )
    states = {
        each["text"]: each["state"] for each in json.loads(result.stdout)["actions"]["refer.augmentation"]["checks"]
    }
    assert {"not_met", "not_recorded"} == set(states.values())
    assert [text for text, state in states.items() if state == "not_met"] == [text for text in states if "INR" in text]


def test_standard_input_and_no_new_line_at_the_end():
    result = run("-", stdin=json.dumps(CASE).encode())
    assert result.returncode == 0
    assert json.loads(result.stdout)["headline"] == "answers_needed"


@pytest.mark.parametrize("written", [json.dumps, lambda cases: json.dumps(cases, indent=4)], ids=["tight", "indented"])
def test_an_array_prints_a_line_for_each_in_order(written):
    cases = [case(temperature_c=39), case(cord_signs="yes"), CASE]
    result = run("-", stdin=written(cases).encode())
    assert result.returncode == 0
    assert [answer["headline"] for answer in printed(result)] == [
        "urgent_infection",
        "emergency_spine",
        "answers_needed",
    ]


def test_json_lines_print_a_line_for_each_in_order_and_skip_blank_lines():
    stdin = as_lines([case(temperature_c=39), CASE]) + b"\n\n" + as_lines([case(cord_signs="yes")])
    result = run("-", stdin=stdin)
    assert [answer["headline"] for answer in printed(result)] == [
        "urgent_infection",
        "answers_needed",
        "emergency_spine",
    ]


def test_an_array_of_one_prints_one_line():
    result = run("-", stdin=json.dumps([CASE], indent=1).encode())
    assert len(result.stdout.splitlines()) == 1


def test_an_empty_array_and_an_empty_file():
    assert (run("-", stdin=b" [ ] \n").returncode, run("-", stdin=b"[]").stdout) == (0, b"")
    empty = run("-", stdin=b"")
    assert empty.returncode == 2
    assert problems(empty)[0].startswith("case 1: the text is not JSON")


def test_decimals_stay_exact_as_numbers_and_as_text():
    values = [19.9, 20, 20.0, "19.999999999999", "20.0", "20"]
    result = run("-", stdin=as_lines(case(height_loss_percent=value) for value in values))
    states = [answer["criteria"]["deformity.height_loss"] for answer in printed(result)]
    assert states == ["not_met", "met", "met", "not_met", "met", "met"]


def test_a_null_fact_is_not_known():
    result = run("-", stdin=json.dumps(case(pain_nrs=None)).encode())
    assert json.loads(result.stdout)["criteria"]["insufficient_relief"] == "unknown"


def test_a_refused_case_prints_nothing_and_the_others_are_printed():
    cases = [CASE, case(pain_nrs=11, pain_nsr=3), case(cord_signs="yes"), case(cord_signs=True)]
    result = run("-", stdin=as_lines(cases))
    assert result.returncode == 2
    assert [answer["headline"] for answer in printed(result)] == ["answers_needed", "emergency_spine"]
    assert problems(result) == [
        "case 2, line 2: pain_nrs: 11 is not accepted; a whole number from 0 to 10 is",
        'case 2, line 2: "pain_nsr" is no fact; did you mean pain_nrs?',
        'case 4, line 4: cord_signs: true is not accepted; "yes" or "no" is',
    ]


def test_a_named_case_is_named_in_problems_and_in_its_answer():
    result = run("-", stdin=as_lines([{"name": "Ana", **CASE}, {"name": "Berta", **case(pain_nrs=-1)}]))
    assert [answer["name"] for answer in printed(result)] == ["Ana"]
    assert problems(result)[0].startswith("case 2, line 2 (Berta): pain_nrs: -1 is not accepted")


def test_a_line_that_is_not_json_is_named_and_the_rest_goes_on():
    result = run("-", stdin=as_lines([CASE]) + b"{broken\n" + as_lines([CASE]))
    assert result.returncode == 2
    assert len(printed(result)) == 2
    assert problems(result)[0].startswith("case 2, line 2: the text is not JSON")


def test_a_broken_array_keeps_the_cases_before_the_break():
    result = run("-", stdin=b"[" + json.dumps(CASE).encode() + b", {nonsense}]")
    assert result.returncode == 2
    assert len(printed(result)) == 1
    assert problems(result)[0].startswith("case 2 is not JSON")


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read(tmp_path, name):
    result = run(tmp_path / name)
    assert (result.returncode, result.stdout) == (2, b"")
    assert "cannot be read" in problems(result)[0]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused_with_a_sentence(encoding):
    result = run("-", stdin=json.dumps({"name": "Zoë", **CASE}, ensure_ascii=False).encode(encoding))
    assert (result.returncode, result.stdout) == (2, b"")
    assert problems(result) == [problems(result)[0]]
    assert "UTF-8" in problems(result)[0]


def test_utf_8_with_a_byte_order_mark_is_read():
    result = run("-", stdin=b"\xef\xbb\xbf" + json.dumps({"name": "Zoë", **CASE}, ensure_ascii=False).encode())
    assert (result.returncode, json.loads(result.stdout)["name"]) == (0, "Zoë")


def test_many_cases_go_to_many_processes_in_order():
    count = CASES_WORTH_MORE_PROCESSES + 30
    cases = [{"name": str(number), **CASE} if number % 50 else {"name": str(number)} for number in range(count)]
    result = run("-", "--processes", 2, stdin=as_lines(cases))
    assert result.returncode == 2
    assert [answer["name"] for answer in printed(result)] == [str(number) for number in range(count) if number % 50]
    assert len(problems(result)) == 2 * len(range(0, count, 50))
    assert problems(result)[0] == "case 1, line 1 (0): on: the day of the visit is missing; " + (
        "a date from 1900-01-01 to 2199-12-31 as YYYY-MM-DD is accepted"
    )


def test_a_reader_that_stops_early_gets_no_trace():
    with subprocess.Popen(
        [sys.executable, "manage.py", "evaluate", "-"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        process.stdout.close()
        process.stdin.write(as_lines([CASE] * 20))
        process.stdin.close()
        assert process.stderr.read() == b""


def hears_the_keyboard() -> None:
    """Tests that a shell runs in the background are deaf to it, and so is whatever they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_from_the_keyboard_ends_without_a_trace(tmp_path):
    (tmp_path / "many.jsonl").write_bytes(as_lines([CASE] * 20_000))
    with subprocess.Popen(
        [sys.executable, "manage.py", "evaluate", tmp_path / "many.jsonl", "--processes", "2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hears_the_keyboard,
    ) as process:
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read() == b""
    assert process.returncode == 130


def test_a_terminal_sees_how_far_it_is_and_nothing_stays_behind(tmp_path):
    (tmp_path / "many.jsonl").write_bytes(as_lines([CASE] * 300))
    terminal, end = pty.openpty()
    process = subprocess.run(
        [sys.executable, "manage.py", "evaluate", tmp_path / "many.jsonl", "--processes", "1"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    seen = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert process.returncode == 0
    assert "[##########" in seen
    assert "100 cases" in seen
    assert seen.endswith("\r\x1b[K")


def test_the_answer_is_utf_8_whatever_the_terminal_is():
    result = subprocess.run(
        [sys.executable, "manage.py", "evaluate", "-"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        input=as_lines([{"name": "Zoë", **CASE}, {"name": "Zoë", **case(pain_nrs=11)}]),
        capture_output=True,
    )
    assert printed(result)[0]["name"] == "Zoë"
    assert "(Zoë)" in problems(result)[0]


def test_no_database_is_needed(tmp_path):
    result = subprocess.run(
        [sys.executable, "manage.py", "evaluate", "-"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/absent/db.sqlite3"},
        input=json.dumps(CASE).encode(),
        capture_output=True,
    )
    assert (result.returncode, result.stderr) == (0, b"")


def test_processes_below_one_are_refused():
    result = run("-", "--processes", 0)
    assert result.returncode == 2
    assert "--processes: 1 or more is accepted" in result.stderr.decode()


def test_one_case_is_answered_without_loading_the_web_application(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(CASE))
    command = [sys.executable, "-X", "importtime", "manage.py", "evaluate", tmp_path / "one.json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert json.loads(result.stdout)["headline"]
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "pathway.guideline.evaluate" in loaded
    assert not {name for name in loaded if name.partition(".")[0] in ("allauth", "weasyprint") or ".models" in name}
