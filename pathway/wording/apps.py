from django.apps import AppConfig


class WordingConfig(AppConfig):
    name = "pathway.wording"
    label = "wording"
