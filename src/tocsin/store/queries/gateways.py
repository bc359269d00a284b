"""Reads of gateways; their secrets are opened here and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet

from tocsin.core.evidence.ways import Way
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access, vault
from tocsin.store.models import Gateway, OutgoingMessage
from tocsin.store.prepared import Prepared

# An unknown gateway is checked against a secret nobody holds, so that it costs the same time.
_NOBODYS = b"no gateway holds this secret"
# A sender holds a message so long: two ways out at four seconds each, and some. If it died, another may then.
CLAIM = timedelta(seconds=12)
# A way that failed is tried last for so long, and then in its turn again.
_STAYS_BEHIND = timedelta(minutes=2)


def active(name: str) -> Gateway | None:
    """Return a gateway that may call and be called, None where there is none of that name."""
    if not (name.isascii() and name.isprintable()):
        return None  # a NUL in an address would be an error of the database
    return _ACTIVE.first(name)


def secret_of(row: Gateway | None) -> bytes:
    """Return the secret by which a gateway proves itself, one that nobody holds where there is no gateway."""
    if row is None:
        return _NOBODYS
    return vault.unseal(row.secret_sealed, f"gateway:{row.name}").reveal(purpose="check a signature").encode()


def outbound_secret(row: Gateway) -> Hidden[str]:
    """Return what the provider asks of us; where it asks for nothing of its own, the gateway's secret."""
    if row.outbound_sealed is None:
        return vault.unseal(row.secret_sealed, f"gateway:{row.name}")
    return vault.unseal(row.outbound_sealed, f"gateway-out:{row.name}")


def senders() -> list[Gateway]:
    """Return every active gateway."""
    return _SENDERS.rows()


_ACTIVE = Prepared(lambda name: Gateway.objects.filter(name=name, is_active=True), CharField())
_SENDERS = Prepared(lambda: Gateway.objects.filter(is_active=True).order_by("rank", "name"))


def as_way(row: Gateway, carries: str, *, now: datetime) -> Way:
    """Return a gateway as a way out."""
    failing = row.failing_since is not None and (
        row.last_sent_at is None or row.last_sent_at < row.failing_since or row.failing_since > now - _STAYS_BEHIND
    )
    return Way(row.name, carries, row.rank, failing)


def is_early(row: Gateway, number: str, *, now: datetime) -> bool:
    """Return whether a provider's number is unknown while a message that this gateway may be carrying is in hand."""
    if OutgoingMessage.objects.filter(route=row.name, vendor_id=number).exists():
        return False
    in_hand = OutgoingMessage.objects.filter(claimed_until__gt=now, claimed_until__lte=now + CLAIM)
    return any(row.name not in spent for spent in in_hand.values_list("routes_failed", flat=True))


def page(viewer: Viewer) -> list[Gateway]:
    """Return all gateways with what they carried, for administrators."""
    access.require(viewer, "read", "gateway")
    rows = list(Gateway.objects.order_by("-is_active", "rank", "name"))
    counts = {
        row["route"]: row
        for row in OutgoingMessage.objects.exclude(route="")
        .values("route")
        .annotate(
            sent=Count("id"),
            delivered=Count("id", filter=Q(delivered_at__isnull=False)),
            failed=Count("id", filter=Q(failed_at__isnull=False, delivered_at=None)),
        )
    }
    for row in rows:
        row.figures = counts.get(row.name, {"sent": 0, "delivered": 0, "failed": 0})  # type: ignore[attr-defined]  # carried on the row for the page
    return rows


def undelivered(viewer: Viewer, *, most: int = 100) -> list[OutgoingMessage]:
    """Return what has not left, failed, or reached a screen only; never to whom. For administrators."""
    access.require(viewer, "read", "gateway")
    return list(_stuck().select_related("account", "alert").order_by("-pk")[:most])


def figures(viewer: Viewer) -> dict[str, Any]:
    """Return how much waits, failed for good, or reached no telephone though there was one to reach."""
    rows = OutgoingMessage.objects.exclude(purpose="drill").exclude(alert__is_drill=True)
    return rows.aggregate(
        unsent=Count("id", filter=Q(sent_at=None, failed_at=None)),
        failing=Count("id", filter=Q(sent_at=None, failed_at=None, attempts__gte=2)),
        failed=Count("id", filter=Q(failed_at__isnull=False, delivered_at=None)),
        screen_only=Count("id", filter=Q(route="screen", last_error="no_way_out")),
    )


def _stuck() -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(
        Q(sent_at=None) | Q(failed_at__isnull=False, delivered_at=None) | Q(route="screen", last_error="no_way_out")
    )
