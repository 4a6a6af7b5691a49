"""What the proof is a proof of: a change to the rules, to how they are evaluated, or to the proof makes it stale."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pathway.guideline import evaluate, truth, worked_out
from pathway.guideline.evaluate import Rulebook
from pathway.guideline.facts import FACTS
from pathway.guideline.limits import Limit
from pathway.guideline.truth import Rule


def fingerprint(rules: Rulebook) -> str:
    """The same for the same rule trees, ranges of facts and meaning; wording and comments do not count."""
    parts = [repr(tuple(_trees(rules)))]
    parts += [repr((fact.name, fact.kind, fact.low, fact.high, fact.values)) for fact in FACTS.values()]
    parts += [_meaning(Path(module.__file__)) for module in (truth, worked_out, evaluate)]
    parts += [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _trees(rules: Rulebook) -> Iterator[Any]:
    for name, rule in rules.criteria.items():
        yield name, _shape(rule)
    for name, action in rules.actions.items():
        yield name, _shape(action.indications), *map(_shape, action.stops), "checks", *map(_shape, action.checks)
    for of in (rules.headlines, rules.notices, rules.bone_density):
        for name, rule in of.items():
            yield name, _shape(rule)


def _shape(rule: Rule) -> Any:
    """A rule without its words."""
    told = [getattr(rule, name, None) for name in ("quantity", "operator", "values", "name", "statuses")]
    limit: Limit | None = getattr(rule, "limit", None)
    return type(rule).__name__, *told, limit and str(limit.value), *map(_shape, rule.children)


def _meaning(path: Path) -> str:
    """A module without comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body.pop(0)
    return ast.dump(tree)
