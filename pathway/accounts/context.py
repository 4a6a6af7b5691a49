"""What every page's frame needs to know."""

from django.conf import settings
from django.http import HttpRequest

from pathway import __version__


def site(request: HttpRequest) -> dict:
    """`is_demo` turns on the banner about fictional patients; `version` stands in the footer."""
    return {"is_demo": settings.DEMO, "version": __version__}
