"""The two pages that belong to no part of the pathway: what this is, and whether it is up."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the application answers and its database does. For a load balancer: it names nothing and nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "up"})
