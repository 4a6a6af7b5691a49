"""Clinicians write cases in the admin as answers and choices, and see which hold. Nobody else writes any."""

import re
from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import MultipleChoiceField
from django.urls import reverse

from pathway.exchange.case_form import CaseForm
from pathway.exchange.models import ClinicalCase, StaleCaseError
from tests import make

pytestmark = pytest.mark.django_db
ADD = reverse("admin:exchange_clinicalcase_add")
TITLE = "Cord signs come first"
CASE = {
    "title": TITLE,
    "story": "A fictional woman of 72 whose legs became stiff: nothing else counts before the cord.",
    "on": "2026-11-22",
    "fact_age_years": "72",
    "fact_sex": "female",
    "fact_cord_signs": "yes",
    "fact_onset_on": "21 days ago",
    "fact_levels": ["L1"],
    "fact_temperature_c": "98.6 °F",
    "headline": "emergency_spine",
    "criterion_emergency": "met",
    "action_refer.emergency_spine": "recommended",
    "notice_under_50": "absent",
    "covers": ["S23"],
    "checked_by": "Dr Ada Marsh",
    "checked_on": "2026-11-22",
    "fictional": "on",
}


@pytest.fixture
def clinician(client, db):
    user = make.clinician()
    client.force_login(user)
    return user


def add(client, **fields):
    response = client.post(ADD, {**CASE, **fields})
    assert response.status_code == 302, refusal(response)
    return ClinicalCase.objects.get(title=fields.get("title", TITLE))


def refusal(response) -> str:
    assert response.status_code == 200
    return " ".join(str(error) for errors in response.context["errors"] for error in errors)


def change_page(case):
    return reverse("admin:exchange_clinicalcase_change", args=[case.pk])


def as_posted(case) -> dict:
    """What a browser sends for the case as it stands."""
    form = CaseForm(instance=case)
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_clinician_writes_a_case_without_code(client, clinician):
    stored = add(client)
    case = stored.as_case()
    assert (stored.written_by, stored.version, case.on) == (clinician, 1, date(2026, 11, 22))
    assert case.facts == {
        "age_years": 72,
        "sex": "female",
        "cord_signs": "yes",
        "temperature_c": Decimal("37"),
        "onset_on": date(2026, 11, 1),
        "levels": ("L1",),
    }
    assert case.expect == {
        "headline": "emergency_spine",
        "criteria": {"emergency": "met"},
        "actions": {"refer.emergency_spine": "recommended"},
        "no_notices": ["under_50"],
    }
    assert case.covers == ("S23",)
    assert "The case holds." in text(client.get(change_page(stored)))


def test_a_case_that_does_not_hold_is_kept_and_says_what_came(client, clinician):
    response = client.post(ADD, {**CASE, "headline": "recovering"}, follow=True)
    assert "The pathway does not say what this case expects." in text(response)
    page = text(client.get(change_page(ClinicalCase.objects.get())))
    assert "Headline: expected Recovering: treat the bone, got Spinal emergency." in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"fact_age_years": "7"}, "Age: enter a value from 18 to 120 years."),
        ({"fact_age_years": "old"}, "Age: enter a whole number in the digits"),
        ({"fact_crp_mg_l": "4,5"}, "CRP: a comma can be read in two ways."),
        ({"fact_onset_on": "last week"}, "Onset of symptoms: a date such as 2026-11-01, or 21 days ago, is accepted."),
        ({"fact_onset_on": "2026-12-01"}, "Onset of symptoms: 2026-12-01 is after the visit"),
        ({"fact_identified_on": "2026-01-01"}, "more than 14 days before Onset of symptoms"),
        ({"fact_sex": "other"}, "choose one of the answers shown."),
        ({"headline": "healthy"}, "choose one of the answers shown."),
        ({"title": "two\nlines", "story": "\x01"}, "story: a printable text is accepted"),
        ({"on": "1000-01-01"}, "on: a date from 1900-01-01"),
        ({"fictional": ""}, "tick the box."),
        ({"covers": ["S99"]}, "choose one of the answers shown."),
        (
            {"headline": "", "criterion_emergency": "", "action_refer.emergency_spine": "", "notice_under_50": ""},
            "nothing is expected",
        ),
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_nothing_is_stored(client, clinician, fields, sentence):
    assert sentence in refusal(client.post(ADD, {**CASE, **fields}))
    assert not ClinicalCase.objects.exists()


def test_a_title_is_given_once(client, clinician):
    add(client)
    assert "already exists" in refusal(client.post(ADD, CASE))


def test_saving_what_was_opened_changes_nothing_but_the_version(client, clinician):
    """Values more precise than a person may type, and what only a file can expect, are kept."""
    case = add(client)
    case.take(
        {"height_loss_percent": Decimal("19.99"), "inr": Decimal("1.80"), "onset_on": "21 days ago"},
        {"derived": {"days_since_onset": 21}, "missing_includes": ["sex"], "order": ["refer.surgery", "pain.nsaid"]},
    )
    case.save()
    before = case.as_case()
    response = client.post(change_page(case), as_posted(case))
    assert response.status_code == 302, refusal(response)
    case.refresh_from_db()
    assert (case.as_case(), case.version) == (before, 2)
    assert "21 days ago" in case.facts
    page = text(client.get(change_page(case)))
    assert "Worked out: Days since onset: 21 days" in page
    assert "Still missing: Sex for clinical use" in page


