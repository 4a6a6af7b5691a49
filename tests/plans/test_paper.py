"""What the two papers carry, read back from the PDF."""

import re
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader

from pathway.plans import layout, leaflet, paper
from pathway.plans import printed as printed_sentences
from tests.plans import sample
from tests.plans.reading import lines, pages, words

FOLLOW_UP = Path(settings.BASE_DIR) / "fixtures/wording/release-1/actions-follow-up.toml"
RECORDS = {"ordinary": sample.record, "emergency": sample.emergency, "answers needed": sample.answers_needed}


@pytest.fixture(scope="module")
def printed():
    """Every record, for both audiences, as signed."""
    return {(n, a): paper.render(make(), a, draft=False) for n, make in RECORDS.items() for a in paper.AUDIENCES}


def test_every_page_says_whose_it_is_which_plan_and_who_signed(printed):
    for (name, audience), pdf in printed.items():
        found = pages(pdf)
        for number, text in enumerate(found, 1):
            for part in (
                "OKAFOR, Margaret (Mrs)",
                "Born 09-Mar-1954 (72 years)",
                "NHS number 999 196 4134",
                "Hospital number RX104221",
                "Plan P-000123",
                "release 3, rules edition 1",
                "Signed by Dr Ada Demo (GMC 0000001), 22-Nov-2026 11:02 UTC",
                "FICTIONAL PATIENT",
                f"Page {number} of {len(found)}",
            ):
                assert part in text, (name, audience, number, part)
            assert "DRAFT" not in text


def test_whoever_is_sent_to_hospital_is_not_asked_to_think_about_bone_medicines(printed):
    """No appointment is given in an emergency, so nobody is told to come to one even if better."""
    of_emergency, of_ordinary = (words(printed[name, "patient"]) for name in ("emergency", "ordinary"))
    questions = sample.record()["leaflet"]["questions"]["blocks"][0]["lines"]
    assert [line for line in questions if line not in of_ordinary] == []
    assert [line for line in questions if line in of_emergency] == []
    assert "My own questions:" in of_emergency


A4_MM = 297
NO_PRINTER_PRINTS_MM = 4


@pytest.mark.parametrize("audience", paper.TEMPLATES)
@pytest.mark.parametrize(("family", "given"), [("Okafor", "Margaret"), ("van der Berg-O'Connor", "Anne-Marie Élise"),
                                               ("Wolfeschlegelsteinhausen " * 4, "Hubert Blaine " * 6)])  # fmt: skip
def test_no_line_stands_where_no_printer_prints(audience, family, given):
    """Whose the paper is stands in its head, in as many lines as the name takes; what it supersedes in its foot."""
    record = sample.patient(family_name=family.strip(), given_name=given.strip())
    record["supersedes"] = {"number": "P-000122", "signed_on": "2026-10-24"}
    for heights in lines(paper.render(record, audience, draft=False)):
        assert len(heights) > 5
        assert min(heights) > NO_PRINTER_PRINTS_MM
        assert max(heights) < A4_MM - NO_PRINTER_PRINTS_MM - 2, "its letters stand above its line"


@pytest.mark.parametrize("audience", paper.AUDIENCES)
def test_a_preview_says_draft_on_every_page_and_names_no_signer(audience):
    found = pages(paper.render(sample.unsigned(), audience, draft=True))
    for text in found:
        assert text.count("DRAFT – NOT SIGNED") == 2, "in the head and across the page"
        assert "Not signed" in text
        assert "Signed by" not in text
        assert "P-000123" not in text


def test_an_ordinary_plan_fits_two_pages(printed):
    assert len(pages(printed["ordinary", "clinician"])) <= 2


def test_the_plan_prints_every_sentence_of_the_record(printed):
    text = words(printed["ordinary", "clinician"])
    record = sample.record()
    for action in record["actions"]:
        assert action["heading"] in text, action["name"]
        if action["status"] == "undetermined":
            assert f"not recorded: {', '.join(action['missing'])}" in text
        elif action["status"] == "not_indicated":
            assert action["because"][0] in text, action["name"]
        elif action["status"] != "check_first" or not layout.is_brief(action):
            assert all(why in text for why in action["because"]), action["name"]
        if not layout.is_brief(action):
            for block in action["blocks"]:
                assert all(line in text for line in block["lines"]), action["name"]
    for notice in record["notices"]:
        assert notice["heading"] in text
    for source in record["evidence"]:
        shown = any(source["number"] in a["references"] for a in record["actions"] if not layout.is_brief(a))
        assert (f"[{source['number']}] {source['short']}" in text) or not shown
    for item in record["interpretations"]:
        assert f"{item['id']} {item['brief']}" in text
    assert "not a medical device cleared for use" in text


