"""Read what the WhatsApp Cloud API posts: messages, forwards, places, and what became of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import (
    anonymous_number,
    contact_of,
    decode,
    parse_json,
    plain,
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
    Verdict,
    by_status,
    json_request,
    plain_answer,
)
from tocsin.core.evidence.signatures import derived, is_secret, not_believed, signed_by
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "whatsapp"
NEEDS: Final = ("phone_number_id",)
# One call carries whatever came since the last one.
MAX_BYTES: Final = 256 * 1024
_STATES: Final = {
    "sent": Carried.SENT, "delivered": Carried.DELIVERED, "read": Carried.READ, "failed": Carried.FAILED,
}  # fmt: skip
_MEDIA: Final = ("image", "video", "audio", "voice", "document", "sticker")
# The number is none of theirs, or its holder did not write for a day: no try will help.
_NEVER: Final = frozenset({"131026", "131047", "131051", "133010", "100"})


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the messages of one call, in their order; what is of no kind we know is kept and shown raw."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body", MAX_BYTES)) is not None:
        return large
    if isinstance(payload, Mapping):
        return (_message({"type": "text", "text": {"body": payload.get("text", "")}, **payload}, moment),)
    decoded = decode(payload)
    if not decoded.text.strip():
        return Problem("CHN-002", "request body", {"permanent": True})
    found = parse_json(decoded.text)
    if not (isinstance(found, dict) and isinstance(found.get("entry"), list)):
        return (Message(Channel.WHATSAPP, decoded.text, moment, doubts=(*decoded.doubts, "body_not_understood")),)
    return tuple(_message(one, moment) for value in _values(found) for one in _dicts(value.get("messages")))


def _values(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _dicts(found.get("entry")):
        for change in _dicts(entry.get("changes")):
            if isinstance(change.get("value"), dict):
                yield change["value"]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _message(item: Mapping[str, Any], moment: datetime) -> Message:
    context = _dict(item.get("context"))
    is_forwarded = bool(context.get("forwarded") or context.get("frequently_forwarded"))
    text, text_doubts = _text(item)
    number = plain(item.get("from"))
    # They spell a number in digits alone, always with its country.
    contact, contact_doubts = contact_of(f"+{number}" if number.isascii() and number.isdigit() else number)
    claimed_at, time_doubts = read_moment(item.get("timestamp"), received_at=moment)
    return Message(
        channel=Channel.WHATSAPP_FORWARD if is_forwarded else Channel.WHATSAPP,
        text=text,
        received_at=moment,
        contact=contact,
        vendor_id=anonymous_number(item.get("id")),
        claimed_at=claimed_at,
        doubts=tuple(dict.fromkeys((*text_doubts, *contact_doubts, *time_doubts))),
    )


def _text(item: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return what a message says whatever its kind, and what is doubtful about it."""
    kind = plain(item.get("type"))
    held = _dict(item.get(kind))
    if kind in _MEDIA:
        said = words(held.get("caption"))
        lines = [f"[{kind}]", said.text]
        return "\n".join(line for line in lines if line), ("attachment_not_opened",)
    if kind == "location":
        point = f"{held.get('latitude')}, {held.get('longitude')}"
        lines = [plain(held.get("name")), plain(held.get("address")), point]
        return "\n".join(line for line in lines if line), ()
    if kind == "interactive":
        held = _dict(held.get("button_reply")) or _dict(held.get("list_reply"))
    given = next((held[name] for name in ("body", "text", "title", "emoji") if isinstance(held.get(name), str)), None)
    if given is None:
        return f"[{kind or 'unknown'}]", ("body_not_understood",)
    said = words(given)
    return said.text, said.doubts


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when the app's secret signed this body, or why it is not believed.

    The signature holds no moment; a call sent again is known by the numbers of its messages.
    """
    scheme, _, given = call.header("X-Hub-Signature-256").partition("=")
    return "" if scheme == "sha256" and signed_by(secret, call.body, given) else not_believed()


def challenge(query: Mapping[str, str], *, secret: bytes) -> str | None:
    """Return what Meta wants to hear before it calls, None for anybody who does not know our word for it."""
    is_asked = query.get("hub.mode") == "subscribe"
    word = derived(secret, "verify").encode()
    return query.get("hub.challenge", "") if is_asked and is_secret(word, query.get("hub.verify_token", "")) else None


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the reports of one call."""
    found = parse_json(decode(payload).text)
    each = [one for value in _values(_dict(found)) for one in _dicts(value.get("statuses"))]
    return tuple(
        DeliveryReport(anonymous_number(one.get("id")), _STATES[one["status"]], _reason(one.get("errors")))
        for one in each
        if one.get("status") in _STATES
    )


def _reason(errors: Any) -> str:
    code = next((plain(one.get("code")) for one in _dicts(errors)), "")
    return f"whatsapp_{code}" if code else ""


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well: replies go out as messages of their own."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request for one text; it arrives only within a day of the person's own last message."""
    digits = "".join(sign for sign in outgoing.to.reveal(purpose="send") if sign.isdecimal())
    value = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": digits,
        "type": "text",
        "text": {"preview_url": False, "body": outgoing.text},
        "biz_opaque_callback_data": outgoing.key,
    }
    base = options.get("url", "https://graph.facebook.com/v21.0").rstrip("/")
    url = f"{base}/{options['phone_number_id']}/messages"
    return json_request(url, value, Authorization=f"Bearer {secret.reveal(purpose='sign in')}")


def understand(status: int, body: bytes) -> Handed:
    """Return what was answered: its number of the message, or its code for why not."""
    found = _dict(parse_json(decode(body).text))
    number = next((one.get("id") for one in _dicts(found.get("messages"))), "")
    handed = by_status(status, vendor_id=anonymous_number(number))
    if handed.verdict is Verdict.TAKEN:
        return handed
    code = plain(_dict(found.get("error")).get("code"))
    return Handed(
        Verdict.NEVER if code in _NEVER else Verdict.LATER, reason=f"whatsapp_{code}" if code else handed.reason
    )
