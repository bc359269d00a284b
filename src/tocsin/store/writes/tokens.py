"""Writes of access tokens; the token itself is never kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tocsin.store import vault
from tocsin.store.models import AccessToken, Account


def keep_token(
    account: Account, token: str, *, scopes: Iterable[str], label: str, at: datetime, expires_at: datetime
) -> AccessToken:
    """Keep the fingerprint of a token with what it may do and until when."""
    return AccessToken.objects.create(
        account=account,
        label=label[:60],
        fingerprint=vault.token_fingerprint(token),
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )


def revoke_tokens(label: str, *, at: datetime) -> int:
    """End every token of this label that is not ended yet; return how many."""
    return AccessToken.objects.filter(label=label, revoked_at=None).update(revoked_at=at)
