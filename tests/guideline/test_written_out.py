"""The rules, what they name, and a few whole answers, kept as text: whatever changes shows in a diff, and is meant.

`python -m tests.guideline.test_written_out` writes both anew.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evaluate import evaluate, rulebook
from pathway.guideline.explain import as_json
from pathway.guideline.facts import FACTS, Kind
from pathway.guideline.limits import EDITION_1
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.guideline.truth import Rule

KEPT = Path(__file__).parent / "kept"
RULES = KEPT / "rules.txt"
ANSWERS = KEPT / "answers.jsonl"
DATA = ("quantity", "operator", "limit", "values", "name", "statuses")


def written(rule: Rule, depth: int = 1) -> Iterator[str]:
    """A rule as indented lines: what it is, what it says, what it looks at."""
    data = [str(getattr(value, "value", value)) for key in DATA if (value := getattr(rule, key, None)) is not None]
    yield f"{'  ' * depth}{type(rule).__name__}: {rule.text} {' '.join(data)}".rstrip()
    for child in rule.children:
        yield from written(child, depth + 1)


def all_written() -> Iterator[str]:
    book = rulebook(EDITION_1)
    for register in (FACTS, EDITION_1.by_name, DECISIONS, STATEMENTS, SOURCES):
        yield from map(repr, register.values())
    for kind in ("criteria", "headlines", "notices", "bone_density"):
        for name, rule in getattr(book, kind).items():
            yield f"{kind} {name}"
            yield from written(rule)
    for name, action in book.actions.items():
        yield f"actions {name} due after {action.due_after_days} days"
        for part in ("stops", "checks"):
            for rule in (action.indications, *getattr(action, part)) if part == "stops" else action.checks:
                yield f" {part if rule is not action.indications else 'indications'}"
                yield from written(rule)


def answers() -> list[dict]:
    return [json.loads(line) for line in ANSWERS.read_text("utf-8").splitlines()]


def value(name: str, plain):
    """A fact as `evaluate` takes it, from the text that is kept."""
    if FACTS[name].kind is Kind.DATE:
        return date.fromisoformat(plain)
    return Decimal(plain) if FACTS[name].kind is Kind.DECIMAL else plain


def answer_to(kept: dict) -> dict:
    facts = {name: value(name, plain) for name, plain in kept["facts"].items()}
    return json.loads(json.dumps(as_json(evaluate(facts, date.fromisoformat(kept["on"])))))


def test_the_rules_are_as_written_out():
    assert list(all_written()) == RULES.read_text("utf-8").splitlines()


@pytest.mark.parametrize("kept", answers(), ids=lambda kept: kept["answer"]["headline"])
def test_whole_answers_are_as_kept(kept):
    answer = answer_to(kept)
    for part, expected in kept["answer"].items():
        assert answer[part] == expected, part
    assert list(answer) == list(kept["answer"])
    assert list(answer["actions"]) == list(kept["answer"]["actions"])


if __name__ == "__main__":
    RULES.write_text("".join(f"{line}\n" for line in all_written()), "utf-8")
    lines = [json.dumps({**kept, "answer": answer_to(kept)}, ensure_ascii=False) for kept in answers()]
    ANSWERS.write_text("".join(f"{line}\n" for line in lines), "utf-8")
