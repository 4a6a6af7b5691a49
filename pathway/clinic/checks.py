from django.core.checks import Error, Tags, register

from pathway.clinic.models.emergency_access import WRITTEN_ONCE


@register(Tags.database, deploy=True)
def emergency_access_is_protected(app_configs=None, databases=None, **kwargs) -> list[Error]:
    """E001: on a database where an emergency access or its review could be changed."""
    return WRITTEN_ONCE.errors(databases, "clinic.E001")
