"""What an edit may not take out of a sentence: the words that make an emergency an emergency, and what it rests on."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.headline import HEADLINES

REQUIRED = {
    ("headline", "emergency_spine", "clinician"): (
        "emergency", "now|at once|immediately", "MRI", "today", "do not wait",
    ),
    ("headline", "emergency_spine", "patient"): (
        "emergency", "hospital", "now|at once|immediately", "today", "do not drive",
    ),
    ("action", "refer.emergency_spine", "clinician"): ("emergency", "now|at once|immediately", "MRI", "do not wait"),
    ("action", "refer.emergency_spine", "patient"): ("emergency", "go now|go at once", "do not wait", "do not drive"),
    ("headline", "urgent_infection", "clinician"): ("urgent", "infection", "emergency", "no augmentation"),
    ("headline", "urgent_infection", "patient"): (
        "infection", "soon|quickly", "get help now", "numbness", "weakness",
    ),
    ("headline", "urgent_malignancy", "clinician"): ("urgent", "malignancy", "no augmentation"),
    ("headline", "urgent_malignancy", "patient"): ("soon|quickly", "tests", "scan"),
    ("action", "workup.infection", "clinician"): ("same day|today|urgent", "MRI", "CRP"),
    ("action", "workup.infection", "patient"): ("soon|quickly|today", "get help now"),
    ("action", "workup.malignancy", "clinician"): ("MRI", "myeloma", "biopsy"),
    ("action", "workup.malignancy", "patient"): ("soon|quickly", "scan", "blood tests"),
    ("action", "refer.surgery", "clinician"): ("same day|today", "surg\\w+", "neurolog\\w+"),
    ("action", "refer.surgery", "patient"): ("get help now", "weak\\w*", "numb\\w*"),
    ("leaflet", "get_help_now", "patient"): (
        "emergency", "hospital", "at once|now", "weakness or numbness|numbness or weakness", "walk\\w*", "pass urine",
        "bladder", "bowels?", "between your legs", "sex", "temperature", "shiver\\w*", "breathing|breathe", "chest",
        "swollen", "sudden\\w*", "do not wait", "do not drive",
    ),
}  # fmt: skip
"""Of each emergency sentence, what its text must say, whatever its heading says; a bar separates alternatives."""

RULES = {"headline": HEADLINES, "criterion": CRITERIA, "action": ACTIONS}


def lost_words(kind: str, key: str, audience: str, body: str) -> list[str]:
    """A sentence for each required word that the text of an emergency sentence does not say any more."""
    said = " ".join(body.split())
    return [
        _("This is an emergency sentence: its text must say “%(word)s”.")
        % {"word": re.sub(r"\\w[*+]|\?", "", words).replace("|", _("” or “"))}
        for words in REQUIRED.get((kind, key, audience), ())
        if not re.search(rf"(?<!\w)(?:{words})(?!\w)", said, re.IGNORECASE)
    ]


def lost_cites(kind: str, key: str, cites: str) -> list[str]:
    """A sentence for each statement of the source that the rule rests on and the citations lack."""
    kept = set(cites.split())
    if not kept:
        return [_("Something must be cited: a sentence without a source is an opinion.")]
    rule = RULES.get(kind, {}).get(key)
    return [
        _("The citation %(cite)s stays: the rule that this sentence is about rests on it.") % {"cite": cite}
        for cite in (rule.statements if rule else ())
        if cite not in kept
    ]
