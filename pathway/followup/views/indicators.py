"""The service: every indicator, one of them opened, and all of them as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pathway.accounts import audit
from pathway.accounts.access import confirmed
from pathway.accounts.models import Clinic
from pathway.clinic.models import Patient
from pathway.followup import indicators, spreadsheet
from pathway.followup.cases import cases_of, overrides
from pathway.followup.chart import trend
from pathway.followup.indicators import BY_SLUG, INDICATORS, SCHEMES, Counted, by_quarter, count, quarters, shown
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
    """The period and the clinics of a request, and the fractures of both."""

    def __init__(self, request: HttpRequest):
        said = request.GET.get("quarters", "")
        self.periods = int(said) if said in map(str, PERIODS) else USUAL
        self.today = timezone.localdate()
        self.quarters = quarters(self.today, self.periods)
        self.clinics = _clinics(request.user)
        self.ids = [clinic.pk for clinic in self.clinics]
        self.first, self.last = self.quarters[0].first, self.quarters[-1].last
        self.cases = cases_of(self.ids, self.first, self.last)

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
        (title, [(one, count(one, asked.cases, asked.today) if one.judge else None)
                 for one in INDICATORS if one.scheme == scheme])
        for scheme, title in SCHEMES.items()
    ]  # fmt: skip
    context = {
        **asked.context(),
        "schemes": schemes,
        "fractures": shown(len(asked.cases)),
        "overrides": [
            (ACTIONS[action].label, shown(total), shown(other), _share(other, total), Reason(reason).label)
            for action, total, other, reason in overrides(asked.ids, asked.first, asked.last)
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
    asked = _Asked(request)
    _note(request, audit.Action.READ, slug)
    every = by_quarter(one, asked.cases, asked.quarters, asked.today)
    counted = count(one, asked.cases, asked.today)
    context = {
        **asked.context(),
        "indicator": one,
        "scheme": SCHEMES[one.scheme],
        "counted": counted,
        "rows": list(zip(asked.quarters, every, strict=True)),
        "chart": trend(asked.quarters, every),
        "by_clinic": _by_clinic(one, asked) if len(asked.clinics) > 1 else [],
        "lists": _lists(counted) if request.user.is_clinician else [],
        "most": MOST_LISTED,
    }
    return render(request, "followup/indicator.html", context)


def _by_clinic(one, asked: _Asked) -> list[tuple[Clinic, Counted]]:
    by_clinic = {clinic.pk: [] for clinic in asked.clinics}
    for case in asked.cases:
        by_clinic[case.clinic].append(case)
    return [(clinic, count(one, by_clinic[clinic.pk], asked.today)) for clinic in asked.clinics]


def _lists(counted: Counted) -> list[tuple[str, int, list]]:
    """Who is counted: those who do not meet it first, because they are the work."""
    return [
        (title, len(cases), _named(cases[:MOST_LISTED]))
        for title, cases in ((_("Not met"), counted.not_met), (_("Met"), counted.met))
    ]


def _named(cases) -> list:
    patients = Patient.objects.in_bulk([case.patient for case in cases])
    return [(patients[case.patient], case) for case in cases]


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
        cases = [case for case in asked.cases if case.clinic == clinic.pk]
        for one in (one for one in INDICATORS if one.judge):
            about = (str(SCHEMES[one.scheme]), one.number, str(one.name), str(one.definition), clinic.name)
            for quarter, counted in zip(asked.quarters, by_quarter(one, cases, asked.quarters, asked.today),
                                        strict=True):  # fmt: skip
                rows.append((*about, str(quarter), counted.met_shown, counted.of_shown, counted.percent))
    return spreadsheet.response(rows, "indicators", request.GET.get("as", "xlsx"))
