"""Signing in and out is written to the audit trail, whichever page or command did it."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from . import audit, kept_forms
from .models import User


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs) -> None:
    kept_forms.forget_all_but(request, str(user.pk))
    audit.record(audit.Action.SIGN_IN, actor=user, at=timezone.now(), about=("user", user.pk))


@receiver(user_logged_out)
def signed_out(sender, user, **kwargs) -> None:
    if user is not None:
        audit.record(audit.Action.SIGN_OUT, actor=user, at=timezone.now(), about=("user", user.pk))


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, **kwargs) -> None:
    """Names the account that was tried, if there is one; what was typed is not kept: it may be a password."""
    tried = [credentials[name] for name in ("username", "email") if credentials.get(name)]
    user = User.objects.filter(Q(username__in=tried) | Q(email__in=tried)).first() if tried else None
    audit.record(
        audit.Action.SIGN_IN_FAILED,
        actor=None,
        at=timezone.now(),
        about=("user", user.pk if user else ""),
        outcome=audit.Outcome.REFUSED,
    )
