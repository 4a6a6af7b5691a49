"""How a browser without JavaScript sends a step: every piece by its name, with the counters of the page."""

from django.test import Client
from django.urls import reverse

from pathway.clinic.models import Visit


def counters(visit: Visit, step: str) -> dict[str, int]:
    visit.refresh_from_db()
    draft = visit.drafts.filter(step=step).first()
    return {"version": visit.version, "rev": draft.rev if draft else 0}


def step_url(visit: Visit, step: str) -> str:
    return reverse("clinic:step", args=(visit.pk, step))


def send(client: Client, visit: Visit, step: str, **typed):
    """Press Continue on a page that was opened just now."""
    return client.post(step_url(visit, step), {**counters(visit, step), **typed})


def autosave(client: Client, visit: Visit, step: str, **typed):
    """Change something on a page that was opened just now."""
    url = reverse("clinic:draft", args=(visit.pk, step))
    return client.post(url, {**counters(visit, step), **typed}, headers={"HX-Request": "true"})


def page(client: Client, visit: Visit, step: str) -> str:
    return client.get(step_url(visit, step)).content.decode()
