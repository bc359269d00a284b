"""Writes of accounts: how a post is reached, and where it belongs."""

from __future__ import annotations

from typing import Any

from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import Account


def set_contact(account: Account, contact: Hidden[str] | None) -> None:
    """Seal how an account is reached, or take it away."""
    account.contact_sealed = vault.seal(contact, f"account:{account.username}") if contact else None
    account.contact_handle = vault.fingerprint(contact) if contact else ""
    account.save(update_fields=["contact_sealed", "contact_handle"])


def is_contact_taken(contact: Hidden[str], *, but: Account) -> bool:
    """Return whether another active account is reached there: its answers could not be told apart."""
    rows = Account.objects.filter(contact_handle=vault.fingerprint(contact), is_active=True)
    return rows.exclude(pk=but.pk).exists()


def change(account: Account, **fields: Any) -> None:
    """Change what an account is and where it belongs."""
    for name, value in fields.items():
        setattr(account, name, value)
    account.save(update_fields=list(fields))
