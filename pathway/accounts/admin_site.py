from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class PathwayAdminSite(admin.AdminSite):
    """Django's admin for wording and accounts. A sign-in of its own would bypass the limits on attempts."""

    site_header = _("Wording, users and clinics")
    site_title = _("Pathway administration")
    index_title = _("Administration")

    login = secure_admin_login(admin.AdminSite.login)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
