"""Addresses of follow-up. They hold random ids and codes only, never anything about a patient."""

from django.urls import path

from pathway.followup.views import indicators, listed, task, timeline, worklist

app_name = "followup"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("worklist/print/", worklist.on_paper, name="on_paper"),
    path("worklist/spreadsheet/", worklist.as_spreadsheet, name="spreadsheet"),
    path("service/", indicators.service, name="service"),
    path("service/spreadsheet/", indicators.as_spreadsheet, name="service_spreadsheet"),
    path("service/<slug:slug>/", indicators.indicator, name="indicator"),
    path("service/<slug:slug>/<slug:which>/", listed.listed, name="listed"),
    path("service/<slug:slug>/<slug:which>/spreadsheet/", listed.as_spreadsheet, name="listed_spreadsheet"),
    path("patients/<uuid:pk>/timeline/", timeline.timeline, name="timeline"),
    path("tasks/<uuid:pk>/", task.task, name="task"),
    path("tasks/<uuid:pk>/change/", task.change, name="task_change"),
    path("tasks/<uuid:pk>/reopen/", task.reopen, name="task_reopen"),
]
