from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FollowupConfig(AppConfig):
    name = "pathway.followup"
    label = "followup"

    def ready(self):
        from pathway.followup import following  # noqa: F401 - connects to signing and to deaths
        from pathway.followup.models import WRITTEN_ONCE

        post_migrate.connect(WRITTEN_ONCE.install_after_migration, sender=self)
