"""Read the calls that a telephone or an exchange saw and nobody answered: each is a sign of life, or of danger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import (
    clean,
    contact_of,
    decode,
    parse_json,
    plain,
    read_fields,
    read_moment,
    require_zone,
    too_large,
)
from tocsin.core.evidence.gateways import (
    Answer,
    Call,
    DeliveryReport,
    Handed,
    HttpRequest,
    Outgoing,
    Told,
    by_status,
    plain_answer,
)
from tocsin.core.evidence.signatures import SIGNATURE_HEADER, proves_by_password, proves_by_seal
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = ""
NEEDS: Final = ()


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return one message for each call; those of one number are gathered afterwards, and the first is shown at once."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body")) is not None:
        return large
    if isinstance(payload, Mapping):
        return (_call(payload, (), moment),)
    decoded = decode(payload)
    if not decoded.text.strip():
        return Problem("CHN-002", "request body", {"permanent": True})
    found = parse_json(decoded.text)
    items = [found] if isinstance(found, dict) else found
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return tuple(_call(item, decoded.doubts, moment) for item in items)
    form = read_fields(payload)
    if form.raw is None and form.get("from"):
        return (_call(form.values, form.doubts, moment),)
    return (Message(Channel.HOTLINE, decoded.text, moment, doubts=(*decoded.doubts, "body_not_understood")),)


def _call(item: Mapping[str, Any], doubts: tuple[str, ...], moment: datetime) -> Message:
    contact, contact_doubts = contact_of(item.get("from"))
    claimed_at, time_doubts = read_moment(item.get("called_at"), received_at=moment)
    rest = {key: value for key, value in item.items() if key not in ("from", "to", "id", "called_at")}
    return Message(
        channel=Channel.MISSED_CALL,
        text=clean(json.dumps(rest, ensure_ascii=False)).text if rest and contact is None else "[missed call]",
        received_at=moment,
        contact=contact,
        vendor_id=plain(item.get("id")),
        claimed_at=claimed_at,
        doubts=tuple(dict.fromkeys((*doubts, *contact_doubts, *time_doubts))),
    )


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return what makes the call known again: signed like a gateway of our own, or by password from an exchange."""
    if call.header(SIGNATURE_HEADER):
        return proves_by_seal(call, secret=secret, as_of=as_of)
    return proves_by_password(call, secret=secret)


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return nothing: nothing leaves by this way."""
    return ()


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well. No text goes back: a telephone that lights up at night betrays its holder."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Raise an error: nothing leaves by this way."""
    raise ValueError("missed_call carries nothing out, expected a way that does")


def understand(status: int, body: bytes) -> Handed:
    """Return what a status means."""
    return by_status(status)
