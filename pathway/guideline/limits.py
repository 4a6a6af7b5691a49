"""Every number that the pathway compares with: value, unit, source and meaning. In dated editions.

An edition in use is never altered. New evidence is `replace(EDITION_1, ...)` with a later first day; which edition
holds is looked up by the day of the visit. Wording names a limit (`$height_loss`), it never types one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limit:
    """A number with its unit, where it comes from (keys of `sources.SOURCES`, or D1-D13) and what it decides."""

    name: str
    value: Decimal
    unit: str
    source: str
    meaning: str


def _limit(value: str, unit: str, source: str, meaning: str) -> tuple[Decimal, str, str, str]:
    return Decimal(value), unit, source, meaning


_EDITION_1 = {
    # deformity (S13), worsening (S14), relief and time (S1, S12, S19)
    "kyphosis": _limit("15", "°", "S13 D4 D5 D7", "Local kyphosis that counts as deformity, this angle or more"),
    "scoliosis": _limit("10", "°", "S13 D4 D6 D7", "New scoliosis that counts as deformity, this angle or more"),
    "dorsal_wall_loss": _limit("10", "%", "S13 D7", "Dorsal wall height loss that counts as deformity"),
    "height_loss": _limit("20", "%", "S13 D7", "Vertebral body height loss that counts as deformity"),
    "height_loss_progression": _limit("20", "points", "S31 D3 rand-2013", "Further height loss since first imaging"),
    "pain_rise": _limit("2", "points", "S14 D3", "Rise of the pain score that counts as worsening"),
    "rmdq24_rise": _limit("5", "points", "S14 D3", "Rise of the Roland-Morris score that counts as worsening"),
    "odi_rise": _limit("10", "points", "S14 D3", "Rise of the Oswestry index that counts as worsening"),
    "insufficient_relief": _limit("4", "of 10", "S19 D2 vertos-2-2012", "Pain score that is not sufficient relief"),
    "decision_day": _limit("84", "days", "S1 D1", "Day of the decision on augmentation (12 weeks), inclusive"),
    # augmentation checks
    "marrow_imaging_age": _limit("42", "days", "lcd-us D7", "Oldest marrow imaging that supports augmentation"),
    "inr": _limit("1.8", "", "sir-2019", "Highest INR before augmentation"),
    "platelets": _limit("50", "× 10⁹/L", "sir-2019", "Lowest platelet count before augmentation"),
    # infection and malignancy
    "fever": _limit("38.0", "°C", "project", "Temperature that raises suspicion of infection"),
    "crp_infection": _limit("20", "mg/L", "project", "CRP above this with a risk factor raises suspicion of infection"),
    "calcium_high": _limit("2.60", "mmol/L", "project", "Adjusted calcium above this is high"),
    "malignancy_age": _limit("50", "years", "D13", "Age below this is a weak flag of malignancy"),
    "hemoglobin_low": _limit("110", "g/L", "D13", "Hemoglobin below this is a weak flag of malignancy"),
    "esr_high": _limit("50", "mm/h", "D13", "ESR above this is a weak flag of malignancy"),
    "weak_flags": _limit("2", "flags", "D13", "Weak flags of malignancy that together call for a work-up"),
    # bone health
    "t_score_osteoporosis": _limit("-2.5", "", "who-1994", "T-score of osteoporosis, this or lower"),
    "t_score_normal": _limit("-1.0", "", "who-1994", "T-score of normal bone density, this or higher"),
    "clinical_osteoporosis_age": _limit("50", "years", "nbha-2014 D12", "Lowest age of the clinical diagnosis"),
    "recent_fracture": _limit("365", "days", "aace-2020", "A fracture within this time marks very high risk"),
    "new_fractures": _limit("2", "fractures", "aace-2020", "New vertebral fractures in 12 months: very high risk"),
    "prior_fractures": _limit("1", "fracture", "aace-2020", "Earlier vertebral fractures that mark very high risk"),
    "t_score_very_high_risk": _limit("-3.0", "", "aace-2020", "T-score below this marks very high risk"),
    "pregnancy_age": _limit("56", "years", "project", "Age from which pregnancy is not asked"),
    # pain medicines
    "any_pain": _limit("1", "of 10", "S4 S6", "Pain score from which pain relief and a brace are advised"),
    "opioid_pain": _limit("4", "of 10", "S8", "Pain score from which a short opioid course may be considered"),
    "egfr_low": _limit("30", "mL/min/1.73 m²", "fda-denosumab-2024 nogg-2024", "Low eGFR: no NSAID"),
    "nsaid_age": _limit("65", "years", "nogg-2024", "Age from which NSAIDs are better avoided"),
    "calcitonin_window": _limit("28", "days", "S9 D11", "Days from identification for considering calcitonin"),
    "calcitonin_start": _limit("5", "days", "aaos-2010 D11", "Days from onset to its start in the trials"),
    "calcitonin_pain": _limit("4", "of 10", "S9", "Pain score from which calcitonin may be considered"),
    # bone medicines
    "calcium_low": _limit("2.20", "mmol/L", "label-zoledronate label-denosumab", "Adjusted calcium below this is low"),
    "vitamin_d": _limit("50", "nmol/L", "nogg-2024", "Vitamin D of at least this before a strong bone medicine"),
    "clearance_alendronate": _limit("35", "mL/min", "label-alendronate", "Clearance below this: no alendronate"),
    "clearance_risedronate": _limit("30", "mL/min", "label-risedronate", "Clearance below this: no risedronate"),
    "clearance_zoledronate": _limit("35", "mL/min", "label-zoledronate", "Clearance below this: no zoledronate"),
    "denosumab_rebound": _limit("213", "days", "label-denosumab", "Days after which rebound fractures threaten"),
    "denosumab_due": _limit("152", "days", "label-denosumab", "Days since denosumab from which the next dose is due"),
    # activity and follow-up
    "bed_days": _limit("3", "days", "S28", "Days mostly in bed that call for attention"),
    "early_review": _limit("14", "days", "project", "Early review after the visit"),
    "six_weeks": _limit("42", "days", "project", "Six-week review after the fracture"),
    "one_year": _limit("365", "days", "project", "One-year review after the fracture"),
    "unresolved_pain": _limit("56", "days", "project", "Day from which unimproved pain is looked into again"),
    # measurement
    "angle_error": _limit("3", "°", "D7", "Measurement error of an angle"),
    "geometry_gap": _limit("10", "°", "project", "Gap of kyphosis and half the height loss: remeasure"),
    "genant_1": _limit("20", "%", "genant-1993", "Height loss of Genant grade 1, from this"),
    "genant_2": _limit("25", "%", "genant-1993", "Height loss of Genant grade 2, from this"),
    "genant_3": _limit("40", "%", "genant-1993", "Height loss of Genant grade 3, above this"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Limits:
    """One edition of all limits, in force from its first day on. `limits.kyphosis` is the limit of that name."""

    edition: int
    first_day: date
    by_name: Mapping[str, Limit]

    def __getattr__(self, name: str) -> Limit:
        if name in self.__dict__.get("by_name", {}):
            return self.by_name[name]
        raise AttributeError(f"no limit is named {name!r}")

    def next_edition(self, first_day: date, **changed: Limit) -> Limits:
        """The edition that follows this one: the same limits but for `changed`, in force from `first_day`."""
        return Limits(self.edition + 1, first_day, {**self.by_name, **changed})


EDITION_1 = Limits(1, date(2025, 10, 26), {name: Limit(name, *row) for name, row in _EDITION_1.items()})
EDITIONS = (EDITION_1,)


def edition_for(day: date, editions: tuple[Limits, ...] = EDITIONS) -> Limits:
    """The edition in force on `day`; a day before the first edition is judged by the first."""
    for edition in reversed(editions):
        if edition.first_day <= day:
            return edition
    return editions[0]
