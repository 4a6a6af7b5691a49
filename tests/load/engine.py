"""A decision of like size for zen-engine: eight worked-out values and forty rules, evaluated with its trace."""

import json
from typing import Any


def decision() -> Any:
    """The loaded decision, or None where zen-engine is not installed."""
    try:
        import zen
    except ImportError:
        return None
    return zen.ZenEngine().create_decision(json.dumps(_graph()))


def question() -> dict[str, Any]:
    return {f"fact{number}": None if number % 3 == 0 else number for number in range(8)}


def _graph() -> dict[str, Any]:
    worked_out = [
        {"id": f"e{n}", "key": f"c{n}", "value": f"fact{n} == null ? null : fact{n} >= {n}"} for n in range(8)
    ]
    rules = [
        {"_id": f"r{n}", "o": f"'h{n}'", **{f"i{bit}": "true" if n >> bit & 1 else "" for bit in range(6)}}
        for n in range(39, -1, -1)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "field": f"c{n}", "name": f"c{n}"} for n in range(8)],
        "outputs": [{"id": "o", "field": "headline", "name": "headline"}],
        "rules": rules,
    }
    kinds = {"in": "inputNode", "work": "expressionNode", "table": "decisionTableNode", "out": "outputNode"}
    content = {"work": {"expressions": worked_out}, "table": table}
    place = {"x": 0, "y": 0}
    nodes = [
        {
            "id": name,
            "type": kind,
            "name": name,
            "position": place,
            **({"content": content[name]} if name in content else {}),
        }
        for name, kind in kinds.items()
    ]
    steps = list(zip(kinds, list(kinds)[1:], strict=False))
    edges = [{"id": str(n), "sourceId": a, "targetId": b, "type": "edge"} for n, (a, b) in enumerate(steps)]
    return {"nodes": nodes, "edges": edges}
