"""The service: every indicator, one of them opened, and all of them as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import confirmed
from pathway.accounts.models import Clinic
from pathway.followup import counting, hiding, spreadsheet
from pathway.followup.chart import trend
from pathway.followup.hiding import Shown
from pathway.followup.indicators import (
    BY_SLUG,
    INDICATORS,
    MEASURED,
    SCHEMES,
    Counted,
    Indicator,
    quarters,
    with_followed,
)
from pathway.guideline.actions import ACTIONS
from pathway.plans.kinds import Reason

PERIODS = (4, 8, 12)
USUAL = 8
NOT_MET, MET, COUNTED = "not-met", "met", "counted"
LISTS = {
    NOT_MET: (gettext_lazy("Not met"), False),
    MET: (gettext_lazy("Met"), True),
    COUNTED: (gettext_lazy("All that count"), None),
}


def may_look(view: Callable) -> Callable:
    """For clinicians of a clinic, about their own; and for auditors and administrators, who see counts only."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        user = request.user
        if not (user.is_clinician and user.clinic_id) and not (user.is_auditor or user.is_administrator):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(checked)


def _clinics(user) -> list[Clinic]:
    """Whose fractures are counted: a clinician's own clinic, or for whoever oversees, every clinic."""
    if user.is_clinician:
        return [user.clinic]
    return list(Clinic.objects.all())


def _note(request: HttpRequest, action: str, key: str) -> None:
    audit.record(action, actor=request.user, at=timezone.now(), about=("indicators", key))


class Asked:
    """The period and the clinics of a request, and what these indicators count in both.

    Whoever sees no patients is shown one period: the sums of several would give small counts away.
    """

    def __init__(self, request: HttpRequest, which: Iterable[Indicator] = MEASURED):
        self.sees_patients = request.user.is_clinician
        said = request.GET.get("quarters", "")
        self.period = int(said) if self.sees_patients and said in map(str, PERIODS) else USUAL
        self.today = timezone.localdate()
        self.quarters = quarters(self.today, self.period)
        self.clinics = _clinics(request.user)
        self.ids = [clinic.pk for clinic in self.clinics]
        counting.catch_up()
        self.found = counting.tallies(self.ids, self.quarters, self.today, which)

    def table(self, one: Indicator, *, withhold: bool) -> dict[hiding.Cell, Shown]:
        """By clinic and quarter, and all sums."""
        none: tuple[int, dict] = (0, {})
        cells = {
            (clinic, quarter): self.found.get((clinic, quarter), none)[1].get(one.slug, Counted())
            for clinic in self.ids
            for quarter in self.quarters
        }
        return hiding.of_table(cells, withhold=withhold, also=self._would_tell(one) if withhold else ())

    def _would_tell(self, one: Indicator) -> set[hiding.Cell]:
        """Where the indicator that this one follows is withheld. A quarter too young for this one tells nothing."""
        if not one.follows:
            return set()
        followed = self.table(BY_SLUG[one.follows], withhold=True)
        young = {quarter for quarter in self.quarters if quarter.first + timedelta(days=one.after) > self.today}
        return {cell for cell, shown in followed.items() if shown.met is None and cell[1] not in young}

    def total(self, one: Indicator) -> Counted:
        return sum((tally[one.slug] for _every, tally in self.found.values()), Counted())

    def shown(self, counted: Counted) -> Shown:
        """A count that stands in no table."""
        return hiding.as_it_is(counted) if self.sees_patients else hiding.by_itself(counted)

    @property
    def fractures(self) -> int:
        return sum(every for every, _tally in self.found.values())

    def context(self) -> dict:
        return {
            "periods": PERIODS if self.sees_patients else (),
            "period": self.period,
            "first": self.quarters[0],
            "last": self.quarters[-1],
            "clinics": self.clinics,
            "sees_patients": self.sees_patients,
            "section": "service",
        }


@may_look
@require_safe
def service(request: HttpRequest) -> HttpResponse:
    asked = Asked(request)
    _note(request, audit.Action.READ, "")
    schemes = [
        (title, [(one, _all(asked, one) if one.judge else None) for one in INDICATORS if one.scheme == scheme])
        for scheme, title in SCHEMES.items()
    ]
    first, last = asked.quarters[0].first, asked.quarters[-1].last
    context = {
        **asked.context(),
        "schemes": schemes,
        "fractures": asked.shown(Counted(of=asked.fractures)).of,
        "overrides": [
            (ACTIONS[action].label, asked.shown(Counted(other, total)), Reason(reason).label)
            for action, total, other, reason in counting.overrides(asked.ids, first, last)
        ],
    }
    return render(request, "followup/service.html", context)


def _all(asked: Asked, one: Indicator) -> Shown:
    """Only what is withheld depends on the other counts of its table."""
    return hiding.as_it_is(asked.total(one)) if asked.sees_patients else asked.table(one, withhold=True)[None, None]


@may_look
@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """One indicator: its definition, its course, each clinic, and the way to whom it counts."""
    one = measured(slug)
    asked = Asked(request, with_followed(one))
    _note(request, audit.Action.READ, slug)
    table = asked.table(one, withhold=not asked.sees_patients)
    rows = [(quarter, table[None, quarter]) for quarter in asked.quarters]
    several = asked.clinics if len(asked.clinics) > 1 else []
    context = {
        **asked.context(),
        "indicator": one,
        "scheme": SCHEMES[one.scheme],
        "counted": table[None, None],
        "rows": rows,
        "chart": trend(asked.quarters, [shown for _quarter, shown in rows]),
        "by_clinic": [(clinic, table[clinic.pk, None]) for clinic in several],
        "lists": lists(one, asked) if asked.sees_patients else [],
    }
    return render(request, "followup/indicator.html", context)


def measured(slug: str) -> Indicator:
    one = BY_SLUG.get(slug)
    if one is None or one.judge is None:
        raise Http404
    return one


def lists(one: Indicator, asked: Asked) -> list[tuple[str, str, int]]:
    """Who is counted: those who do not meet it first, because they are the work."""
    counted = asked.total(one)
    numbers = {NOT_MET: counted.of - counted.met, MET: counted.met, COUNTED: counted.of}
    return [(which, title, numbers[which]) for which, (title, _met) in LISTS.items()]


@may_look
@require_safe
@confirmed
def as_spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """Every indicator by quarter and clinic. It travels: small counts are withheld, whoever asked for it."""
    asked = Asked(request)
    _note(request, audit.Action.EXPORT, "")
    rows = [(_("Scheme"), _("Number"), _("Indicator"), _("Definition"), _("Clinic"), _("Quarter"), _("Met"), _("Of"),
             _("Percent"))]  # fmt: skip
    tables = [(one, asked.table(one, withhold=True)) for one in MEASURED]
    for clinic in asked.clinics:
        for one, table in tables:
            about = (str(SCHEMES[one.scheme]), one.number, str(one.name), str(one.definition), clinic.name)
            for quarter in asked.quarters:
                shown = table[clinic.pk, quarter]
                rows.append((*about, str(quarter), _cell(shown.met), _cell(shown.of), shown.percent))
    return spreadsheet.response(rows, "indicators", request.GET.get("as", "xlsx"))


def _cell(number: int | None) -> int | str:
    """A number that a spreadsheet can add up, or the word that it is withheld."""
    return _("withheld") if number is None else number
