"""Every address of the application, taken from the URLconf itself, so that a new one cannot be forgotten."""

import re
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

EXAMPLES = {"uuid": str(UUID(int=7)), "int": "1", "str": "x", "slug": "x", "path": "x", "step": "pain"}


def every_address() -> list[tuple[str, str]]:
    """(route, an address of it). A route of the admin with a regular expression is reached by name elsewhere."""
    return sorted(_below(get_resolver(), ""))


def _below(resolver: URLResolver, prefix: str):
    for entry in resolver.url_patterns:
        if isinstance(entry.pattern, RegexPattern):
            continue
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: EXAMPLES[match[1] or "str"], route)
        else:
            yield from _below(entry, route)
