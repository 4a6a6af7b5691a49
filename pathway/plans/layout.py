"""What stands where on a paper or on the page of a signed plan: a record, grouped and put in words for one reader.

Everything comes from the record alone. Nothing is evaluated and no clock is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.clinic import broken, trend_chart, trends
from pathway.clinic.spine import Spine
from pathway.plans import leaflet
from pathway.plans.criteria_opened import indent
from pathway.plans.kinds import declined

STATUS_TITLES = {
    "recommended": gettext_lazy("Recommended"),
    "check_first": gettext_lazy("Check first"),
    "blocked": gettext_lazy("Blocked"),
    "undetermined": gettext_lazy("Cannot be decided yet"),
    "not_indicated": gettext_lazy("Not recommended for this patient"),
}
IN_FULL = ("recommended", "check_first", "blocked")
CHOICES = {
    "follow": gettext_lazy("Followed"),
    "follow_with_change": gettext_lazy("Followed with a change"),
    "do_not_follow": gettext_lazy("Not followed"),
}
MARKS = {"follow": "☑", "follow_with_change": "☑", "do_not_follow": "☒"}
WORKED_OUT_ON_PAPER = (
    "days_since_onset",
    "days_since_identified",
    "days_since_fracture",
    "days_since_marrow_imaging",
    "days_since_denosumab",
    "lowest_t_score",
    "creatinine_clearance_ml_min",
    "genant_grade",
)
LOOKS = {"clinician": "clinician", "patient": "patient", "large": "patient large"}
"""The classes that the style sheet knows each paper by."""
TALL = {200: " taller", 130: " tall"}
"""From so many letters on, the head of a page has more than three lines, or more than two."""
DRAWN = ("genant_grade", "days_since_fracture")
INTENDED_USE = gettext_lazy(
    "Decision support for qualified clinicians who can review its basis; not a medical device cleared for use, and not "
    "a substitute for clinical judgment. For adults with a low-trauma vertebral compression fracture; not for "
    "high-energy trauma, pregnancy, children, or known cancer of the spine. The article behind the pathway is itself "
    "awaiting human review; S1 to S31 are its statements."
)


def page(record: dict, audience: str, draft: bool) -> dict:
    """The names that the print template of `audience` uses."""
    frame = _frame(record, draft)
    return (
        (_clinician if audience == "clinician" else leaflet.page)(record)
        | frame
        | {"look": LOOKS[audience] + _height(frame)}
    )


def _height(frame: dict) -> str:
    """The class of a head that needs more than two lines, by its characters: the margin above grows with it."""
    who = frame["who"]
    parts = (who["name"], who["born"], who["sex"], *frame["marks"])
    letters = sum(map(len, parts)) + sum(len(one["label"]) + len(one["value"]) for one in who["identifiers"])
    return next((look for least, look in TALL.items() if letters >= least), "")


def _frame(record: dict, draft: bool) -> dict:
    """What every page of a paper carries: whose it is, which plan, and whether it is signed. In its language."""
    draft_mark = _("DRAFT – NOT SIGNED") if draft else ""
    marks = [draft_mark] if draft else []
    if record.get("not_reviewed"):
        marks.append(_("TRANSLATION NOT CLINICALLY REVIEWED"))
    if record["fictional"]:
        marks.append(_("FICTIONAL PATIENT"))
    number, edition = record["plan"]["number"], {"label": record["release"]["label"], **record["rules"]}
    return {
        "who": identity(record),
        "language": record.get("language", "en"),
        "marks": marks,
        "draft": draft_mark,
        "number": _("Plan %(number)s") % {"number": number} if number else _("Plan not numbered yet"),
        "edition": _("Wording %(label)s, rules edition %(edition)s") % edition,
        "signed": _("Not signed") if draft else signed(record),
        "supersedes": _supersedes(record),
    }


def identity(record: dict) -> dict:
    patient = record["patient"]
    title = f" ({patient['title']})" if patient["title"] else ""
    given = f", {patient['given_name']}" if patient["given_name"] else ""
    born = {"day": day(patient["born"]), "age": patient["age_years"]} if patient["born"] else {}
    return {
        "name": f"{patient['family_name'].upper()}{given}{title}",
        "born": _("%(day)s (%(age)s years)") % born if born else _("Not known"),
        "sex": _(patient["sex"]) if patient["sex"] else "",
        "identifiers": [{**one, "label": _(one["label"])} for one in patient["identifiers"]],
    }


def signed(record: dict) -> str:
    signature = record["signature"]
    if signature is None:
        return _("Not signed")
    number = f" ({signature['professional_id']})" if signature["professional_id"] else ""
    said = {"name": f"{signature['printed_name']}{number}", "moment": moment(signature["at"])}
    return _("Signed by %(name)s, %(moment)s") % said


def wording(record: dict) -> str:
    """When the wording was last changed, who reviewed it, until when, and how it is kept: as on the source's pages."""
    release = record["release"]
    said = _("Wording last updated %(day)s.") % {"day": day(release["as_of"])}
    if "review_by" not in release:  # signed before plans said the rest
        return said
    is_late = release["review_by"] < record["visit"]["on"]
    review = _("Next review by %(day)s (overdue).") if is_late else _("Next review by %(day)s.")
    policy = _("Editorial policy: %(policy)s") % {"policy": release["policy"]}
    return f"{said} {release['review_status']} {review % {'day': day(release['review_by'])}} {policy}"


