"""A passkey in a real browser: set up, used beside the password, used alone, and used to confirm a signature."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from playwright.sync_api import expect

from pathway.plans import signing
from pathway.plans.drafts import undecided
from pathway.plans.models import Plan
from tests import make
from tests.accounts.test_second_factor import SECRET, code
from tests.plans.signed import NOW


@pytest.fixture(autouse=True)
def strict(settings, transactional_db):
    settings.REQUIRE_SECOND_FACTOR = settings.CONFIRM_TO_SIGN = True
    cache.clear()


def give_device(person) -> None:
    """A device that holds passkeys and knows its user's finger."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def sign_out(person) -> None:
    person.page.locator(".app-menu summary").click()
    person.press("Sign out")


def test_a_passkey_is_set_up_signs_in_and_confirms_a_signature(meet, clinician):
    person = meet()
    page = person.page
    give_device(person)
    person.sign_in("marsh", "Kestrel-Harbor-41")
    person.sees("Second factor")
    person.look()
    page.get_by_role("link", name="Add a passkey").click()
    person.sees("Add a passkey")
    person.look()
    page.get_by_label("Sign in with it alone").check()
    person.press("Add the passkey")
    person.sees("Recovery codes")
    person.look()
    assert Authenticator.objects.filter(user=clinician, type="webauthn").count() == 1

    sign_out(person)
    person.sees("Sign in")
    person.look()
    person.press("Sign in with a passkey")
    person.sees("Worklist")

    sign_out(person)
    person.sign_in("marsh", "Kestrel-Harbor-41")
    person.sees("Your second factor")
    person.look()
    person.press("Use a passkey")
    person.sees("Worklist")

    clinician.set_unusable_password()  # as for someone of a single sign-on: the passkey is all they have
    clinician.save()
    person.is_signed_in(clinician)
    visit = make.visit(by=clinician, **make.UNREMARKABLE, pain_nrs=6, bone_medicine="none")
    for result in undecided(visit):
        signing.decide(visit, result.name, "follow", clinician, NOW)
    person.open(f"/visits/{visit.pk}/sign/")
    person.sees("Confirm that it is you")
    person.look()
    person.press("Use a passkey")
    expect(page).to_have_url(f"{person.url}/visits/{visit.pk}/sign/")
    expect(page.locator("h1")).not_to_have_text("Confirm that it is you")
    assert not Plan.objects.exists()


def paste(person, label: str, text: str) -> None:
    """As from a password manager: out of the clipboard, no key of the text itself."""
    person.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    person.page.get_by_label(label, exact=True).press("Control+v")


def test_password_and_code_are_pasted(meet, clinician):
    TOTP.activate(clinician, SECRET)
    person = meet(permissions=["clipboard-read", "clipboard-write"])
    page = person.page
    person.open("/")
    paste(person, "User name or email", "marsh")
    paste(person, "Password", "Kestrel-Harbor-41")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("autocomplete", "current-password")
    person.press("Sign in")
    person.sees("Your second factor")
    box = page.locator("input[name=code]")
    expect(box).to_have_attribute("autocomplete", "one-time-code")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", code())
    box.press("Control+v")
    person.press("Sign in")
    person.sees("Worklist")
