"""Writes of pieces that are being put together."""

from __future__ import annotations

from datetime import datetime, timedelta

from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import Gateway, Gathering, Piece, Source

# Gateways deliver the same piece again up to ninety days later.
KEEP = timedelta(days=120)


def lock(gateway: str) -> None:
    """Let pieces of one gateway in one after the other, so that no two begin the same set."""
    Gateway.objects.select_for_update().filter(name=gateway).first()


def open_set(message: Message, *, gateway: str, source: Source | None, kind: str) -> Gathering:
    """Begin a set with what its first piece says of it; sets too old to be asked for again go."""
    Gathering.objects.filter(last_at__lt=message.received_at - KEEP).delete()
    return Gathering.objects.create(
        gateway=gateway,
        kind=kind,
        channel=message.channel.value,
        handle=source.handle if source else "",
        source=source,
        reference=message.part.reference[:40] if message.part else "",
        total=message.part.total if message.part else None,
        first_at=message.received_at,
        last_at=message.received_at,
    )


def add_piece(
    row: Gathering, *, fingerprint: str, position: int, text: Hidden[str], at: datetime, now: datetime
) -> None:
    """Keep one piece, its text sealed."""
    words = text.reveal(purpose="seal")
    sealed = vault.seal(text, f"piece:{fingerprint}") if words else None
    Piece.objects.create(gathering=row, fingerprint=fingerprint, position=position, text_sealed=sealed, at=at)
    Gathering.objects.filter(pk=row.pk).update(last_at=now)


def shown(row: Gathering, ref: str) -> None:
    """Remember under which message a set was last put up."""
    row.shown = ref
    row.save(update_fields=["shown"])


def close(row: Gathering, *, at: datetime) -> None:
    """Mark a set as whole; the texts of its parts stand in the message now and are taken away here."""
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    Piece.objects.filter(gathering=row).update(text_sealed=None)
