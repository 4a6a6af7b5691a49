"""What is typed is kept after every change, never mistaken for what is saved, and never overwritten unseen."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pathway.clinic.models import Visit, VisitDraft
from pathway.clinic.models.visits import StaleError
from pathway.clinic.panel import ALSO_SHOWN, NEEDED_SHOWN
from pathway.clinic.questions import QUESTIONS
from pathway.guideline.explain import headline_facts
from tests import make
from tests.clinic.walking import autosave, counters, page, send, step_url


def saved(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


@pytest.fixture
def colleague(clinician):
    return make.clinician(clinic=clinician.clinic, printed_name="Dr Ben Okoro")


@pytest.fixture
def colleagues_browser(colleague, wording):
    browser = Client()
    browser.force_login(colleague)
    return browser


# -------------------------------------------------------------------------------------------------------- autosave


def test_a_change_is_kept_as_a_draft_and_answered_with_the_panel_alone(signed_in, visit):
    response = autosave(signed_in, visit, "neurology", cord_signs="yes", temperature_c="3")
    html = response.content.decode()
    assert response.status_code == 200
    assert html.strip().startswith('<div id="panel"')
    assert "<input" not in html
    assert 'data-item="refer.emergency_spine"' in html
    assert "Urgent: " in html
    assert saved(visit).cord_signs == ""
    assert VisitDraft.objects.get().typed == {"cord_signs": ["yes"], "temperature_c": ["3"]}


def test_an_open_question_that_can_change_the_headline_is_marked_until_it_is_answered(signed_in, visit):
    html = page(signed_in, visit, "neurology")
    ev, asked = saved(visit).evaluation(), set(re.findall(r'data-mark="(\w+)"', html))
    marked = set(re.findall(r'<span class="app-mark app-mark--open" data-mark="(\w+)"', html))
    assert {"neuro_exam_done", "cord_signs"} <= marked == headline_facts(ev) & set(ev.missing) & asked
    answered = autosave(signed_in, visit, "neurology", cord_signs="no").content.decode()
    assert set(re.search('data-deciding="([^"]+)"', answered)[1].split()) & asked == marked - {"cord_signs"}


def test_only_valid_answers_reach_the_panel(signed_in, visit):
    html = autosave(signed_in, visit, "neurology", temperature_c="399").content.decode()
    assert "workup.infection" not in html
    assert "workup.infection" in autosave(signed_in, visit, "neurology", temperature_c="39.9").content.decode()


def test_an_unlikely_fever_counts_before_it_is_confirmed(signed_in, visit):
    assert "workup.infection" in autosave(signed_in, visit, "neurology", temperature_c="42").content.decode()


def test_a_draft_withdraws_the_saved_answer_that_it_replaces(signed_in, visit):
    send(signed_in, visit, "neurology", temperature_c="39")
    assert "workup.infection" not in autosave(signed_in, visit, "neurology", temperature_c="").content.decode()
    assert saved(visit).temperature_c == 39


def test_drafts_of_other_steps_count_too(signed_in, visit):
    autosave(signed_in, visit, "neurology", cord_signs="yes")
    assert "refer.emergency_spine" in autosave(signed_in, visit, "pain", pain_nrs="6").content.decode()


def test_a_draft_survives_a_closed_browser(signed_in, visit):
    autosave(signed_in, visit, "pain", pain_nrs="six", pain_course="worsening")
    html = page(signed_in, visit, "pain")
    assert 'value="six"' in html
    assert 'value="worsening" id="id_pain_course_2" checked' in html
    assert "nhsuk-error-message" not in html
    assert "In progress" in signed_in.get(f"/visits/{visit.pk}/").content.decode()


def test_saving_a_step_ends_its_draft(signed_in, visit):
    autosave(signed_in, visit, "pain", pain_nrs="6")
    send(signed_in, visit, "pain", pain_nrs="6")
    assert not VisitDraft.objects.exists()


def test_only_the_questions_of_the_step_are_kept(signed_in, visit):
    autosave(signed_in, visit, "pain", pain_nrs="6", cord_signs="yes", signed_at="now", csrfmiddlewaretoken="x")
    assert VisitDraft.objects.get().typed == {"pain_nrs": ["6"]}


def test_what_is_still_needed_is_ordered_links_to_its_question_and_says_what_decides(signed_in, visit):
    html = page(signed_in, visit, "pain")
    asked = [name for name in visit.evaluation().missing if name in QUESTIONS and name != "pregnant"]
    deciding = headline_facts(visit.evaluation())
    needed = [name for name in asked if name in deciding][:NEEDED_SHOWN]
    also = [name for name in asked if name not in deciding][:ALSO_SHOWN]
    assert re.findall(r'data-item="needed\.(\w+)"', html) == needed + also
    assert f"{step_url(visit, 'neurology')}#id_cord_signs_0" in html
    assert "Needed for the headline" in html


def test_nothing_routine_is_advised_while_essential_answers_are_missing(signed_in, visit):
    html = page(signed_in, visit, "pain")
    assert "app-item--advised" not in html
    assert "app-item--needed" in html


# ------------------------------------------------------------------------------------------------------ stale forms


def test_a_form_that_someone_else_overtook_is_refused_and_shown_beside_theirs(signed_in, colleagues_browser, visit):
    """H-13."""
    opened = counters(visit, "pain")
    send(colleagues_browser, visit, "pain", pain_nrs="3", pain_course="improving")
    response = signed_in.post(step_url(visit, "pain"), {**opened, "pain_nrs": "8", "pain_course": "improving"})
    html = response.content.decode()
    assert response.status_code == 409
    assert saved(visit).pain_nrs == 3
    assert "Dr Ben Okoro changed these answers" in html
    assert "8 of 10</td><td" in html
    assert "3 of 10</td></tr>" in html
    assert 'value="8"' in html
    assert "Course of the pain</th><td" not in html
    assert send(signed_in, visit, "pain", pain_nrs="8").status_code == 302, "knowingly, from the page that compares"


def test_a_form_opened_twice_by_the_same_person_is_refused_too(signed_in, visit):
    opened = counters(visit, "pain")
    send(signed_in, visit, "pain", pain_nrs="3")
    assert signed_in.post(step_url(visit, "pain"), {**opened, "pain_nrs": "8"}).status_code == 409


def test_saving_another_step_does_not_make_a_form_stale(signed_in, colleagues_browser, visit):
    opened = counters(visit, "pain")
    send(colleagues_browser, visit, "neurology", cord_signs="no")
    assert signed_in.post(step_url(visit, "pain"), {**opened, "pain_nrs": "8"}).status_code == 302
    assert (saved(visit).cord_signs, saved(visit).pain_nrs) == ("no", 8)


def test_a_form_without_its_counters_is_refused_once_the_step_was_saved(signed_in, visit):
    send(signed_in, visit, "pain", pain_nrs="3")
    assert signed_in.post(step_url(visit, "pain"), {"pain_nrs": "8"}).status_code == 409
    assert signed_in.post(step_url(visit, "pain"), {"pain_nrs": "8", "version": "x" * 99}).status_code == 409


def test_someone_elses_typing_is_not_overwritten_unseen(signed_in, colleagues_browser, visit):
    opened = counters(visit, "pain")
    autosave(colleagues_browser, visit, "pain", pain_nrs="3")
    url = reverse("clinic:draft", args=(visit.pk, "pain"))
    assert signed_in.post(url, {**opened, "pain_nrs": "8"}).status_code == 409
    response = signed_in.post(step_url(visit, "pain"), {**opened, "pain_nrs": "8"})
    assert response.status_code == 409
    assert "Dr Ben Okoro" in response.content.decode()
    assert VisitDraft.objects.get().typed == {"pain_nrs": ["3"]}


def test_two_tabs_of_one_person_follow_one_another(signed_in, visit):
    opened = counters(visit, "pain")
    url = reverse("clinic:draft", args=(visit.pk, "pain"))
    for score in ("3", "4"):
        assert signed_in.post(url, {**opened, "pain_nrs": score}).status_code == 200
    assert VisitDraft.objects.get().typed == {"pain_nrs": ["4"]}


def test_a_form_sent_after_signing_changes_nothing_and_loses_nothing(signed_in, clinician, visit):
    opened = counters(visit, "pain")
    visit.mark_signed(clinician, timezone.now())
    response = signed_in.post(step_url(visit, "pain"), {**opened, "pain_nrs": "8"})
    assert response.status_code == 409
    assert "This visit is signed" in response.content.decode()
    assert '<dd class="nhsuk-summary-list__value">8</dd>' in response.content.decode()
    assert saved(visit).pain_nrs is None
    assert signed_in.post(reverse("clinic:draft", args=(visit.pk, "pain")), opened).status_code == 409
    assert signed_in.get(step_url(visit, "pain")).url == f"/visits/{visit.pk}/"


def test_a_visit_is_signed_once_and_by_the_version_that_was_seen(clinician, visit):
    other = saved(visit)
    other.save_step("pain", {"pain_nrs": 8}, [], clinician, timezone.now(), version=1, rev=0)
    with pytest.raises(StaleError):
        visit.mark_signed(clinician, timezone.now())
    other.mark_signed(clinician, timezone.now())
    with pytest.raises(StaleError):
        saved(visit).mark_signed(clinician, timezone.now())
    with pytest.raises(StaleError):
        saved(visit).discard(clinician, timezone.now())
