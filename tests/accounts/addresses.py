"""Every address of the application, taken from the URLconf itself, so that a new one cannot be forgotten."""

import re
from uuid import UUID

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

UNKNOWN = str(UUID(int=7))
EXAMPLES = {"uuid": UNKNOWN, "int": "1", "str": "x", "slug": "x", "path": "x", "step": "pain"}
PARTS = {"pk": UNKNOWN, "audience": "clinician", "app_label": "accounts", "url": "nothing"}
"""For the few routes that are regular expressions, by the name of their part."""


def every_address() -> list[tuple[str, str]]:
    """(route, an address of it) for every address."""
    return sorted(_below(get_resolver(), ""))


def _below(resolver: URLResolver, prefix: str):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _below(entry, route)
        elif isinstance(entry.pattern, RegexPattern):
            yield route, f"/{prefix}" + normalize(str(entry.pattern))[0][0] % PARTS
        else:
            yield route, "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: EXAMPLES[match[1] or "str"], route)
