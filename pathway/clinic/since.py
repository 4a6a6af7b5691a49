"""What changed since the last signed visit of this fracture, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathway.clinic.models import Fracture, Visit
from pathway.clinic.numbers import day_text
from pathway.guideline.facts import FACTS
from pathway.guideline.quantities import show

MEASURED = (
    "pain_nrs",
    "rmdq24",
    "odi_percent",
    "height_loss_percent",
    "dorsal_wall_loss_percent",
    "kyphosis_degrees",
    "scoliosis_degrees",
    "t_score_spine",
    "t_score_femoral_neck",
    "t_score_total_hip",
)
FINDINGS = (
    "neurological_deficit",
    "cauda_equina_symptoms",
    "cord_signs",
    "unstable_fracture",
    "cord_compression_on_imaging",
    "malignant_imaging_features",
    "infection_imaging_features",
    "pulmonary_dysfunction",
)
CHOSEN = ("mobility", "kyphosis_method")
NAMED_AFTER_PEOPLE = ("Roland-Morris", "Oswestry")
COMPARED = {"levels", *MEASURED, *FINDINGS, *CHOSEN, "bone_medicine"}


def since_last(visit: Visit) -> str:
    """One sentence, or nothing at a first visit. Compares what is saved; what is not known now is not a change."""
    if visit.is_first:
        return ""
    last = visit.earlier_signed[-1]
    before, now = last.stated(), visit.stated()
    changes = [
        *_new_fractures(visit, last),
        *_levels(before, now),
        *_findings(before, now),
        *_measured(before, now),
        *_medicine(before, now),
    ]
    told = {"day": day_text(last.on), "ago": _ago(visit.on, last.on)}
    if not changes and not COMPARED & before.keys() & now.keys():
        return _("Since the visit on %(day)s (%(ago)s): nothing recorded at both visits to compare.") % told
    if not changes:
        return _("Since the visit on %(day)s (%(ago)s): no change in what was recorded.") % told
    return _("Since the visit on %(day)s (%(ago)s): %(changes)s.") % {**told, "changes": "; ".join(changes)}


def _ago(now: date, then: date) -> str:
    days = (now - then).days
    if days == 0:
        return _("the same day")
    return ngettext("%(days)d day before", "%(days)d days before", days) % {"days": days}


def _inside(words: str) -> str:
    """As it stands inside a sentence: "worst pain", but "IV bisphosphonate", "T-score" and names of people."""
    if words.startswith(NAMED_AFTER_PEOPLE) or not words[1:2].islower():
        return words
    return words[:1].lower() + words[1:]


def _new_fractures(visit: Visit, last: Visit) -> Iterator[str]:
    """Other fractures of the patient that were added since then."""
    if not visit.has_newer_fracture:
        return
    others = Fracture.objects.filter(patient_id=visit.fracture.patient_id).exclude(pk=visit.fracture_id)
    until = {"created_at__lte": visit.signed_at} if visit.is_signed else {}
    for fracture in others.filter(created_at__gt=last.signed_at, **until).order_by("created_at"):
        yield _("new fracture: %(label)s") % {"label": fracture.label}


def _levels(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if "levels" in before and "levels" in now:
        if more := [level for level in now["levels"] if level not in before["levels"]]:
            yield _("newly broken: %(levels)s") % {"levels": ", ".join(more)}
        if fewer := [level for level in before["levels"] if level not in now["levels"]]:
            yield _("no longer recorded as broken: %(levels)s") % {"levels": ", ".join(fewer)}


def _findings(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in FINDINGS:
        told = {"label": _inside(FACTS[name].label)}
        if now.get(name) == "yes" and before.get(name) == "no":
            yield _("new: %(label)s") % told
        elif now.get(name) == "yes" and before.get(name) != "yes":
            yield _("%(label)s, not known before") % told
        elif now.get(name) == "no" and before.get(name) == "yes":
            yield _("no longer: %(label)s") % told


def _told(name: str, before: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    words = {"label": FACTS[name].label, "before": show(name, before[name]), "now": show(name, now[name])}
    return {key: _inside(text) for key, text in words.items()}


def _measured(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in MEASURED:
        if name in before and name in now and before[name] != now[name]:
            told = _told(name, before, now)
            higher = Decimal(now[name]) > Decimal(before[name])
            yield (_("%(label)s up from %(before)s to %(now)s") if higher
                   else _("%(label)s down from %(before)s to %(now)s")) % told  # fmt: skip
    for name in CHOSEN:
        if name in before and name in now and before[name] != now[name]:
            told = _told(name, before, now)
            yield _("%(label)s changed from %(before)s to %(now)s") % told


def _medicine(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Started, stopped or changed; and a dose of denosumab since then."""
    name = "bone_medicine"
    was, taken = before.get(name), now.get(name)
    if was and taken and was != taken:
        told = _told(name, before, now)
        if was == "none":
            yield _("bone medicine started: %(now)s") % told
        elif taken == "none":
            yield _("bone medicine stopped: %(before)s") % told
        else:
            yield _("bone medicine changed from %(before)s to %(now)s") % told
    dose, last = now.get("denosumab_last_dose_on"), before.get("denosumab_last_dose_on")
    if dose and dose != last:
        yield _("denosumab given on %(day)s") % {"day": day_text(dose)}
