"""The page that interrupts once for each set of emergency findings, and what was answered to it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pathway.accounts import audit
from pathway.clinic.models import Interruption, Visit
from pathway.clinic.text import clean_words
from pathway.guideline.evaluate import Evaluation

ARRANGED, CONTINUED = Interruption.ARRANGED, Interruption.CONTINUED
LONGEST_REASON = 500


def findings(ev: Evaluation) -> tuple[str, ...]:
    """The facts that make this an emergency, in the order they are asked; none when it is not one."""
    emergency = ev.criteria["emergency"]
    return tuple(part.fact for part in emergency.parts if part.truth) if emergency.truth else ()


def unanswered(visit: Visit, ev: Evaluation | None = None) -> tuple[str, ...]:
    """The saved emergency findings that nobody has answered the interruption for."""
    found = findings(ev or visit.evaluation())
    if not found or visit.interruptions.filter(findings=",".join(found)).exists():
        return ()
    return found


@transaction.atomic
def answer(visit: Visit, found: tuple[str, ...], outcome: str, reason: str, by, at: datetime) -> None:
    """Keep what was answered. The first answer to a set of findings stands; a second press changes nothing."""
    _, is_new = visit.interruptions.get_or_create(
        findings=",".join(found),
        defaults={"outcome": outcome, "reason": reason, "answered_by": by, "answered_at": at},
    )
    if is_new:
        visit.note(audit.Action.CHANGE, by, at, reason="emergency page answered")


class ContinueForm(forms.Form):
    """Going on without having arranged anything needs a reason."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why do you continue without?"),
        help_text=_("Printed on the plan."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter why you continue without emergency referral.")},
    )

    def clean_reason(self) -> str:
        return clean_words(self.cleaned_data["reason"], _("Reason"), LONGEST_REASON)
