"""Details that the specification of the rules leaves in two readings, and how they are read here, for reviewers."""

from __future__ import annotations

from typing import NamedTuple


class Reading(NamedTuple):
    """A detail, how it is read, why, and the criteria, actions and notices that it concerns."""

    question: str
    reading: str
    reason: str
    names: tuple[str, ...]


READINGS = (
    Reading(
        "Which T-scores count?",
        "Every recorded one but a spine score known to include the fractured level. While not known to, it counts.",
        "Such a score is falsely high. The lowest score decides, so one more can only raise concern.",
        ("very_high_risk", "bmd_osteoporosis", "bmd_clinical_osteoporosis", "bmd_normal_bmd", "bmd_dxa_pending"),
    ),
    Reading(
        "When is there no label between -1.0 and -2.5?",
        "While the age or the fracture is not known.",
        "The clinical diagnosis needs both.",
        ("bmd_clinical_osteoporosis",),
    ),
    Reading(
        "What is a rise whose earlier value is not recorded?",
        "No rise, and nothing that is still to be asked.",
        "A first visit has no earlier value and must not look unfinished.",
        ("worsening", "pitfall.delay"),
    ),
    Reading(
        "Is there worsening while it is not known whether treatment was tried?",
        "Not known, even with a measured rise.",
        "Taken as a yes, a later answer that none was tried would withdraw a decision already made.",
        ("worsening", "augmentation.early"),
    ),
    Reading(
        "Does progress count for the warning of delay when treatment was not tried?",
        "Yes.",
        "The warning is about time that is lost; that treatment was not tried does not bring it back.",
        ("pitfall.delay",),
    ),
    Reading(
        "Is it recovery when pain is low and treatment was never tried, though the course is called worsening?",
        "Yes, from the decision day on. The papers say that the pain is low, and to come back if it rises.",
        "Worsening is judged against a treatment that was tried.",
        ("recovering", "worsening"),
    ),
    Reading(
        "What does a myeloma screen say that was not done?",
        "Neither yes nor no.",
        "A test that nobody made must not open augmentation when a blank answer holds it back.",
        ("malignancy.strong", "malignancy_suspected", "workup.malignancy"),
    ),
    Reading(
        "When is the next denosumab due, and when overdue?",
        "Due from day 152 to day 213 after the last dose, both included; overdue from day 214.",
        "One border, with no gap and no overlap.",
        ("denosumab_due", "rebound_risk", "bone.rebound"),
    ),
    Reading(
        "Is denosumab overdue for somebody who has another bone medicine by now?",
        "Yes: a bone specialist is advised, whatever medicine followed.",
        "The day that the next medicine began is not asked, so nothing shows whether it came in time.",
        ("rebound_risk", "bone.rebound"),
    ),
    Reading(
        "What follows a dose of denosumab that was declined, or for which nobody could be reached?",
        "The task of the bone specialist's review, urgent, without waiting until the dose is overdue.",
        "The next medicine has to be decided before fractures rebound, and no later visit is certain.",
        ("bone.rebound",),
    ),
    Reading(
        "What does pregnancy say of a man, or of a person of 56 or older?",
        "Not pregnant. The form does not ask then.",
        "So that an answer nobody is asked for holds nothing back.",
        ("in_scope",),
    ),
    Reading(
        "Does the advice on bed rest stand beside an emergency or an unstable spine?",
        "Yes. Its sentence gives way to a doctor who said to stay in bed.",
        "Both actions have no stops; the exception is in their words.",
        ("activity.limit_bed_rest", "pitfall.immobilization"),
    ),
    Reading(
        "On which days is a review still to come?",
        "Until its day, that day included.",
        "The patient may come on that day.",
        ("followup.early", "followup.six_weeks", "followup.decision", "followup.one_year"),
    ),
    Reading(
        "When do the notices about the kyphosis angle stand?",
        "Of the unit: whenever an angle was compared with its limit. Of the method: whenever a recorded angle does not "
        "count.",
        "The reading is at work even where the limit is not reached, and nothing recorded is ignored in silence.",
        ("kyphosis_unit", "kyphosis_method"),
    ),
)
