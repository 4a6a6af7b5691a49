"""Static files and templates: nothing is asked of another host, nothing is inline, nothing skips escaping."""

from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
FILES = sorted(path for path in STATIC.rglob("*") if path.suffix in (".css", ".js"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_other_host_and_no_source_map(path):
    text = path.read_text()
    assert "sourceMappingURL" not in text
    assert "url(http" not in text
    assert "//cdn" not in text
    assert "assets.nhs.uk" not in text


def test_no_style_of_ours_is_inline():
    templates = Path(settings.BASE_DIR) / "templates"
    screens = [path for path in templates.rglob("*.html") if "print" not in path.parts]
    inline = [path.name for path in screens if " style=" in path.read_text() or "<style" in path.read_text()]
    assert inline == []


def test_nothing_is_marked_as_safe():
    """Text that someone typed must never become HTML, so no template may skip escaping."""
    templates = Path(settings.BASE_DIR) / "templates"
    skipping = ("|safe", "autoescape off", "mark_safe")
    assert [path.name for path in templates.rglob("*.html") if any(one in path.read_text() for one in skipping)] == []
