from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class FollowupConfig(AppConfig):
    name = "pathway.followup"
    label = "followup"

    def ready(self):
        from pathway.followup import counting, following, noticing  # noqa: F401 - following connects to signing and to deaths
        from pathway.followup.models import WRITTEN_ONCE

        pre_migrate.connect(noticing.drop_before_migration, sender=self)
        for guard in (WRITTEN_ONCE, noticing.NOTICED):
            post_migrate.connect(guard.install_after_migration, sender=self)
        post_migrate.connect(counting.catch_up_after_migration, sender=self)
