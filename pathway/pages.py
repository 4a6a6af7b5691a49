"""What belongs to no part of the pathway: the frame of every page, what this is, and whether it is up."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from pathway import __version__
from pathway.accounts import demo
from pathway.accounts.session_limits import seconds_left
from pathway.clinic.models import EmergencyAccess
from pathway.guideline.limits import edition_for
from pathway.wording.models import Release


def frame(request: HttpRequest) -> dict:
    """For every template: the version and release for the footer, and who can be played if this is the demo."""
    release = SimpleLazyObject(lambda: Release.objects.filter(is_effective=True).first())
    left = SimpleLazyObject(lambda: -(-seconds_left(request) // 60) * 60)  # whole minutes: the page asks before it acts
    waiting = SimpleLazyObject(lambda: EmergencyAccess.objects.filter(review=None).count())  # asked for overseers only
    session = {
        "emergencies_waiting": waiting,
        "session_seconds": left,
        "session_idle_seconds": settings.SESSION_IDLE_SECONDS,
    }
    return {"is_demo": settings.DEMO, "demo_people": demo.people, "version": __version__, "release": release, **session}


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html", {"edition": edition_for(timezone.localdate()).edition})


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the application answers and its database does. For a load balancer: it names nothing and nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "up"})
