"""Who may enter each route of the application. A route that is not here fails the tests: say who may."""

from __future__ import annotations

import re

STRANGER, NOBODY, HOMELESS = "stranger", "nobody", "clinician without a clinic"
CLINICIAN, ELSEWHERE = "clinician", "clinician of another clinic"
EDITOR, ADMINISTRATOR, AUDITOR = "editor", "administrator", "auditor"
ROLES = (STRANGER, NOBODY, HOMELESS, CLINICIAN, ELSEWHERE, EDITOR, ADMINISTRATOR, AUDITOR)

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {STRANGER}
CLINICIANS = frozenset({CLINICIAN, ELSEWHERE})
OWN = frozenset({CLINICIAN})
"""Of the clinic that the record belongs to; to a clinician of another one it does not exist."""
AUTHORS = frozenset({EDITOR, ADMINISTRATOR})
OVERSEERS = frozenset({ADMINISTRATOR, AUDITOR})
MANAGERS = AUTHORS | {CLINICIAN, ELSEWHERE, HOMELESS}
"""Whoever manages something in the admin: accounts, wording, clinical cases."""
CASE_WRITERS = frozenset({CLINICIAN, ELSEWHERE, HOMELESS, EDITOR})
OFF = frozenset()
"""Not there outside the demo."""

POLICY: dict[frozenset[str], tuple[str, ...]] = {
    EVERYBODY: (
        "about/", "healthz", "account/login/", "account/begin/<str:token>/", "account/inactive/", "account/continue/",
        "account/session/",
        "account/two-factor/authenticate/", "account/two-factor/webauthn/login/", "account/logout/", "admin/login/",
        "admin/logout/", "account/oidc/<slug:provider_id>/login/", "account/oidc/<slug:provider_id>/login/callback/",
    ),
    SIGNED_IN: (
        "", "pathway/", "pathway/interpretations/", "pathway/pathway.pdf", "pathway/proof/", "pathway/releases/",
        "pathway/releases/<int:number>/", "pathway/sources/", "pathway/statements/", "audit/mine/",
        "account/password/change/", "account/reauthenticate/", "account/sessions/", "account/two-factor/",
        "account/two-factor/reauthenticate/", "account/two-factor/recovery-codes/",
        "account/two-factor/recovery-codes/download/", "account/two-factor/recovery-codes/generate/",
        "account/two-factor/totp/activate/", "account/two-factor/totp/deactivate/", "account/two-factor/webauthn/",
        "account/two-factor/webauthn/add/", "account/two-factor/webauthn/keys/<int:pk>/edit/",
        "account/two-factor/webauthn/keys/<int:pk>/remove/", "account/two-factor/webauthn/reauthenticate/",
        "admin/password_change/", "admin/password_change/done/",
    ),
    CLINICIANS: (
        "patients/", "patients/new/", "patients/results/<str:token>/", "patients/emergency/", "worklist/print/",
        "worklist/spreadsheet/", "data/", "data/clinic.zip", "service/<slug:slug>/",
        "service/<slug:slug>/<slug:which>/", "service/<slug:slug>/<slug:which>/spreadsheet/",
    ),
    OWN: (
        "patients/<uuid:pk>/", "patients/<uuid:pk>/access/", "patients/<uuid:pk>/edit/",
        "patients/<uuid:pk>/fractures/new/", "patients/<uuid:pk>/measurements/", "patients/<uuid:pk>/timeline/",
        "fractures/<uuid:pk>/visits/new/", "visits/<uuid:pk>/", "visits/<uuid:pk>/<step:step>/",
        "visits/<uuid:pk>/<step:step>/draft/", "visits/<uuid:pk>/check/emergency/", "visits/<uuid:pk>/discard/",
        "visits/<uuid:pk>/review/", "visits/<uuid:pk>/review/draft/", "visits/<uuid:pk>/sign/",
        "visits/<uuid:pk>/what-if/", "visits/preview.pdf", "plans/<uuid:pk>/", "plans/<uuid:pk>/addendum/",
        "plans/<uuid:pk>/patient-large.pdf", "plans/<uuid:pk>/patient-<slug:code>.pdf", "plans/<uuid:pk>/patient.pdf",
        "plans/<uuid:pk>/plan.pdf",
        "plans/<uuid:pk>/replace/", "tasks/<uuid:pk>/", "tasks/<uuid:pk>/change/", "tasks/<uuid:pk>/reopen/",
    ),
    AUTHORS: (
        "pathway/releases/<int:number>/cases/<slug:key>/",
        "pathway/releases/<int:number>/cases/<slug:key>/<slug:audience>-<slug:text>.pdf",
        "pathway/releases/<int:number>/impact/", "pathway/releases/<int:number>/preview/",
        "pathway/releases/<int:number>/progress/", "pathway/releases/<int:number>/replay/",
        "pathway/releases/<int:number>/step/", "pathway/releases/<int:number>/visits/<uuid:pk>/",
        "pathway/releases/<int:number>/visits/<uuid:pk>/<slug:audience>-<slug:text>.pdf",
        "pathway/releases/<int:number>/languages/", "pathway/releases/<int:number>/languages/<slug:code>.xlsx",
        "pathway/releases/<int:number>/languages/<slug:code>/switch/",
        "pathway/releases/<int:number>/languages/import/",
        "pathway/releases/disagreement/", "pathway/releases/disagreement/<int:pk>/close/", "pathway/releases/edition/",
    ),
    OVERSEERS: ("audit/", "audit/export.csv", "recall/", "emergency-access/", "emergency-access/<uuid:pk>/"),
    CLINICIANS | {AUDITOR, ADMINISTRATOR}: ("service/", "service/spreadsheet/"),  # numbers, without a patient
    MANAGERS: ("admin/", "admin/jsi18n/", "admin/autocomplete/", "admin/r/<path:content_type_id>/<path:object_id>/"),
    OFF: ("demo/enter/<str:token>/", "demo/switch/", "admin/(?P<url>.*)$"),
}  # fmt: skip

ADMIN: dict[str, frozenset[str]] = {
    "accounts": frozenset({ADMINISTRATOR}),
    "wording": AUTHORS,
    "exchange": CASE_WRITERS,
}
"""Of each part of the Django admin. No part with patients is in it."""

PREVIEW = "^visits/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/preview/(?P<audience>clinician|patient)\\.pdf$"


def may_enter(route: str) -> frozenset[str] | None:
    """The roles that a route is for; None where nobody has said so."""
    route = "visits/preview.pdf" if route == PREVIEW else route
    for roles, routes in POLICY.items():
        if route in routes:
            return roles
    if re.fullmatch(r"admin/wording/[a-z]+/add/", route):
        return OFF  # sentences and releases come otherwise; a sign-off needs two roles in one person
    part = re.fullmatch(r"admin/(accounts|wording|exchange)/[a-z]+/.*", route)
    return ADMIN[part[1]] if part else MANAGERS if route.startswith("admin/^(?P<app_label>") else None
