"""Static files and templates: nothing is asked of another host, nothing is inline, nothing skips escaping."""

import re
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


def skips_escaping(text: str) -> bool:
    """Does a template, or a line of Python, hand on text as HTML?"""
    return re.search(r"\|\s*safe|autoescape|mark_safe|Safe(String|Text)|__html__|html_safe", text) is not None


def test_nothing_is_marked_as_safe():
    """Text that someone typed must never become HTML, so no template and no code may skip escaping."""
    root = Path(settings.BASE_DIR)
    written = [path for path in (root / "templates").rglob("*") if path.is_file()] + [*(root / "pathway").rglob("*.py")]
    assert len(written) > 200
    assert [path.name for path in written if skips_escaping(path.read_text())] == []


def test_nothing_shows_on_hover_only_and_nothing_is_dragged():
    """A pointer over something may color it; what there is to know and to do is there for fingers and keyboards too."""
    ours = [path.read_text() for path in STATIC.glob("*.css")]
    hovered = [rule for css in ours for rule in re.findall(r"[^{}]*:hover[^{}]*\{([^{}]*)\}", css)]
    assert len(hovered) > 4
    shows = re.compile(r"\b(display|visibility|opacity|content|clip|clip-path|height|max-height|translate|inset)\s*:")
    assert [rule for rule in hovered if shows.search(rule)] == []
    templates = [path.read_text() for path in (Path(settings.BASE_DIR) / "templates").rglob("*") if path.is_file()]
    scripts = [path.read_text() for path in STATIC.glob("*.js")]
    assert [text for text in templates if re.search(r"<[^>%{]*\stitle=|draggable", text)] == []
    assert [text for text in scripts if re.search(r"drag|pointermove|mousemove|touchmove|mouseenter", text)] == []
