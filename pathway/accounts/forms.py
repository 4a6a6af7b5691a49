"""The forms of the sign-in library, with labels that say what to type."""

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from .own_sentences import own_sentences

NAME_LENGTH = 60


class _OurSentences:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own_sentences(self.fields)


class SignInForm(LoginForm):
    """allauth's calls its first box "Login"."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or email")
        own_sentences(self.fields)


class NewPasswordForm(_OurSentences, ChangePasswordForm):
    pass


class ConfirmPasswordForm(_OurSentences, PasswordForm):
    pass


class FirstPasswordForm(_OurSentences, SetPasswordForm):
    pass


class _Code:
    """Apps show six digits, which a telephone types on its number keys; a recovery code fits as well."""

    label = _("Code from your app, or a recovery code")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.max_length, field.width = self.label, 20, 10
        field.widget.attrs.update(inputmode="numeric", maxlength="20", autocomplete="one-time-code")
        own_sentences(self.fields)

    def clean_code(self) -> str:
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())  # apps show it as 123 456
        return super().clean_code()


class CodeForm(_Code, AuthenticateForm):
    pass


class ConfirmCodeForm(_Code, ReauthenticateForm):
    pass


class FirstCodeForm(_Code, ActivateTOTPForm):
    label = _("Code that the app shows now")


def _understood(check):
    """What a browser's answer is not is refused like a wrong one; reading it can fail in many ways."""
    try:
        return check()
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class _Passkey:
    def clean_credential(self):
        return _understood(super().clean_credential)


class PasskeySignInForm(_Passkey, LoginWebAuthnForm):
    pass


class PasskeyForm(_Passkey, AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(_Passkey, ReauthenticateWebAuthnForm):
    pass


class _PasskeyName:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name, to tell it from others")
        self.fields["name"].max_length = NAME_LENGTH
        self.fields["name"].widget.attrs["maxlength"] = str(NAME_LENGTH)
        own_sentences(self.fields)

    def clean_name(self) -> str:
        inherited = getattr(super(), "clean_name", None)
        return (inherited() if inherited else self.cleaned_data["name"])[:NAME_LENGTH]


class NewPasskeyForm(_PasskeyName, AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _("The device then asks for its PIN, a fingerprint or your face.")

    def clean(self):
        return _understood(super().clean)


class PasskeyNameForm(_PasskeyName, EditWebAuthnForm):
    pass
