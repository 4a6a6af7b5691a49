"""The registry of evidence: every publication, label and policy that the pathway cites, and how far each was checked.

A DOI stands here only where the stored text of the publication confirmed it. Nothing in this registry says that a
source supports a rule: `statements.py`, `limits.py` and the wording do, by its key.
"""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = {
    "confirmed": "The publication's own text or abstract, or the issuing body's page, was read",
    "secondary": "Read only through another text that quotes it; to be verified",
    "likely": "Named from knowledge of the literature; to be verified",
    "project": "A decision of this project that no publication fixes",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One publication, label, policy or decision. `year` is None where it has no date, `confidence` is a CONFIDENCE."""

    key: str
    authors: str
    title: str
    published_in: str
    year: int | None
    confidence: str
    doi: str = ""
    note: str = ""

    @property
    def short(self) -> str:
        """Authors and year, as a reader would name it in a sentence."""
        return f"{self.authors} {self.year}" if self.year else self.authors

    def __str__(self) -> str:
        parts = [self.authors, self.title, self.published_in]
        parts += [str(self.year)] if self.year else []
        parts += [f"doi:{self.doi}"] if self.doi else []
        return ". ".join(part.rstrip(".") for part in parts) + "."


_AUGMENTATION = (
    Source("acr-2018", "American College of Radiology (Shah LM and others)",
           "Appropriateness Criteria: management of vertebral compression fractures",
           "American College of Radiology", 2018, "confirmed",
           note="Variant tables and abstract read. The passage with the deformity numbers was not."),
    Source("acr-2022", "American College of Radiology",
           "Appropriateness Criteria: management of vertebral compression fractures, update",
           "American College of Radiology", 2022, "secondary", note="One-line summary in a payer's policy."),
    Source("acr-2013", "American College of Radiology",
           "Appropriateness Criteria: vertebral compression fractures, with an alert on opioids and benzodiazepines",
           "National Guideline Clearinghouse", 2013, "confirmed"),
    Source("rand-2013", "Anselmetti GC and others",
           "Criteria for the appropriate treatment of osteoporotic vertebral compression fractures",
           "Pain Physician 16(5):E519-30", 2013, "confirmed", note="RAND/UCLA expert panel."),
    Source("rand-2018", "Hirsch JA and others", "Vertebral fragility fracture care pathway, RAND/UCLA method",
           "Spine Journal 18(11):2152-61", 2018, "confirmed", doi="10.1016/j.spinee.2018.07.025",
           note="Funded by Medtronic, a maker of kyphoplasty systems, which states that it had no role in it."),
    Source("fracturescout", "RAND/UCLA panel tool FractureScout", "Definitions of the clinical variables",
           "Web page", None, "confirmed",
           note="Where the four deformity numbers appear, with percent signs. That the panel is the one of "
                "rand-2013 is an inference."),
    Source("nass-auc", "North American Spine Society", "Appropriate use criteria: osteoporotic compression fractures",
           "North American Spine Society", None, "confirmed", note="144 clinical scenarios rated."),
    Source("nass-guideline", "North American Spine Society",
           "Evidence-based guideline: osteoporotic vertebral compression fractures",
           "North American Spine Society", None, "confirmed", note="Opening only; literature to September 2020."),
    Source("aaos-2010", "American Academy of Orthopaedic Surgeons",
           "Treatment of symptomatic osteoporotic spinal compression fractures",
           "Journal of the AAOS 19(3):176-82", 2011, "confirmed", doi="10.5435/00124635-201103000-00007",
           note="Guideline of 2010, printed in 2011."),
    Source("nice-ta279", "National Institute for Health and Care Excellence",
           "Vertebroplasty and kyphoplasty for osteoporotic vertebral compression fractures, TA279",
           "NICE", 2013, "confirmed"),
    Source("aomrc-ebi", "Academy of Medical Royal Colleges",
           "Evidence-based interventions: vertebral augmentation for painful fractures",
           "Academy of Medical Royal Colleges", None, "confirmed", note="Opening only."),
    Source("nhs-hny-2025", "NHS Humber and North Yorkshire", "Vertebral augmentation policy",
           "NHS commissioning policy", 2025, "confirmed"),
    Source("lcd-us", "Medicare administrative contractors", "Local coverage: percutaneous vertebral augmentation",
           "US Medicare", None, "secondary",
           note="L33569, L34106, L34228, L34976, L38201, L38213 and L38737. That they exist is confirmed."),
    Source("cochrane-2018", "Buchbinder R and others",
           "Percutaneous vertebroplasty for osteoporotic vertebral compression fracture",
           "Cochrane Database of Systematic Reviews, CD006349", 2018, "confirmed",
           doi="10.1002/14651858.CD006349.pub4"),
    Source("asbmr-2019", "Ebeling PR and others",
           "The efficacy and safety of vertebral augmentation: second task force",
           "Journal of Bone and Mineral Research 34:3-21", 2019, "confirmed", doi="10.1002/jbmr.3653"),
    Source("cirse-2017", "Tsoumakidou G and others", "Guidelines on percutaneous vertebral augmentation",
           "CardioVascular and Interventional Radiology 40:331-42", 2017, "confirmed",
           doi="10.1007/s00270-017-1574-8", note="Abstract only."),
    Source("sir-2019", "Society of Interventional Radiology",
           "Consensus on the risk of thrombosis and bleeding around procedures",
           "Society of Interventional Radiology", 2019, "secondary"),
    Source("vertos-2-2012", "Venmans A and others", "VERTOS II: natural history of pain after a compression fracture",
           "American Journal of Neuroradiology 33:519-21", 2012, "confirmed"),
    Source("vertos-2-fractures-2010", "Klazen CA and others", "VERTOS II: new fractures after vertebroplasty",
           "American Journal of Neuroradiology 31(8):1447", 2010, "confirmed"),
    Source("vertos-4-2018", "Firanescu CE and others", "VERTOS IV: vertebroplasty against a sham procedure",
           "BMJ 361:k1551", 2018, "confirmed"),
    Source("vertos-5", "VERTOS V investigators", "Vertebroplasty against sham for chronic painful fractures",
           "Radiology", None, "confirmed", doi="10.1148/radiol.222535", note="80 patients, all with marrow edema."),
    Source("vapour-2016", "Clark W and others", "VAPOUR: vertebroplasty for acute painful fractures",
           "Lancet 388:1408-16", 2016, "confirmed", doi="10.1016/S0140-6736(16)31341-1"),
    Source("free-2013", "FREE investigators", "Balloon kyphoplasty against non-surgical care, 24 months",
           "Spine 38:971-83", 2013, "confirmed", note="Open trial, without a sham procedure."),
    Source("kaufmann-2001", "Kaufmann TJ and others", "Age of fracture and outcome of vertebroplasty",
           "American Journal of Neuroradiology 22(10):1860-3", 2001, "confirmed", note="75 patients, retrospective."),
    Source("ryu-2009", "Ryu KS, Park CK", "Prognostic factors in vertebroplasty",
           "Journal of Korean Neurosurgical Society 45:16-23", 2009, "confirmed"),
    Source("doo-2008", "Doo TH and others", "Pain patterns in osteoporotic vertebral compression fractures",
           "Journal of Korean Medical Science", 2008, "likely"),
)  # fmt: skip

_CARE = (
    Source("mccarthy-2016", "McCarthy J, Davis A", "Diagnosis and management of vertebral compression fractures",
           "American Family Physician 94(1):44-50", 2016, "confirmed", note="Abstract read."),
    Source("old-2004", "Old JL, Calvert M", "Vertebral compression fractures in the elderly",
           "American Family Physician 69(1):111-6", 2004, "confirmed", note="Abstract read."),
    Source("alexandru-2012", "Alexandru D, So W", "Evaluation and management of vertebral compression fractures",
           "Permanente Journal 16(4):46-51", 2012, "likely"),
    Source("ema-2012", "European Medicines Agency", "Long-term use of calcitonin medicines to be limited",
           "European Medicines Agency", 2012, "confirmed"),
    Source("knopp-2012", "Knopp-Sihota JA and others", "Calcitonin for acute and chronic pain of vertebral fractures",
           "Osteoporosis International 23:17-38", 2012, "confirmed"),
    Source("boucher-2020", "Boucher and others", "Calcitonin for pain of acute vertebral compression fractures",
           "Meta-analysis", 2020, "confirmed"),
    Source("of-2018", "Schnake KJ and others", "AO Spine-DGOU classification of osteoporotic fractures",
           "Global Spine Journal 8(2S):46S-49S", 2018, "confirmed", doi="10.1177/2192568217717972"),
    Source("genant-1993", "Genant HK and others", "Semiquantitative grading of vertebral fractures",
           "As described by Wáng YX, QIMS 2019", 1993, "secondary",
           note="The grading was read in the 2019 description, not in the original."),
    Source("girft-ces", "Getting It Right First Time", "National pathway: suspected cauda equina syndrome",
           "NHS England", None, "confirmed", note="Its timings were read only through other texts."),
    Source("nice-ng234", "National Institute for Health and Care Excellence",
           "Spinal metastases and metastatic spinal cord compression, NG234", "NICE", 2023, "confirmed",
           note="Opening only; its timings were read only through other texts."),
    Source("mauch-2018", "Mauch and others", "Benign and malignant vertebral compression fractures on imaging",
           "American Journal of Neuroradiology 39:1584-92", 2018, "confirmed"),
    Source("mchenry-1988", "McHenry MC and others", "Vertebral osteomyelitis that looks like a compression fracture",
           "Archives of Internal Medicine 148:417-23", 1988, "confirmed"),
    Source("rcp-fls", "Royal College of Physicians", "Fracture liaison service database: key performance indicators",
           "Royal College of Physicians", None, "confirmed"),
    Source("iof-fls-2020", "Javaid MK and others", "Patient-level indicator set for fracture liaison services",
           "Osteoporosis International 31:1193-1204", 2020, "confirmed", doi="10.1007/s00198-020-05377-1"),
)  # fmt: skip

_BONE = (
    Source("nogg-2024", "National Osteoporosis Guideline Group", "Clinical guideline for osteoporosis, UK",
           "NOGG", 2024, "confirmed", note="Sections 4 and 8."),
    Source("bhof-2022", "LeBoff MS and others", "The clinician's guide to prevention and treatment of osteoporosis",
           "Osteoporosis International 33:2049-2102", 2022, "confirmed", doi="10.1007/s00198-021-05900-y"),
    Source("aace-2020", "Camacho PM and others", "AACE/ACE guideline on postmenopausal osteoporosis",
           "American Association of Clinical Endocrinology", 2020, "confirmed",
           note="Opening only; its very-high-risk numbers are from knowledge and to be verified."),
    Source("endo-2020", "Endocrine Society", "Pharmacological management of osteoporosis, update on romosozumab",
           "Journal of Clinical Endocrinology and Metabolism 105:587-94", 2020, "secondary"),
    Source("acp-2023", "Qaseem A and others", "Treatment of low bone mass or osteoporosis to prevent fractures",
           "Annals of Internal Medicine 176:224-38", 2023, "confirmed", doi="10.7326/M22-1034"),
    Source("nbha-2014", "Siris ES and others", "The clinical diagnosis of osteoporosis: National Bone Health Alliance",
           "Osteoporosis International 25:1439-43", 2014, "confirmed", doi="10.1007/s00198-014-2655-z"),
    Source("who-1994", "World Health Organization", "Assessment of fracture risk: categories of bone density",
           "WHO Technical Report", 1994, "likely", note="The side on which -1.0 falls is from knowledge."),
    Source("liberman-1995", "Liberman UA and others", "Oral alendronate and fractures in postmenopausal osteoporosis",
           "New England Journal of Medicine 333(22):1437-43", 1995, "confirmed", doi="10.1056/NEJM199511303332201"),
    Source("label-alendronate", "Alendronate labels", "Contraindications and renal limit", "Product labels", None,
           "secondary"),
    Source("label-risedronate", "US Food and Drug Administration", "Risedronate: safety labeling",
           "Product label", 2009, "confirmed"),
    Source("label-zoledronate", "US Food and Drug Administration", "Zoledronic acid (Reclast) label",
           "DailyMed", 2023, "confirmed"),
    Source("label-denosumab", "US Food and Drug Administration", "Denosumab (Prolia) label", "Product label", 2024,
           "confirmed", note="The seven months after a last dose are from knowledge and to be verified."),
    Source("fda-denosumab-2024", "US Food and Drug Administration",
           "Boxed warning: severe hypocalcemia with denosumab in advanced kidney disease",
           "Drug safety communication", 2024, "confirmed"),
    Source("label-romosozumab", "US Food and Drug Administration", "Romosozumab (Evenity) label", "DailyMed", None,
           "confirmed", note="US wording. The EU position on any earlier heart attack or stroke is from knowledge."),
    Source("label-teriparatide", "Teriparatide (Forteo) label", "Warnings; boxed warning removed in 2020",
           "Product label", 2020, "secondary"),
    Source("label-abaloparatide", "Abaloparatide (Tymlos) label", "Warnings", "Product label", None, "secondary"),
    Source("label-analgesics", "Labels of acetaminophen, NSAIDs and opioids", "Contraindications", "Product labels",
           None, "likely"),
    Source("label-calcitonin", "Labels of calcitonin", "Contraindications", "Product labels", None, "likely"),
)  # fmt: skip

_OURS = (
    Source("source-article", "Dr.Oracle", "Question-and-answer article on this fracture, updated 26 October 2025",
           "Web page", 2025, "confirmed",
           note="Secondary, itself pending human review; cites [1] to [8] without listing them."),
    Source("project", "This project", "Decision that no publication fixes, awaiting clinical sign-off",
           "Rules edition 1", None, "project"),
)  # fmt: skip

SOURCES: dict[str, Source] = {source.key: source for source in (*_AUGMENTATION, *_CARE, *_BONE, *_OURS)}
