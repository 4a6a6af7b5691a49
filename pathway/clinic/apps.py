"""The clinic app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    name = "pathway.clinic"
    label = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from pathway.clinic import checks  # noqa: F401 - registers the check
        from pathway.clinic.models.emergency_access import WRITTEN_ONCE

        post_migrate.connect(WRITTEN_ONCE.install_after_migration, sender=self)
