"""The service: every indicator, one of them opened, and all of them as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import confirmed
from pathway.accounts.models import Clinic
from pathway.followup import counting, indicators, spreadsheet
from pathway.followup.chart import trend
from pathway.followup.indicators import (
    BY_SLUG,
    INDICATORS,
    MEASURED,
    SCHEMES,
    Counted,
    Indicator,
    Quarter,
    quarters,
    shown,
)
from pathway.guideline.actions import ACTIONS
from pathway.plans.kinds import Reason

PERIODS = (4, 8, 12)
USUAL = 8
MOST_LISTED = 200


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


class _Asked:
    """The period and the clinics of a request, and what these indicators count in both."""

    def __init__(self, request: HttpRequest, which: Iterable[Indicator] = MEASURED):
        said = request.GET.get("quarters", "")
        self.periods = int(said) if said in map(str, PERIODS) else USUAL
        self.today = timezone.localdate()
        self.quarters = quarters(self.today, self.periods)
        self.clinics = _clinics(request.user)
        self.ids = [clinic.pk for clinic in self.clinics]
        counting.catch_up()
        self.found = counting.tallies(self.ids, self.quarters, self.today, which)

    def counted(self, one: Indicator, *, clinic: Clinic | None = None, quarter: Quarter | None = None) -> Counted:
        """Of one clinic or of all, in one quarter or in all."""
        parts = (
            tally[one.slug]
            for (of_clinic, in_quarter), (_all, tally) in self.found.items()
            if (clinic is None or clinic.pk == of_clinic) and quarter in (None, in_quarter)
        )
        return sum(parts, Counted())

    @property
    def fractures(self) -> int:
        return sum(every for every, _tally in self.found.values())

    def context(self) -> dict:
        return {
            "periods": PERIODS,
            "period": self.periods,
            "first": self.quarters[0],
            "last": self.quarters[-1],
            "clinics": self.clinics,
            "fewest": indicators.FEWEST,
            "section": "service",
        }


@may_look
@require_safe
def service(request: HttpRequest) -> HttpResponse:
    asked = _Asked(request)
    _note(request, audit.Action.READ, "")
    schemes = [
        (title, [(one, asked.counted(one) if one.judge else None) for one in INDICATORS if one.scheme == scheme])
        for scheme, title in SCHEMES.items()
    ]
    context = {
        **asked.context(),
        "schemes": schemes,
        "fractures": shown(asked.fractures),
        "overrides": [
            (ACTIONS[action].label, shown(total), shown(other), _share(other, total), Reason(reason).label)
            for action, total, other, reason in counting.overrides(
                asked.ids, asked.quarters[0].first, asked.quarters[-1].last
            )
        ],
    }
    return render(request, "followup/service.html", context)


def _share(other: int, total: int) -> str:
    return "" if total < indicators.FEWEST or 0 < other < indicators.FEWEST else f"{round(100 * other / total)}%"


@may_look
@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """One indicator: its definition, its course, each clinic, and whom it counts."""
    one = BY_SLUG.get(slug)
    if one is None or one.judge is None:
        raise Http404
    asked = _Asked(request, [one])
    _note(request, audit.Action.READ, slug)
    rows = [(quarter, asked.counted(one, quarter=quarter)) for quarter in asked.quarters]
    counted = asked.counted(one)
    context = {
        **asked.context(),
        "indicator": one,
        "scheme": SCHEMES[one.scheme],
        "counted": counted,
        "rows": rows,
        "chart": trend(asked.quarters, [counted for _quarter, counted in rows]),
        "by_clinic": [
            (clinic, asked.counted(one, clinic=clinic)) for clinic in asked.clinics if len(asked.clinics) > 1
        ],
        "lists": _lists(one, counted, asked) if request.user.is_clinician else [],
        "most": MOST_LISTED,
    }
    return render(request, "followup/indicator.html", context)


def _lists(one: Indicator, counted: Counted, asked: _Asked) -> list[tuple[str, int, QuerySet]]:
    """Who is counted: those who do not meet it first, because they are the work."""
    return [
        (title, number, counting.listed(one, asked.ids, asked.quarters, asked.today, met=met)[:MOST_LISTED])
        for title, number, met in ((_("Not met"), counted.of - counted.met, False), (_("Met"), counted.met, True))
    ]


@may_look
@require_safe
@confirmed
def as_spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """Every indicator by quarter and clinic; small counts hidden as on the pages."""
    asked = _Asked(request)
    _note(request, audit.Action.EXPORT, "")
    rows = [(_("Scheme"), _("Number"), _("Indicator"), _("Definition"), _("Clinic"), _("Quarter"), _("Met"), _("Of"),
             _("Percent"))]  # fmt: skip
    for clinic in asked.clinics:
        for one in MEASURED:
            about = (str(SCHEMES[one.scheme]), one.number, str(one.name), str(one.definition), clinic.name)
            for quarter in asked.quarters:
                counted = asked.counted(one, clinic=clinic, quarter=quarter)
                met, of = _cell(counted.met, counted.met_shown), _cell(counted.of, counted.of_shown)
                rows.append((*about, str(quarter), met, of, counted.percent))
    return spreadsheet.response(rows, "indicators", request.GET.get("as", "xlsx"))


def _cell(number: int, shown_as: str) -> int | str:
    """A number that a spreadsheet can add up; a hidden one as the pages show it."""
    return number if shown_as[:1].isdigit() else shown_as
