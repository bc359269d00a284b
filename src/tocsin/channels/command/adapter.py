"""Read a message given on the command line, or piped into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tocsin.core.evidence.decoding import (
    MAX_BODY_BYTES,
    MAX_CONTACT_CHARACTERS,
    clean,
    decode,
    is_too_large,
    read_moment,
    require_zone,
)
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return one message: bytes are its text, a mapping holds text, place, language, sender and at."""
    moment = require_zone(received_at)
    size = is_too_large(payload)
    if size is not None:
        where = "command line" if isinstance(payload, Mapping) else "standard input"
        return Problem("CHN-001", where, {"bytes": size, "limit": MAX_BODY_BYTES, "permanent": True})
    if isinstance(payload, Mapping):
        return _from_arguments(payload, moment)
    decoded = decode(payload)
    if not decoded.text.strip():
        return Problem("CHN-005", "standard input", {"permanent": True})
    return (Message(Channel.COMMAND, decoded.text.strip(), received_at=moment, doubts=decoded.doubts),)


def _from_arguments(given: Mapping[str, str], received_at: datetime) -> tuple[Message, ...] | Problem:
    values = {name: clean(value or "") for name, value in given.items()}
    plain = {name: value.text.strip() for name, value in values.items()}
    if not plain.get("text"):
        return Problem("CHN-005", "command line", {"permanent": True})
    claimed_at, time_doubts = read_moment(plain.get("at", ""), received_at=received_at)
    sender = plain.get("sender", "")[:MAX_CONTACT_CHARACTERS]
    mended = [doubt for value in values.values() for doubt in value.doubts]
    return (
        Message(
            channel=Channel.COMMAND,
            text=plain["text"],
            received_at=received_at,
            contact=Hidden(sender) if sender else None,
            claimed_at=claimed_at,
            sender_role=plain.get("role", ""),
            place_hint=plain.get("place", ""),
            language_hint=plain.get("language", ""),
            doubts=tuple(dict.fromkeys((*mended, *time_doubts))),
        ),
    )
