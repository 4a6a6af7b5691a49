"""What the wording must cover and may cite, asked of the guideline."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.notices import NOTICES
from pathway.guideline.sources import SOURCES
from pathway.guideline.statements import STATEMENTS

CLINICIAN, PATIENT = "clinician", "patient"
LEAFLET = (
    "what_you_have",
    "healing",
    "what_we_agreed",
    "this_week",
    "get_help_now",
    "next_appointment",
    "questions",
    "about_leaflet",
)
REGISTRIES = {"headline": HEADLINES, "criterion": CRITERIA, "action": ACTIONS, "notice": NOTICES}


def required() -> list[tuple[str, str, str]]:
    """Kind, key and audience of every sentence that a release must hold."""
    both = [
        (kind, key, audience)
        for kind, registry in REGISTRIES.items()
        for key in registry
        for audience in (CLINICIAN, PATIENT)
    ]
    return both + [("leaflet", key, PATIENT) for key in LEAFLET]


def gaps(present: Iterable[tuple[str, str, str]]) -> list[str]:
    """Sentences that are missing, and sentences about names that the pathway does not have."""
    present, wanted = set(present), set(required())
    missing = [
        _("There is no %(kind)s “%(key)s” for the %(audience)s.") % {"kind": kind, "key": key, "audience": audience}
        for kind, key, audience in sorted(wanted - present)
    ]
    unknown = [
        _("The pathway has no %(kind)s “%(key)s” for the %(audience)s.")
        % {"kind": kind, "key": key, "audience": audience}
        for kind, key, audience in sorted(present - wanted)
    ]
    return missing + unknown


def unknown_cites(cites: str) -> list[str]:
    """The citations, separated by spaces, that no registry holds."""
    return [cite for cite in cites.split() if not is_known(cite)]


def is_known(cite: str) -> bool:
    return cite in STATEMENTS or cite in DECISIONS or cite in SOURCES
