"""What administrators and editors do in the Django admin is in the audit trail like everything else."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from . import audit
from .own_sentences import OneRow, own_sentences

LONGEST_REASON = 200


class Audited(admin.ModelAdmin):
    """Additions, changes and deletions leave an event: who, which object and which fields, never what they hold.

    Django calls these where it keeps its own history, inside the transaction of the change. A page of one's own calls
    `note` inside its transaction.
    """

    kind = ""
    """What an event calls the object, where the name of its model is longer than an event holds (20)."""

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        own_sentences(form.base_fields)
        return form

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        return super().formfield_for_foreignkey(db_field, request, **{"form_class": OneRow, **kwargs})

    def log_addition(self, request: HttpRequest, obj, message):
        self.note(request, audit.Action.CREATE, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj, message):
        self.note(request, audit.Action.CHANGE, obj, _fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset):
        for obj in queryset:
            self.note(request, audit.Action.DELETE, obj)
        return super().log_deletions(request, queryset)

    def note(self, request: HttpRequest, action: str, obj, reason: str = "") -> None:
        """Write an event about this object. `reason` is ours, such as the names of fields, never a person's words."""
        about = (self.kind or obj._meta.model_name, obj.pk)
        reason = reason[:LONGEST_REASON]
        audit.record(action, actor=request.user, at=timezone.now(), about=about, reason=reason)


def _fields(message) -> str:
    """The names of the fields that changed, from the list that Django makes for its own history."""
    if isinstance(message, str):
        return ""
    changed = (entry["changed"] for entry in message if "changed" in entry)
    return ", ".join(str(name) for one in changed for name in one.get("fields", ()))
