"""Sign-in: no self-registration, and a second factor for everyone."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator's command, never by a visitor."""

    def is_open_for_signup(self, request) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are kept sealed."""
