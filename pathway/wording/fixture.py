"""Releases as text files that a clinician can read: one folder a release, TOML, both audiences side by side."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pathway.guideline.limits import Limits
from pathway.wording import reading, safety
from pathway.wording.body import problems, unwrapped
from pathway.wording.models import Text
from pathway.wording.registry import CLINICIAN, PATIENT, gaps, unknown_cites

ENGLISH = "en"
RELEASE_FILE = "release.toml"


@dataclass(frozen=True)
class StatementText:
    """One sentence of a file."""

    file: str
    kind: str
    key: str
    audience: str
    heading: str
    body: str
    strength: str
    evidence: str
    cites: str
    review_by: date

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.kind, self.key, self.audience

    def texts(self) -> dict:
        return {name: getattr(self, name) for name in ("heading", "body", "strength", "evidence", "cites", "review_by")}


@dataclass(frozen=True)
class ReleaseText:
    """A release as its folder says it."""

    number: int
    title: str
    status: str
    effective_from: date
    review_by: date
    reason: str
    language: str
    statements: tuple[StatementText, ...]


def read_release(folder: Path) -> ReleaseText:
    """The release of a folder. Raises OSError, tomllib.TOMLDecodeError or KeyError when a file cannot be read."""
    head = _toml(folder / RELEASE_FILE)
    files = sorted(path for path in folder.glob("*.toml") if path.name != RELEASE_FILE)
    statements = tuple(text for path in files for text in _statements(path, head["review_by"]))
    return ReleaseText(**head, statements=statements)


def read_translations(folder: Path) -> dict[str, dict[tuple[str, str, str], tuple[str, str]]]:
    """Heading and text of each translated sentence of a release's folder, by language: the names of its folders."""
    found = {}
    for sub in sorted(path for path in folder.iterdir() if path.is_dir()):
        rows = (row for path in sorted(sub.glob("*.toml")) for row in _toml(path)["statement"])
        found[sub.name] = {
            (row["kind"], row["key"], row.get("audience", PATIENT)): (row["heading"], unwrapped(row["body"]))
            for row in rows
        }
    return found


def _toml(path: Path) -> dict:
    with path.open("rb") as file:
        return tomllib.load(file)


def _statements(path: Path, review_by: date) -> list[StatementText]:
    return [
        StatementText(
            file=path.name,
            kind=row["kind"],
            key=row["key"],
            audience=audience,
            heading=row[audience]["heading"],
            body=unwrapped(row[audience]["body"]),
            strength=row["strength"],
            evidence=row["evidence"],
            cites=" ".join(row["cites"]),
            review_by=row.get("review_by", review_by),
        )
        for row in _toml(path)["statement"]
        for audience in (CLINICIAN, PATIENT)
        if audience in row
    ]


def faults(release: ReleaseText, limits: Limits) -> list[str]:
    """Everything that keeps a release from being loaded, each as a sentence that says where."""
    found = gaps(text.identity for text in release.statements)
    seen = set()
    for text in release.statements:
        where = f"{text.file}, {text.kind} {text.key}, {text.audience}"
        if text.identity in seen:
            found.append(f"{where}: it is there twice.")
        seen.add(text.identity)
        found += [f"{where}: {problem}" for problem in text_faults(text.texts(), limits, *text.identity)]
    return found


def text_faults(texts: dict, limits: Limits, kind: str, key: str, audience: str, language: str = ENGLISH) -> list[str]:
    """What is wrong with one sentence."""
    found = [
        f"{name}: {problem}" for name in ("heading", "body", "evidence") for problem in problems(texts[name], limits)
    ]
    found += [f"No source is registered as “{cite}”." for cite in unknown_cites(texts["cites"])]
    found += safety.lost_cites(kind, key, texts["cites"])
    if language == ENGLISH:
        found += safety.lost_words(kind, key, audience, texts["body"])
        found += reading.faults(texts["body"]) if audience == PATIENT else []
    if texts["strength"] not in Text.Strength.values:
        found.append(f"“{texts['strength']}” is no strength; accepted are {', '.join(Text.Strength.values)}.")
    return found
