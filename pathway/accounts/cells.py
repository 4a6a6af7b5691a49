"""The cells of every spreadsheet that this application writes: no text in them is run as a formula."""

from __future__ import annotations

import re
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
A_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def is_formula(cell: Any) -> bool:
    """Could a spreadsheet program take this for a formula? A number such as -2.5 stays one."""
    return isinstance(cell, str) and cell.startswith(FORMULA_STARTS) and not A_NUMBER.fullmatch(cell)


def safe(cell: Any) -> Any:
    """Text that starts like a formula with an apostrophe before it, as spreadsheet programs write plain text."""
    return f"'{cell}" if is_formula(cell) else cell
