"""Writes of gateways: the calls taken from them, and what became of what was handed to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from tocsin.core.evidence.gateways import Carried, DeliveryReport
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import Gateway, OutgoingMessage, SeenNonce
from tocsin.store.queries.gateways import CLAIM

KEEP = timedelta(days=7)
_HEARD_AGAIN = timedelta(seconds=15)
_UNSENT = Q(sent_at=None) | Q(failed_at__isnull=False, delivered_at=None)


def save_gateway(name: str, *, channel: str, secret: Hidden[str], outbound: Hidden[str] | None, **fields: Any) -> None:
    """Register a gateway anew or for the first time, its secrets sealed; the old secret ends at once."""
    sealed = vault.seal(outbound, f"gateway-out:{name}") if outbound else None
    Gateway.objects.update_or_create(
        name=name,
        defaults={
            "channel": channel,
            "secret_sealed": vault.seal(secret, f"gateway:{name}"),
            "outbound_sealed": sealed,
            "is_active": True,
            **fields,
        },
    )


def change_gateway(name: str, **fields: Any) -> bool:
    """Set fields of a gateway; False where there is none of that name."""
    return Gateway.objects.filter(name=name).update(**fields) == 1


def take_nonce(gateway: str, nonce: str, *, at: datetime) -> bool:
    """Remember one signed call; False when it was taken before. The database decides, not a look-up."""
    SeenNonce.objects.filter(seen_at__lt=at - KEEP).delete()
    try:
        with transaction.atomic():
            SeenNonce.objects.create(gateway=Gateway.objects.get(name=gateway), nonce=nonce[:80], seen_at=at)
        return True
    except IntegrityError:
        return False


def heard(gateway: Gateway, *, at: datetime) -> None:
    """Remember that a gateway called: its silence is judged by this."""
    if gateway.last_heard_at is None or gateway.last_heard_at + _HEARD_AGAIN < at:
        Gateway.objects.filter(pk=gateway.pk).update(last_heard_at=at)


def claim(outgoing: OutgoingMessage, *, now: datetime) -> bool:
    """Take a message in hand for a few seconds; False when another sender has it, or it has left."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + CLAIM)
    won = OutgoingMessage.objects.filter(_UNSENT, free, pk=outgoing.pk).update(claimed_until=now + CLAIM)
    return won == 1


def mark_sent(outgoing: OutgoingMessage, *, at: datetime, route: str, vendor_id: str = "", error: str = "") -> bool:
    """Mark something as handed over, if no other worker did."""
    won = OutgoingMessage.objects.filter(_UNSENT, pk=outgoing.pk).update(
        sent_at=at, route=route, vendor_id=vendor_id, last_error=error, failed_at=None, claimed_until=None
    )
    return won == 1


def mark_unsent(outgoing: OutgoingMessage, *, error: str, spent: list[str]) -> int:
    """Count a failed try, and by which ways it need not be tried again; return how many tries there were."""
    OutgoingMessage.objects.filter(pk=outgoing.pk).update(
        attempts=F("attempts") + 1, last_error=error[:120], routes_failed=spent, claimed_until=None
    )
    return outgoing.attempts + 1


def mark_failed(outgoing: OutgoingMessage, *, at: datetime, error: str = "") -> bool:
    """Mark that a message reaches nobody any more, with the reason; False when that was known."""
    last_error = error or F("last_error")
    rows = OutgoingMessage.objects.filter(pk=outgoing.pk, failed_at=None)
    return rows.update(failed_at=at, last_error=last_error) == 1


def note_try(gateway: str, *, at: datetime, error: str) -> None:
    """Remember whether a gateway took what it was given: what fails is tried last."""
    row = Gateway.objects.filter(name=gateway)
    if not error:
        row.update(last_sent_at=at, failing_since=None, last_error="")
        return
    row.filter(failing_since=None).update(failing_since=at)
    row.update(last_error=error[:120])


def take_receipt(gateway: Gateway, given: DeliveryReport, *, at: datetime) -> OutgoingMessage | None:
    """Move what this gateway carried forward by its report; return it when it newly failed.

    A report never moves anything back, never touches what another gateway carried, and makes nothing.
    """
    rows = OutgoingMessage.objects.filter(route=gateway.name, vendor_id=given.vendor_id)
    row = rows.first() if given.vendor_id else None
    if row is None:
        Gateway.objects.filter(pk=gateway.pk).update(receipts_unknown=F("receipts_unknown") + 1)
        return None
    if given.state is Carried.FAILED:
        spent = sorted({*row.routes_failed, gateway.name})
        won = rows.filter(pk=row.pk, delivered_at=None, read_at=None, failed_at=None).update(
            failed_at=at, last_error=given.reason[:120] or "not_delivered", routes_failed=spent
        )
        return row if won else None
    if given.state in (Carried.DELIVERED, Carried.READ):
        rows.filter(pk=row.pk, delivered_at=None).update(delivered_at=at)
    if given.state is Carried.READ:
        rows.filter(pk=row.pk, read_at=None).update(read_at=at)
    return None