def test_a_change_to_a_case_that_someone_else_changed_is_refused(client, clinician):
    case = add(client)
    sent = as_posted(case)
    assert client.post(change_page(case), {**sent, "headline": "answers_needed"}).status_code == 302
    assert "Someone else changed this case" in refusal(client.post(change_page(case), sent))
    case.refresh_from_db()
    assert case.as_case().expect["headline"] == "answers_needed"
    with pytest.raises(StaleCaseError), transaction.atomic():
        case.save_after(1)


def test_a_case_starts_from_a_patient_of_the_files_or_from_another_case(client, clinician):
    page = client.get(ADD, {"start": "ordinary"})
    assert "Facts: Neurology (4)" in text(page)
    start = page.context["adminform"].form
    assert (start["fact_inr"].value(), start["fact_onset_on"].value()) == ("1.0", "21 days ago")
    like = client.get(ADD, {"like": add(client).pk}).context["adminform"].form
    assert (like["fact_cord_signs"].value(), like["headline"].value()) == ("yes", "emergency_spine")
    assert (like["title"].value(), like["covers"].value()) == (None, ["S23"])
    for nothing in ("nobody", "9" * 40, "%"):
        assert client.get(ADD, {"start": nothing, "like": nothing}).status_code == 200


def test_a_case_has_a_history_and_can_be_deleted(client, clinician):
    case = add(client)
    for name in ("history", "delete"):
        assert client.get(reverse(f"admin:exchange_clinicalcase_{name}", args=[case.pk])).status_code == 200
    client.post(reverse("admin:exchange_clinicalcase_delete", args=[case.pk]), {"post": "yes"})
    assert not ClinicalCase.objects.exists()


def test_every_page_says_fictional_facts_only(client, clinician):
    case = add(client)
    listed = reverse("admin:exchange_clinicalcase_changelist")
    for page in (ADD, listed, change_page(case), reverse("admin:exchange_clinicalcase_import")):
        assert "Fictional facts only." in text(client.get(page)), page


def test_a_form_stays_within_the_fields_that_a_request_may_have(client, clinician, settings):
    fields = client.get(ADD).context["adminform"].form.fields.values()
    sent = sum(len(each.choices) if isinstance(each, MultipleChoiceField) else 1 for each in fields)
    assert sent < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


@pytest.mark.parametrize(
    ("role", "status"), [("is_clinician", 200), ("is_wording_editor", 200), ("is_administrator", 403)]
)
def test_clinicians_and_editors_write_cases_and_nobody_else(client, role, status):
    client.force_login(make.user(**{role: True}))
    for name in ("add", "changelist", "run", "import", "export"):
        assert client.get(reverse(f"admin:exchange_clinicalcase_{name}")).status_code == status, name
    assert client.post(ADD, CASE).status_code == (302 if status == 200 else 403)
    assert ClinicalCase.objects.exists() == (status == 200)


def test_a_stranger_is_asked_to_sign_in(client):
    for name in ("add", "run", "import", "export"):
        assert client.post(reverse(f"admin:exchange_clinicalcase_{name}")).status_code == 302
    assert not ClinicalCase.objects.exists()


def test_the_model_refuses_what_cannot_be_read_back(db):
    for facts, expect in (("pain_nrs = 11", 'headline = "recovering"'), ("", "headline ="), ("", 'headline = "x"')):
        with pytest.raises(ValidationError):
            ClinicalCase(**plain(facts=facts, expect=expect)).save()


@pytest.mark.parametrize(
    "fields", [{"title": ""}, {"expect": ""}, {"checked_by": ""}, {"version": 0}, {"on": date(1, 1, 1)}]
)
def test_the_database_refuses_a_case_that_tells_nothing(db, fields):
    with pytest.raises(IntegrityError):
        ClinicalCase.objects.bulk_create([ClinicalCase(**plain(**fields))])


def plain(**fields):
    day = date(2026, 11, 22)
    whole = {"title": "T", "story": "S", "on": day, "expect": 'headline = "recovering"', "checked_by": "A"}
    return {**whole, "checked_on": day, **fields}


def test_a_case_whose_fact_is_gone_is_listed_and_says_so(client, clinician):
    ClinicalCase.objects.bulk_create([ClinicalCase(**plain(facts="old_fact = 1"))])
    assert client.get(reverse("admin:exchange_clinicalcase_changelist")).status_code == 200
    assert "is no fact" in text(client.get(change_page(ClinicalCase.objects.get())))


PAGES = ["add", "changelist", "run", "import"]


@pytest.fixture
def signed_in_page(page, live_server, client):
    client.force_login(make.clinician())
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    refused = []

    def listen(message):
        """What axe itself runs in the page has no address."""
        if message.type == "error" and message.location["url"]:
            refused.append(message.text)

    page.on("console", listen)
    yield page
    assert refused == []


@pytest.mark.django_db(transaction=True)
def test_writing_and_running_by_keyboard_is_accessible(signed_in_page, live_server):
    page = signed_in_page
    for name in PAGES:
        page.goto(live_server.url + reverse(f"admin:exchange_clinicalcase_{name}"))
        assert violations(page) == [], name
    page.goto(live_server.url + ADD)
    page.get_by_label("Title:").fill(TITLE)
    page.get_by_role("textbox", name="Story:").fill("A fictional woman whose legs became stiff.")
    page.locator("summary", has_text="Facts: Neurology").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Spinal cord signs").select_option("Yes")
    page.get_by_label("Headline:").select_option("Medical management")
    page.get_by_label("The patient is fictional").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save and continue editing").press("Enter")
    page.get_by_text("Headline: expected Medical management, got Spinal emergency.").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Run all cases").press("Enter")
    page.get_by_role("button", name="Run all cases").press("Enter")
    page.get_by_role("heading", name=TITLE).wait_for()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def violations(page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
