"""Administrators manage people and clinics here. No patient is reachable from the Django admin."""

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import transaction
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import audit, resets
from .access import confirmed
from .audited_admin import Audited
from .models import ROLES, Clinic, User
from .own_sessions import end


class NewUserForm(forms.ModelForm):
    """Without a password: the person sets it, by a link."""

    class Meta:
        model = User
        fields = ("username", "email")


class ChangeUserForm(UserChangeForm):
    password = None

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
    add_fieldsets = ((None, {"fields": ("username", "email")}),)
    list_display = (
        "username", "printed_name", "clinic", *ROLES, "is_active", "administrator_proposed_by", "reset_proposed_by",
    )  # fmt: skip
    list_filter = ("clinic", *ROLES, "is_active")
    list_select_related = ("clinic", "administrator_proposed_by")
    actions = ("confirm_administrators", "begin_anew", "confirm_begin_anew", "end_sessions")
    search_fields = ("username", "printed_name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "email")}),
        (_("On signed plans"), {"fields": ("printed_name", "professional_id", "clinic")}),
        (_("Roles"), {"fields": ("is_active", *ROLES)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_urls(self):
        """Without the page on which Django sets another person's password."""
        return super(UserAdmin, self).get_urls()

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(reset_by=resets.waiting_names())

    @admin.display(description=_("new sign-in, proposed by"))
    def reset_proposed_by(self, person) -> str | None:
        return person.reset_by

    def get_readonly_fields(self, request, obj=None):
        """Nobody changes their own roles: another administrator does. An address that single sign-on links stays."""
        own = ("is_active", *ROLES) if obj == request.user else ()
        linked_by = ("email",) if settings.SOCIALACCOUNT_PROVIDERS and obj and resets.needs_two(obj) else ()
        return (*self.readonly_fields, *own, *linked_by)

    def save_model(self, request, obj, form, change) -> None:
        """A change of roles is an event of its own, beside that of the change. Administrators are made by two."""
        changed = [name.removeprefix("is_") for name in (*ROLES, "is_active") if name in form.changed_data]
        if "administrator" in changed and obj.is_administrator:
            obj.is_administrator, obj.administrator_proposed_by = False, request.user
            changed.remove("administrator")
        if not change:
            obj.set_unusable_password()
            self.message_user(request, _("They set their password by a link: choose it in the list of users."))
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

    @admin.action(description=_("Link to set a password (first sign-in, or all of it anew after a loss)"))
    def begin_anew(self, request, queryset) -> None:
        """Alone for whoever never signed in; for the others another administrator confirms. Nobody does their own."""
        for person in queryset.exclude(pk=request.user.pk):
            if resets.needs_two(person):
                resets.propose(person, by=request.user, at=timezone.now())
                said = _("%(name)s: the link is made once another administrator confirms it, in the list of users.")
                self.message_user(request, said % {"name": person}, messages.WARNING)
            else:
                self._hand_out(request, person, resets.begin_alone(person, by=request.user, at=timezone.now()))

    @admin.action(description=_("Confirm the link to set a password anew"))
    def confirm_begin_anew(self, request, queryset) -> None:
        """Of those whom another administrator proposed. Their password, second factors and sessions end."""
        with transaction.atomic():
            waiting = list(resets.confirmable(queryset, request.user).select_for_update(of=("self",)))
            paths = [(one.person, resets.confirm(one, by=request.user, at=timezone.now())) for one in waiting]
        for person, path in paths:
            self._hand_out(request, person, path)
        if len(paths) < len(queryset):
            self.message_user(request, _("Only what another administrator proposed is confirmed."), messages.WARNING)

    def _hand_out(self, request, person: User, path: str) -> None:
        said = _("Give %(name)s this link, and nobody else. It works once, for an hour: %(link)s")
        self.message_user(request, said % {"name": person, "link": request.build_absolute_uri(path)}, messages.SUCCESS)

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