def test_decisions_stand_beside_the_advice_in_neutral_words(printed):
    text = words(printed["ordinary", "clinician"])
    assert "6 followed, 1 followed with a change, 1 not followed" in text
    assert (
        "Clinician decision: Not followed. Reason: Risk outweighs benefit for this patient. Ulcer five years ago."
        in text
    )
    assert "Stopped by: Region United Kingdom: not authorized for this use" in text
    assert "Check first: not met: Age: 72 years (limit: less than 65 years)" in text


def test_what_was_not_recorded_and_what_was_typed_are_visible(printed):
    text = words(printed["ordinary", "clinician"])
    assert "Not recorded: T-scores, Adjusted calcium" in text
    assert "Not known: Night or unrelenting pain" in text
    assert "Temperature 36.8 °C (typed 98.2 °F)" in text


def test_beyond_the_source_is_a_part_of_its_own(printed):
    text = words(printed["ordinary", "clinician"])
    source, beyond = text.split("Beyond the source pathway")
    assert "Acetaminophen." in source
    assert "Risedronate" not in source
    assert "Risedronate: not recorded: Vitamin D (25-OH)" in beyond
    assert "Acetaminophen." not in beyond


def test_the_emergency_stands_alone_before_everything_else(printed):
    first = pages(printed["emergency", "clinician"])[0]
    alone, after = first.split("After the emergency")
    assert "Emergency: spinal cord or cauda equina at risk" in alone
    assert "Emergency telephone 020 7946 0199" in alone
    assert "Acetaminophen" not in alone
    assert "Acetaminophen" in after
    assert _height(printed["emergency", "clinician"], "After the emergency") < 842 / 2 + 20, "the upper half is its own"


def _height(pdf: bytes, words_there: str) -> float:
    """Points above the foot of the first page at which these words stand."""
    found = []
    PdfReader(BytesIO(pdf)).pages[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: found.append((text, cm[3] * tm[5] + cm[5]))
    )
    return next(height for text, height in found if words_there in text)


def test_while_answers_are_needed_nothing_routine_is_advised(printed):
    text = words(printed["answers needed", "clinician"])
    assert re.search(
        r"Neurological examination done\D{1,9}Temperature\D{1,9}Cancer history", re.sub(r"\d\. ?", "", text)
    )
    assert "Recommended" not in text
    assert "Acetaminophen" not in text
    assert "Acetaminophen" not in words(printed["answers needed", "patient"])


def test_the_leaflet_has_what_was_agreed_and_no_codes(printed):
    text = words(printed["ordinary", "patient"])
    assert "Start treatment of the osteoporosis" in text
    assert "With this change: Only at night, review after one week." in text
    assert "NSAID" not in text, "not followed"
    assert "Alendronate" not in text, "not decided"
    assert "Limit bed rest" in text, "advice for this week"
    assert "13 December 2026 Six-week review" in text
    assert not re.search(r"\bS\d+\b|\[\d+\]|\bD\d+\b", text)


def test_the_leaflet_lists_the_reviews_to_come_the_next_one_first():
    """On the decision day, the visit itself is the review; who comes again soon reads that date first."""
    record = sample.record()
    days = {"followup.early": "2026-12-06", "followup.six_weeks": "2026-12-04", "followup.decision": "2026-11-22"}
    for action in record["actions"]:
        action["due_on"] = days.get(action["name"], action["due_on"])
    told = [appointment["on"] for appointment in leaflet.page(record)["appointments"]]
    assert told == ["4 December 2026", "6 December 2026", "1 November 2027"]


@pytest.mark.parametrize(
    ("agreed", "told"),
    [
        ("", ["1 December 2026 Six-week review", "6 December 2026 Early review", "1 November 2027 One-year review"]),
        ("2026-12-01", ["1 December 2026 Six-week review", "6 December 2026 Early review",
                        "1 November 2027 One-year review"]),
        ("2026-12-09", ["1 December 2026 Six-week review", "9 December 2026 The check that we agreed",
                        "1 November 2027 One-year review"]),
    ],
)  # fmt: skip
def test_the_agreed_day_stands_among_the_others_and_in_place_of_the_early_review(agreed, told):
    record = sample.record(next_review_on=agreed or None)
    days = {"followup.early": "2026-12-06", "followup.six_weeks": "2026-12-01", "followup.decision": "2026-11-22"}
    for action in record["actions"]:
        action["due_on"] = days.get(action["name"], action["due_on"])
    page = leaflet.page(record)
    assert [f"{one['on']} {one['heading']}" for one in page["appointments"]] == told
    text = words(paper.render(record, "patient", draft=False))
    assert told == sorted(told, key=text.index)
    is_early = ("action", "followup.early", "patient", "heading") in printed_sentences.of_record(record)
    assert is_early == (agreed != "2026-12-09")


