"""What a question is, and how the condition under which it is asked is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

FIRST_VISIT = "first_visit"
MAY_BE_PREGNANT = "may_be_pregnant"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `asked_if` is a condition on other answers of the same step: "a=x|y&b=z" with "=*" for any answer but not known,
    "!=" for any other, and "||" between alternatives. `asked_when` is one about the visit itself. A `lasting` answer
    does not change by the next visit: it is carried forward there, to be confirmed or changed.
    """

    fact: str
    text: str
    hint: str
    why: str
    asked_if: str = ""
    asked_when: str = ""
    lasting: bool = False


def applies(condition: str, answer: Callable[[str], str]) -> bool:
    """Whether a condition holds, `answer` giving "" for a blank, "not_known", or the answer as text."""
    if not condition:
        return True
    return any(all(_holds(term, answer) for term in alternative.split("&")) for alternative in condition.split("||"))


def facts_in(condition: str) -> tuple[str, ...]:
    """The facts that a condition looks at."""
    return tuple(re.split("!?=", term)[0] for term in re.split(r"\|\||&", condition)) if condition else ()


def _holds(term: str, answer: Callable[[str], str]) -> bool:
    if "!=" in term:
        fact, value = term.split("!=")
        return answer(fact) != value
    fact, values = term.split("=")
    given = answer(fact)
    return given not in ("", "not_known") if values == "*" else given in values.split("|")
