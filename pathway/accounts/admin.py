"""Administrators manage people and clinics here. No patient is reachable from the Django admin."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import audit
from .access import confirmed
from .audited_admin import Audited
from .models import ROLES, Clinic, User
from .own_sessions import end


class NewUserForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User


class ChangeUserForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(Clinic)
class ClinicAdmin(Audited):
    list_display = ("name", "region", "phone")

    def has_delete_permission(self, request, obj=None) -> bool:
        """A clinic that signed a plan stays on that plan."""
        return False


@admin.register(User)
class PersonAdmin(Audited, UserAdmin):
    form = ChangeUserForm
    add_form = NewUserForm
    list_display = ("username", "printed_name", "clinic", *ROLES, "is_active", "administrator_proposed_by")
    list_filter = ("clinic", *ROLES, "is_active")
    list_select_related = ("clinic", "administrator_proposed_by")
    actions = ("confirm_administrators", "remove_second_factors", "end_sessions")
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

    def save_model(self, request, obj, form, change) -> None:
        """A change of roles is an event of its own, beside that of the change. Administrators are made by two."""
        changed = [name.removeprefix("is_") for name in (*ROLES, "is_active") if name in form.changed_data]
        if "administrator" in changed and obj.is_administrator:
            obj.is_administrator, obj.administrator_proposed_by = False, request.user
            changed.remove("administrator")
        super().save_model(request, obj, form, change)
        if obj.administrator_proposed_by == request.user:
            self.note(request, audit.Action.ROLE_CHANGE, obj, "proposed administrator")
            said = _("%(name)s becomes an administrator once another administrator confirms it, in the list of users.")
            self.message_user(request, said % {"name": obj}, messages.WARNING)
        if change and changed:
            given = [name for name in changed if getattr(obj, f"is_{name}")]
            taken = [name for name in changed if name not in given]
            self.note(request, audit.Action.ROLE_CHANGE, obj, _roles_changed(given, taken))

    @method_decorator(confirmed)
    def changeform_view(self, request, *args, **kwargs):
        """Roles change here."""
        return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request, extra_context=None):
        """The list is open to look at; what it does to people is confirmed."""
        view = super().changelist_view
        return (confirmed(view) if request.method == "POST" else view)(request, extra_context)

    @method_decorator(confirmed)
    @method_decorator(transaction.atomic)
    def user_change_password(self, request, id, form_url=""):
        """With its event, or not at all. Of another administrator nobody sets it: that would be signing in as two."""
        person = self.get_object(request, id)
        if person is not None and person.is_administrator and person != request.user:
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        if response.status_code == 302 and request.method == "POST":
            self.note(request, audit.Action.CREDENTIALS, self.get_object(request, id), "password set by administrator")
        return response

    @admin.action(description=_("Confirm as administrators"))
    def confirm_administrators(self, request, queryset) -> None:
        """Of those whom another administrator proposed. Nobody confirms themselves, or whom they proposed."""
        by_another = {"administrator_proposed_by__is_administrator": True, "administrator_proposed_by__is_active": True}
        waiting = queryset.filter(**by_another).exclude(administrator_proposed_by=request.user)
        waiting = waiting.exclude(pk=request.user.pk).filter(is_clinician=False, is_auditor=False)
        with transaction.atomic():
            people = list(waiting.select_for_update(of=("self",)))
            for person in people:
                reason = f"given administrator, proposed by {person.administrator_proposed_by_id}"
                person.is_administrator, person.administrator_proposed_by = True, None
                person.save(update_fields=["is_administrator", "administrator_proposed_by"])
                self.note(request, audit.Action.ROLE_CHANGE, person, reason)
        count = len(people)
        said = ngettext("%(count)d administrator was confirmed.", "%(count)d administrators were confirmed.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS if people else messages.WARNING)
        if count < len(queryset):
            self.message_user(request, _("Only whom another administrator proposed is confirmed."), messages.WARNING)

    @admin.action(description=_("Remove the second factors (after a loss)"))
    def remove_second_factors(self, request, queryset) -> None:
        """For whoever lost their device and their recovery codes. Each removal is an event; nobody does their own."""
        others = queryset.exclude(pk=request.user.pk)
        with transaction.atomic():
            Authenticator.objects.filter(user__in=others).delete()
        said = ngettext("%(count)d person sets one up anew.", "%(count)d people set one up anew.", len(others))
        self.message_user(request, said % {"count": len(others)})

    @admin.action(description=_("Sign out everywhere"))
    def end_sessions(self, request, queryset) -> None:
        """Wherever they are signed in. Each session is an event; one's own are ended on one's own page."""
        count = end(UserSession.objects.filter(user__in=queryset.exclude(pk=request.user.pk)), by=request.user)
        said = ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count)
        self.message_user(request, said % {"count": count})

    def has_delete_permission(self, request, obj=None) -> bool:
        """People who leave are made inactive: what they signed keeps their name."""
        return False


def _roles_changed(given: list[str], taken: list[str]) -> str:
    parts = [f"{word} {', '.join(names)}" for word, names in (("given", given), ("taken", taken)) if names]
    return "; ".join(parts)
