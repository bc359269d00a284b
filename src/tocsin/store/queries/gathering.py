"""Reads of pieces that are being put together."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import Gathering, Piece


def set_of_piece(fingerprint: str) -> Gathering | None:
    """Return the set that a piece belongs to, None where it never came before."""
    found = Piece.objects.select_related("gathering").filter(fingerprint=fingerprint).first()
    return found.gathering if found else None


def open_set(message: Message, *, gateway: str, handle: str, kind: str, since: datetime) -> Gathering | None:
    """Return the newest set that a new piece can belong to, None where it begins one."""
    rows = Gathering.objects.filter(gateway=gateway, kind=kind, handle=handle, first_at__gt=since, closed_at=None)
    if message.part is None:
        return rows.order_by("-id").first()
    rows = rows.filter(reference=message.part.reference, total=message.part.total)
    newest = rows.order_by("-id").first()
    # Senders count from one again: another text in the same place is another message.
    if newest is not None and newest.pieces.filter(position=message.part.position).exists():
        return None
    return newest


def set_row(number: str) -> Gathering | None:
    """Return one set, taken in hand for change."""
    return Gathering.objects.select_for_update(of=("self",)).filter(pk=number).first()


def pieces_in(row: Gathering) -> int:
    """Return how many pieces of a set have come."""
    return Piece.objects.filter(gathering=row).count()


def pieces_of(row: Gathering) -> dict[int, tuple[str, datetime, int]]:
    """Return the text, the moment and the number of each piece by its place."""
    return {
        piece.position: (_text(piece), piece.at, piece.pk)
        for piece in Piece.objects.filter(gathering=row).order_by("position")
    }


def contact_of(row: Gathering) -> Hidden[str] | None:
    """Return how the sender of a set is reached, for the source behind it."""
    contact = getattr(row.source, "contact", None)
    return vault.unseal(contact.sealed, f"contact:{row.source.ref}") if contact and row.source else None


def _text(piece: Piece) -> str:
    if piece.text_sealed is None:
        return ""
    return vault.unseal(piece.text_sealed, f"piece:{piece.fingerprint}").reveal(purpose="put together")
