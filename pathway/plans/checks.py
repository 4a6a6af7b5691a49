"""What must hold before the application serves patients: the triggers are there and paper can be printed."""

from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from pathway.plans import paper, triggers


@register(Tags.database, deploy=True)
def triggers_are_installed(app_configs=None, databases=None, **kwargs):
    """E001: on a database where a signed plan could be changed."""
    return [
        Error(
            f"The database does not refuse changes to signed plans: trigger {name} is missing.",
            hint="Run: python manage.py migrate",
            id="plans.E001",
        )
        for alias in databases or ()
        for name in triggers.missing(connections[alias])
    ]


@register(deploy=True)
def papers_can_be_printed(app_configs=None, **kwargs):
    """W001: where the libraries that lay out text are missing. Everything but signing and printing works."""
    problem = paper.problem()
    return [Warning(problem, id="plans.W001")] if problem else []
