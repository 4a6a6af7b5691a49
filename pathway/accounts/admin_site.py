from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .audited_admin import Audited


class PathwayAdminSite(admin.AdminSite):
    """Django's admin for wording, accounts and clinical cases. A sign-in of its own would bypass the limits on
    attempts."""

    site_header = _("Wording, cases, users and clinics")
    site_title = _("Pathway administration")
    index_title = _("Administration")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only what says who leaves an event: groups, and the tables of the sign-in library, have no page here."""
        if admin_class is not None and issubclass(admin_class, Audited):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view, cacheable=False):
        """Whoever does not manage a model is refused at all its addresses, and so never learns what exists there."""
        opened = super().admin_view(view, cacheable)
        model_admin = getattr(view, "__self__", None)
        if not isinstance(model_admin, admin.ModelAdmin):
            return opened

        @wraps(opened)
        def checked(request, *args, **kwargs):
            if self.has_permission(request) and not model_admin.has_module_permission(request):
                raise PermissionDenied
            return opened(request, *args, **kwargs)

        return checked

    def login(self, request, extra_context=None):
        """Where the admin sends whoever it refuses. They are signed in already: the middleware saw to that."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