def _supersedes(record: dict) -> str:
    older = record["supersedes"]
    if not older:
        return ""
    return _("Supersedes plan %(number)s of %(day)s") % {"number": older["number"], "day": day(older["signed_on"])}


def day(iso: str) -> str:
    """22-Nov-2026: no two countries read it differently."""
    on = date.fromisoformat(iso)
    return f"{on.day:02}-{str(MONTHS_3[on.month]).capitalize()}-{on.year:04}"


def moment(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return f"{day(at.date().isoformat())} {at:%H:%M} {at.tzname()}"


def _clinician(record: dict) -> dict:
    open_questions = record["headline"]["name"] == "answers_needed"
    shared = shared_reasons(record["actions"])
    actions = [] if open_questions else nested(_in_words(record["actions"], shared))
    urgent = [a for a in actions if a["urgent"] and a["status"] == "recommended"]
    rest = [a for a in actions if a not in urgent]
    return {
        "title": _("Vertebral compression fracture: plan"),
        "visit_on": day(record["visit"]["on"]),
        "fracture": record["visit"]["fracture"],
        "clinic": record["clinic"],
        "headline": record["headline"],
        "emergency": record["headline"]["name"] == "emergency_spine",
        "emergency_answers": record["emergency_answers"],
        "open_questions": open_questions,
        "questions": record["questions"],
        "urgent": urgent,
        "decisions": _decisions(actions),
        "shared": "; ".join(shared) if actions else "",
        "source": _by_status(rest, "source"),
        "beyond": _by_status(rest, "beyond"),
        "spine": spine(record),
        "criteria": _criteria(record),
        "trends": _trends(record),
        "since": record.get("since", ""),
        "positions": record.get("positions", []),
        "notices": record["notices"],
        "answers": [_answered(group) for group in record["answers"]],
        "derived": [value for value in record["derived"] if value["name"] in WORKED_OUT_ON_PAPER],
        "evidence": _cited(record),
        "interpretations": record["interpretations"],
        "next_review": day(record["next_review_on"]) if record["next_review_on"] else "",
        "intended_use": INTENDED_USE,
        "software": record["software"],
        "wording": wording(record),
    }


def _in_words(frozen: list[dict], shared: list[str]) -> list[dict]:
    """Actions in sentences; an option is not given the reasons that the treatment it belongs to gives already."""
    treated = [r for a in frozen if a["kind"] == "treatment" and a["status"] in IN_FULL for r in a["because"]]
    return [action(a, [*shared, *treated] if a["kind"] == "option" else shared) for a in frozen]


def spine(record: dict) -> Spine | None:
    """The drawing of the broken levels; nothing where none is recorded."""
    worked_out = {value["name"]: int(value["text"].split()[0]) for value in record["derived"] if value["name"] in DRAWN}
    return broken.of_levels(
        leaflet.levels(record), worked_out.get("genant_grade"), worked_out.get("days_since_fracture")
    )


def _criteria(record: dict) -> list[dict]:
    """The criteria with the lines that open them; a record of format 1 has none."""
    return [
        {**one, "lines": [{**line, "indent": indent(line["depth"])} for line in one.get("lines", [])]}
        for one in record["criteria"]
    ]


def _trends(record: dict) -> dict:
    """The charts that show a course, with their values as a table: a row a series, a column a day."""
    kept = record.get("trends", trends.NONE)
    charts = trends.worth_printing(kept)
    drawn = trend_chart.drawing(charts, kept["events"])
    days = sorted({point["on"] for chart in charts for series in chart["series"] for point in series["points"]})
    rows = [
        {
            "label": f"{chart['label']}, {series['label']}" if series["label"] else chart["label"],
            "texts": [_on(series["points"], on) for on in days],
        }
        for chart in charts
        for series in chart["series"]
    ]
    events = "; ".join(f"{letter} {on} {text}" for letter, on, text in drawn.legend)
    return {"charts": drawn.charts, "events": events, "days": [day(on) for on in days], "rows": rows}


def _on(points: list[dict], on: str) -> str:
    return "; ".join(point["text"] for point in points if point["on"] == on) or "–"


def _by_status(actions: list[dict], origin: str) -> dict:
    """Actions of one origin: those to act on in full, then what was not chosen, open or not recommended, in brief."""
    of_origin = [a for a in actions if a["origin"] == origin]
    unchosen = [a for a in of_origin if is_brief(a) and a["status"] == "check_first"]
    groups = [
        {"status": status, "title": STATUS_TITLES[status], "actions": found}
        for status in IN_FULL
        if (found := [a for a in of_origin if a["status"] == status and a not in unchosen])
    ]
    brief = [
        (_("Options, check first"), [_said_so(a["heading"], "; ".join(a["to_check"])) for a in unchosen]),
        (STATUS_TITLES["undetermined"], _together([a for a in of_origin if a["status"] == "undetermined"])),
        (
            STATUS_TITLES["not_indicated"],
            [{**a, "said": a["why"], "briefly": _first(a)} for a in of_origin if a["status"] == "not_indicated"],
        ),
    ]
    return {
        "groups": groups,
        "brief": [{"title": title, "actions": found} for title, found in brief if found],
        "any": bool(of_origin),
    }


def _cited(record: dict) -> list[dict]:
    """The publications whose numbers stand on the paper."""
    shown = [record["headline"], *record["notices"]]
    if record["headline"]["name"] != "answers_needed":
        shown += [a for a in record["actions"] if not is_brief(a)]
    numbers = {number for part in shown for number in part["references"]}
    return [source for source in record["evidence"] if source["number"] in numbers]


def is_brief(frozen: dict) -> bool:
    """Whether paper gives an action one line: it is not advised now, or an option to check that nobody chose."""
    if frozen["status"] == "check_first":
        return frozen["kind"] == "option" and not frozen["decision"]
    return frozen["status"] not in IN_FULL


def _together(actions: list[dict]) -> list[dict]:
    """Undetermined actions that wait for the same answers, as one."""
    by_answers: dict[str, list[str]] = {}
    for undetermined in actions:
        by_answers.setdefault("; ".join(_open(undetermined)), []).append(undetermined["heading"])
    return [_said_so("; ".join(headings), answers) for answers, headings in by_answers.items()]


def _said_so(heading: str, said: str) -> dict:
    return {"heading": heading, "said": said, "briefly": said}


def _first(not_indicated: dict) -> str:
    """The first reason against it, and how many more the program lists."""
    first, *others = not_indicated["because"] or [""]
    return _("%(first)s (and %(count)d more)") % {"first": first, "count": len(others)} if others else first


def shared_reasons(actions: list[dict]) -> list[str]:
    """Reasons that most of the advice has in common: said once on paper instead of in every row."""
    advised = [a for a in actions if a["status"] in IN_FULL]
    reasons = dict.fromkeys(reason for a in advised for reason in a["because"])
    return [reason for reason in reasons if sum(reason in a["because"] for a in advised) > len(advised) / 2]


def action(frozen: dict, shared: Sequence[str] = ()) -> dict:
    """An action of the record with its reasons in sentences, without the `shared` ones.

    On paper a medicine that was not chosen has its decision, and no text (`lead`, `more`).
    """
    own = [reason for reason in frozen["because"] if reason not in shared]
    lead, more = ("", []) if frozen["kind"] == "option" and declined(frozen) else _lead(frozen["blocks"])
    to_check = _to_check(frozen)
    return {
        **frozen,
        "options": [],
        "options_when": "",
        "lead": lead,
        "more": more,
        "status_title": STATUS_TITLES[frozen["status"]],
        "why": "; ".join(own),
        "stopped_by": [f["text"] for f in frozen["stops"] if f["state"] == "yes"],
        "to_check": to_check,
        "due": day(frozen["due_on"]) if frozen["due_on"] else "",
        "basis": " ".join([*frozen["statements"], *numbered(frozen["references"])]),
        "decided": decided(frozen["decision"]),
        "mark": MARKS[frozen["decision"]["choice"]] if frozen["decision"] else "",
        "differs": frozen["decision"] is not None and frozen["decision"]["choice"] != "follow",
    }


def numbered(references: Sequence[int]) -> list[str]:
    """Ascending numbers in one pair of brackets, neighbors as a range: [1, 4–6]. None for no number."""
    runs: list[list[int]] = []
    for number in references:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return [f"[{', '.join(texts)}]"] if texts else []


def nested(actions: list[dict]) -> list[dict]:
    """The ways of augmentation inside the discussion of it, as its options, wherever that is advised."""
    discussion = next((a for a in actions if a["name"] == "refer.augmentation"), None)
    if discussion is None or discussion["status"] not in ("recommended", "check_first"):
        return actions
    options = [a for a in actions if a["name"].startswith("augmentation.")]
    discussion["options"] = options
    discussion["options_when"] = _("once the checks are met") if discussion["status"] == "check_first" else ""
    return [a for a in actions if a not in options]


def _lead(blocks: list[dict]) -> tuple[str, list[dict]]:
    """The first paragraph, to run on from the heading, and what follows it."""
    if not blocks or blocks[0]["kind"] != "paragraph":
        return "", blocks
    first, *others = blocks[0]["lines"]
    rest = [{"kind": "paragraph", "lines": others}] if others else []
    return first, rest + blocks[1:]


def _to_check(frozen: dict) -> list[str]:
    """What keeps an action from being recommended: what is not met, with the value, apart from what is open."""
    if frozen["status"] != "check_first":
        return []
    failed = ["; ".join(f["reasons"]) or f["text"] for f in frozen["checks"] if f["state"] == "not_met"]
    unmet = [_("not met: %(reasons)s") % {"reasons": reasons} for reasons in failed]
    return unmet + _open(frozen)


def _open(frozen: dict) -> list[str]:
    """What can still settle an action: answers that leave it open, which plans signed earlier do not name, and what is
    not recorded."""
    missing = [_("not recorded: %(labels)s") % {"labels": ", ".join(frozen["missing"])}] if frozen["missing"] else []
    return [*frozen.get("leaves_open", []), *missing]


def decided(decision: dict | None) -> str:
    """A decision in neutral words: what was decided and, where it differs from the advice, why."""
    if decision is None:
        return ""
    choice = str(CHOICES[decision["choice"]])
    if decision["choice"] == "follow":
        return choice
    reason = _("Reason: %(reason)s.") % {"reason": decision["reason"]}
    return f"{choice}. {reason} {decision['words']}"


def _answered(group: dict) -> dict:
    """A group of answers with its plain No's apart, which paper lists together."""
    no = [fact["label"] for fact in group["recorded"] if fact["text"].lower() == "no"]
    return {**group, "no": no, "stated": [fact for fact in group["recorded"] if fact["text"].lower() != "no"]}


def _decisions(actions: list[dict]) -> dict:
    made = [a for a in actions if a["decision"]]
    named = {choice: [a["heading"] for a in made if a["decision"]["choice"] == choice] for choice in CHOICES}
    said = ", ".join(f"{len(headings)} {CHOICES[choice].lower()}" for choice, headings in named.items() if headings)
    differing = [
        {"said": said, "headings": "; ".join(named[choice])}
        for choice, said in CHOICES.items()
        if choice != "follow" and named[choice]
    ]
    return {"said": said, "differing": differing}
