from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class PathwayAdminSite(admin.AdminSite):
    """Django's admin for wording and accounts. A sign-in of its own would bypass the limits on attempts."""

    site_header = _("Wording, users and clinics")
    site_title = _("Pathway administration")
    index_title = _("Administration")

    def login(self, request, extra_context=None):
        """Where the admin sends whoever it refuses. They are signed in already: the middleware saw to that."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
