"""Wording as text: named limits, paragraphs and bullets. Never a template, never HTML, never sanitized.

A body is plain text. An empty line separates paragraphs, a line that starts with "- " is a bullet. `$height_loss`
prints the limit of that name with its unit; `$decision_day_weeks` prints a limit of days as weeks; `$$` prints a dollar
sign. Everything else, `<`, `&`, `{{ }}` and `{x}` included, is printed as it was typed and escaped where it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _

from pathway.guideline.limits import Limit, Limits
from pathway.guideline.quantities import shown_limit

PARAGRAPH, BULLETS = "paragraph", "bullets"
BULLET = "- "
NAME = re.compile(r"\$(\$|[a-z][a-z0-9_]*)?")
DAYS_IN_A_WEEK = 7
UNIT_SPELLINGS = {
    "°": ("°", "degree", "degrees"),
    "%": ("%", "percent", "per cent"),
    "points": ("point", "points", "percentage points"),
    "of 10": ("of 10", "out of 10", "/10", "/ 10"),
    "°C": ("°C", "° C", "degrees C", "degrees Celsius"),
    "days": ("day", "days"),
    "years": ("year", "years"),
}


class UnknownNameError(ValueError):
    """A text names a limit that does not exist."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (a single line) or one list of bullets."""

    kind: str
    lines: tuple[str, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of a body, in order. Line breaks inside a paragraph or bullet are spaces."""
    found: list[tuple[str, list[str]]] = []
    open_block = False
    for line in text.splitlines():
        words = line.strip()
        if not words:
            open_block = False
        elif line.startswith(BULLET):
            if not (open_block and found[-1][0] == BULLETS):
                found.append((BULLETS, []))
            found[-1][1].append(words.removeprefix(BULLET))
            open_block = True
        elif open_block:
            found[-1][1][-1] += f" {words}"
        else:
            found.append((PARAGRAPH, [words]))
            open_block = True
    return tuple(Block(kind, tuple(lines)) for kind, lines in found)


def unwrapped(text: str) -> str:
    """The same blocks with each paragraph and bullet on a line of its own, as a browser's text box wraps them."""
    return "\n\n".join(
        "\n".join(f"{BULLET}{line}" for line in block.lines) if block.kind == BULLETS else block.lines[0]
        for block in blocks(text)
    )


def printed_names(limits: Limits) -> dict[str, str]:
    """What each `$name` prints under these limits."""
    names = {name: shown_limit(limit) for name, limit in limits.by_name.items()}
    for name, limit in limits.by_name.items():
        if limit.unit == "days" and limit.value % DAYS_IN_A_WEEK == 0:
            names[f"{name}_weeks"] = f"{limit.value / DAYS_IN_A_WEEK:f} weeks"
    return names


def substitute(text: str, names: Mapping[str, str]) -> str:
    """The text with every `$name` replaced. Raises UnknownNameError, with a sentence, for any other."""

    def printed(match: re.Match) -> str:
        name = match[1]
        if name == "$":
            return "$"
        if name in names:
            return names[name]
        raise UnknownNameError(_unknown(match[0], match.string, match.start()))

    return NAME.sub(printed, text)


def problems(text: str, limits: Limits) -> list[str]:
    """What is wrong with a text, as sentences that say where. Empty when it may be printed."""
    return [*_unprintable(text), *_unknown_names(text, limits), *_retyped(text, limits)]


def _unknown_names(text: str, limits: Limits) -> list[str]:
    named = [match for match in NAME.finditer(text) if match[1] != "$"]
    names = printed_names(limits) if named else {}
    return [_unknown(match[0], text, match.start()) for match in named if match[1] not in names]


def _unknown(name: str, text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    if name == "$":
        return _("Line %(line)s has a dollar sign without a name. Write $$ for a dollar sign.") % {"line": line}
    return _("Line %(line)s names “%(name)s”, which is not a limit of the pathway. The Pathway page lists them.") % {
        "line": line,
        "name": name,
    }


def _unprintable(text: str) -> list[str]:
    """Control characters, and characters that reorder or hide text: what is read would differ from what is stored."""
    found = []
    for position, character in enumerate(text):
        if character not in "\n\r\t" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            line = text.count("\n", 0, position) + 1
            found.append(
                _("Line %(line)s holds an invisible character (U+%(code)04X). Delete it, or type the line again.")
                % {"line": line, "code": ord(character)}
            )
    return found


def _retyped(text: str, limits: Limits) -> list[str]:
    """A limit typed as a number would stay behind when the limit changes."""
    named: dict[tuple[int, str], list[str]] = {}
    for limit in limits.by_name.values():
        for match in _typed(limit).finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            named.setdefault((line, match[0]), []).append(f"${limit.name}")
    return [
        _("Line %(line)s types “%(typed)s”, which is a limit of the pathway. Name it: %(names)s.")
        % {"line": line, "typed": typed, "names": _(" or ").join(names)}
        for (line, typed), names in named.items()
    ]


def weeks_typed(text: str, limits: Limits) -> list[str]:
    """Weeks that are as many as a limit in days is: flagged, not refused, because a study may have lasted as long."""
    lengths: dict[str, list[str]] = {}
    for name, printed in printed_names(limits).items():
        if printed.endswith(" weeks"):
            lengths.setdefault(printed.removesuffix(" weeks"), []).append(f"${name}")
    typed = re.finditer(r"(?<![\w.,–-])(?<!to )(\d+)[\s-]*weeks?\b", text)
    return [
        _(
            "Line %(line)s types “%(typed)s”, which is as long as a limit of the pathway. "
            "If you mean it, name it: %(names)s."
        )
        % {
            "line": text.count("\n", 0, match.start()) + 1,
            "typed": match[0],
            "names": _(" or ").join(lengths[match[1]]),
        }
        for match in typed
        if match[1] in lengths
    ]


@cache
def _typed(limit: Limit) -> re.Pattern:
    """The limit's number, as decimals or shortest, with its unit in any usual spelling."""
    numbers = {f"{limit.value:f}", _shortest(limit.value)} if limit.unit else {f"{limit.value:f}"}
    number = "|".join(re.escape(text).replace(r"\-", "[-−–]") for text in sorted(numbers, key=len, reverse=True))
    if not limit.unit:
        return re.compile(rf"(?<![\w.,])(?:{number})(?![\w,]|\.\d)")
    spellings = UNIT_SPELLINGS.get(limit.unit, (limit.unit,))
    unit = "|".join(re.escape(text) for text in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<![\w.,])(?:{number})[\s-]*(?:{unit})(?!\w)", re.IGNORECASE)


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
