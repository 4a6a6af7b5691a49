"""Addresses of what goes in and out."""

from django.urls import path

from pathway.exchange.views import data

app_name = "exchange"
urlpatterns = [
    path("data/", data.data, name="data"),
    path("data/clinic.zip", data.everything, name="everything"),
]
