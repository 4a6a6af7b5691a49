from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WordingConfig(AppConfig):
    name = "pathway.wording"
    label = "wording"
    verbose_name = _("Wording")

    def ready(self) -> None:
        from pathway.wording import checks  # noqa: F401  importing it registers the check
