from django.apps import AppConfig
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
