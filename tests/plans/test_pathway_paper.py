"""The pathway as a PDF: printed by the same sealed printer as every paper."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from pathway.guideline.actions import ACTIONS
from pathway.guideline.limits import EDITION_1
from pathway.guideline.sources import SOURCES
from pathway.plans.views import pathway_paper
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _printed_anew():
    """Tests that look at pages and not at paper may have left something else in the process's memory."""
    pathway_paper._printed.cache_clear()


def test_it_prints_the_chart_and_everything_that_decides(client):
    client.force_login(make.user(is_wording_editor=True))
    reply = client.get(reverse("plans:pathway_pdf"))
    assert reply["Content-Type"] == "application/pdf"
    pages = [page.extract_text() for page in PdfReader(BytesIO(reply.content)).pages]
    text = " ".join(" ".join(pages).split())
    for word in [*ACTIONS, *EDITION_1.by_name, "Spinal emergency?", "No, or not known", "Medtronic"]:
        assert word in text, word
    squeezed = text.replace(" ", "")
    assert [key for key in SOURCES if key not in squeezed] == []
    assert [number for number, page in enumerate(pages, 1) if f"Page {number} of {len(pages)}" not in page] == []


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("plans:pathway_pdf")).status_code == 302
