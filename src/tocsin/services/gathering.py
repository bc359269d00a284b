"""Put together what comes in pieces: parts of a long message, and calls that were not meant to be answered.

Nothing is held back for long and nothing is lost. The first call is a message at once; parts wait half
a minute for each other. What completes a message shown before comes as a new message that names it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.core.evidence.gathering import MISSING_PART, join_parts, said_of_calls
from tocsin.core.evidence.identity import piece_key
from tocsin.core.evidence.types import Message
from tocsin.core.reference import rules
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel
from tocsin.services import intake
from tocsin.services.intake import Receipt
from tocsin.store.queries import gathering as read
from tocsin.store.writes import evidence as write_evidence
from tocsin.store.writes import gathering as write
from tocsin.store.writes import record

__all__ = ["MISSING_PART", "gather", "is_piece", "take_piece"]


def is_piece(message: Message) -> bool:
    """Return whether a message is only a piece of one."""
    return message.part is not None or message.channel is Channel.MISSED_CALL


def take_piece(message: Message, *, now: datetime, gateway: str = "") -> Receipt:
    """Keep a part or a call, once however often it comes; return the receipt of the message it belongs to.

    The reference is empty while parts still wait for each other; the piece is on the disk all the same.
    """
    source = write_evidence.source_of(message.contact, heard_at=message.received_at)
    handle = source.handle if source else ""
    kind = "parts" if message.part else "calls"
    fingerprint = piece_key(message, gateway, handle)
    write.lock(gateway)
    known = read.set_of_piece(fingerprint)
    if known is not None:
        return Receipt(known.shown, "", True)
    at = message.claimed_at or message.received_at
    since = message.received_at - _window(kind, now)
    opened = read.open_set(message, gateway=gateway, handle=handle, kind=kind, since=since)
    found = opened or write.open_set(message, gateway=gateway, source=source, kind=kind)
    position = message.part.position if message.part else read.pieces_in(found)
    write.add_piece(
        found, fingerprint=fingerprint, position=position, text=Hidden(message.text), at=at, now=message.received_at
    )
    if kind == "calls":
        return _call(found, message, now, is_first=opened is None)
    return _part(found, message, now)


def gather(number: str, now: datetime) -> None:
    """Put up what has come together so far of one set; called when its time of waiting is over."""
    found = read.set_row(number)
    if found is None or found.closed_at is not None:
        return
    pieces = read.pieces_of(found)
    if found.kind == "calls":
        if len(pieces) > 1:
            moments = sorted(at for _, at, _ in pieces.values())
            text = said_of_calls(len(pieces), moments[0], moments[-1], zone=intake.zone())
            _put_up(found, text, len(pieces), now, claimed_at=moments[0])
        write.close(found, at=now)
        return
    text, missing = join_parts({place: part for place, (part, _, _) in pieces.items()}, found.total)
    _put_up(found, text, len(pieces), now, doubts=("part_missing",) if missing else ())


def _call(found: Any, message: Message, now: datetime, *, is_first: bool) -> Receipt:
    if not is_first:
        return Receipt(found.shown, "", False)
    at = message.claimed_at or message.received_at
    text = said_of_calls(1, at, at, zone=intake.zone())
    first = replace(message, text=text, vendor_id=f"calls:{found.pk}:1")
    receipt = intake.receive(first, now=now)
    write.shown(found, receipt.ref)
    record.enqueue("gather", str(found.pk), run_at=now + _wait("calls", now), key=f"gather:{found.pk}:1")
    return receipt


def _part(found: Any, message: Message, now: datetime) -> Receipt:
    pieces = read.pieces_of(found)
    text, missing = join_parts({place: part for place, (part, _, _) in pieces.items()}, found.total)
    if not missing:
        receipt = _put_up(found, text, len(pieces), now)
        write.close(found, at=now)
        return receipt
    key = f"gather:{found.pk}:{len(pieces)}" if found.shown else f"gather:{found.pk}:1"
    record.enqueue("gather", str(found.pk), run_at=now + _wait("parts", now), key=key)
    return Receipt(found.shown, "", False)


def _put_up(
    found: Any,
    text: str,
    pieces: int,
    now: datetime,
    *,
    doubts: tuple[str, ...] = (),
    claimed_at: datetime | None = None,
) -> Receipt:
    """Give what has come together to be read, naming what was shown of it before."""
    message = Message(
        channel=Channel(found.channel),
        text=text,
        received_at=now,
        contact=read.contact_of(found),
        vendor_id=f"{found.kind}:{found.pk}:{pieces}",
        claimed_at=claimed_at or found.first_at,
        doubts=(*doubts, *(("completes_earlier",) if found.shown else ())),
        completes=found.shown,
    )
    receipt = intake.receive(message, now=now)
    write.shown(found, receipt.ref)
    return receipt


def _wait(kind: str, now: datetime) -> timedelta:
    if kind == "calls":
        return timedelta(minutes=rules.value("channels.calls_gather_minutes", now))
    return timedelta(seconds=rules.value("channels.parts_wait_seconds", now))


def _window(kind: str, now: datetime) -> timedelta:
    if kind == "calls":
        return _wait(kind, now)
    return timedelta(hours=rules.value("channels.parts_join_hours", now))
