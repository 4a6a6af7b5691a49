"""Administrators manage people and clinics here. No patient is reachable from the Django admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from .models import Clinic, User

ROLES = ("is_clinician", "is_wording_editor", "is_administrator")


class NewUserForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User


class ChangeUserForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(Clinic)
class ClinicAdmin(admin.ModelAdmin):
    list_display = ("name", "region", "phone")

    def has_delete_permission(self, request, obj=None) -> bool:
        """A clinic that signed a plan stays on that plan."""
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = ChangeUserForm
    add_form = NewUserForm
    list_display = ("username", "printed_name", "clinic", *ROLES, "is_active")
    list_filter = ("clinic", *ROLES, "is_active")
    list_select_related = ("clinic",)
    search_fields = ("username", "printed_name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        (_("On signed plans"), {"fields": ("printed_name", "professional_id", "clinic")}),
        (_("Roles"), {"fields": ("is_active", *ROLES)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_readonly_fields(self, request, obj=None):
        """Nobody changes their own roles: another administrator does."""
        own = ("is_active", *ROLES) if obj == request.user else ()
        return (*self.readonly_fields, *own)

    def has_delete_permission(self, request, obj=None) -> bool:
        """People who leave are made inactive: what they signed keeps their name."""
        return False
