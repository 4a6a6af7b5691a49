"""What stands where on a paper or on the page of a signed plan: a record, grouped and put in words for one reader.

Everything comes from the record alone. Nothing is evaluated and no clock is read.
"""

from __future__ import annotations

from datetime import date, datetime

STATUS_TITLES = {
    "recommended": "Recommended",
    "check_first": "Check first",
    "blocked": "Blocked",
    "undetermined": "Cannot be decided yet",
    "not_indicated": "Not recommended for this patient",
}
STATUS_SIGNS = {"recommended": "✓", "check_first": "?", "blocked": "✗", "undetermined": "…", "not_indicated": "–"}
IN_FULL = ("recommended", "check_first", "blocked")
CHOICES = {
    "follow": "Followed",
    "follow_with_change": "Followed with a change",
    "do_not_follow": "Not followed",
}
DRAFT_MARK = "DRAFT – NOT SIGNED"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INTENDED_USE = (
    "Decision support for qualified clinicians who can review its basis; not a medical device cleared for use, and not "
    "a substitute for clinical judgment. For adults with a low-trauma vertebral compression fracture; not for "
    "high-energy trauma, pregnancy, children, or known cancer of the spine. The article behind the pathway is itself "
    "awaiting human review."
)


def page(record: dict, audience: str, draft: bool) -> dict:
    """The names that the print template of `audience` uses."""
    return (_clinician if audience == "clinician" else _patient)(record) | _frame(record, draft)


def _frame(record: dict, draft: bool) -> dict:
    """What every page of a paper carries: whose it is, which plan, and whether it is signed."""
    marks = [DRAFT_MARK] if draft else []
    if record["fictional"]:
        marks.append("FICTIONAL PATIENT")
    return {
        "who": identity(record),
        "marks": marks,
        "draft": DRAFT_MARK if draft else "",
        "number": f"Plan {record['plan']['number']}" if record["plan"]["number"] else "Plan not numbered yet",
        "edition": f"Wording {record['release']['label']}, rules edition {record['rules']['edition']}",
        "signed": "Not signed" if draft else signed(record),
        "supersedes": _supersedes(record),
    }


def identity(record: dict) -> dict:
    patient = record["patient"]
    title = f" ({patient['title']})" if patient["title"] else ""
    given = f", {patient['given_name']}" if patient["given_name"] else ""
    return {
        "name": f"{patient['family_name'].upper()}{given}{title}",
        "born": f"{day(patient['born'])} ({patient['age_years']} years)" if patient["born"] else "Not known",
        "sex": patient["sex"],
        "identifiers": patient["identifiers"],
    }


def signed(record: dict) -> str:
    signature = record["signature"]
    if signature is None:
        return "Not signed"
    number = f" ({signature['professional_id']})" if signature["professional_id"] else ""
    return f"Signed by {signature['printed_name']}{number}, {moment(signature['at'])}"


def _supersedes(record: dict) -> str:
    older = record["supersedes"]
    return f"Supersedes plan {older['number']} of {day(older['signed_on'])}" if older else ""


def day(iso: str) -> str:
    """22-Nov-2026: no two countries read it differently."""
    on = date.fromisoformat(iso)
    return f"{on.day:02}-{MONTHS[on.month - 1]}-{on.year:04}"


