from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .refusals import refuse


def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password. A demo person and a person of a single sign-on have none."""
    if not request.user.has_usable_password():
        return refuse(request, 403, _("This account has no password, so there is none to change."))
    return views.password_change(request)
