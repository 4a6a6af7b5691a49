"""The bytes of a record, the same wherever it is written: what is hashed, stored and signed."""

from __future__ import annotations

import hashlib
import json
import unicodedata


class NotCanonicalError(TypeError):
    """The record holds something that has more than one way to be written."""


def encode(record: dict) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces, text in NFC; numbers are whole or text, dates ISO 8601 text.

    Raises NotCanonicalError for a float, a Decimal, a date or anything else without one way to be written.
    """
    return json.dumps(_plain(record, "record"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8"
    )


def decode(stored: bytes) -> dict:
    return json.loads(stored)


def sha256(stored: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(stored).hexdigest()


def _plain(value, where: str):
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, list | tuple):
        return [_plain(part, f"{where}[{number}]") for number, part in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, where): _plain(part, f"{where}.{key}") for key, part in value.items()}
    raise NotCanonicalError(f"{where} is {type(value).__name__} {value!r}: write it as text.")


def _key(key, where: str) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonicalError(f"{where} has the key {key!r}: keys are ASCII text.")
    return key
