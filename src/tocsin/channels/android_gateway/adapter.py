"""Read what the app "SMS Gateway for Android" posts from a telephone at the base, and have it send."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import (
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
from tocsin.core.evidence.gateways import (
    Answer,
    Call,
    Carried,
    DeliveryReport,
    Handed,
    HttpRequest,
    Outgoing,
    Told,
    by_status,
    json_request,
    plain_answer,
)
from tocsin.core.evidence.signatures import TOLERANCE, not_believed, signed_by
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "sms"
NEEDS: Final = ("url", "user")
_STATES: Final = {"sms:sent": Carried.SENT, "sms:delivered": Carried.DELIVERED, "sms:failed": Carried.FAILED}
_QUIET: Final = frozenset({*_STATES, "system:ping"})
_HOLDS_TEXT: Final = frozenset({"sms:received", ""})


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the message of an event; none where the event only reports on the telephone or on a delivery."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body")) is not None:
        return large
    event, told = _event(payload)
    if event in _QUIET:
        return ()
    if not told:
        shown = read_fields(payload)
        if not (shown.raw or "").strip() and not shown.values:
            return Problem("CHN-002", "request body", {"permanent": True})
        return (Message(Channel.SMS, shown.raw or "", moment, doubts=(*shown.doubts, "body_not_understood")),)
    said = words(told.get("message", told.get("text", "")))
    contact, contact_doubts = contact_of(told.get("sender") or told.get("phoneNumber") or told.get("from"))
    claimed_at, time_doubts = read_moment(told.get("receivedAt"), received_at=moment)
    more = () if event in _HOLDS_TEXT else ("attachment_not_opened",)
    # The app makes `messageId` from the words: only with its moment does it tell two alike messages apart.
    number = "@".join(part for part in (plain(told.get("messageId")), plain(told.get("receivedAt"))) if part)
    return (
        Message(
            channel=Channel.SMS,
            text=said.text,
            received_at=moment,
            contact=contact,
            vendor_id=number,
            claimed_at=claimed_at,
            doubts=tuple(dict.fromkeys((*said.doubts, *contact_doubts, *time_doubts, *more))),
        ),
    )


def _event(payload: bytes | Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """Return what an event is and what it holds; nothing where it is none."""
    if isinstance(payload, Mapping):
        return "", payload
    found = parse_json(decode(payload).text)
    if not isinstance(found, dict):
        return "", {}
    told = found.get("payload")
    return plain(found.get("event")), told if isinstance(told, dict) else {}


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when the app signed this body just now, or why it is not believed.

    The app sends an event again with the very signature it had: it is then known by its message.
    """
    stamp = call.header("X-Timestamp")
    if not signed_by(secret, call.body + stamp.encode(), call.header("X-Signature")):
        return not_believed()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return Problem("CHN-011", "gateway", {"header": "X-Timestamp", "permanent": True})
    apart = abs(as_of.astimezone(UTC) - datetime.fromtimestamp(int(stamp), UTC))
    if apart > TOLERANCE:
        facts = {"seconds": round(apart.total_seconds()), "limit": round(TOLERANCE.total_seconds()), "permanent": False}
        return Problem("CHN-012", "gateway", facts)
    return ""


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the report of an event that is one."""
    event, told = _event(payload)
    number = plain(told.get("messageId"))
    if event not in _STATES or not number:
        return ()
    return (DeliveryReport(number, _STATES[event], "telephone_failed" if event == "sms:failed" else ""),)


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well: replies go out as messages of their own."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request to the telephone, or to the server between; our key is its number of the message."""
    login = base64.b64encode(f"{options['user']}:{secret.reveal(purpose='sign in')}".encode()).decode()
    value = {
        "id": outgoing.key,
        "textMessage": {"text": outgoing.text},
        "phoneNumbers": [outgoing.to.reveal(purpose="send")],
        "withDeliveryReport": True,
    }
    return json_request(options["url"], value, Authorization=f"Basic {login}")


def understand(status: int, body: bytes) -> Handed:
    """Return what was answered; a message it has already is one that it took."""
    found = parse_json(decode(body).text)
    number = plain(found.get("id")) if isinstance(found, dict) else ""
    return by_status(200 if status == 409 else status, vendor_id=number)
