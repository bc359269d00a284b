"""Read what an SMS gateway posts: one message or a list, in JSON or as a form. The exchange is in `gateway`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

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
    MAX_BODY_BYTES,
    MAX_CONTACT_CHARACTERS,
    clean,
    decode,
    parse_json,
    read_fields,
    read_moment,
    require_zone,
)
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

__all__ = ["CARRIES", "NEEDS", "answer", "authenticate", "compose", "read", "receipts", "understand"]

# What stands where one part of a long message never reached the gateway.
MISSING_PART: Final = "[…]"


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the messages of one request; only an empty or oversized body is refused.

    A body that is authentic but not understood is one message with the body as its text.
    """
    moment = require_zone(received_at)
    if isinstance(payload, Mapping):
        return (_message(dict(payload), (), moment),)
    if len(payload) > MAX_BODY_BYTES:
        facts = {"bytes": len(payload), "limit": MAX_BODY_BYTES, "permanent": True}
        return Problem("CHN-001", "request body", facts)
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
    contact, contact_doubts = _contact(item.get("from"))
    claimed_at, time_doubts = read_moment(item.get("sent_at"), received_at=received_at)
    found = (*doubts, *text_doubts, *contact_doubts, *time_doubts)
    return Message(
        channel=Channel.SMS,
        text=text,
        received_at=received_at,
        contact=contact,
        vendor_id=_plain(item.get("id")),
        claimed_at=claimed_at,
        doubts=tuple(dict.fromkeys(found)),
    )


def _text(item: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """An empty text is kept: a blank SMS is how some people ring the bell."""
    text, parts = item.get("text"), item.get("parts")
    if isinstance(text, str):
        cleaned = clean(text)
        return cleaned.text, cleaned.doubts if cleaned.text.strip() else (*cleaned.doubts, "text_empty")
    if isinstance(parts, list) and any(isinstance(part, str) for part in parts):
        joined = clean("".join(part if isinstance(part, str) else MISSING_PART for part in parts))
        lost = () if all(isinstance(part, str) for part in parts) else ("part_missing",)
        return joined.text, (*joined.doubts, *lost)
    # The sender's number is held apart, so what is shown raw goes without it.
    rest = {key: value for key, value in item.items() if key != "from"}
    raw = clean(json.dumps(rest, ensure_ascii=False))
    return raw.text, (*raw.doubts, "body_not_understood")


def _contact(value: Any) -> tuple[Hidden[str] | None, tuple[str, ...]]:
    contact = _plain(value)
    if not contact:
        return None, ("contact_missing",)
    if len(contact) > MAX_CONTACT_CHARACTERS:
        return Hidden(contact[:MAX_CONTACT_CHARACTERS]), ("contact_cut",)
    return Hidden(contact), ()


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(str(value)).text.strip()[:200]
