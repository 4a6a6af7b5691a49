"""`manage.py check --deploy --database default` says whether every sentence is there. It never holds up a migration."""

from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from pathway.wording import locks, sign_offs
from pathway.wording.models import Release
from pathway.wording.registry import gaps


@register(Tags.database, deploy=True)
def wording_is_complete(app_configs, databases, **kwargs) -> list[Error]:
    if not databases:
        return []
    try:
        release = Release.objects.filter(is_effective=True).first()
        present = (
            list(release.statements.filter(language="en").values_list("kind", "key", "audience")) if release else []
        )
    except DatabaseError:
        return [Error("The wording cannot be read.", hint="Run: python manage.py migrate", id="wording.E001")]
    if release is None:
        return [Error("No wording is in force.", hint="Run: python manage.py load_wording", id="wording.E002")]
    return [Error(gap, id="wording.E003") for gap in gaps(present)]


@register(Tags.database, deploy=True)
def sign_offs_are_written_once(app_configs, databases, **kwargs) -> list[Error]:
    return sign_offs.WRITTEN_ONCE.errors(databases, "wording.E004")


@register(Tags.database, deploy=True)
def releases_are_locked(app_configs, databases, **kwargs) -> list[Error]:
    return locks.WRITTEN_ONCE.errors(databases, "wording.E005") + locks.LOCKS.errors(databases, "wording.E006")
