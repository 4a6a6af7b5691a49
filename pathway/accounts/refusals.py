"""The pages for what cannot be done: each says in a sentence what is wrong and what to do next."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

TOO_MUCH = gettext_lazy("More was sent than a form of this application holds (512 kilobytes, 400 fields). Shorten it.")


def refuse(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """The error page of that status, `<status>.html`, with the sentence on it."""
    return render(request, f"{status}.html", {"sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return refuse(request, 413, TOO_MUCH)
    return refuse(request, 400, _("The request holds something this application cannot read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, _("Your role does not include this page. An administrator can change your roles."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404, _("There is nothing at this address, or it is not yours to see."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth's limits on sign-in attempts answer with this."""
    response = refuse(request, 429, _("Too many attempts. Wait five minutes, then try again."))
    response.headers["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """For every error that nothing else answers, wherever it rose: in a view, in the session, while signing in.

    A database that is busy, restarting or gone is no defect: 503, and the same request is answered once it is back.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return database_busy()
    return _without_database(500, _("Something failed on our side and was recorded. What you saved before is kept."))


def database_busy() -> HttpResponse:
    sentence = _("The database does not answer. Wait a moment, then reload this page: that sends what you typed again.")
    response = _without_database(503, sentence)
    response.headers["Retry-After"] = "5"
    return response


def _without_database(status: int, sentence: str) -> HttpResponse:
    """A page that asks neither who is signed in nor for the release: the database may be what failed."""
    return HttpResponse(render_to_string(f"{status}.html", {"sentence": sentence}), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last sign-in. It is kept for who was signed out here; anyone else reloads the page."""
    from pathway.accounts import kept_forms
    from pathway.accounts.middleware import page_of, sign_in_again

    is_kept = kept_forms.keep_from_before(request)
    if not request.user.is_authenticated:
        return sign_in_again(request)
    if is_kept:
        to = reverse("account_continue")
        return HttpResponseClientRedirect(to, status=204) if request.htmx else redirect(to)
    if request.htmx:
        return HttpResponseClientRedirect(page_of(request), status=204)
    return refuse(
        request,
        403,
        _("This form was opened before you last signed in, so it was refused. Go back and reload it."),
    )
