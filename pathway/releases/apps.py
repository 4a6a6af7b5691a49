from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "pathway.releases"
    label = "releases"
    verbose_name = _("Releases of the wording")

    def ready(self) -> None:
        from pathway.releases import (
            disagreement,  # noqa: F401 - connects to signing
            publication,
        )
        from pathway.wording import releasing

        releasing.object_to(publication.without_a_good_report)
        post_migrate.connect(count_what_was_signed_before, sender=self)


def count_what_was_signed_before(using: str, plan=(), **kwargs) -> None:
    """With the migration that begins to count decisions: the plans of before are counted at the upgrade."""
    from pathway.releases.disagreement import count_new

    made = {(migration.app_label, migration.name) for migration, is_backward in plan or () if not is_backward}
    if using == DEFAULT_DB_ALIAS and ("releases", "0002_disagreement") in made:
        count_new(timezone.now())
