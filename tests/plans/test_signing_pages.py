"""The walk from review to the signed plan, page by page."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from pathway.plans import signing
from pathway.plans.drafts import decidable, fingerprint, undecided
from pathway.plans.forms import key_of
from pathway.plans.models import Addendum, Decision, Plan, Replacement
from pathway.wording.models import Statement
from tests import make
from tests.plans.reading import pages, words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 11, 2, tzinfo=UTC)


@pytest.fixture
def clinician():
    return make.clinician(printed_name="Dr Ada Marsh", professional_id="GMC 0000001")


@pytest.fixture
def client(client, clinician):
    client.force_login(clinician)
    return client


@pytest.fixture
def visit(clinician):
    make.wording()
    return make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none", pain_course="improving")


def followed(visit) -> dict:
    """What a reviewer posts who follows all that must be decided."""
    return {"version": visit.version} | {f"choice_{key_of(result.name)}": "follow" for result in undecided(visit)}


def decide_all(visit, user) -> None:
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", user, NOW)


def signing_form(client, visit) -> dict:
    """What the sign page posts back, ticked."""
    form = client.get(reverse("plans:sign", args=[visit.pk])).context["form"]
    day, month, year = form.initial["next_review"]
    return {
        "confirm": "on",
        "seen": form.initial["seen"],
        "key": str(form.initial["key"]),
        "next_review_day": day,
        "next_review_month": month,
        "next_review_year": year,
    }


def sign(client, visit, user) -> Plan:
    decide_all(visit, user)
    answer = client.post(reverse("plans:sign", args=[visit.pk]), signing_form(client, visit))
    assert answer.status_code == 302, answer.content.decode()
    return Plan.objects.get(visit=visit)


def reword() -> None:
    make.published(key="pain.acetaminophen", heading="Another heading")


# --------------------------------------------------------------------------------------------------------------- review


def test_review_shows_every_action_with_its_reasons_and_no_choice_made(client, visit):
    page = client.get(reverse("plans:review", args=[visit.pk])).content.decode()
    for name in visit.evaluation().actions:
        heading = Statement.objects.get(kind="action", key=name, audience="clinician").heading
        assert heading in unescape(page), name
    for result in decidable(visit.evaluation()):
        assert f'name="choice_{key_of(result.name)}"' in page, result.name
    assert "checked" not in page
    assert "Worst pain in the last 24 hours: 6 of 10" in page
    assert "What would change it" in page
    assert "Not recorded" in page
    assert "Still needed" in page


def test_continuing_to_sign_asks_for_what_must_be_decided(client, visit):
    page = client.post(reverse("plans:review", args=[visit.pk]), {"version": visit.version, "sign": "1"})
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count(": choose one of the three before signing.") == 2 * len(undecided(visit)), "summary and field"
    assert not Decision.objects.exists()


def test_notes_need_no_choice(client, visit):
    page = client.post(reverse("plans:review", args=[visit.pk]), followed(visit) | {"sign": "1"})
    assert page.url == reverse("plans:sign", args=[visit.pk])
    assert not Decision.objects.filter(action__in=("longterm.falls", "activity.brace", "followup.early")).exists()


@pytest.mark.parametrize("choice", ["follow_with_change", "do_not_follow"])
@pytest.mark.parametrize(("reason", "details"), [("", "Because"), ("other", ""), ("", ""), ("other", "   ")])
def test_a_difference_needs_a_reason_and_words(client, visit, choice, reason, details):
    posted = {"choice_pain_acetaminophen": choice, "reason_pain_acetaminophen": reason}
    posted |= {"words_pain_acetaminophen": details, "version": visit.version}
    page = client.post(reverse("plans:review", args=[visit.pk]), posted)
    assert page.status_code == 422
    assert "checked" in page.content.decode(), "what was chosen is kept"
    assert not Decision.objects.exists()


def test_a_difference_with_a_reason_is_kept_and_shown_again(client, visit, clinician):
    posted = {"choice_pain_acetaminophen": "do_not_follow", "reason_pain_acetaminophen": "patient_declined"}
    posted |= {"words_pain_acetaminophen": "Prefers none.", "version": visit.version}
    client.post(reverse("plans:review", args=[visit.pk]), posted)
    made = Decision.objects.get()
    assert (made.choice, made.reason, made.words) == ("do_not_follow", "patient_declined", "Prefers none.")
    assert made.decided_by == clinician
    assert "Prefers none." in client.get(reverse("plans:review", args=[visit.pk])).content.decode()


@pytest.mark.parametrize("words_typed", ["x" * 501, "a\u202eb", "null\x00byte", "w" * 61])
def test_unusable_words_are_a_sentence(client, visit, words_typed):
    posted = {"choice_pain_acetaminophen": "do_not_follow", "reason_pain_acetaminophen": "other"}
    posted |= {"words_pain_acetaminophen": words_typed, "version": visit.version}
    page = client.post(reverse("plans:review", args=[visit.pk]), posted)
    assert page.status_code in (400, 422)
    assert not Decision.objects.exists()


def test_a_choice_that_does_not_exist_is_refused(client, visit):
    posted = {"choice_pain_acetaminophen": "perhaps", "version": visit.version}
    assert client.post(reverse("plans:review", args=[visit.pk]), posted).status_code == 422


def test_decisions_made_on_other_answers_are_not_saved_but_kept_on_the_page(client, visit):
    posted = followed(visit) | {"version": visit.version - 1}
    page = client.post(reverse("plans:review", args=[visit.pk]), posted)
    assert page.status_code == 409
    assert "checked" in page.content.decode()
    assert not Decision.objects.exists()


def test_an_action_that_says_something_else_is_asked_again(client, visit, clinician):
    decide_all(visit, clinician)
    visit.gi_bleed_or_ulcer = "no"
    visit.liver_failure_severe = "yes"
    visit.save()
    assert "pain.acetaminophen" not in [result.name for result in decidable(visit.evaluation())], "it is blocked now"
    visit.liver_failure_severe = "no"
    visit.save()
    assert "pain.acetaminophen" in [result.name for result in undecided(visit)], "it was check first, now recommended"


def test_while_answers_are_needed_the_page_asks_and_advises_nothing(client, clinician):
    make.wording()
    visit = make.visit(by=clinician, **(make.UNREMARKABLE | {"neuro_exam_done": ""}), pain_nrs=6)
    page = client.get(reverse("plans:review", args=[visit.pk])).content.decode()
    assert "Answer these first, in this order" in page
    assert 'name="choice_' not in page
    plan = sign(client, visit, clinician)
    text = words(bytes(plan.clinician_pdf))
    assert "Answer these first" in text
    assert "Acetaminophen" not in text


def test_ways_of_augmentation_stand_inside_its_discussion(client, clinician):
    make.wording()
    found = {"kyphosis_degrees": 18, "kyphosis_method": "local", "pain_nrs": 6}
    visit = make.visit(by=clinician, **make.UNREMARKABLE, **found)
    assert visit.evaluation().actions["refer.augmentation"].status == "check_first"
    page = client.get(reverse("plans:review", args=[visit.pk])).content.decode()
    assert "once the checks are met" in page
    assert "choice_refer_augmentation" in page
    assert "choice_augmentation_kyphoplasty" not in page
    text = words(client.get(reverse("plans:preview", args=[visit.pk, "clinician"])).content)
    assert text.count("(once the checks are met)") == 2
    before, after = text.split("The source pathway", 1)[1].split(" Check first ", 1)
    assert "kyphoplasty" not in before
    assert "kyphoplasty" in after


# ----------------------------------------------------------------------------------------------------------------- sign


def test_signing_freezes_the_record_and_both_papers(client, visit, clinician):
    plan = sign(client, visit, clinician)
    visit.refresh_from_db()
    assert visit.is_signed
    assert visit.signed_by == plan.signed_by == clinician
    record = plan.frozen()
    assert record["plan"]["number"] == plan.number == "P-000001"
    assert record["signature"]["printed_name"] == "Dr Ada Marsh"
    assert record["facts"]["temperature_c"] == {"value": "36.8", "unit": "°C"}
    for audience in ("clinician", "patient"):
        for page in pages(plan.paper(audience)):
            assert "Plan P-000001" in page
            assert "Signed by Dr Ada Marsh (GMC 0000001)" in page
            assert "DRAFT" not in page
    assert len(pages(plan.paper("clinician"))) <= 2


def test_signing_needs_the_tick(client, visit, clinician):
    decide_all(visit, clinician)
    page = client.post(reverse("plans:sign", args=[visit.pk]), signing_form(client, visit) | {"confirm": ""})
    assert page.status_code == 422
    assert "Tick the box" in page.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize("day", ["31 2 2027", "1 1 0001", "22 11 2026", "x 1 2027", "1 1 9999"])
def test_the_next_review_is_a_day_that_can_be(client, visit, clinician, day):
    decide_all(visit, clinician)
    boxes = dict(zip(("next_review_day", "next_review_month", "next_review_year"), day.split(), strict=True))
    page = client.post(reverse("plans:sign", args=[visit.pk]), signing_form(client, visit) | boxes)
    assert page.status_code == 422
    assert not Plan.objects.exists()


def test_pressing_twice_and_going_back_lead_to_the_one_plan(client, visit, clinician):
    decide_all(visit, clinician)
    form = signing_form(client, visit)
    address = reverse("plans:sign", args=[visit.pk])
    first, second = client.post(address, form), client.post(address, form)
    other = client.post(address, form | {"key": str(uuid4())})
    plan = Plan.objects.get()
    assert first.url == second.url == other.url == client.get(address).url == reverse("plans:plan", args=[plan.pk])
    assert client.get(reverse("plans:review", args=[visit.pk])).url == first.url


@pytest.mark.parametrize("change", ["answer", "decision", "wording"])
def test_what_changed_after_the_review_is_not_signed(client, visit, clinician, change):
    decide_all(visit, clinician)
    form = signing_form(client, visit)
    if change == "answer":
        visit.save_step("pain", {"pain_nrs": 7}, [], clinician, NOW, version=visit.version, rev=0)
    elif change == "decision":
        signing.decide(visit, "pain.acetaminophen", "do_not_follow", clinician, NOW, reason="other", words="No.")
    else:
        reword()
    page = client.post(reverse("plans:sign", args=[visit.pk]), form)
    assert page.status_code == 409
    assert "Nothing was signed" in page.content.decode()
    assert not Plan.objects.exists()


def test_undecided_actions_send_back_to_the_review(client, visit):
    assert client.get(reverse("plans:sign", args=[visit.pk])).url == reverse("plans:review", args=[visit.pk])
    with pytest.raises(signing.UndecidedError):
        signing.sign(visit, visit.started_by, NOW)


def test_a_name_that_cannot_be_printed_keeps_the_visit_a_draft(client, clinician):
    make.wording()
    patient = make.patient(clinic=clinician.clinic, family_name="김")
    visit = make.visit(by=clinician, of=make.fracture(patient=patient), **make.UNREMARKABLE, pain_nrs=6)
    decide_all(visit, clinician)
    page = client.post(reverse("plans:sign", args=[visit.pk]), signing_form(client, visit))
    assert page.status_code == 409
    assert "U+AE40" in page.content.decode()
    visit.refresh_from_db()
    assert not visit.is_signed
    assert not Plan.objects.exists()
    assert client.get(reverse("plans:preview", args=[visit.pk, "clinician"])).status_code == 409


def test_emergency_findings_are_answered_before_signing(client, clinician):
    make.wording()
    visit = make.visit(by=clinician, **(make.UNREMARKABLE | {"cord_signs": "yes"}), pain_nrs=6)
    decide_all(visit, clinician)
    assert client.get(reverse("plans:sign", args=[visit.pk])).url == reverse("clinic:interruption", args=[visit.pk])
    client.post(reverse("clinic:interruption", args=[visit.pk]), {"arranged": "1"})
    text = words(bytes(sign(client, visit, clinician).clinician_pdf))
    assert "Emergency referral arranged, recorded by Dr Ada Marsh" in text.split("After the emergency")[0]


def test_a_preview_is_a_draft(client, visit):
    for audience in ("clinician", "patient"):
        answer = client.get(reverse("plans:preview", args=[visit.pk, audience]))
        assert answer["Content-Type"] == "application/pdf"
        assert re.fullmatch(r'inline; filename="draft-[0-9a-f]{8}\.pdf"', answer["Content-Disposition"])
        assert all("DRAFT – NOT SIGNED" in page for page in pages(answer.content))


# --------------------------------------------------------------------------------------------------------- signed plan


def test_the_plan_page_is_read_from_the_record(client, visit, clinician):
    plan = sign(client, visit, clinician)
    before = client.get(reverse("plans:plan", args=[plan.pk])).content.decode()
    reword()
    type(visit).objects.filter(pk=visit.pk).update(pain_nrs=0)
    after = client.get(reverse("plans:plan", args=[plan.pk])).content.decode()
    assert "Acetaminophen" in after
    assert "Another heading" not in after
    without_tokens = re.compile(
        r'data-left="\d+"|name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|value="[^"]*" name="key"'
    )
    main = (without_tokens.sub("", page).split("<footer")[0] for page in (before, after))
    assert next(main) == next(main)
    assert "Integrity: verified" in after


def test_papers_are_served_as_stored_under_a_name_that_says_nothing(client, visit, clinician):
    plan = sign(client, visit, clinician)
    for name, stored in (("clinician_pdf", plan.clinician_pdf), ("patient_pdf", plan.patient_pdf)):
        answer = client.get(reverse(f"plans:{name}", args=[plan.pk]))
        assert answer.content == bytes(stored)
        assert answer["Content-Disposition"] == f'inline; filename="plan-{str(plan.pk)[:8]}.pdf"'
        assert "no-store" in answer["Cache-Control"]


def test_an_addendum_is_added_once(client, visit, clinician):
    plan = sign(client, visit, clinician)
    form = {"text": "Calcium came back normal.", "key": str(uuid4())}
    for _press in range(2):
        assert client.post(reverse("plans:addendum", args=[plan.pk]), form).status_code == 302
    assert Addendum.objects.get().text == "Calcium came back normal."
    assert "Calcium came back normal." in client.get(reverse("plans:plan", args=[plan.pk])).content.decode()
    assert client.post(reverse("plans:addendum", args=[plan.pk]), {"text": " ", "key": str(uuid4())}).status_code == 422


def test_a_plan_is_superseded_by_the_plan_of_a_new_visit(client, visit, clinician):
    older = sign(client, visit, clinician)
    answer = client.post(reverse("plans:replace", args=[older.pk]), {"reason": "Wrong level."})
    new_visit = Replacement.objects.get().visit
    assert answer.url == reverse("clinic:visit", args=[new_visit.pk])
    plan = signed_again(client, new_visit, clinician)
    assert plan.supersedes == older
    assert plan.previous_sha256 == older.record_sha256
    assert "Supersedes plan P-000001" in words(plan.paper("clinician"))
    page = client.get(reverse("plans:plan", args=[older.pk])).content.decode()
    assert "Do not act on this plan" in page
    assert client.post(reverse("plans:replace", args=[older.pk]), {"reason": "Again."}).url.endswith(f"{older.pk}/")


def signed_again(client, visit, clinician) -> Plan:
    for fact, value in make.UNREMARKABLE.items():
        if fact != "levels":
            setattr(visit, fact, value)
    visit.onset_precision = "day"
    visit.save()
    visit.__dict__.pop("earlier_signed", None)
    return sign(client, type(visit).objects.get(pk=visit.pk), clinician)


# --------------------------------------------------------------------------------------------------------------- access


def addresses(visit, plan) -> list[str]:
    of_plan = ("plan", "clinician_pdf", "patient_pdf", "addendum", "replace")
    return [
        reverse("plans:review", args=[visit.pk]),
        reverse("plans:sign", args=[visit.pk]),
        reverse("plans:preview", args=[visit.pk, "clinician"]),
        *(reverse(f"plans:{name}", args=[plan.pk]) for name in of_plan),
    ]


def test_another_clinics_plan_does_not_exist(client, visit, clinician):
    plan = sign(client, visit, clinician)
    client.force_login(make.clinician())
    for address in addresses(visit, plan):
        method = client.post if address.endswith(("addendum/", "replace/")) else client.get
        assert method(address).status_code == 404, address


def test_an_editor_may_not_open_plans(client, visit, clinician):
    plan = sign(client, visit, clinician)
    client.force_login(make.user(is_wording_editor=True))
    for address in addresses(visit, plan):
        assert client.get(address).status_code == 403, address


def test_addresses_that_do_not_exist(client, visit):
    assert client.get(reverse("plans:plan", args=[UUID(int=0)])).status_code == 404
    assert client.get(f"/visits/{visit.pk}/preview/nurse.pdf").status_code == 404


def test_the_fingerprint_names_everything_a_reviewer_sees(visit, clinician):
    first = fingerprint(visit)
    assert first == fingerprint(visit)
    signing.decide(visit, "longterm.falls", "follow", clinician, NOW)
    assert fingerprint(visit) != first
