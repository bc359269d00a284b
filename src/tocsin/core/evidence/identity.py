"""When two arrivals are one message: gateways send again, and a village must not count twice."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

from tocsin.core.evidence.types import Message
from tocsin.core.reference.terms import Channel


def content_hash(text: str) -> str:
    """Return the fingerprint of a text, the same however its accents and spaces are encoded.

    Two arrivals with one `dedupe_key` and different content hashes are a conflict: keep both.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()


def dedupe_key(channel: Channel, vendor_id: str, contact_handle: str, *, text: str, received_at: datetime) -> str:
    """Return the key by which a message sent again is known to be the same message.

    The gateway's own number decides where there is one; give it with the gateway's name in front
    (``gw-2:8731``) where a mission has several. Without it, the same words from the same contact
    in the same minute are one message. `received_at` is then the minute the sender's side claims
    where it claims one, for that stays the same when the gateway tries again.

    Notes
    -----
    Limits: two people without a contact who write the same words in the same minute become one.
    A web form therefore carries a number of its own.

    Examples
    --------
    >>> noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    >>> first = dedupe_key(Channel.SMS, "8731", "h1", text="armed men", received_at=noon)
    >>> first == dedupe_key(Channel.SMS, "8731", "h2", text="armed  men", received_at=noon)
    True
    """
    if received_at.tzinfo is None:
        raise ValueError(f"received_at is {received_at!r}, expected a moment with its time zone")
    if vendor_id:
        return _fingerprint("vendor", channel.value, vendor_id)
    minute = received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    return _fingerprint("content", channel.value, contact_handle, content_hash(text), minute)


def piece_key(message: Message, gateway: str, contact_handle: str) -> str:
    """Return the key by which a part or a call that comes again is known to be the same.

    A part is known by its place and its words, a call by its second; and by the gateway's number
    where there is one. That number alone would not do: a gateway that lost its memory counts from
    one again, and what it then brings is new.

    Notes
    -----
    Limits: a numbered call whose gateway tells no moment is known by its number and the day it came;
    brought again after midnight it counts as one ring more. That is better than a ring that is lost.
    """
    if message.part is not None:
        part = message.part
        place = f"{part.reference}:{part.position}:{part.total}"
        return _fingerprint("part", gateway, message.vendor_id, contact_handle, place, content_hash(message.text))
    moment = (message.claimed_at or message.received_at).astimezone(UTC).isoformat(timespec="seconds")
    is_by_day = message.vendor_id and message.claimed_at is None
    return _fingerprint("call", gateway, message.vendor_id, contact_handle, moment[:10] if is_by_day else moment)


def conflict_key(key: str, text: str) -> str:
    """Return the key for a message whose own key already stands for other words.

    A gateway that lost its memory counts from one again. The second message is then kept beside
    the first, and is itself known again when it comes once more.
    """
    return _fingerprint("conflict", key, content_hash(text))


def _fingerprint(*parts: str) -> str:
    # Each part is preceded by its length, so that no two lists of parts can run together alike.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
