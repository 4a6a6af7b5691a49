from django.urls import path

from pathway.releases.views import pages

app_name = "releases"
urlpatterns = [
    path("pathway/releases/", pages.releases, name="releases"),
    path("pathway/releases/<int:number>/", pages.release, name="release"),
    path("pathway/releases/<int:number>/step/", pages.step, name="step"),
]
