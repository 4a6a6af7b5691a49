from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WordingConfig(AppConfig):
    name = "pathway.wording"
    label = "wording"
    verbose_name = _("Wording")

    def ready(self) -> None:
        from pathway.wording import checks, sign_offs  # noqa: F401  importing it registers the check

        post_migrate.connect(sign_offs.WRITTEN_ONCE.install_after_migration, sender=self)
