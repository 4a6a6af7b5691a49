"""Links from a citation, or from a name of the pathway, to where it is explained."""

from django import template
from django.urls import reverse

from pathway.guideline.decisions import DECISIONS
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.wording.registry import REGISTRIES

register = template.Library()


@register.filter
def cite_url(cite: str) -> str:
    """The place of a statement (S1), a decision (D1) or a source (acr-2018)."""
    page = "statements" if cite in STATEMENTS else "interpretations" if cite in DECISIONS else "sources"
    return f"{reverse(f'wording:{page}')}#{cite}"


@register.filter
def cite_label(cite: str) -> str:
    """A statement or decision by its number, a source by its authors and year."""
    return SOURCES[cite].short if cite in SOURCES else cite


@register.filter
def name_url(name: str) -> str:
    """The place of a headline, criterion, action, notice or leaflet part on the pathway page."""
    kind = next((kind for kind, registry in REGISTRIES.items() if name in registry), "leaflet")
    return f"{reverse('wording:pathway')}#{kind}-{name.removeprefix('leaflet.')}"
