from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlansConfig(AppConfig):
    name = "pathway.plans"
    label = "plans"

    def ready(self):
        from pathway.plans import checks  # noqa: F401 - registers the checks

        post_migrate.connect(_install_triggers, sender=self)


def _install_triggers(using, plan=None, **kwargs):
    """After every migration: SQLite drops triggers when a migration rebuilds their table."""
    from django.db import connections

    from pathway.plans import triggers

    connection = connections[using]
    if set(triggers.TABLES) <= set(connection.introspection.table_names()):
        triggers.install(connection)
