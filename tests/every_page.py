"""Every page there is, with the demo's patients on it: each route of the URL configuration, and who looks at it.

A new route fails the tests that go through all pages until it is said here where its page is, or that it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from unittest.mock import patch

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from pathway.accounts import resets
from pathway.accounts.models import SiteState, User
from pathway.clinic import emergency_access
from pathway.clinic.models import Patient, Visit
from pathway.clinic.steps import STEPS
from pathway.exchange.demo import Loader
from pathway.exchange.management.commands.demo import FOLDER
from pathway.exchange.models import ClinicalCase
from pathway.followup.models import Task
from pathway.plans import paper, signing
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan
from pathway.releases import previews, tasks
from pathway.wording.models import InterpretationSignOff, Statement
from tests import make
from tests.accounts import policy
from tests.accounts.addresses import every_address

ROLES = (policy.CLINICIAN, policy.EDITOR, policy.ADMINISTRATOR, policy.AUDITOR)
"""Who looks at a page: the first of these whom it is for."""

ACCOUNT = "clinician with an app"
AS_OTHERS = {
    "account/begin/<str:token>/": policy.STRANGER,
    "account/login/": policy.STRANGER,
    "account/inactive/": policy.STRANGER,
    "account/two-factor/totp/activate/": policy.CLINICIAN,
    "account/two-factor/webauthn/keys/<int:pk>/edit/": policy.AUDITOR,
    "account/two-factor/webauthn/keys/<int:pk>/remove/": policy.AUDITOR,
}
"""Pages of one's own account that are for whoever has not signed in, or has no second factor yet."""

NO_PAGES = frozenset({
    policy.PREVIEW, "healthz", "account/session/", "account/logout/", "account/continue/",
    "account/oidc/<slug:provider_id>/login/", "account/oidc/<slug:provider_id>/login/callback/",
    "account/two-factor/authenticate/", "account/two-factor/webauthn/reauthenticate/",
    "account/two-factor/webauthn/login/", "account/two-factor/recovery-codes/download/",
    "admin/autocomplete/", "admin/jsi18n/", "admin/logout/", "admin/login/", "admin/password_change/",
    "admin/(?P<url>.*)$", "admin/r/<path:content_type_id>/<path:object_id>/", "admin/exchange/clinicalcase/export/",
    "admin/wording/statement/<path:object_id>/history/<int:number>/go-back/",
    "audit/export.csv", "data/clinic.zip", "demo/enter/<str:token>/", "demo/switch/",
    "fractures/<uuid:pk>/visits/new/",
    "pathway/pathway.pdf", "pathway/releases/disagreement/<int:pk>/close/",
    "pathway/releases/<int:number>/cases/<slug:key>/<slug:audience>-<slug:text>.pdf",
    "pathway/releases/<int:number>/languages/<slug:code>.xlsx",
    "pathway/releases/<int:number>/languages/<slug:code>/switch/", "pathway/releases/<int:number>/languages/import/",
    "pathway/releases/<int:number>/progress/", "pathway/releases/<int:number>/replay/",
    "pathway/releases/<int:number>/step/",
    "pathway/releases/<int:number>/visits/<uuid:pk>/<slug:audience>-<slug:text>.pdf",
    "plans/<uuid:pk>/addendum/", "plans/<uuid:pk>/patient-<slug:code>.pdf", "plans/<uuid:pk>/patient-large.pdf",
    "plans/<uuid:pk>/patient.pdf", "plans/<uuid:pk>/plan.pdf", "plans/<uuid:pk>/replace/", "service/spreadsheet/",
    "service/<slug:slug>/<slug:which>/spreadsheet/",
    "tasks/<uuid:pk>/change/", "tasks/<uuid:pk>/reopen/", "visits/<uuid:pk>/<step:step>/draft/",
    "visits/<uuid:pk>/review/draft/", "worklist/spreadsheet/",
})  # fmt: skip
"""Files, answers to forms, ways through to another page, parts of one; and two steps of signing in, which
tests/walk/test_passkey.py and tests/accounts/test_second_factor.py take."""


