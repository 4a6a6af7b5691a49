"""What each page is for, what to do next, and where what it shows comes from: behind "About this page" at its foot.

By the name of the page's address. A page in Django's admin is named by what it manages.
"""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

OF_RECORD = _("It shows what your clinic recorded; every opening of it is written to the audit trail.")
OF_SIGNED = _("It is read from signed plans as they were signed; nothing is worked out anew.")
OF_TRAIL = _("It is read from the audit trail, which can be added to but not changed.")
OF_RELEASES = _("The sentences are those of this release and of the one in force, side by side.")
OF_ACCOUNT = _("It is about your own account only; your administrator sees that it changed, never the secret itself.")
OF_ADMIN = _("It shows what is stored; the history of each entry says who changed it and when.")

CLINIC = {
    "followup:worklist": (
        _("Your clinic's open work, the most pressing first."),
        _("Take the first line, or find a patient to start a visit."),
        _("The tasks come from the signed plans, the visits from what was saved and not yet signed."),
    ),
    "followup:on_paper": (
        _("The open tasks as a list for a clinic or for telephone calls."),
        _("Print it, then record each outcome on the task's own page."),
        _("It is the worklist at this moment; a printed list does not follow what changes."),
    ),
    "clinic:find": (
        _("Opens the record of a patient of your clinic."),
        _("Search by identifier, or by family name and date of birth; add the patient if nobody matches."),
        _("Only your clinic's patients are searched. What you search for is not put into the address."),
    ),
    "clinic:results": (
        _("The patients of your clinic who match your search."),
        _("Compare name, date of birth and identifier, then open the record."),
        _("Only your clinic's patients are searched; spelling without accents finds them too."),
    ),
    "clinic:patient_new": (
        _("Adds a patient to your clinic."),
        _("Enter at least one identifier; next you add the fracture and start the visit."),
        _("What you enter is compared with your clinic's patients, so that nobody gets two records."),
    ),
    "clinic:patient_edit": (
        _("Corrects the details that tell this patient from others."),
        _("Save, and the record opens again."),
        _("Plans that are signed keep the details that they were signed with."),
    ),
    "clinic:patient": (
        _("All that is recorded of this patient: fractures, visits, signed plans and measurements."),
        _("Begin a visit of a fracture or go on with one, or open a signed plan."),
        OF_RECORD,
    ),
    "clinic:measurements": (
        _("How pain, disability, height, bone density and angles went from visit to visit."),
        _("Look for a value that surprises, and correct it at the visit if that one is still open."),
        _("The values are those entered at the visits; the dashed limits are those of the pathway."),
    ),
    "followup:timeline": (
        _("What is to be done for this patient, and what happened, the latest first."),
        _("Open a task to record its outcome, or an entry to read it in full."),
        _("It is put together from the fractures, visits, signed plans and tasks of the record."),
    ),
    "clinic:access_log": (
        _("Who opened or changed this record, the latest first."),
        _("Tell your administrator about an access that you cannot explain."),
        OF_TRAIL,
    ),
    "clinic:fracture_new": (
        _("Adds a fracture, to which visits, plans and tasks then belong."),
        _("Say which levels broke and since when; next you start its first visit."),
        _("What you enter here is shown at every visit of the fracture and on both papers."),
    ),
    "clinic:emergency_open": (
        _("Opens the record of another clinic's patient in an emergency, to read only."),
        _("Identify the patient and give the reason; an administrator or auditor reviews it afterwards."),
        _("The access, its reason and everything opened are written to the audit trail."),
    ),
    "clinic:visit": (
        _("One visit at a glance: which steps are answered, and what was found."),
        _("Go to a step that is not complete; when all are, review and sign."),
        _("It shows the answers as saved, with who saved them and when."),
    ),
    "clinic:step": (
        _("One step of the visit. Only what you can answer is needed: not known is an answer."),
        _("Answer, look at the panel, and continue; what you type is kept as a draft."),
        _("“Show why we ask each question” gives the reason and the source under each question."),
    ),
    "clinic:interruption": (
        _("An answer is an emergency finding, so this comes before anything else."),
        _("Arrange what it says and record that, or correct the answer."),
        _("It follows from the answers named above, by the rules shown under Pathway."),
    ),
    "clinic:discard": (
        _("Ends an open visit that should not have been started."),
        _("Discard it, or go back to the overview to keep it."),
        _("Who discarded it and when stays in the audit trail."),
    ),
    "plans:review": (
        _("Everything that the pathway advises for this visit, to be decided on by you."),
        _("Decide on each piece of advice, give a reason where you decide otherwise, then continue to sign."),
        _("Advice follows from the saved answers; “Why” opens the values, limits and sources it rests on."),
    ),
    "plans:what_if": (
        _("Tries other answers without recording them."),
        _("Change an answer and look at what moves; go back to the review when you have seen enough."),
        _("Both columns are decided by the same rules, one from the recorded answers, one from yours."),
    ),
    "plans:sign": (
        _("The last look before your name stands under the plan."),
        _("Check patient and content, look at both papers, then sign; the plan and its tasks follow."),
        _("It shows the saved answers and your decisions, exactly as they will be frozen."),
    ),
    "plans:plan": (
        _("A signed plan: what was found, advised and decided."),
        _("Print both papers; add an addendum, or replace the plan by that of a new visit."),
        OF_SIGNED,
    ),
    "followup:task": (
        _("One thing to be done after a plan was signed."),
        _("Record what came of it, or pass it to someone else or another day."),
        _("The plan named above made the task; everything done with it is kept below."),
    ),
    "followup:service": (
        _("How far the service reaches what it sets out to do, without naming patients."),
        _("Open an indicator for its definition, its course and, in your clinic, its patients."),
        _("Counted from fractures, visits, signed plans and tasks; who sees no patients sees no small counts."),
    ),
    "followup:indicator": (
        _("One indicator: what counts, and how it went by quarter."),
        _("Go through your patients for whom it was not met, and see what is missing."),
        _("Each fracture is judged by the definition above, from what was recorded for it."),
    ),
    "followup:listed": (
        _("The fractures that an indicator counts, with their patients."),
        _("Open a patient, go on to the next page, or take the whole list as a spreadsheet."),
        _("The list is that of the moment: it follows what is recorded."),
    ),
    "exchange:data": (
        _("Takes patients in from a file, and gives out everything that your clinic recorded."),
        _("Check the file first: nothing is added until you ask for it."),
        _("The export holds your clinic's records only, with a dictionary of its columns."),
    ),
}

