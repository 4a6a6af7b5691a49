"""What holds for every request: it is logged without its content, never stored, made of usable text, and signed in."""

import logging
import time
import uuid
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from pathway.accounts import audit, kept_forms
from pathway.accounts.refusals import refuse

access_log = logging.getLogger("pathway.access")
error_log = logging.getLogger("pathway.error")
COMPRESSED_ALREADY = (
    "application/zip",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


class RequestLog:
    """One line for each request: which page (its route, not its address), who, with what result, how fast."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex
        audit.request_id.set(request.id)
        started = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        # Not request.user, which would ask the database now: the database may be what failed.
        user = getattr(request, "_cached_user", None)
        fields = {
            "request_id": request.id,
            "user_id": str(user.pk) if user is not None and user.pk else None,
            "route": match.route if match else None,
            "method": request.method if request.method in ("GET", "HEAD", "POST") else "other",
            "status": response.status_code,
            "milliseconds": round((time.monotonic() - started) * 1000),
        }
        access_log.info("request", extra=fields)
        response.headers["X-Request-ID"] = request.id
        return response


class Compressed(GZipMiddleware):
    """Pages are compressed on their way; what is compressed already is sent as it is, however the browser asks."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").partition(";")[0] in COMPRESSED_ALREADY:
            return response
        return super().process_response(request, response)


class NeverStored:
    """No browser or proxy keeps a page: the next person at this computer must not find it with the Back button."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private, max-age=0"
        patch_vary_headers(response, ["HX-Request"])
        return response


class UnusableInput:
    """Text that no database column can hold, and values that only the database refuses, get a sentence, not a crash."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _has_null(request.GET) or _has_null(request.POST):
            raise SuspiciousOperation("A null character in the request.")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValidationError | DataError | OverflowError):
            error_log.error("A value was refused outside its form.", exc_info=error, extra={"request_id": request.id})
            return refuse(request, 400, _("The address or a value in it is not one this page can use."))
        return None


def _has_null(values) -> bool:
    return any("\0" in text for name, texts in values.lists() for text in (name, *texts))


class SignInRequired(LoginRequiredMiddleware):
    """Sends whoever is not signed in to sign in and back to the page they were on, not to the fragment it asked for."""

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        return sign_in_again(request)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page; htmx is told to leave the page, since it would swap the sign-in form into it."""
    to = reverse("account_continue") if kept_forms.is_waiting(request) else page_of(request)
    redirect = redirect_to_login(to)
    return HttpResponseClientRedirect(redirect.url, status=204) if request.htmx else redirect


def page_of(request: HttpRequest) -> str:
    """The path of the page that sent this request: a form's address often cannot be opened by itself."""
    if request.htmx:
        sender = request.htmx.current_url
    else:
        sender = request.headers.get("Referer") if request.method == "POST" else None
    if sender and url_has_allowed_host_and_scheme(sender, {request.get_host()}):
        return urlsplit(sender).path
    return request.path if request.method in ("GET", "HEAD") and not request.htmx else "/"