@dataclass(frozen=True)
class Page:
    route: str
    address: str
    role: str

    @property
    def is_refused(self) -> bool:
        """The admin's pages to delete what nobody may."""
        return self.route.endswith("/delete/") and "clinicalcase" not in self.route

    def __str__(self) -> str:
        return f"{self.role}: {self.address}"


class World:
    """The demo, with what it lacks: an auditor, another clinic's emergency, a draft that was replayed, a case."""

    def __init__(self):
        now = timezone.now()
        make.wording()
        SiteState.objects.create(kind=SiteState.Kind.DEMO, loaded_on=timezone.localdate(now))
        with patch.object(paper, "render_both", lambda record: {"clinician": b"%PDF c", "patient": b"%PDF p"}):
            list(Loader(FOLDER, now).load())
        named = {person.username: person for person in User.objects.all()}
        self.colleague = named["demo-colleague"]
        self.people = {
            policy.CLINICIAN: named["demo-clinician"],
            policy.EDITOR: named["demo-editor"],
            policy.ADMINISTRATOR: named["demo-administrator"],
            policy.AUDITOR: make.user(is_auditor=True, clinic=self.colleague.clinic),
        }
        self.okafor = Patient.objects.get(family_name="Okafor")
        self.visit = Visit.objects.open().get(fracture__patient=self.okafor)
        self.account = make.clinician(password="a long enough phrase", clinic=self.colleague.clinic)
        TOTP.activate(self.account, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(self.account)
        self.link = resets.begin_alone(make.user(), by=None, at=now).removeprefix("/")
        self.passkey = Authenticator.objects.create(
            user=self.people[policy.AUDITOR], type="webauthn", data={"name": "Passkey 1", "credential": {}}
        )
        self.people[ACCOUNT] = self.account
        self.draft = make.draft(by=self.people[policy.EDITOR], heading="Paracetamol by the clock")
        tasks.start(self.draft, by=self.people[policy.EDITOR], at=now)
        reason = emergency_access.EmergencyAccess.Reason.DANGER
        self.emergency = emergency_access.open_for(make.clinician(), self.okafor, now, reason, "Cannot feel the legs.")
        today = timezone.localdate(now)
        self.case = ClinicalCase.objects.create(
            title="Two weeks of pain", story="A fall, then pain in the middle of the back.", on=today,
            checked_by="Dr Ada Marsh", checked_on=today, facts="pain_nrs = 7", expect='headline = "answers_needed"',
        )  # fmt: skip
        self.ready = make.visit(by=self.people[policy.CLINICIAN], **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
        for result in undecided(self.ready):
            signing.decide(self.ready, result.name, "follow", self.ready.started_by, now)
        self.sign_off = InterpretationSignOff.objects.create(
            decision="D1", rules_edition=1, text="As signed.", outcome="signed_off", by=self.colleague,
            printed_name=self.colleague.printed_name, on=today,
        )  # fmt: skip

    def clients(self) -> dict[str, Client]:
        """Everyone who looks at pages, signed in."""
        clients = {role: Client() for role in self.people}
        for role, client in clients.items():
            client.force_login(self.people[role])
            session = client.session
            session["searches"] = {"x": {"identifier": self.okafor.national_id}}
            record_authentication(SimpleNamespace(session=session), self.people[role], "password")
            session.save()
        return clients | {policy.STRANGER: Client()}

    def pages(self) -> Iterator[Page]:
        """Every page. Raises KeyError for a route that nobody has said the page of."""
        for route, example in every_address():
            if route in NO_PAGES or re.fullmatch(r"admin/\w+/\w+/<path:object_id>/", route):
                continue
            role = next((role for role in ROLES if role in policy.may_enter(route)), None)
            if role is None:
                continue  # for nobody, whatever they are
            if route == "pathway/releases/<int:number>/":
                role = policy.EDITOR  # drafts are theirs
            if route == "admin/^(?P<app_label>accounts|wording|exchange)/$":
                role = policy.ADMINISTRATOR
            if route.startswith("account/"):
                role = AS_OTHERS.get(route, ACCOUNT)
            yield from (Page(route, address, role) for address in self._addresses(route, example))

    def _addresses(self, route: str, example: str) -> list[str]:
        if "<" not in route or route == "patients/results/<str:token>/":
            return [example]
        return [f"/{address}" for address in self._filled()[route]]

    def _filled(self) -> dict[str, list[str]]:
        """The routes with a part that names an object, filled in."""
        visit, draft = self.visit.pk, self.draft.number
        patients = [
            self.okafor.pk,
            *Patient.objects.filter(family_name__in=("Doe", "Singh")).values_list("pk", flat=True),
        ]
        plans = Plan.objects.filter(patient__family_name__in=("Evans", "Rahman")).values_list("pk", flat=True)
        emergency = next(v.pk for v in Visit.objects.open() if v.fracture.patient.family_name == "Murphy")
        release = f"pathway/releases/{draft}"
        filled = {
            "patients/<uuid:pk>/": [f"patients/{pk}/" for pk in patients],
            "plans/<uuid:pk>/": [f"plans/{pk}/" for pk in plans],
            "visits/<uuid:pk>/": [f"visits/{visit}/"],
            "visits/<uuid:pk>/<step:step>/": [f"visits/{visit}/{step.slug}/" for step in STEPS],
            "visits/<uuid:pk>/check/emergency/": [f"visits/{emergency}/check/emergency/"],
            "tasks/<uuid:pk>/": [f"tasks/{task.pk}/" for task in (Task.objects.open()[0], _ended_task())],
            "service/<slug:slug>/": ["service/neuro/"],
            "service/<slug:slug>/<slug:which>/": ["service/neuro/counted/", "service/neuro/not-met/"],
            "emergency-access/<uuid:pk>/": [f"emergency-access/{self.emergency.pk}/"],
            "pathway/releases/<int:number>/": ["pathway/releases/1/", f"{release}/"],
            "pathway/releases/<int:number>/cases/<slug:key>/": [f"{release}/cases/{next(iter(previews.cases()))}/"],
            "pathway/releases/<int:number>/visits/<uuid:pk>/": [f"{release}/visits/{visit}/"],
        }
        for model, key in self._in_admin().items():
            for part in ("change", "delete", "history"):
                filled[f"admin/{model}/<path:object_id>/{part}/"] = [f"admin/{model}/{key}/{part}/"]
        filled["account/begin/<str:token>/"] = [self.link]
        filled["admin/^(?P<app_label>accounts|wording|exchange)/$"] = ["admin/accounts/"]
        for part in ("access", "edit", "fractures/new", "measurements", "timeline"):
            filled[f"patients/<uuid:pk>/{part}/"] = [f"patients/{self.okafor.pk}/{part}/"]
        filled["visits/<uuid:pk>/sign/"] = [f"visits/{self.ready.pk}/sign/"]
        for part in ("discard", "review", "what-if"):
            filled[f"visits/<uuid:pk>/{part}/"] = [f"visits/{visit}/{part}/"]
        for part in ("edit", "remove"):
            filled[f"account/two-factor/webauthn/keys/<int:pk>/{part}/"] = [
                f"account/two-factor/webauthn/keys/{self.passkey.pk}/{part}/"
            ]
        for part in ("impact", "languages", "preview"):
            filled[f"pathway/releases/<int:number>/{part}/"] = [f"{release}/{part}/"]
        return filled

    def _in_admin(self) -> dict[str, object]:
        said = Statement.objects.get(release=self.draft, key="pain.nsaid", audience="clinician", language="en")
        return {
            "accounts/clinic": self.colleague.clinic.pk,
            "accounts/user": self.colleague.pk,
            "exchange/clinicalcase": self.case.pk,
            "wording/release": self.draft.pk,
            "wording/statement": said.pk,
            "wording/interpretationsignoff": self.sign_off.pk,
        }


def _ended_task() -> Task:
    return Task.objects.exclude(outcome="").first()
