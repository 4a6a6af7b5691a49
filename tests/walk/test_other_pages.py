"""What is not part of a visit: the pathway's own pages, what is refused, and the sentences that an editor changes."""

import re
from uuid import uuid4

from django.utils import timezone
from playwright.sync_api import expect

from pathway.plans import signing
from pathway.plans.drafts import undecided
from pathway.wording.models import Statement
from tests import make
from tests.plans.reading import words

NEW_HEADING = "Paracetamol by the clock, not on demand"


def test_what_does_not_exist_or_is_not_allowed_is_a_page_of_ours(meet, clinician):
    person = meet()
    person.is_signed_in(clinician)
    elsewhere = make.visit()
    for path in ("/nowhere/", f"/visits/{uuid4()}/", f"/visits/{elsewhere.pk}/neurology/", "/plans/not-an-id/"):
        person.open(path)
        expect(person.page).to_have_title(re.compile("not found", re.I))
        expect(person.page.get_by_role("link", name="Vertebra Pathway")).to_be_visible()
        person.look()


def test_an_edited_sentence_is_in_the_next_preview_and_not_in_the_signed_plan(meet, clinician):
    answers = {**make.UNREMARKABLE, "pain_nrs": 6, "bone_medicine": "none"}
    signed, unsigned = (make.visit(by=clinician, **answers) for _ in range(2))
    for result in undecided(signed):
        signing.decide(signed, result.name, "follow", clinician, timezone.now())
    plan = signing.sign(signed, clinician, timezone.now())
    old_heading = Statement.objects.get(kind="action", key="pain.acetaminophen", audience="clinician").heading
    edit_as_editor(meet)
    approve_as_another(meet)

    person = meet()
    person.is_signed_in(clinician)
    person.open(f"/visits/{unsigned.pk}/review/")
    expect(person.page.locator("main")).to_contain_text(NEW_HEADING)
    preview = words(person.paper("Preview the plan (PDF)"))
    assert NEW_HEADING in preview
    assert old_heading not in preview
    person.open(f"/plans/{plan.pk}/")
    expect(person.page.locator("main")).to_contain_text(old_heading)
    expect(person.page.get_by_text(NEW_HEADING)).to_have_count(0)
    paper = words(person.paper("Print plan (PDF)"))
    assert old_heading in paper
    assert NEW_HEADING not in paper


def edit_as_editor(meet) -> None:
    """Sign in, search the sentence, change it with a reason, and see what changed."""
    make.user(username="lind", password="Heron-Bridge-72", is_wording_editor=True, printed_name="Eva Lind")
    editor = meet()
    page = editor.page
    editor.sign_in("lind", "Heron-Bridge-72")
    expect(page).to_have_url(f"{editor.url}/admin/")
    editor.look()
    editor.open("/admin/wording/statement/?audience=clinician")
    page.locator("#searchbar").fill("pain.acetaminophen")
    page.locator("#searchbar").press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    editor.look()
    page.locator("#result_list tbody th a").click()
    editor.look()
    page.locator("#id_heading").fill(NEW_HEADING)
    page.locator("input[name=_save]").first.click()
    expect(page.locator(".errornote")).to_be_visible()
    page.locator("#id_reason").fill("Says how to take it.")
    page.locator("input[name=_save]").first.click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    editor.look()
    page.get_by_role("link", name="See what the draft changes").click()
    expect(page.locator("ins", has_text="by the clock")).to_be_visible()
    editor.look()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("main")).to_contain_text("someone else approves it")
    editor.look()


def approve_as_another(meet) -> None:
    """Read what changes, and publish it."""
    editor = meet()
    editor.is_signed_in(make.editor(printed_name="Dr Bea Osei"))
    editor.open("/pathway/releases/")
    editor.page.get_by_role("link", name="Release 2").click()
    expect(editor.page.locator("ins", has_text="by the clock")).to_be_visible()
    editor.page.get_by_label("I have read what changes").check()
    editor.page.get_by_role("button", name="Approve and publish").click()
    expect(editor.page.locator("main")).to_contain_text("Published.")
    editor.look()
