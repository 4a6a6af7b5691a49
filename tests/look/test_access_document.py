"""docs/accessibility.md names a test for each check, and each of them exists."""

import re

from django.conf import settings


def test_every_test_that_the_document_names_exists():
    text = (settings.BASE_DIR / "docs" / "accessibility.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text))
    assert len(rows) == 20
    assert all("`tests/" in row for row in rows)
    assert {
        name for path, name in named if f"def {name}(" not in (settings.BASE_DIR / path).read_text("utf-8")
    } == set()