PATHWAY = {
    "wording:pathway": (
        _("Everything that this application can say, and by which rules and limits."),
        _("Follow the flow chart from a question to its advice, or print the rules as a document."),
        _("Drawn from the rules that decide; each carries its source and how sure that source is."),
    ),
    "wording:statements": (
        _("What the source article says, statement by statement, and which rules use it."),
        _("Follow a number to the publication it likely means."),
        _("Put in our own words from the article named above; it is secondary and awaits review."),
    ),
    "wording:sources": (
        _("Every publication that the pathway rests on, and how far each was checked."),
        _("Follow a DOI to the publication itself."),
        _("Each entry says how far it was checked, and by what."),
    ),
    "wording:interpretations": (
        _("Where the source leaves a question open and this application had to answer it."),
        _("Clinical reviewers agree or disagree with each answer, and sign that."),
        _("The answers are those that the rules now follow; sign-offs hold for one edition of the rules."),
    ),
    "wording:proof": (
        _("Which safety properties were proven of the rules, over all combinations of answers."),
        _("Read what each property says and, where one is narrower than its words, the patients shown."),
        _("The last run of the solver wrote it, for the rules as they stand."),
    ),
    "releases:releases": (
        _("The wording that was, is and may come into force."),
        _("Open a release to read what it changes; an editor starts a draft here."),
        _("Each release keeps who wrote, submitted and approved it, and why."),
    ),
    "releases:release": (
        _("One release of the wording: what it changes, and how far it is on its way into force."),
        _("Edit its sentences, look at whom they reach, submit it; someone who wrote none of it publishes."),
        OF_RELEASES,
    ),
    "releases:impact": (
        _("Whose plans and leaflets would read differently under this release."),
        _("Open a patient to read both versions side by side."),
        _("Open visits that you may see are drafted again in both wordings; signed plans keep theirs."),
    ),
    "releases:preview": (
        _("Lets you read a release as a patient's plan and leaflet before it is in force."),
        _("Choose a clinical case, all of them fictional, or a visit that you may open."),
        OF_RELEASES,
    ),
    "releases:case": (
        _("A fictional case in the wording in force and in that of the release."),
        _("Compare what changed, then open both papers as they would print."),
        _("The case's facts are decided by the rules in force; only the wording differs."),
    ),
    "releases:visit": (
        _("A visit in the wording in force and in that of the release."),
        _("Compare what changed, then open both papers as they would print."),
        _("The visit's answers are decided by the rules in force; only the wording differs, and nothing is kept."),
    ),
    "releases:languages": (
        _("The translations of this release, and which of them are printed."),
        _("Export a language, have it translated and reviewed, take it in, then switch it on."),
        _("A translation counts only for the English text that it was made from."),
    ),
    "releases:disagreement": (
        _("How often each text of the advice was followed, and why not."),
        _("Look into a text that many decide against, and write down what came of it."),
        OF_SIGNED,
    ),
    "releases:edition": (
        _("Shows whom another limit, or the coming edition of the rules, would reach."),
        _("Choose a limit and a value, and read what would move; nothing is changed."),
        _("Every open visit and signed plan is decided again, under both."),
    ),
}

