"""Signing in and out, and every change of what someone signs in with, is in the audit trail, whatever did it."""

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import authentication_step_completed, password_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from . import audit, kept_forms, resets, second_factor
from .models import User


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs) -> None:
    kept_forms.forget_all_but(request, str(user.pk))
    used = {record["method"] for record in get_authentication_records(request, user)}
    _note(audit.Action.SIGN_IN, user, user, "single sign-on" if "socialaccount" in used else "")
    resets.tell(request, user)


@receiver(user_logged_out)
def signed_out(sender, user, **kwargs) -> None:
    if user is not None:
        _note(audit.Action.SIGN_OUT, user, user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, **kwargs) -> None:
    """Names the account that was tried, if there is one; what was typed is not kept: it may be a password."""
    tried = [credentials[name] for name in ("username", "email") if credentials.get(name)]
    user = User.objects.filter(Q(username__in=tried) | Q(email__in=tried)).first() if tried else None
    _note(audit.Action.SIGN_IN_FAILED, None, user, outcome=audit.Outcome.REFUSED)


@receiver(authentication_failed)
def code_failed(sender, user, **kwargs) -> None:
    _note(audit.Action.SIGN_IN_FAILED, None, user, "second factor", audit.Outcome.REFUSED)


@receiver(authentication_step_completed)
def confirmed(sender, user, method, reauthenticated=False, **kwargs) -> None:
    if reauthenticated:
        _note(audit.Action.CONFIRM, user, user, kwargs.get("type", method))


@receiver(authenticator_used)
def recovery_code_used(sender, user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note(audit.Action.CREDENTIALS, user, user, "recovery code used")


@receiver(password_changed)
def own_password_changed(sender, user, **kwargs) -> None:
    _note(audit.Action.CREDENTIALS, user, user, "password changed")


@receiver(post_save, sender=Authenticator)
def second_factor_set_up(sender, instance, created, **kwargs) -> None:
    if not created:
        return
    actor = _acting()
    _note(audit.Action.CREDENTIALS, actor, instance.user, f"{instance.type} set up")
    if actor == instance.user and instance.type in second_factor.FACTORS:
        second_factor.note_use(context.request, instance)


@receiver(post_delete, sender=Authenticator)
def second_factor_removed(sender, instance, **kwargs) -> None:
    _note(audit.Action.CREDENTIALS, _acting(), instance.user, f"{instance.type} removed")


def _acting() -> User | None:
    """Whose request this is; nobody's in a command."""
    user = getattr(context.request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _note(action: str, actor, user, reason: str = "", outcome: str = audit.Outcome.DONE) -> None:
    about = ("user", user.pk if user else "")
    audit.record(action, actor=actor, at=timezone.now(), about=about, reason=reason, outcome=outcome)
