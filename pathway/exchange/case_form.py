"""The form of a clinical case: every fact and everything the pathway may say, by its label. What is left alone counts
as not recorded, or is not compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.accounts.own_sentences import own_sentences
from pathway.exchange.case_fields import box_for, choice_of
from pathway.exchange.case_words import BONE_DENSITY_WORDS, STATE_WORDS, STATUS_WORDS
from pathway.exchange.expectations import ABSENT, PRESENT
from pathway.exchange.models import ClinicalCase
from pathway.guideline.actions import ACTIONS
from pathway.guideline.criteria import CRITERIA
from pathway.guideline.decisions import DECISIONS
from pathway.guideline.facts import FACTS, GROUPS
from pathway.guideline.headline import HEADLINES
from pathway.guideline.notices import NOTICES
from pathway.guideline.statements import STATEMENTS

STALE = gettext_lazy("Someone else changed this case after you opened it, so nothing was saved. Open it again.")
NOT_COMPARED = gettext_lazy("Not compared")
PRESENCE = {PRESENT: gettext_lazy("Present"), ABSENT: gettext_lazy("Absent")}
HEADLINE_WORDS = {name: headline.label for name, headline in HEADLINES.items()}
FURTHER = ("derived", "due", "unsettled", "order", "missing_includes")
"""What only the text of a case file can expect; the form shows it and keeps it."""

FACT, CRITERION, ACTION, NOTICE = "fact_", "criterion_", "action_", "notice_"
FACT_FIELDS = {
    label: tuple(FACT + name for name, fact in FACTS.items() if fact.group == group) for group, label in GROUPS.items()
}
EXPECT_FIELDS = {
    gettext_lazy("Expected criteria"): tuple(CRITERION + name for name in CRITERIA),
    gettext_lazy("Expected actions"): tuple(ACTION + name for name in ACTIONS),
    gettext_lazy("Expected notices"): tuple(NOTICE + name for name in NOTICES),
}


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CaseForm(forms.ModelForm):
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("Covers"),
        choices=[
            *((name, f"{name}: {statement.text}") for name, statement in STATEMENTS.items()),
            *((name, f"{name}: {decision.question}") for name, decision in DECISIONS.items()),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fictional = forms.BooleanField(
        label=gettext_lazy("The patient is fictional"),
        help_text=gettext_lazy("No fact, date or word is taken from a real person's record."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ClinicalCase
        fields = ("title", "story", "on", "covers", "checked_by", "checked_on")
        widgets = {
            "title": forms.TextInput(attrs={"size": 90}),
            "story": forms.Textarea(attrs={"rows": 4, "cols": 90}),
            "on": day_input(),
            "checked_by": forms.TextInput(attrs={"size": 60}),
            "checked_on": day_input(),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = self.instance.pk is not None
        facts = self.instance.facts_table() if stored else {}
        expect = self.instance.expect_table() if stored else {}
        self.further = {key: expect[key] for key in FURTHER if key in expect}
        self.fields |= _fact_boxes(facts) | _expectation_fields()
        own_sentences(self.fields)
        self.initial = {**initial_facts(facts), **initial_expectations(expect), **self.initial}
        if stored:
            del self.fields["fictional"]
            self.initial |= {"covers": self.instance.covers.split(), "seen_version": self.instance.version}

    def clean_covers(self) -> str:
        return " ".join(self.cleaned_data["covers"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is not None and cleaned.get("seen_version") != self.instance.version:
            raise ValidationError(STALE)
        self.instance.take(_chosen(cleaned, FACT), self._expect(cleaned))
        return cleaned

    def _expect(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What is compared, in the order of the case files."""
        notices = _chosen(cleaned, NOTICE)
        expect = {
            "headline": cleaned.get("headline"),
            "bone_density": cleaned.get("bone_density"),
            "criteria": _chosen(cleaned, CRITERION),
            "actions": _chosen(cleaned, ACTION),
            "notices": [name for name, state in notices.items() if state == PRESENT],
            "no_notices": [name for name, state in notices.items() if state == ABSENT],
            **self.further,
        }
        return {key: value for key, value in expect.items() if value is not None and len(value) > 0}


def initial_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the form takes them to begin with."""
    return {FACT + name: value for name, value in facts.items()}


def initial_expectations(expect: Mapping[str, Any]) -> dict[str, Any]:
    """What is expected, as the form takes it to begin with, without what only a case file can expect."""
    return {
        **{key: expect[key] for key in ("headline", "bone_density") if key in expect},
        **{CRITERION + name: state for name, state in expect.get("criteria", {}).items()},
        **{ACTION + name: status for name, status in expect.get("actions", {}).items()},
        **{NOTICE + name: PRESENT for name in expect.get("notices", ())},
        **{NOTICE + name: ABSENT for name in expect.get("no_notices", ())},
    }


def _fact_boxes(facts: Mapping[str, Any]) -> dict[str, forms.Field]:
    return {FACT + name: box_for(fact, facts.get(name)) for name, fact in FACTS.items()}


def _expectation_fields() -> dict[str, forms.Field]:
    return {
        "headline": choice_of(_("Headline"), HEADLINE_WORDS, NOT_COMPARED),
        "bone_density": choice_of(_("Bone density"), BONE_DENSITY_WORDS, NOT_COMPARED),
        **{CRITERION + name: choice_of(each.label, STATE_WORDS, NOT_COMPARED) for name, each in CRITERIA.items()},
        **{ACTION + name: choice_of(each.label, STATUS_WORDS, NOT_COMPARED) for name, each in ACTIONS.items()},
        **{NOTICE + name: choice_of(each.label, PRESENCE, NOT_COMPARED) for name, each in NOTICES.items()},
    }


def _chosen(cleaned: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What was filled in under a prefix, in the order of the form, by the names of the pathway."""
    return {
        name.removeprefix(prefix): value
        for name, value in cleaned.items()
        if name.startswith(prefix) and value is not None
    }
