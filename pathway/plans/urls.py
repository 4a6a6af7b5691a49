"""Addresses of plans. They hold random ids only, never anything about a patient."""

from django.urls import path, re_path

from pathway.plans.views import pathway_paper, plan, recall, review, sign, what_if

app_name = "plans"
urlpatterns = [
    path("pathway/pathway.pdf", pathway_paper.pathway_pdf, name="pathway_pdf"),
    path("recall/", recall.recall, name="recall"),
    path("visits/<uuid:pk>/review/", review.review, name="review"),
    path("visits/<uuid:pk>/review/draft/", review.review_draft, name="review_draft"),
    path("visits/<uuid:pk>/what-if/", what_if.what_if, name="what_if"),
    path("visits/<uuid:pk>/sign/", sign.sign, name="sign"),
    re_path(
        r"^visits/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/preview/(?P<audience>clinician|patient)\.pdf$",
        review.preview,
        name="preview",
    ),
    path("plans/<uuid:pk>/", plan.plan, name="plan"),
    path("plans/<uuid:pk>/plan.pdf", plan.clinician_pdf, name="clinician_pdf"),
    path("plans/<uuid:pk>/patient.pdf", plan.patient_pdf, name="patient_pdf"),
    path("plans/<uuid:pk>/patient-large.pdf", plan.large_pdf, name="large_pdf"),
    path("plans/<uuid:pk>/patient-<slug:code>.pdf", plan.translated_pdf, name="translated_pdf"),
    path("plans/<uuid:pk>/addendum/", plan.addendum, name="addendum"),
    path("plans/<uuid:pk>/replace/", plan.replace, name="replace"),
]
