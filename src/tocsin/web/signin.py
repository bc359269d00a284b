"""Sign-in: no self-registration, and a second factor for everyone."""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import segno
from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from tocsin.core.reference.results import Hidden
from tocsin.store import vault

FRESH_S = 300
_BOUND_TO = "totp"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator's command, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: there is no page to make an account."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send a closed account back to the start: nobody learns that it was ever open."""
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether to ask once more who it is: not within minutes of having signed in."""
        given = context.request.session.get("account_authentication_methods", ())
        return not any(time.time() - one.get("at", 0) < FRESH_S for one in given)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing on the next page: that somebody signed in is plain from being in."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: an account has no mail address."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are kept sealed under the mission's key."""

    def encrypt(self, text: str) -> str:
        """Return the secret sealed, as text for its column."""
        return base64.b64encode(vault.seal(Hidden(text), _BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret that `encrypt` sealed."""
        sealed = base64.b64decode(encrypted_text)
        return vault.unseal(sealed, _BOUND_TO).reveal(purpose="check a second factor")

    def build_totp_svg(self, url: str) -> str:
        """Return the picture that an authenticator app reads, dark on white whatever the theme."""
        picture = io.BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=3, light="#fff", xmldecl=False)
        return picture.getvalue().decode()


urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", require_POST(account.logout), name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("pass-phrase/", account.password_change, name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/code/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/enrol/", totp.activate_totp, name="mfa_activate_totp"),
    # Nobody goes without a second factor: a lost device is replaced by the administrator.
    path("second-factor/remove/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
