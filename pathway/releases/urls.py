from django.urls import path

from pathway.releases.views import disagreement, edition, languages, pages, reports

app_name = "releases"
urlpatterns = [
    path("pathway/releases/", pages.releases, name="releases"),
    path("pathway/releases/disagreement/", disagreement.disagreement, name="disagreement"),
    path("pathway/releases/disagreement/<int:pk>/close/", disagreement.close, name="close"),
    path("pathway/releases/edition/", edition.edition, name="edition"),
    path("pathway/releases/<int:number>/", pages.release, name="release"),
    path("pathway/releases/<int:number>/step/", pages.step, name="step"),
    path("pathway/releases/<int:number>/languages/", languages.overview, name="languages"),
    path("pathway/releases/<int:number>/languages/import/", languages.take, name="language_take"),
    path("pathway/releases/<int:number>/languages/<slug:code>.xlsx", languages.sheet, name="language_sheet"),
    path("pathway/releases/<int:number>/languages/<slug:code>/switch/", languages.switch, name="language_switch"),
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