def moment(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return f"{day(at.date().isoformat())} {at:%H:%M} {at.tzname()}"


def _clinician(record: dict) -> dict:
    open_questions = record["headline"]["name"] == "answers_needed"
    actions = [] if open_questions else [action(a) for a in record["actions"]]
    urgent = [a for a in actions if a["urgent"] and a["status"] == "recommended"]
    rest = [a for a in actions if a not in urgent]
    return {
        "title": "Vertebral compression fracture: plan",
        "visit_on": day(record["visit"]["on"]),
        "fracture": record["visit"]["fracture"],
        "clinic": record["clinic"],
        "headline": record["headline"],
        "emergency": record["headline"]["name"] == "emergency_spine",
        "open_questions": open_questions,
        "questions": record["questions"],
        "urgent": urgent,
        "decisions": _decisions(actions),
        "source": _by_status(rest, "source"),
        "beyond": _by_status(rest, "beyond"),
        "notices": record["notices"],
        "answers": record["answers"],
        "derived": record["derived"],
        "criteria": record["criteria"],
        "evidence": record["evidence"],
        "interpretations": record["interpretations"],
        "next_review": day(record["next_review_on"]) if record["next_review_on"] else "",
        "intended_use": INTENDED_USE,
        "software": record["software"],
        "checked_on": day(record["release"]["as_of"]),
    }


def _by_status(actions: list[dict], origin: str) -> dict:
    """Actions of one origin: the ones to act on in full, then one line for each of the others."""
    of_origin = [a for a in actions if a["origin"] == origin]
    groups = [
        {"title": STATUS_TITLES[status], "sign": STATUS_SIGNS[status], **_rows(found)}
        for status in IN_FULL
        if (found := [a for a in of_origin if a["status"] == status])
    ]
    brief = [
        {"title": STATUS_TITLES[status], "actions": found}
        for status in ("undetermined", "not_indicated")
        if (found := [a for a in of_origin if a["status"] == status])
    ]
    return {"groups": groups, "brief": brief, "any": bool(groups or brief)}


def _rows(actions: list[dict]) -> dict:
    """One row an action; reviews that only have a date share one."""
    dated = [a for a in actions if a["due"] and not a["blocks"] and not a["decided"]]
    return {
        "actions": [a for a in actions if a not in dated],
        "dated": dated,
        "dated_why": "; ".join(dict.fromkeys(a["why"] for a in dated)),
        "dated_basis": ", ".join(dict.fromkeys(a["basis"] for a in dated if a["basis"])),
    }


def action(frozen: dict) -> dict:
    """An action of the record with its reasons in sentences."""
    lead, more = _lead(frozen["blocks"])
    return {
        **frozen,
        "lead": lead,
        "more": more,
        "status_title": STATUS_TITLES[frozen["status"]],
        "why": "; ".join(frozen["because"]),
        "stopped_by": [f["text"] for f in frozen["stops"] if f["state"] == "yes"],
        "to_check": [_to_check(f) for f in frozen["checks"] if f["state"] != "met"]
        + [f"{f['text']}: not recorded" for f in frozen["stops"] if f["state"] == "not_recorded"],
        "due": day(frozen["due_on"]) if frozen["due_on"] else "",
        "basis": ", ".join([*frozen["statements"], *(f"[{n}]" for n in frozen["references"])]),
        "decided": decided(frozen["decision"]),
    }


def _lead(blocks: list[dict]) -> tuple[str, list[dict]]:
    """The first paragraph, to run on from the heading, and what follows it."""
    if not blocks or blocks[0]["kind"] != "paragraph":
        return "", blocks
    first, *others = blocks[0]["lines"]
    rest = [{"kind": "paragraph", "lines": others}] if others else []
    return first, rest + blocks[1:]


def _to_check(finding: dict) -> str:
    return f"{finding['text']}: {'not met' if finding['state'] == 'not_met' else 'not recorded'}"


def decided(decision: dict | None) -> str:
    """A decision in neutral words: what was decided and, where it differs from the advice, why."""
    if decision is None:
        return ""
    sentence = CHOICES[decision["choice"]]
    if decision["choice"] != "follow":
        sentence += f". Reason: {decision['reason']}. {decision['words']}"
    return sentence


def _decisions(actions: list[dict]) -> dict:
    made = [a for a in actions if a["decision"]]
    differing = [a for a in made if a["decision"]["choice"] != "follow"]
    counts = {choice: sum(a["decision"]["choice"] == choice for a in made) for choice in CHOICES}
    said = ", ".join(f"{count} {CHOICES[choice].lower()}" for choice, count in counts.items() if count)
    return {"said": said, "differing": differing}


def _patient(record: dict) -> dict:
    name = record["headline"]["name"]
    agreed = [a for a in record["actions"] if a["decision"] and a["decision"]["choice"] != "do_not_follow"]
    return {
        "title": "Your spine fracture: your plan",
        "emergency": name == "emergency_spine",
        "headline": record["headline"]["patient"],
        "leaflet": record["leaflet"],
        "agreed": [_agreed(a) for a in agreed if a["kind"] != "advice"] if name != "answers_needed" else [],
        "this_week": [_agreed(a) for a in record["actions"] if _is_advice(a)]
        if name not in ("answers_needed", "emergency_spine")
        else [],
        "next_review": day(record["next_review_on"]) if record["next_review_on"] else "",
        "appointments": [
            {"heading": a["patient"]["heading"], "on": day(a["due_on"])}
            for a in record["actions"]
            if a["due_on"] and a["status"] == "recommended" and not _declined(a)
        ],
        "clinic": record["clinic"],
        "seen_on": day(record["visit"]["on"]),
    }


def _agreed(frozen: dict) -> dict:
    changed = frozen["decision"] and frozen["decision"]["choice"] == "follow_with_change"
    return {**frozen["patient"], "change": frozen["decision"]["words"] if changed else ""}


def _is_advice(frozen: dict) -> bool:
    return (
        frozen["kind"] == "advice"
        and frozen["status"] == "recommended"
        and not frozen["due_on"]
        and not _declined(frozen)
    )


def _declined(frozen: dict) -> bool:
    return frozen["decision"] is not None and frozen["decision"]["choice"] == "do_not_follow"
