"""Tokens of the API: shown once, kept as a fingerprint, good for named kinds of record and a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.intake import account_viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import alerts
from tocsin.store.queries import tokens as read
from tocsin.store.writes import record
from tocsin.store.writes import tokens as write

SCOPES: Final = frozenset(
    {
        "read:alerts", "write:alerts", "read:reports", "write:reports", "read:incidents", "read:places",
        "read:matrix", "read:coverage", "read:gaps", "write:gaps", "read:lessons", "write:lessons", "read:records",
        "read:audit", "read:duty", "write:duty", "read:networks", "write:networks", "read:warnings", "write:warnings",
        "read:policy", "write:policy", "read:words", "write:words", "read:gateways", "write:gateways", "read:accounts",
        "write:accounts",
    }
)  # fmt: skip
LONGEST: Final = timedelta(days=366)
_HEAD: Final = "tocsin_"


def issue(account: str, *, scopes: Iterable[str], label: str, now: datetime, expires_at: datetime) -> str:
    """Return a new token of an account, once; only its fingerprint is kept.

    A token never opens more than the role of its account does: the scopes narrow it further.

    Raises
    ------
    Refusal
        When a scope is not known, none is given, or the token would be good for more than a year.
    """
    asked = sorted(set(scopes))
    unknown = [scope for scope in asked if scope not in SCOPES]
    if unknown or not asked:
        facts = {"scopes": ", ".join(unknown) or None, "known": ", ".join(sorted(SCOPES))}
        raise Refusal(Because("token.unknown_scope", facts))
    if not now < expires_at <= now + LONGEST:
        raise Refusal(Because("token.bad_time", {"days": LONGEST.days}))
    with transaction.atomic():
        holder = found_or_refuse(alerts.account(account), "account")
        token = _HEAD + secrets.token_urlsafe(32)
        row = write.keep_token(holder, token, scopes=asked, label=label or account, at=now, expires_at=expires_at)
        record.note_many(SYSTEM, "token_issued", [f"account:{account}", f"token:{row.pk}"], at=now, groups=asked)
    return token


def revoke(label: str, *, now: datetime) -> int:
    """End every token of this label at once; return how many there were."""
    with transaction.atomic():
        ended = write.revoke_tokens(label, at=now)
        record.note_many(SYSTEM, "token_revoked", [f"tokens:{ended}"], at=now)
    return ended


def viewer_for(token: str, *, now: datetime) -> tuple[Viewer, frozenset[str]] | None:
    """Return whom a token looks as, and what it is good for; None when it is good for nothing."""
    if not token.startswith(_HEAD):
        return None
    row = read.token_row(token, as_of=now)
    return (account_viewer(row.account), frozenset(row.scopes)) if row else None
