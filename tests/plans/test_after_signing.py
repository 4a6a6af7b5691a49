"""What is added to a signed plan, or asked to replace it, when a form is sent a second time with other words."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from pathway.clinic.models import Visit, VisitDraft
from pathway.plans import signing
from pathway.plans.models import Addendum, Replacement
from pathway.releases.replay import load_visits
from tests import make
from tests.plans.signed import NOW, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client):
    make.wording()
    clinician = make.clinician()
    client.force_login(clinician)
    today = timezone.localdate()
    return signed(make.visit(by=clinician, on=today, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none"))


def test_other_words_in_a_form_that_has_added_an_addendum_are_shown_again(client, plan):
    """After Back, the form keeps its key: what is typed then must not be taken for what was added."""
    address, key = reverse("plans:addendum", args=[plan.pk]), str(uuid4())
    client.post(address, {"text": "Calcium came back normal.", "key": key})
    answer = client.post(address, {"text": "Vitamin D is low.", "key": key})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "has added an addendum already" in page
    assert page.count("Vitamin D is low.") == 1, "in its box"
    assert key not in page, "the next press adds it"
    assert Addendum.objects.get().text == "Calcium came back normal."


def test_who_asks_again_to_replace_hears_what_the_open_visit_supersedes(client, plan):
    """Another reason, or another plan of the fracture: the first request stands, and the page must not deny it."""
    tomorrow = plan.visit.on + timedelta(days=1)
    later = signed(make.visit(by=plan.signed_by, of=plan.visit.fracture, on=tomorrow, **make.UNREMARKABLE, pain_nrs=5))
    client.post(reverse("plans:replace", args=[plan.pk]), {"reason": "Wrong level."})
    for asked, reason in ((plan, "Another reason."), (later, "Wrong level.")):
        answer = client.post(reverse("plans:replace", args=[asked.pk]), {"reason": reason}, follow=True)
        assert f"supersedes plan {plan.number} (“Wrong level.”)" in answer.content.decode()
    assert Replacement.objects.get().plan == plan


def test_the_page_of_an_old_plan_names_the_newest_of_its_fracture(client, plan):
    """Nobody replaced it, so nothing else on the page says that it is old."""
    fracture, other = plan.visit.fracture, make.fracture(patient=plan.patient)
    second, third, _of_other = [
        signed(
            make.visit(by=plan.signed_by, of=of, on=plan.visit.on + timedelta(days=days), **make.UNREMARKABLE),
            NOW + timedelta(days=days),
        )
        for days, of in ((1, fracture), (2, fracture), (3, other))
    ]
    line = (
        f'A newer plan of this fracture: <a class="nhsuk-link" href="{reverse("plans:plan", args=[third.pk])}">'
        f"{third.number}</a>, signed {third.signed_at:%d-%b-%Y}"
    )
    for old in (plan, second):
        assert line in client.get(reverse("plans:plan", args=[old.pk])).content.decode()
    assert "A newer plan" not in client.get(reverse("plans:plan", args=[third.pk])).content.decode()


def test_the_top_of_the_page_leads_to_the_addenda(client, plan):
    address = reverse("plans:plan", args=[plan.pk])
    for said in ("", "1 addendum, below", "2 addenda, below"):
        page = client.get(address).content.decode()
        assert re.findall(r'<a class="nhsuk-link" href="#addenda">(.+?)</a>', page) == [said] * bool(said)
        assert page.count('id="addenda"') == 1
        client.post(reverse("plans:addendum", args=[plan.pk]), {"text": "Calcium is normal.", "key": str(uuid4())})


def earlier(visit) -> list[Visit]:
    """The visits that this one is compared with: the same, whichever way it was read."""
    alone, [(replayed, _plan)] = Visit.objects.get(pk=visit.pk), load_visits(Visit.objects.filter(pk=visit.pk))
    found = {tuple(one.earlier_signed) for one in (alone, Visit.objects.with_course(visit.pk), replayed)}
    assert len(found) == 1
    return list(found.pop())


def test_nothing_is_compared_with_a_visit_that_was_replaced(plan):
    """A typing error that was corrected is no worsening, and hides none."""
    first, by, days = plan.visit, plan.signed_by, [plan.visit.on + timedelta(days=days) for days in (10, 20, 30)]
    now = timezone.now()
    wrong = signed(make.visit(by=by, of=first.fracture, on=days[0], **make.UNREMARKABLE, pain_nrs=2), now)
    right = make.visit(by=by, of=first.fracture, on=days[0], **make.UNREMARKABLE, pain_nrs=8)
    assert earlier(right) == [first, wrong.visit]
    signing.replace(wrong, right, by, now, "Pain mistyped.")
    assert earlier(right) == [first]
    right = signed(Visit.objects.get(pk=right.pk), now + timedelta(minutes=1)).visit
    later = make.visit(by=by, of=first.fracture, on=days[1], **make.UNREMARKABLE, pain_nrs=8)
    assert earlier(later) == [first, right]
    assert earlier(right) == earlier(wrong.visit) == [first]
    assert list(Visit.objects.standing().order_by("on", "signed_at")) == [first, right]


@pytest.mark.parametrize(("days", "carried"), [(0, True), (1, False)])
def test_a_replacement_starts_with_the_answers_of_the_day_and_later_with_those_that_last(client, plan, days, carried):
    Visit.objects.filter(pk=plan.visit.pk).update(on=plan.visit.on - timedelta(days=days), previous_pain_nrs=8)
    client.post(reverse("plans:replace", args=[plan.pk]), {"reason": "Pain mistyped: 7, not 6."})
    typed = {name: value for draft in VisitDraft.objects.all() for name, value in draft.typed.items()}
    assert typed["previous_pain_nrs"] == ["8"], "asked at a first visit, which this one is again"
    assert typed["mechanism"] == ["bend_or_lift"]
    assert (typed.get("pain_nrs") == ["6"]) is carried
    assert Replacement.objects.get().visit.evaluation().headline == "answers_needed", (
        "nothing counts before it is saved"
    )