@pytest.mark.parametrize(
    ("medicine", "last", "rebound", "told"),
    [
        ("denosumab", "2026-08-31", "", ["28 February 2027"]),
        ("denosumab", "2026-05-22", "", ["22 November 2026"]),  # today
        ("denosumab", "2026-05-21", "", []),
        ("alendronate", "2026-08-31", "", []),
        ("denosumab", None, "", []),
        ("denosumab", "2026-08-31", "recommended", []),
        ("denosumab", "2026-08-31", "do_not_follow", ["28 February 2027"]),
    ],
)
def test_who_takes_denosumab_reads_the_day_of_the_next_dose(medicine, last, rebound, told):
    record = sample.record()
    record["facts"]["bone_medicine"] = {"value": medicine, "unit": ""}
    if last:
        record["facts"]["denosumab_last_dose_on"] = {"value": last, "unit": ""}
    if rebound:
        decision = {"choice": rebound} if rebound == "do_not_follow" else None
        record["actions"].append(
            {**record["actions"][0], "name": "bone.rebound", "status": "recommended", "decision": decision}
        )
    found = [one for one in leaflet.page(record)["appointments"] if "denosumab" in one["heading"]]
    assert [one["on"] for one in found] == told
    assert all(one["heading"] == "Your denosumab injection. Do not miss it or put it off." for one in found)


def test_no_check_is_called_the_next_one():
    """Another may come before it: the days decide the order."""
    said = [s["patient"]["heading"] for s in tomllib.loads(FOLLOW_UP.read_text("utf-8"))["statement"]]
    assert len(said) == 7
    assert [heading for heading in said if "next" in heading.lower()] == []


def test_the_emergency_leaflet_begins_with_getting_help(printed):
    text = words(printed["emergency", "patient"])
    assert text.index("When to get help now") < text.index("What you have")
    assert "How it heals" not in text
    assert "What to do this week" not in text


@pytest.mark.parametrize("headline", ["emergency_spine", "surgical_review", "urgent_malignancy", "medical_management"])
def test_healing_by_itself_is_promised_only_where_nothing_urgent_stands_in_its_way(headline):
    record = sample.record()
    record["headline"]["name"] = headline
    page = leaflet.page(record)
    assert page["tells_what"]
    assert page["tells_healing"] == (headline == "medical_management")


@pytest.mark.parametrize(
    ("headline", "seen"), [("out_of_scope", "no"), ("out_of_scope", "yes"), ("answers_needed", ""), ("recovering", "")]
)
def test_nobody_is_told_of_a_bone_that_was_not_seen_broken_or_broke_otherwise(headline, seen):
    record = sample.record()
    words_of_it = {"heading": "Another plan", "blocks": sample.said("Not this one.")}
    record["headline"].update(name=headline, patient=words_of_it)
    record["facts"].pop("fracture_confirmed")
    if seen:
        record["facts"]["fracture_confirmed"] = {"value": seen, "unit": ""}
    pdf = paper.render(record, "patient", draft=False)
    text = words(pdf)
    assert "What you have" not in text
    assert "How it heals" not in text
    assert "Another plan" in text
    if seen != "yes":
        assert "spine fracture" not in text
        assert "fracture" not in PdfReader(BytesIO(pdf)).metadata.title
        assert leaflet.page(record)["spine"] is None


def test_the_file_is_tagged_titled_and_says_nothing_of_the_patient(printed):
    for pdf in printed.values():
        reader = PdfReader(BytesIO(pdf))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == "en"
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert "fracture" in reader.metadata.title
        metadata = str(dict(reader.metadata)) + root["/Metadata"].get_data().decode("utf-8")
        assert not re.search("okafor|margaret|999 ?196|RX104221", metadata, re.IGNORECASE)
        assert "pdfuaid" in metadata


def test_only_bundled_fonts_are_in_the_file(printed):
    for pdf in printed.values():
        for page in PdfReader(BytesIO(pdf)).pages:
            for font in page["/Resources"]["/Font"].values():
                assert "DejaVu" in font.get_object()["/BaseFont"]


def _followed(*names: str) -> dict:
    """The ordinary record with exactly these actions followed."""
    made = sample.record()
    followed = next(action["decision"] for action in made["actions"] if action["name"] == "pain.acetaminophen")
    for action in made["actions"]:
        action["decision"] = followed if action["name"] in names else None
    return leaflet.page(made)


def test_two_bone_medicines_are_taken_and_more_are_a_choice_still_to_make():
    taken = _followed("bone.treat", "bone.alendronate", "bone.teriparatide")["agreed"]
    assert [said["to_choose"] for said in taken] == ["", "", ""]
    (treat,) = _followed("bone.treat", "bone.alendronate", "bone.risedronate", "bone.teriparatide")["agreed"]
    assert treat["to_choose"].count(";") == 2


def test_up_to_five_things_agreed_have_their_heading_on_a_line_of_its_own():
    five = ("pain.acetaminophen", "pain.opioid", "bone.calcium_vitamin_d", "bone.dxa", "bone.secondary_causes")
    assert not _followed(*five)["is_long"]
    assert _followed(*five, "bone.discuss_anabolic_first")["is_long"]
