"""Gateways: register one, change it, switch it off, and show what each carried."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tocsin import channels
from tocsin.core.evidence.gateways import Verdict
from tocsin.core.evidence.signatures import MIN_SECRET_BYTES, derived
from tocsin.core.reference.results import Because, Hidden
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import sending
from tocsin.services.refusals import Refusal, Refused, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts
from tocsin.store.queries import gateways as read
from tocsin.store.writes import gateways as write
from tocsin.store.writes import record

KINDS: Final = channels.GATEWAYS
NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


def make_gateway(
    name: str,
    *,
    channel: str,
    now: datetime,
    secret: Hidden[str] | None = None,
    outbound: Hidden[str] | None = None,
    options: Mapping[str, str] | None = None,
    rank: int = 10,
) -> str:
    """Register a gateway, or replace the one of that name, and return its secret once.

    Without `secret` one is drawn; some providers give their own instead. `outbound` is what the
    provider asks of us when we send by it.

    Raises
    ------
    Refusal
        When the name, the channel or the secret cannot be used.
    """
    if not NAME.fullmatch(name):
        raise Refusal(Because("refused.gateway_name"))
    if secret is not None and len(secret.reveal(purpose="measure").encode()) < MIN_SECRET_BYTES:
        raise Refusal(Because("refused.gateway_secret", {"least": MIN_SECRET_BYTES}))
    kept = secret or Hidden(secrets.token_urlsafe(32))
    with transaction.atomic():
        write.save_gateway(
            name, channel=channel, secret=kept, outbound=outbound, options=dict(options or {}), rank=rank
        )
        record.note_many(SYSTEM, "gateway_made", [f"gateway:{name}"], at=now)
    return kept.reveal(purpose="show once")


def facts_of(name: str, *, channel: str, secret: Hidden[str]) -> dict[str, str]:
    """Return what the provider of a gateway must be told beside its secret: the address, and what it is asked to prove."""
    base = str(settings.MISSION.get("public_address", "")).rstrip("/")
    facts = {"address": f"{base}/in/{name}/"}
    if channel == "whatsapp":
        facts["verify_token"] = derived(secret.reveal(purpose="show once").encode(), "verify")
    return facts


def missing_options(channel: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Return the settings without which nothing can be sent by a gateway of this channel."""
    return tuple(need for need in channels.gateway(channel).NEEDS if not options.get(need))


def switch(viewer: Viewer, name: str, *, on: bool, now: datetime) -> None:
    """Open or close a gateway. A closed one is not believed and carries nothing; what waits takes another way."""
    access.require(viewer, "change", "gateway")
    with transaction.atomic():
        if not NAME.fullmatch(name) or not write.change_gateway(name, is_active=on):
            raise Refused(Because("access.not_found"))
        record.note_many(viewer, "gateway_on" if on else "gateway_off", [f"gateway:{name}"], at=now)


def rank(viewer: Viewer, name: str, *, place: int, now: datetime) -> None:
    """Say which gateway is tried first: the lowest number."""
    access.require(viewer, "change", "gateway")
    with transaction.atomic():
        if not NAME.fullmatch(name) or not write.change_gateway(name, rank=max(1, min(place, 99))):
            raise Refused(Because("access.not_found"))
        record.note_many(viewer, "gateway_ranked", [f"gateway:{name}"], at=now)


def send_test(viewer: Viewer, name: str, *, to: str, now: datetime) -> dict[str, Any]:
    """Send a test message to an account by one gateway alone, and return what became of it.

    Nothing is tried a second time and no other way is taken: this asks whether this gateway works.
    What it hands over is no message of the mission and stands on no list.

    Raises
    ------
    Refusal
        When the gateway carries nothing out, or the account has no telephone.
    """
    access.require(viewer, "change", "gateway")
    row = read.active(name) if NAME.fullmatch(name) else None
    if row is None:
        raise Refused(Because("access.not_found"))
    account = found_or_refuse(alerts.account(to), "account")
    if not carries_out(row):
        raise Refusal(Because("gateway.carries_nothing"))
    handed = sending.hand_over_test(row, account, now=now)
    if handed is None:
        raise Refusal(Because("gateway.no_telephone"))
    with transaction.atomic():
        record.note_many(viewer, "gateway_tested", [f"gateway:{name}", f"account:{to}"], at=now)
    taken = handed.verdict is Verdict.TAKEN
    return {"gateway": name, "account": to, "is_taken": taken, "reason": None if taken else handed.reason or None}


def carries_out(row: Any) -> bool:
    """Return whether a gateway can carry messages out as it is set up."""
    return bool(channels.gateway(row.channel).CARRIES) and not missing_options(row.channel, row.options)


def rows(viewer: Viewer) -> list[Any]:
    """Return all gateways with what they carried."""
    return read.page(viewer)
