"""Writes facts, expectations and whole cases as the text that `clinical_cases` reads: the same cases, the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pathway.exchange.clinical_cases import ClinicalCase

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_DELETE = "\x7f"  # the one control character that JSON leaves as it is and TOML refuses


def text_of_table(table: Mapping[str, Any], name: str = "") -> str:
    """The table as lines, what it holds in tables of their own last. `name` is where it stands, blank for the top."""
    simple = {key: value for key, value in table.items() if not _is_nested(value)}
    lines = [f"[{name}]\n"] if name and (simple or not table) else []
    lines += [f"{_key(key)} = {_value(value)}\n" for key, value in simple.items()]
    for key, value in table.items():
        if _is_nested(value):
            lines.append(text_of_table(value, f"{name}.{_key(key)}" if name else _key(key)))
    return "".join(lines)


def text_of_cases(cases: Iterable[ClinicalCase], heading: str) -> str:
    """A case file of its own, without bases or series. `heading` is its first line."""
    return "\n".join([f"# {heading}\n", *(f"[[case]]\n{_case(case)}" for case in cases)])


def _case(case: ClinicalCase) -> str:
    head = {
        "title": case.title,
        "story": case.story,
        "on": case.on,
        "checked_by": case.checked_by,
        "checked_on": case.checked_on,
        "covers": case.covers,
    }
    return text_of_table(head) + text_of_table(case.facts, "case.facts") + text_of_table(case.expect, "case.expect")


def _is_nested(value: Any) -> bool:
    """Counts of an action stay on its line; everything else that is a table gets lines of its own."""
    return isinstance(value, Mapping) and not all(isinstance(count, int) for count in value.values())


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")
