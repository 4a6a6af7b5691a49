"""What stands beside the advice: the unlisted bibliography, who disagrees on augmentation, and absolute effects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """A number of the source's unlisted bibliography with the publications it likely means, as keys of `SOURCES`."""

    number: str
    likely: tuple[str, ...]
    certainty: str
    why: str

    @property
    def label(self) -> str:
        return f"[{self.number}]"


@dataclass(frozen=True, slots=True)
class Position:
    """What one body says about vertebral augmentation. `leans` is "for", "selected", "against" or "mixed"."""

    who: str
    says: str
    year: str
    leans: str
    funder: str
    source: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A relative effect with the absolute one behind it, always shown together."""

    name: str
    relative: str
    absolute: str
    treated_for_one: str
    population: str
    source: str


_NOT_RECORDED = "not recorded here"

BIBLIOGRAPHY = {
    entry.number: entry
    for entry in (
        BibliographyEntry("1", ("acr-2018", "acr-2022"), "very high for the series, about 60 to 40 for 2018",
                          "Its sentences on healing and on deformity follow the ACR abstract and variants."),
        BibliographyEntry("2", ("mccarthy-2016",), "high", "The abstract names the same treatments."),
        BibliographyEntry("3", ("old-2004",), "low to moderate", "Mobilization, walking, falls; or another review."),
        BibliographyEntry("4", ("alexandru-2012",), "low to moderate", "A review of this kind; its text was not read."),
        BibliographyEntry("5", ("liberman-1995",), "certain", "The 48% is this trial's result."),
        BibliographyEntry("6", (), "low", "A review of vertebroplasty and kyphoplasty that could not be identified."),
        BibliographyEntry("7", ("doo-2008",), "moderate", "Title and topic match; its text was not read."),
        BibliographyEntry("8", (), "low", "A review of surgery that could not be identified."),
    )
}  # fmt: skip

POSITIONS = (
    Position("American College of Radiology",
             "Usually appropriate beside medical treatment for an osteoporotic fracture without red flags, whether or "
             "not deformity, worsening or lung disease is present", "2018", "for", _NOT_RECORDED, "acr-2018"),
    Position("RAND/UCLA panel",
             "Appropriate in selected patients: imaging positive and worsening, or two to four unfavorable conditions; "
             "46% of 576 scenarios", "2018", "selected",
             "Medtronic, a maker of kyphoplasty systems; it states that it had no role", "rand-2018"),
    Position("RAND/UCLA panel", "One treatment only in three quarters of 128 profiles: kyphoplasty 45%, vertebroplasty "
             "6%, non-surgical 25%", "2013", "selected", _NOT_RECORDED, "rand-2013"),
    Position("NICE TA279", "An option only for severe ongoing pain after a recent, unhealed fracture despite optimal "
             "pain management, with pain at that level", "2013", "selected", "public body", "nice-ta279"),
    Position("NHS Humber and North Yorkshire", "Severe pain (7 or more of 10), usually within 6 weeks, agreed by a "
             "multidisciplinary team", "2025", "selected", "public body", "nhs-hny-2025"),
    Position("US Medicare contractors", "Covered for acute and subacute fractures on MRI or scan with severe pain "
             "despite non-surgical care", "not dated", "selected", "public body", "lcd-us"),
    Position("North American Spine Society", "Appropriate in 7 of 144 scenarios (4.9%), uncertain in 35.4%, rarely "
             "appropriate in 59.7%", "not dated", "against", _NOT_RECORDED, "nass-auc"),
    Position("American Academy of Orthopaedic Surgeons", "Strong recommendation against vertebroplasty; kyphoplasty an "
             "option, weakly", "2010", "against", _NOT_RECORDED, "aaos-2010"),
    Position("Cochrane", "No important benefit of vertebroplasty over a sham procedure; harms uncertain; patients "
             "should be told", "2018", "against", _NOT_RECORDED, "cochrane-2018"),
    Position("American Society for Bone and Mineral Research", "No important benefit of vertebroplasty over a sham "
             "procedure; too little evidence that kyphoplasty is better", "2019", "against", _NOT_RECORDED,
             "asbmr-2019"),
)  # fmt: skip

EFFECTS = (
    Effect("Alendronate and new vertebral fractures", "48% fewer", "3.2% against 6.2% over 3 years", "about 33",
           "postmenopausal women with osteoporosis; indirect for osteopenia, not shown in men", "liberman-1995"),
    Effect("Vertebroplasty within 6 weeks and pain below 4 of 10 at day 14", "about twice as many", "44% against 21%",
           "about 4", "fractures under 6 weeks old with pain of 7 or more of 10", "vapour-2016"),
    Effect("Vertebroplasty of chronic fractures with marrow edema and pain at 12 months", "not reported here",
           "1.3 points of 10 less pain; no certain difference in disability", "not reported here",
           "80 patients with pain for more than 3 months", "vertos-5"),
)  # fmt: skip
