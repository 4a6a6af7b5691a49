from django.core.checks import Error, Tags, register

from pathway.accounts import audit


@register(Tags.database, deploy=True)
def audit_trail_is_protected(app_configs=None, databases=None, **kwargs) -> list[Error]:
    """E001: on a database where an audit event could be changed."""
    return audit.WRITTEN_ONCE.errors(databases, "accounts.E001")
