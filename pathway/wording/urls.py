from django.urls import path

from pathway.wording import views

app_name = "wording"
urlpatterns = [
    path("pathway/", views.pathway, name="pathway"),
    path("pathway/interpretations/", views.interpretations, name="interpretations"),
    path("pathway/statements/", views.statements, name="statements"),
    path("pathway/sources/", views.sources, name="sources"),
    path("pathway/proof/", views.proof, name="proof"),
]
