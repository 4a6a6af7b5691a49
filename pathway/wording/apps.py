from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class WordingConfig(AppConfig):
    name = "pathway.wording"
    label = "wording"
    verbose_name = _("Wording")

    def ready(self) -> None:
        from pathway.wording import checks, locks, sign_offs  # noqa: F401  importing it registers the check

        pre_migrate.connect(locks.drop_before_migration, sender=self)
        for guard in (sign_offs.WRITTEN_ONCE, locks.WRITTEN_ONCE, locks.LOCKS):
            post_migrate.connect(guard.install_after_migration, sender=self)
