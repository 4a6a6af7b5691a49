"""Addresses of the clinic. They hold random ids only, never anything about a patient."""

from django.urls import path, register_converter

from pathway.clinic.steps import STEP_BY_SLUG, Step
from pathway.clinic.views import emergency_access, patients, steps, visits


class StepConverter:
    """The slug of a step of the walk, and no other word: /visits/<uuid>/review/ belongs to plans."""

    regex = "|".join(STEP_BY_SLUG)

    def to_python(self, slug: str) -> Step:
        return STEP_BY_SLUG[slug]

    def to_url(self, step: Step | str) -> str:
        return step.slug if isinstance(step, Step) else step


register_converter(StepConverter, "step")

app_name = "clinic"
urlpatterns = [
    path("patients/", patients.find, name="find"),
    path("patients/results/<str:token>/", patients.results, name="results"),
    path("patients/new/", patients.new, name="patient_new"),
    path("patients/emergency/", emergency_access.open_record, name="emergency_open"),
    path("emergency-access/", emergency_access.listed, name="emergency_accesses"),
    path("emergency-access/<uuid:pk>/", emergency_access.review, name="emergency_review"),
    path("patients/<uuid:pk>/", patients.record, name="patient"),
    path("patients/<uuid:pk>/edit/", patients.edit, name="patient_edit"),
    path("patients/<uuid:pk>/measurements/", patients.measurements, name="measurements"),
    path("patients/<uuid:pk>/access/", patients.access_log, name="access_log"),
    path("patients/<uuid:pk>/fractures/new/", patients.fracture_new, name="fracture_new"),
    path("fractures/<uuid:pk>/visits/new/", visits.new, name="visit_new"),
    path("visits/<uuid:pk>/", visits.overview, name="visit"),
    path("visits/<uuid:pk>/discard/", visits.discard, name="discard"),
    path("visits/<uuid:pk>/check/emergency/", visits.interruption, name="interruption"),
    path("visits/<uuid:pk>/<step:step>/", steps.step, name="step"),
    path("visits/<uuid:pk>/<step:step>/draft/", steps.draft, name="draft"),
]
