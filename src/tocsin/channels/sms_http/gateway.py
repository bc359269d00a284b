"""How we and a gateway of our own kind believe each other, and what we ask it to send."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import decode, parse_json
from tocsin.core.evidence.gateways import (
    MOST_VENDOR_ID,
    Answer,
    Call,
    Carried,
    DeliveryReport,
    Handed,
    HttpRequest,
    Outgoing,
    Told,
    by_status,
)
from tocsin.core.evidence.signatures import NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, proves_by_seal, sign
from tocsin.core.reference.results import Hidden, Problem

CARRIES: Final = "sms"
NEEDS: Final = ("url",)


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return the nonce of a call that the gateway signed just now, or why it is not believed."""
    return proves_by_seal(call, secret=secret, as_of=as_of)


def is_receipt(item: Mapping[str, Any]) -> bool:
    """Return whether one object of a body is a delivery report: it has a status, and no text of anybody."""
    return isinstance(item.get("status"), str) and "id" in item and not {"text", "parts", "hex", "from"} & set(item)


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the delivery reports in a body: objects with `id` and `status`."""
    found = parse_json(decode(payload).text)
    items = [found] if isinstance(found, dict) else found if isinstance(found, list) else []
    return tuple(
        DeliveryReport(str(item["id"])[:MOST_VENDOR_ID], Carried(item["status"]))
        for item in items
        if isinstance(item, dict) and is_receipt(item) and item["status"] in set(Carried)
    )


def answer(told: Sequence[Told]) -> Answer:
    """Return the references and the replies; the gateway sends each reply back to its sender."""
    each = [{"ref": one.ref, "reply": one.reply, "repeat": one.is_repeat} for one in told]
    body = each[0] if len(each) == 1 else {"messages": each}
    return Answer(json.dumps(body, ensure_ascii=False), holds_replies=True)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request signed as the gateway signs its own; the same `id` again is the same message."""
    value = {"id": outgoing.key, "to": outgoing.to.reveal(purpose="send"), "text": outgoing.text}
    body = json.dumps(value, ensure_ascii=False).encode()
    timestamp = str(int(as_of.timestamp()))
    nonce = hashlib.sha256(f"{outgoing.key}.{timestamp}".encode()).hexdigest()[:32]
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": outgoing.key,
        TIMESTAMP_HEADER: timestamp,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: sign(secret.reveal(purpose="sign").encode(), timestamp, nonce, body),
    }
    return HttpRequest(Hidden(options["url"]), Hidden(headers), Hidden(body))


def understand(status: int, body: bytes) -> Handed:
    """Return what the answer means; `id` in it is the gateway's own number of the message."""
    found = parse_json(decode(body).text)
    given = found.get("id") if isinstance(found, dict) else None
    return by_status(status, vendor_id=str(given) if isinstance(given, str | int) else "")
