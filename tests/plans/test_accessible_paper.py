"""The papers as someone hears them who cannot see: structure, headings, alternative texts and tables of PDF/UA-1.

veraPDF is in none of the package registries, so that its main checks are made here on the file's own structure.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from pathway.plans import paper
from tests import make
from tests.plans import ordinary_patients as ordinary
from tests.plans.signed import signed


@pytest.fixture
def printed(db):
    """All papers of a second plan, which has everything that a paper can have: a drawing, charts, tables, notices."""
    make.wording()
    first = make.signed_visit(on=date(2026, 11, 8), **{**ordinary.THREE_WEEKS, "marrow_imaging_on": date(2026, 11, 5)})
    worse = {**ordinary.THREE_WEEKS, "pain_nrs": 9, "height_loss_percent": Decimal(26), "kyphosis_degrees": Decimal(17)}
    plan = signed(make.visit(by=first.signed_by, of=first.fracture, **worse))
    record = plan.frozen()
    papers = {audience: plan.paper(audience) for audience in paper.AUDIENCES}
    return papers | {paper.LARGE: paper.render(record, paper.LARGE, draft=False)}


def elements(reader: PdfReader) -> list[DictionaryObject]:
    """Every structure element, in reading order."""
    found = []

    def walk(node) -> None:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for kid in node:
                walk(kid)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def tags(found: list[DictionaryObject]) -> list[str]:
    return [element["/S"][1:] for element in found]


def test_every_paper_can_be_heard(printed):
    for audience, pdf in printed.items():
        reader = PdfReader(BytesIO(pdf))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == "en"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode() or (
            'pdfuaid:part="1"' in root["/Metadata"].get_data().decode()
        )
        assert reader.metadata.title
        found = elements(reader)
        check_headings(tags(found), audience)
        check_figures(found, {"clinician": 4, "patient": 1, "large": 1}[audience])
        check_tables(found, audience)
        check_every_page_is_tagged(reader)


def check_headings(order: list[str], audience: str) -> None:
    """One title, first of all headings; no level is left out on the way down."""
    levels = [int(tag[1]) for tag in order if tag in ("H1", "H2", "H3", "H4")]
    assert levels[0] == 1, audience
    assert levels.count(1) == 1, audience
    assert all(after <= before + 1 for before, after in pairwise(levels)), (audience, levels)
    assert levels.count(2) >= 4, audience


def check_figures(found: list[DictionaryObject], least: int) -> None:
    """Each drawing says in words what it shows."""
    figures = [element for element in found if element["/S"] == "/Figure"]
    assert len(figures) >= least
    texts = [str(figure.get("/Alt", "")) for figure in figures]
    assert all(len(text) > 20 for text in texts), texts
    assert any("T12" in text for text in texts)


def check_tables(found: list[DictionaryObject], audience: str) -> None:
    """Each table has header cells, and each of its cells names its own."""
    order = tags(found)
    assert order.count("Table") == 0 or "TH" in order, audience
    headed = {str(element["/ID"]) for element in found if element["/S"] == "/TH" and "/ID" in element}
    for cell in (element for element in found if element["/S"] == "/TD"):
        named = {str(header) for header in cell["/A"].get_object()["/Headers"]}
        assert named, audience
        assert named <= headed, audience


def check_every_page_is_tagged(reader: PdfReader) -> None:
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert {page["/StructParents"] for page in reader.pages} <= set(parents[::2])
    for page in reader.pages:
        assert page.get("/Tabs", "/S") == "/S"
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
