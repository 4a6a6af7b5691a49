"""The interface can be translated: what a reader sees of templates and code goes through the catalogs.

A frozen record, and what is stored with a task, is in the language that it was written in; it is not the interface.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".svg", ".txt"))
READ_OUT = ("title", "alt", "aria-label", "aria-description", "placeholder", "label")
SAME_EVERYWHERE = {"mm", "SHA"}
"""Units and names."""

CATALOG = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
NOT_THE_INTERFACE = {
    "guideline": "labels and explanations of the rules: frozen in records, proven and printed as they are",
    "migrations": "of earlier days",
    "management": "for whoever runs the service",
    "settings.py": "for whoever runs the service",
    "checks.py": "for whoever runs the service",
    "backups.py": "for whoever runs the service",
    "integrity.py": "for whoever runs the service: what `verify` says",
    "audit.py": "for whoever runs the service: what `verify` says",
    "append_only.py": "what the database says to whoever goes past the application",
    "triggers.py": "what the database says to whoever goes past the application",
    "locks.py": "what the database says to whoever goes past the application",
    "noticing.py": "what the database does by itself",
    "sealed.py": "the printing process, which has no catalog",
    "middleware.py": "for the log",
    "planned.py": "stored with the task",
    "following.py": "stored with the task",
    "ending.py": "stored with the task",
    "drafts.py": "frozen in the record",
    "record.py": "frozen in the record",
    "few_words.py": "frozen in the record: names of publications",
    "fonts.py": "names of fonts",
    "case_words.py": "words of case files",
    "case_paper.py": "frozen in the record of a case",
    "case_import.py": "stands for the name of a file",
    "case_pages.py": "the first line of an exported file",
    "clinic_csv.py": "what the exported files hold, in a file",
    "synthetic.py": "answers of invented patients",
    "fixture.py": "for whoever writes the files of a release",
    "markdown.py": "docs/pathway.md",
}
"""Folders and files whose sentences nobody reads in a page of the application, with what they are."""
NAMES = {
    "Mac OS X", "Vertebra Pathway", "English text number", "English heading", "English text",
    "I have reviewed this plan. The decisions are mine.",
}  # fmt: skip
"""Names, the heads of columns that an import looks for, and the sentence that is signed."""
OF_DEVELOPERS = {"AppendOnly", "ValueError", "MissingVariableError", "FatalURLFetchingError", "LookupError", "KeyError"}
SQL = re.compile(r"(SELECT|CREATE|INSERT|UPDATE|DELETE|PRAGMA|EXISTS|FROM|VALUES|WHERE) ")


class Visible(HTMLParser):
    """The words of a template that do not come out of a variable or a catalog."""

    def __init__(self, text: str):
        super().__init__()
        self.words: set[str] = set()
        self.is_code = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.is_code = tag in ("script", "style")
        for name, value in attrs:
            if name in READ_OUT or (name.startswith("data-") and " " in (value or "")):
                self.note(value)

    def handle_endtag(self, tag):
        self.is_code = False

    def handle_data(self, data):
        if not self.is_code:
            self.note(data)

    def note(self, text: str | None):
        self.words |= set(re.findall(r"[^\W\d_]{2,}", text or "")) - SAME_EVERYWHERE


def literals(template: str) -> set[str]:
    """Variables and tags count as a number; what a catalog translates, and comments, as nothing."""
    kept, until = [], ""
    for token in Lexer(template).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if until:
            until = "" if word == until else until
        elif word in ("blocktranslate", "comment"):
            until = f"end{word}"
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            kept.append("0")
    return Visible("".join(kept)).words


ONLY_ATTRIBUTES = {"_chart_letters.html", "_chart_look.html"}
"""Parts that stand inside a tag: what looks like words in them are names of attributes."""
HALF_A_TAG = {"field.html": {"value"}}
"""Names of attributes whose tag began in another branch."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_says_nothing_that_no_catalog_knows(path):
    text = path.read_text("utf-8")
    text = f"<p {text}>" if path.name in ONLY_ATTRIBUTES else text
    assert literals(text) == HALF_A_TAG.get(path.name, set())


def sentences(source: str) -> list[str]:
    """Strings that begin with a capital letter and hold two words, and are not handed to a catalog."""
    found: list[str] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in CATALOG | OF_DEVELOPERS:
                return
        if isinstance(node, ast.FunctionDef) and node.name == "__str__":
            return  # names of rows, for the admin's own lists and the log
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # documentation
        if isinstance(node, ast.JoinedStr):
            note("".join(part.value if isinstance(part, ast.Constant) else "0" for part in node.values))
            for part in node.values:
                visit(part.value) if isinstance(part, ast.FormattedValue) else None
        elif isinstance(node, ast.Constant):
            note(node.value)
        else:
            for child in ast.iter_child_nodes(node):
                visit(child)

    def note(text) -> None:
        is_sentence = isinstance(text, str) and re.match(r"[A-Z][\w'’-]*[ ,:]+\S", text) and re.search("[a-z]{2}", text)
        if is_sentence and text not in NAMES and not SQL.match(text):
            found.append(text)

    visit(ast.parse(source))
    return found


def code() -> list[Path]:
    every = sorted((ROOT / "pathway").rglob("*.py"))
    return [path for path in every if not set(path.relative_to(ROOT / "pathway").parts) & set(NOT_THE_INTERFACE)]


def test_no_sentence_of_the_code_stays_out_of_the_catalogs():
    said = {str(path.relative_to(ROOT)): sentences(path.read_text("utf-8")) for path in code()}
    assert len(said) > 90
    assert {path: found for path, found in said.items() if found} == {}


def test_every_exception_is_still_one():
    parts = {part for path in (ROOT / "pathway").rglob("*") for part in path.relative_to(ROOT / "pathway").parts}
    assert set(NOT_THE_INTERFACE) - parts == set()
    assert {path.name for path in TEMPLATES} >= ONLY_ATTRIBUTES | set(HALF_A_TAG)


@pytest.mark.parametrize(
    "fault",
    [
        "<p>Hello there</p>",
        '<p>{% translate "Hello" %} there</p>',
        '<a title="Open it">{{ x }}</a>',
        '<div data-announce="It was saved">{{ x }}</div>',
        "<p>{% blocktranslate %}Hello{% endblocktranslate %}, you</p>",
        "{% if x %}<b>yes</b>{% endif %}",
    ],
)
def test_a_literal_in_a_template_is_noticed(fault):
    assert literals(fault)


@pytest.mark.parametrize(
    "fine",
    [
        '<p class="big wide">{% translate "Hello" %} {{ name }}: 12 %</p>',
        '<div data-show-if="a=yes">{% comment %}Hello{% endcomment %}{# Hello #}</div>',
        "<p>{% blocktranslate count n=x %}One day{% plural %}{{ n }} days{% endblocktranslate %}</p>",
    ],
)
def test_what_a_catalog_knows_is_not_complained_of(fine):
    assert literals(fine) == set()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('raise DamagedError("The plan is damaged.")', 1),
        ('messages.error(request, f"Not saved: {x}.")', 1),
        ('title = "Next review"', 1),
        ('raise DamagedError(_("The plan is damaged."))', 0),
        ('"""The documentation of a module."""', 0),
        ('rows.execute("SELECT a FROM b")', 0),
        ('kind = "next_review"', 0),
    ],
)
def test_a_sentence_in_code_is_noticed(source, count):
    assert len(sentences(source)) == count
