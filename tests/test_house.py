"""How the house is built: which folder may import which, and what stands at the top."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "guideline": set(),
    "accounts": set(),
    "wording": {"guideline", "accounts"},
    "clinic": {"guideline", "accounts", "wording"},
    "plans": {"guideline", "accounts", "wording", "clinic"},
    "followup": {"guideline", "accounts", "wording", "clinic", "plans"},
    "exchange": {"guideline", "accounts", "wording", "clinic", "plans", "followup"},
    "releases": {"guideline", "accounts", "wording", "clinic", "plans", "followup", "exchange"},
}
"""releases -> exchange -> followup -> plans -> clinic -> wording -> guideline; all use accounts, which imports none."""
AT_THE_TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md", "LICENSE", "Makefile", "README.md", "docs",
    "fixtures", "locale", "manage.py", "pathway", "pyproject.toml", "requirements-dev.txt",
    "requirements.in", "requirements.txt", "static", "templates", "tests",
}  # fmt: skip
VAGUE = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc"}
MOST_LINES = 400


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\0") if name]


def imports(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, in full."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name, *(f"{name}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_imports_go_one_way(part):
    others = set(MAY_IMPORT) - MAY_IMPORT[part] - {part}
    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "pathway" / part).rglob("*.py")
        for name in imports(path)
        if name.startswith("pathway.") and name.split(".")[1] in others
    }
    assert wrong == set()


def test_the_guideline_knows_no_framework():
    wrong = {
        (path.name, name)
        for path in (ROOT / "pathway" / "guideline").rglob("*.py")
        for name in imports(path)
        if name.partition(".")[0] == "django"
    }
    assert wrong == set()


def test_nothing_new_stands_at_the_top():
    assert {path.parts[0] for path in committed()} == AT_THE_TOP


def test_modules_have_telling_names_and_are_short():
    python = [path for path in committed() if path.suffix == ".py" and (ROOT / path).exists()]
    assert [path for path in python if path.stem in VAGUE] == []
    mine = [path for path in python if "migrations" not in path.parts]
    assert [path for path in mine if len((ROOT / path).read_text("utf-8").splitlines()) > MOST_LINES] == []
