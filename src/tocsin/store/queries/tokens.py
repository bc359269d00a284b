"""Reads of access tokens, by their fingerprint only."""

from __future__ import annotations

from datetime import datetime

from tocsin.store import vault
from tocsin.store.models import AccessToken


def token_row(token: str, *, as_of: datetime) -> AccessToken | None:
    """Return a token that is good at `as_of`, None when it is unknown, over, revoked, or its account is closed."""
    rows = AccessToken.objects.select_related("account").filter(
        fingerprint=vault.token_fingerprint(token), account__is_active=True, expires_at__gt=as_of, revoked_at=None
    )
    return rows.first()
