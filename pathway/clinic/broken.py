"""What the drawing of a spine shows of a visit, a patient or a frozen record: the broken levels, in words too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pathway.clinic.models import Fracture, Visit
from pathway.clinic.spine import Spine, spine
from pathway.guideline.limits import edition_for
from pathway.guideline.worked_out import WORKED_OUT

DAYS_SAID, WEEKS_SAID, MONTHS_SAID = 14, 91, 730


def age_in_words(days: int) -> str:
    """How old a fracture is, cut to whole days, weeks, months or years."""
    if days < DAYS_SAID:
        return ngettext("%d day", "%d days", days) % days
    if days < WEEKS_SAID:
        return ngettext("%d week", "%d weeks", days // 7) % (days // 7)
    if days < MONTHS_SAID:
        return _("%d months") % (days // 30)
    return _("%d years") % (days // 365)


def of_levels(levels: Sequence[str], grade: int | None, days: int | None) -> Spine | None:
    """The drawing of one fracture for a clinician; nothing where no level is recorded."""
    if not levels:
        return None
    age = age_in_words(days) if days is not None else ""
    graded = _("grade %d") % grade if grade is not None and len(levels) == 1 else ""
    beside = ", ".join(part for part in (graded, age) if part)
    said = _("Spine from T1 to L5, seen from the side. Broken: %s.") % ", ".join(levels)
    if grade is not None:
        said += " " + (_("Genant grade %d.") if len(levels) == 1 else _("Genant grade %d at the worst level.")) % grade
    if age:
        said += " " + _("Age of the fracture: %s.") % age
    return spine(said, dict.fromkeys(levels, beside))


def of_visit(visit: Visit) -> Spine | None:
    facts = visit.stated()
    return of_levels(visit.levels, _grade(facts, visit.on), _days(facts, visit.on))


def of_patient(fractures: Iterable[Fracture], on: date) -> Spine | None:
    """Every fracture of a patient as last recorded (`kept_visits`, newest first): the newest one, and earlier ones."""
    seen = [_last_recorded(fracture, on) for fracture in fractures]
    drawn = sorted((one for one in seen if one is not None), key=lambda one: one[0])
    if not drawn:
        return None
    newest, *others = drawn
    broken = dict.fromkeys(newest[1], newest[2])
    earlier = {level: note for _age, levels, note in others for level in levels if level not in broken}
    said = _("Spine from T1 to L5, seen from the side. Broken: %s.") % _listed(broken)
    if earlier:
        said += " " + _("Earlier fractures: %s.") % _listed(earlier)
    return spine(said, broken, earlier)


def _listed(notes: Mapping[str, str]) -> str:
    return "; ".join(f"{level} ({note})" if note else level for level, note in notes.items())


def _last_recorded(fracture: Fracture, on: date) -> tuple[int, tuple[str, ...], str] | None:
    """Age in days on `on`, levels and note. A fracture without a date counts as old as its first mention."""
    visit = next((visit for visit in fracture.kept_visits if visit.levels), None)
    if visit is None:
        return None
    facts = {name: getattr(visit, name) for name in ("onset_on", "identified_on", "height_loss_percent")}
    grade, days = _grade(facts, visit.on), _days(facts, on)
    graded = _("grade %d") % grade if grade is not None and len(visit.levels) == 1 else ""
    note = ", ".join(part for part in (graded, age_in_words(days) if days is not None else "") if part)
    return (days if days is not None else (on - visit.on).days), visit.levels, note


def _grade(facts: Mapping, on: date) -> int | None:
    return WORKED_OUT["genant_grade"](facts, on, edition_for(on))


def _days(facts: Mapping, on: date) -> int | None:
    return WORKED_OUT["days_since_fracture"](facts, on, edition_for(on))


_PLACES = (
    (("T1", "T2", "T3", "T4"), gettext_lazy("at the top of your back, between the shoulders")),
    (("T5", "T6", "T7", "T8"), gettext_lazy("in the middle of your back, between the shoulder blades")),
    (("T9", "T10", "T11"), gettext_lazy("in the middle of your back, below the shoulder blades")),
    (("T12", "L1"), gettext_lazy("where your ribs end and your lower back begins")),
    (("L2", "L3", "L4", "L5"), gettext_lazy("in your lower back, between the ribs and the hips")),
)


def for_patient(levels: Sequence[str]) -> Spine | None:
    """The drawing for the leaflet, with the places in plain words; nothing where no level is recorded."""
    if not levels:
        return None
    places = [str(words) for group, words in _PLACES if set(group) & set(levels)]
    bones = ngettext("The broken bone is %s:", "The broken bones are %s:", len(levels)) % ", ".join(levels)
    return spine(f"{bones} {'; '.join(places)}.", dict.fromkeys(levels, ""))
