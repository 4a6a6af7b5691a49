from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "pathway.exchange"
    label = "exchange"
