"""The leaflet in another language: frozen with the plan where it is switched on and whole, printed from the record."""

import pytest
from django.urls import reverse

from pathway.plans import signing
from pathway.plans.drafts import draft, undecided
from pathway.wording import languages, releasing
from tests import make
from tests.plans.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    make.wording()
    return make.visit(**make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")


def switch_on() -> None:
    reviewer = make.clinician(is_wording_editor=True)
    languages.switch(releasing.effective(), "es", is_on=True, by=reviewer, at=make.NOW)


def test_a_signed_plan_keeps_and_prints_the_languages_that_were_switched_on(client, visit):
    assert "translations" not in draft(visit)
    switch_on()
    by = visit.started_by
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", by, make.NOW)
    plan = signing.sign(visit, by, make.NOW)
    client.force_login(by)
    address = reverse("plans:translated_pdf", args=[plan.pk, "es"])
    assert address in client.get(reverse("plans:plan", args=[plan.pk])).content.decode()
    text = words(client.get(address).content)
    for said in ("Su fractura de columna: su plan", "Se le atendió el 22 de noviembre de 2026", "Busque ayuda ahora",
                 "Acetaminofén (paracetamol) para el dolor", "Su revisión a las 12 semanas"):  # fmt: skip
        assert said in text
    for english in ("Get help now", "You were seen on", "The broken bone"):
        assert english not in text
    assert "Get help now" in words(plan.paper("patient"))
    assert client.get(reverse("plans:translated_pdf", args=[plan.pk, "fr"])).status_code == 404


def test_a_language_with_a_stale_sentence_of_the_leaflet_is_left_out(visit):
    switch_on()
    assert list(draft(visit)["translations"]) == ["es"]
    make.published(key="healing", audience="patient", heading="How a bone heals")
    assert "translations" not in draft(visit)
