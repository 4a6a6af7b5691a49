"""Who may open a page. Everyone must be signed in (the SignInRequired middleware); these add a role."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied

View = Callable


def _role_required(may_enter: Callable) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may_enter(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(checked)

    return decorate


signed_in = login_required
clinician_required = _role_required(lambda user: user.is_clinician and user.clinic_id is not None)
editor_required = _role_required(lambda user: user.is_wording_editor)
administrator_required = _role_required(lambda user: user.is_administrator)
