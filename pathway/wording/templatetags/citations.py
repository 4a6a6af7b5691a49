"""Links from a citation, or from a name of the pathway, to where it is explained."""

import re

from django import template
from django.urls import reverse

from pathway.guideline.decisions import DECISIONS
from pathway.guideline.evidence import EFFECTS, POSITIONS
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS
from pathway.wording.registry import REGISTRIES

register = template.Library()
CONTESTED = "refer.augmentation"
STUDIED = {"bone.alendronate": ("liberman-1995",), "augmentation.vertebroplasty": ("vapour-2016", "vertos-5")}
"""Actions with the sources of the effects that stand beside them."""
NOT_INDICATED = ("not_indicated", "undetermined")


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


@register.filter
def parts_of_name(name: str) -> list[str]:
    """A name cut after its dots and underscores, where a narrow screen may break it."""
    return re.findall(r"[^._]*[._]|[^._]+", name)


@register.inclusion_tag("wording/_evidence_beside.html")
def evidence_beside(action: dict) -> dict:
    """What stands beside an action that is indicated: who disagrees on it, and its effects, relative with absolute."""
    is_indicated = action["status"] not in NOT_INDICATED
    return {
        "positions": POSITIONS if is_indicated and action["name"] == CONTESTED else (),
        "effects": [e for e in EFFECTS if e.source in STUDIED.get(action["name"], ())] if is_indicated else [],
    }
