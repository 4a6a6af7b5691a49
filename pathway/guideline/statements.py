"""The 31 statements of the source, as data that a page can list.

The source is one secondary article that cites [1] to [8] without listing them (see `sources.BIBLIOGRAPHY`). Every
text is our paraphrase: facts and figures carry over, sentences do not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the source.

    `refs` are the source's own citation numbers; `carried_by` names the headlines, criteria, actions, notices or parts
    of the leaflet that bring it to a reader; `strength` is this project's grading of the evidence as worded; `sources`
    are registry keys that support, qualify or contradict it, and `caveat` says which in a sentence.
    """

    id: str
    text: str
    refs: tuple[str, ...]
    carried_by: tuple[str, ...]
    strength: str
    sources: tuple[str, ...]
    caveat: str = ""


def _statement(id, text, refs, carried_by, strength, sources, caveat="") -> Statement:
    numbers = tuple(f"[{number}]" for number in refs.split())
    return Statement(id, text, numbers, tuple(carried_by.split()), strength, tuple(sources.split()), caveat)


_STATEMENTS = (
    _statement(
        "S1",
        "For the first 3 months the treatment is medical. Augmentation is considered after that if symptoms persist or "
        "get worse.",
        "1",
        "medical_management recovering refer.augmentation augmentation.late followup.decision",
        "consensus",
        "acr-2018 nass-auc rand-2018 nice-ta279 vapour-2016",
        "Starting with medical treatment is agreed. The wait of 3 months is not: ACR sets no time condition, and UK "
        "policy and VAPOUR favor the first 6 weeks.",
    ),
    _statement(
        "S2",
        "Without a neurological deficit, medical management is the standard way to begin.",
        "1",
        "medical_management",
        "consensus",
        "acr-2018 nass-auc",
    ),
    _statement(
        "S3",
        "Most fractures that heal hurt less over 2 to 12 weeks; how far function comes back varies.",
        "1",
        "leaflet.healing followup.early followup.six_weeks followup.decision followup.one_year",
        "low to moderate",
        "acr-2018 vertos-2-2012 aomrc-ebi nass-guideline",
        "In VERTOS II, 40% of the conservatively treated still had pain above 3 of 10 at one year.",
    ),
    _statement(
        "S4",
        "Pain relief with analgesics is part of medical management.",
        "1 2",
        "pain.acetaminophen pain.nsaid pain.opioid pain.calcitonin",
        "low",
        "acr-2018 mccarthy-2016 aaos-2010",
    ),
    _statement(
        "S5",
        "Bed rest is kept short, because lying still for long costs bone.",
        "2 3",
        "activity.limit_bed_rest",
        "low",
        "mccarthy-2016 old-2004 aaos-2010",
        "AAOS found the evidence on bed rest inconclusive.",
    ),
    _statement(
        "S6",
        "A brace may be worn for comfort.",
        "2",
        "activity.brace",
        "low",
        "mccarthy-2016 asbmr-2019 aomrc-ebi aaos-2010",
        "ASBMR could not tell whether bracing helps; a UK review found no benefit.",
    ),
    _statement(
        "S7",
        "Moving early, as far as pain allows, is encouraged.",
        "3",
        "activity.mobilize_early",
        "low",
        "old-2004 nogg-2024",
    ),
    _statement(
        "S8",
        "NSAIDs and acetaminophen are used for pain, with an opioid for a short time if acute pain demands it.",
        "2 4",
        "pain.nsaid pain.acetaminophen pain.opioid older_nsaid",
        "low",
        "mccarthy-2016 nogg-2024 acr-2013",
        "NOGG advises against NSAIDs in older people, and a laxative with any opioid.",
    ),
    _statement(
        "S9",
        "Calcitonin is an option for acute pain in the first 4 weeks after the fracture is identified.",
        "1",
        "pain.calcitonin",
        "moderate (small, old trials)",
        "aaos-2010 ema-2012 knopp-2012 boucher-2020",
        "The trials began it within 5 days of onset; the EU withdrew the nasal spray and does not authorize this use.",
    ),
    _statement(
        "S10",
        "Begin medicine against osteoporosis, to prevent the next fracture.",
        "",
        "bone.treat",
        "high",
        "nogg-2024 acp-2023 bhof-2022",
    ),
    _statement(
        "S11",
        "Bisphosphonates such as alendronate lower the rate of new vertebral fractures by 48% relative to placebo.",
        "5",
        "bone.alendronate alendronate_evidence",
        "high within its population; indirect for osteopenia",
        "liberman-1995",
        "Absolute: 3.2% against 6.2% over 3 years, in postmenopausal women with osteoporosis.",
    ),
    _statement(
        "S12",
        "When symptoms get worse after 3 months of medical management, it has failed and augmentation is considered.",
        "1",
        "augmentation.late refer.augmentation",
        "low to moderate",
        "acr-2018 vertos-2-2012",
        "Stricter than S1 (persist or worsen) and S19 (not enough relief); D2 and D3 settle it.",
    ),
    _statement(
        "S13",
        "Augmentation is considered earlier with spinal deformity: kyphosis of 15% or more, scoliosis of 10% or more, "
        "dorsal wall height reduced by 10% or more, or vertebral body height by 20% or more.",
        "1",
        "deformity.kyphosis deformity.scoliosis deformity.dorsal_wall deformity.height_loss deformity "
        "augmentation.early refer.augmentation kyphosis_unit kyphosis_method near_limit posterior_wall",
        "consensus",
        "fracturescout rand-2013 acr-2018 genant-1993",
        "The numbers come from a RAND panel's tool, percent signs included. Height loss of 20% is also where the "
        "mildest grade of vertebral fracture begins.",
    ),
    _statement(
        "S14",
        "Augmentation is considered earlier when symptoms get worse despite medication.",
        "1",
        "worsening augmentation.early refer.augmentation",
        "consensus",
        "acr-2018 rand-2018",
    ),
    _statement(
        "S15",
        "Augmentation is considered earlier with pulmonary dysfunction.",
        "1",
        "pulmonary_dysfunction augmentation.early refer.augmentation",
        "consensus",
        "fracturescout acr-2018",
        "The panel meant a lung disorder that kyphosis is likely to worsen, such as COPD.",
    ),
    _statement(
        "S16",
        "Vertebroplasty and balloon kyphoplasty ease pain at once and considerably, and improve mobility.",
        "1 6",
        "augmentation.vertebroplasty augmentation.kyphoplasty augmentation_contested",
        "low; contested",
        "free-2013 vapour-2016 cochrane-2018 asbmr-2019 vertos-4-2018",
        "Open trials agree. Sham-controlled trials, Cochrane and ASBMR found no important benefit of vertebroplasty.",
    ),
    _statement(
        "S17",
        "The two procedures are equally effective for pain and disability.",
        "1",
        "augmentation.vertebroplasty augmentation.kyphoplasty",
        "moderate",
        "asbmr-2019 aaos-2010",
        "AAOS recommends strongly against vertebroplasty and weakly for kyphoplasty.",
    ),
    _statement(
        "S18",
        "For deformity kyphoplasty may do better: for the kyphotic angle and the height of the vertebral body.",
        "1",
        "augmentation.kyphoplasty",
        "low to moderate",
        "free-2013 asbmr-2019",
        "What a better angle means to the patient is uncertain.",
    ),
    _statement(
        "S19",
        "The best time is debated; a patient without enough relief by 3 months is a good candidate.",
        "1",
        "augmentation.late insufficient_relief refer.augmentation",
        "low",
        "vertos-2-2012 vertos-5 nass-auc",
        "VERTOS V supports it only where marrow edema persists.",
    ),
    _statement(
        "S20",
        "The age of a fracture does not by itself change the result of vertebroplasty; painful subacute and chronic "
        "fractures can be treated.",
        "1",
        "refer.augmentation",
        "very low",
        "kaufmann-2001 ryu-2009",
        "One retrospective series of 75 patients; another found less improvement after longer delay.",
    ),
    _statement(
        "S21",
        "The more localized the pain, the more favorable the result of an intervention.",
        "7",
        "refer.augmentation",
        "very low",
        "doo-2008 ryu-2009",
    ),
    _statement(
        "S22",
        "Improvement goes with the restoration of vertebral body height.",
        "7",
        "augmentation.kyphoplasty",
        "very low",
        "doo-2008 asbmr-2019 cochrane-2018",
        "Cochrane and ASBMR do not support height as a goal of treatment.",
    ),
    _statement(
        "S23",
        "Surgery is kept for spinal instability, a neurological deficit or significant compression of the cord.",
        "8",
        "emergency emergency_spine surgical_instability surgical_review refer.emergency_spine refer.surgery",
        "consensus",
        "nass-auc aaos-2010",
        "Painful non-union and failed augmentation are accepted indications too.",
    ),
    _statement(
        "S24",
        "Stretching exercises and walking are part of long-term care.",
        "2 3",
        "longterm.exercise",
        "low",
        "mccarthy-2016 old-2004 nogg-2024",
        "NOGG asks for progressive strengthening, the back extensors included.",
    ),
    _statement(
        "S25",
        "The osteopenia or osteoporosis behind the fracture is treated.",
        "2 4",
        "bone.treat",
        "high",
        "nbha-2014 nogg-2024 acp-2023",
    ),
    _statement(
        "S26",
        "Teaching and measures to prevent falls are part of long-term care.",
        "3",
        "longterm.falls",
        "moderate",
        "rcp-fls iof-fls-2020",
    ),
    _statement(
        "S27",
        "Regular follow-up looks for new fractures.",
        "4",
        "followup.early followup.six_weeks followup.decision followup.one_year",
        "consensus",
        "iof-fls-2020 rcp-fls",
        "The source gives no intervals; those here are a project decision.",
    ),
    _statement(
        "S28",
        "Pitfall: prolonged immobilization leads to bone loss, weakness and deep venous thrombosis.",
        "1 2",
        "pitfall.immobilization",
        "low to moderate",
        "acr-2018 mccarthy-2016",
    ),
    _statement(
        "S29",
        "Pitfall: leaving the osteopenia untreated invites further fractures.",
        "4",
        "pitfall.untreated_bone",
        "high",
        "nbha-2014 aace-2020 nogg-2024",
    ),
    _statement(
        "S30",
        "Pitfall: missing a pathologic fracture in a person at risk of malignancy.",
        "1",
        "malignancy.strong malignancy.weak malignancy_suspected urgent_malignancy workup.malignancy "
        "weak_malignancy_flag",
        "consensus",
        "mauch-2018 nice-ng234 acr-2018",
        "Too narrow: myeloma is found in people without known risk, so everyone is screened.",
    ),
    _statement(
        "S31",
        "Pitfall: delaying intervention when deformity progresses or the lungs are affected.",
        "1",
        "worsening pitfall.delay",
        "consensus",
        "fracturescout acr-2018",
        "The panel's tool defines progression as a further height loss of 20 points; the source leaves that out.",
    ),
)

STATEMENTS: dict[str, Statement] = {statement.id: statement for statement in _STATEMENTS}