OVERSIGHT = {
    "audit": (
        _("Who read, changed, signed or was refused what."),
        _("Narrow it by person, event or day; export what you need for a review."),
        OF_TRAIL,
    ),
    "my_activity": (
        _("What was done under your name."),
        _("Tell your administrator at once about what was not you."),
        OF_TRAIL,
    ),
    "clinic:emergency_accesses": (
        _("Each time someone opened another clinic's patient in an emergency."),
        _("Review those that wait: was the reason a good one?"),
        OF_TRAIL,
    ),
    "clinic:emergency_review": (
        _("One emergency access, to be judged by someone who oversees it."),
        _("Ask the clinician or the clinic if you need to, then record what you found."),
        OF_TRAIL,
    ),
    "plans:recall": (
        _("Finds the signed plans that a defect may have touched."),
        _("Say what was wrong, then give each clinic the numbers of its plans."),
        OF_SIGNED,
    ),
    "about": (
        _("What this application is, what it is not for, and where to get help."),
        _("Tell your administrator what stands in your way."),
        _("The versions shown are those in force now."),
    ),
}

ACCOUNT = {
    "account_login": (
        _("Lets the people of this service in."),
        _("Sign in with the account that your administrator made; they also help who forgot the password."),
        _("Attempts are written to the audit trail."),
    ),
    "account_inactive": (
        _("Your account was switched off."),
        _("Ask your administrator whether that is right."),
        _("Only administrators switch accounts on and off."),
    ),
    "account_begin": (
        _("Sets the password of an account for the first time, or anew after a loss."),
        _("Choose a long one that you use nowhere else, then sign in with it."),
        _("An administrator made the link; the password is yours alone."),
    ),
    "account_change_password": (
        _("Gives your account another password."),
        _("Choose a long one that you use nowhere else."),
        OF_ACCOUNT,
    ),
    "account_reauthenticate": (
        _("Makes sure that it is still you before something that cannot be undone."),
        _("Confirm, and you go on where you were."),
        OF_ACCOUNT,
    ),
    "own_sessions": (
        _("The places where your account is signed in now."),
        _("End what you do not recognize, then change your password."),
        OF_ACCOUNT,
    ),
}
SECOND_FACTOR = (
    _("A second proof that it is you, beside the password: codes of an app, a passkey, or codes on paper."),
    _("Set up an app or a passkey, and keep the codes on paper for the day you have neither."),
    OF_ACCOUNT,
)

ADMIN = {
    "index": (
        _("Where people, clinics, wording and clinical cases are kept, as far as they are yours."),
        _("Choose what to look after. No patient is here."),
        OF_ADMIN,
    ),
    "accounts_clinic": (
        _("The clinics: patients belong to one, and its clinicians see them."),
        _("Keep name and telephone number right: others read them in an emergency."),
        OF_ADMIN,
    ),
    "accounts_user": (
        _("The people who sign in, with their roles and clinics."),
        _("Add someone, give them a link to set a password, or switch off who left; no account is deleted."),
        OF_ADMIN,
    ),
    "exchange_clinicalcase": (
        _("Fictional patients, with what the pathway should say of each."),
        _("Write a case that is missing, then run them all against the rules in force."),
        _("The cases are written by clinicians; what the rules make of them is worked out on the spot."),
    ),
    "wording_interpretationsignoff": (
        _("What clinical reviewers said of the interpretations."),
        _("Add yours; it is never changed afterwards, only withdrawn with a reason."),
        OF_ADMIN,
    ),
    "wording_release": (
        _("The releases of the wording."),
        _("Drafts are submitted and published under Pathway, Releases."),
        OF_ADMIN,
    ),
    "wording_statement": (
        _("The sentences that clinicians and patients read about the pathway."),
        _("Edit a sentence of a draft, say why it rests on its source, then read the draft."),
        _("The editor's page shows each earlier text, the rules that use it, and what it cites."),
    ),
}
PAGES = CLINIC | PATHWAY | OVERSIGHT | ACCOUNT


def help_for(name: str) -> tuple | None:
    """What to say about the page of this name; None for what is not a page."""
    if name.startswith("mfa_"):
        return SECOND_FACTOR
    if name.startswith("admin:password_change"):
        return PAGES["account_change_password"]
    if managed := re.fullmatch(r"admin:(?P<what>\w+_\w+)_[a-z]+", name):
        return ADMIN.get(managed["what"])
    return ADMIN["index"] if name.startswith("admin:") else PAGES.get(name)


def page_help(request: HttpRequest) -> dict:
    """For every template. A request for no address has none."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return {"page_help": help_for(name)}
