from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "pathway.accounts"
    label = "accounts"
    verbose_name = _("Users and clinics")

    def ready(self):
        from pathway.accounts import audit, checks, signals  # noqa: F401 - registers the check and the signals

        post_migrate.connect(audit.WRITTEN_ONCE.install_after_migration, sender=self)
