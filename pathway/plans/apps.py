from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "pathway.plans"
    label = "plans"
