"""The patient's leaflet in other languages: frozen with the plan where they are switched on, printed from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pathway.plans.layout import IN_FULL
from pathway.wording.book import Book, Sentence

Said = Callable[[Sentence], dict]


def frozen(record: dict, books: Mapping[str, Book], said: Said) -> dict:
    """What the leaflet says in each language that has all of it. A stale or missing sentence leaves it out."""
    found = {}
    for code, book in books.items():
        try:
            found[code] = _leaflet(record, book, said)
        except KeyError:
            continue
    return found


def _leaflet(record: dict, book: Book, said: Said) -> dict:
    def text(kind: str, key: str) -> dict:
        return said(book.sentence(kind, key, "patient"))

    shown = (action["name"] for action in record["actions"] if action["status"] in IN_FULL)
    return {
        "release": book.release_label,
        "headline": text("headline", record["headline"]["name"]),
        "leaflet": {key: text("leaflet", key) for key in record["leaflet"]},
        "actions": {name: text("action", name) for name in shown},
    }


def in_language(record: dict, code: str) -> dict:
    """The record with the patient's text of one language. Raises KeyError where it was not frozen."""
    text = record["translations"][code]
    actions = [{**action, "patient": text["actions"].get(action["name"])} for action in record["actions"]]
    return {
        **record,
        "language": code,
        "release": {**record["release"], "label": text.get("release", str(record["release"]["number"]))},
        "headline": {**record["headline"], "patient": text["headline"]},
        "leaflet": text["leaflet"],
        "actions": actions,
    }
