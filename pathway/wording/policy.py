"""How the wording is written, reviewed and kept up to date: what every plan and the page of releases say about it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.wording.models import Release

Status = Release.Status
EDITORIAL_POLICY = gettext_lazy(
    "Sentences are written by editors from the sources that they cite, changed only in releases, and put into force "
    "by a second person."
)
IN_FULL = (
    gettext_lazy(
        "Each sentence cites the statements of the source, the interpretations or the publications behind it."
    ),
    gettext_lazy(
        "Numbers that the pathway compares with are named, never typed, so that text and rules cannot differ."
    ),
    gettext_lazy("A change is made in a draft, with its reason; every earlier text is kept."),
    gettext_lazy(
        "Before publication, the draft is tried on all clinical cases, all open visits and all signed plans; whoever "
        "approves it sees every difference."
    ),
    gettext_lazy(
        "The person who approves a release wrote none of it. A clinic of one person may approve its own; every plan "
        "then says so."
    ),
    gettext_lazy("What is signed keeps the text that it was signed with."),
    gettext_lazy("Every sentence and every release has a day by which it is reviewed."),
    gettext_lazy("The pathway and its wording have no sponsor; the funding of the trials it cites is not theirs."),
)


def review_status(release: Release) -> str:
    """Who reviewed a release, as a sentence."""
    if release.approver is None:
        if release.is_effective:
            return _("No clinical reviewer has approved this wording yet.")
        return _("Not approved.")
    said = {
        "approver": release.approver,
        "author": release.author or _("the authors of this software"),
        "day": f"{timezone.localdate(release.approved_at):%d-%b-%Y}",
    }
    if release.self_approved:
        return _("Approved on %(day)s by its author alone, %(approver)s. No second person reviewed it.") % said
    return _("Approved on %(day)s by %(approver)s; written by %(author)s.") % said
