from django.urls import path

from pathway.releases.views import pages, reports

app_name = "releases"
urlpatterns = [
    path("pathway/releases/", pages.releases, name="releases"),
    path("pathway/releases/<int:number>/", pages.release, name="release"),
    path("pathway/releases/<int:number>/step/", pages.step, name="step"),
    path("pathway/releases/<int:number>/impact/", reports.impact, name="impact"),
    path("pathway/releases/<int:number>/replay/", reports.replay, name="replay"),
    path("pathway/releases/<int:number>/progress/", reports.progress, name="progress"),
    path("pathway/releases/<int:number>/preview/", reports.preview, name="preview"),
    path("pathway/releases/<int:number>/cases/<slug:key>/", reports.case, name="case"),
    path(
        "pathway/releases/<int:number>/cases/<slug:key>/<slug:audience>-<slug:text>.pdf",
        reports.case_paper, name="case_paper",
    ),
    path("pathway/releases/<int:number>/visits/<uuid:pk>/", reports.visit, name="visit"),
    path(
        "pathway/releases/<int:number>/visits/<uuid:pk>/<slug:audience>-<slug:text>.pdf",
        reports.visit_paper, name="visit_paper",
    ),
]  # fmt: skip
