"""A plan as plain lines, to paste into another record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pathway.plans import layout

STATUSES = ("recommended", "check_first", "blocked")


def as_text(record: dict) -> str:
    """Whose plan, the headline, each action with its decision, the answers, and who signed. From the record alone."""
    who = layout.identity(record)
    numbers = "  ".join(f"{identifier['label']} {identifier['value']}" for identifier in who["identifiers"])
    plan = {"number": record["plan"]["number"], "day": layout.day(record["visit"]["on"])}
    lines = [
        f"{who['name']}  {_('Born')} {who['born']}  {numbers}",
        _("Vertebral fracture plan %(number)s, visit %(day)s") % plan,
        "",
        record["headline"]["heading"].upper(),
        *_lines(record["headline"]["blocks"]),
        *record["emergency_answers"],
        *([record["since"]] if record.get("since") else []),
    ]
    if record["headline"]["name"] == "answers_needed":
        lines += ["", _("ANSWER THESE FIRST"), *(f"- {question['label']}" for question in record["questions"])]
    else:
        lines += _actions(record)
    lines += ["", _("ANSWERS"), *_answers(record["answers"]), ""]
    if record["next_review_on"]:
        lines.append(_("Next review %(day)s") % {"day": layout.day(record["next_review_on"])})
    lines.append(layout.signed(record))
    edition = {"label": record["release"]["label"], **record["rules"]}
    lines.append(f"{_('%(label)s, rules edition %(edition)s.') % edition} {layout.wording(record)}")
    lines.append(str(layout.INTENDED_USE))
    return "\n".join(lines)


def _lines(blocks: list[dict]) -> list[str]:
    return [f"- {line}" if block["kind"] == "bullets" else line for block in blocks for line in block["lines"]]


def _actions(record: dict) -> list[str]:
    lines = []
    for status in STATUSES:
        found = [layout.action(a) for a in record["actions"] if a["status"] == status]
        if found:
            lines += ["", layout.STATUS_TITLES[status].upper(), *(_action(a) for a in found)]
    return lines


def _action(action: dict) -> str:
    parts = [f"- {action['heading']}"]
    if action["origin"] == "beyond":
        parts.append(_("(beyond the source pathway)"))
    parts += [_("Due %(day)s.") % {"day": action["due"]}] if action["due"] else []
    parts += [_("Stopped by: %(reason)s.") % {"reason": reason} for reason in action["stopped_by"]]
    parts += [_("Check first: %(reasons)s.") % {"reasons": "; ".join(action["to_check"])}] if action["to_check"] else []
    parts += [_("Decision: %(decided)s") % action] if action["decided"] else []
    return " ".join(part for part in parts if part)


def _answers(groups: list[dict]) -> list[str]:
    lines = []
    for group in groups:
        known = [f"{fact['label']}: {fact['text']}" for fact in group["recorded"]]
        known += [_("%(label)s: not known") % {"label": label} for label in group["not_known"]]
        if group["not_recorded"]:
            known.append(_("not recorded: %(labels)s") % {"labels": ", ".join(group["not_recorded"])})
        lines.append(f"{group['label']}. {'; '.join(known)}")
    return lines
