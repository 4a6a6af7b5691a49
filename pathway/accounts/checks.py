from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from pathway.accounts import audit

SILENT = {
    "log_error_verbosity": ("terse",),
    "log_min_error_statement": ("log", "fatal", "panic"),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_parameter_max_length_on_error": ("0",),
}
"""Settings of PostgreSQL, and the values with which its log repeats no statement and no row: both hold patients."""


@register(Tags.database, deploy=True)
def audit_trail_is_protected(app_configs=None, databases=None, **kwargs) -> list[Error]:
    """E001: on a database where an audit event could be changed."""
    return audit.WRITTEN_ONCE.errors(databases, "accounts.E001")


@register(Tags.database, deploy=True)
def server_log_is_silent(app_configs=None, databases=None, **kwargs) -> list[Warning]:
    """W001: for each setting with which the log of PostgreSQL would hold what was recorded."""
    found = []
    for alias in databases or ():
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SILENT)])
                found += [_too_loud(*row) for row in cursor.fetchall() if row[1] not in SILENT[row[0]]]
    return found


def _too_loud(name: str, value: str) -> Warning:
    return Warning(
        f"The log of PostgreSQL may hold data of patients: {name} is {value}.",
        hint=f"Set {name} = {SILENT[name][0]} in postgresql.conf.",
        id="accounts.W001",
    )
