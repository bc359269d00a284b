"""Read what an SMS gateway posts: one message or a list, in JSON or as a form. The exchange is in `gateway`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.channels.sms_http.gateway import (
    CARRIES,
    NEEDS,
    answer,
    authenticate,
    compose,
    is_receipt,
    receipts,
    understand,
)
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
    words,
)
from tocsin.core.evidence.gathering import join_parts
from tocsin.core.evidence.short_text import from_hex, part_of, read_header
from tocsin.core.evidence.types import Message, PartOf
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel

__all__ = ["CARRIES", "NEEDS", "answer", "authenticate", "compose", "read", "receipts", "understand"]


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the messages of one request; only an empty or oversized body is refused.

    A body that is authentic but not understood is one message with the body as its text.
    """
    moment = require_zone(received_at)
    if isinstance(payload, Mapping):
        return (_message(dict(payload), (), moment),)
    if (large := too_large(payload, "request body")) is not None:
        return large
    decoded = decode(payload)
    if not decoded.text.strip():
        return Problem("CHN-002", "request body", {"permanent": True})
    found = parse_json(decoded.text)
    items = [found] if isinstance(found, dict) else found
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return tuple(_message(item, decoded.doubts, moment) for item in items if not is_receipt(item))
    return (_from_form_or_raw(payload, moment),)


def _from_form_or_raw(payload: bytes, received_at: datetime) -> Message:
    fields = read_fields(payload)
    if fields.raw is None and fields.get("text"):
        return _message(dict(fields.values), fields.doubts, received_at)
    shown = decode(payload)
    return Message(
        channel=Channel.SMS, text=shown.text, received_at=received_at, doubts=(*shown.doubts, "body_not_understood")
    )


def _message(item: dict[str, Any], doubts: tuple[str, ...], received_at: datetime) -> Message:
    text, text_doubts = _text(item)
    contact, contact_doubts = contact_of(item.get("from"))
    claimed_at, time_doubts = read_moment(item.get("sent_at"), received_at=received_at)
    found = (*doubts, *text_doubts, *contact_doubts, *time_doubts)
    return Message(
        channel=Channel.SMS,
        text=text,
        received_at=received_at,
        contact=contact,
        vendor_id=plain(item.get("id")),
        claimed_at=claimed_at,
        doubts=tuple(dict.fromkeys(found)),
        part=_part(item),
    )


def _part(item: dict[str, Any]) -> PartOf | None:
    """Return which part of a longer message this is: by the network's own header, or as the gateway says."""
    header = read_header(plain(item.get("udh")))
    if header is not None:
        return header
    position, total = plain(item.get("part")), plain(item.get("of"))
    if not (position.isascii() and position.isdigit() and total.isascii() and total.isdigit()):
        return None
    return part_of(plain(item.get("ref")), int(position[:4]), int(total[:4]))


def _text(item: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """An empty text is kept: a blank SMS is how some people ring the bell."""
    text, parts = item.get("text"), item.get("parts")
    if isinstance(text, str):
        cleaned = words(text)
        return cleaned.text, cleaned.doubts
    if isinstance(item.get("hex"), str):
        found = from_hex(item["hex"], plain(item.get("coding")))
        return found.text, found.doubts
    if isinstance(parts, list) and any(isinstance(part, str) for part in parts):
        whole, lost = join_parts(
            {place: part for place, part in enumerate(parts, 1) if isinstance(part, str)}, len(parts)
        )
        joined = clean(whole)
        return joined.text, (*joined.doubts, *(("part_missing",) if lost else ()))
    # The sender's number is held apart, so what is shown raw goes without it.
    rest = {key: value for key, value in item.items() if key != "from"}
    raw = clean(json.dumps(rest, ensure_ascii=False))
    return raw.text, (*raw.doubts, "body_not_understood")
