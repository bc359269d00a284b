"""Read the updates that Telegram posts to a bot: messages, forwards, places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import (
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
    DeliveryReport,
    Handed,
    HttpRequest,
    Outgoing,
    Told,
    by_status,
    json_request,
    plain_answer,
)
from tocsin.core.evidence.signatures import is_secret, not_believed
from tocsin.core.evidence.types import Message
from tocsin.core.evidence.ways import TELEGRAM_PREFIX
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "telegram"
NEEDS: Final = ("bot",)
MAX_BYTES: Final = 64 * 1024
_MEDIA: Final = ("photo", "video", "voice", "audio", "document", "sticker", "video_note", "animation")
_HOLDS: Final = ("message", "edited_message", "channel_post", "edited_channel_post", "business_message")
_FORWARDED: Final = ("forward_origin", "forward_from", "forward_from_chat", "forward_sender_name", "forward_date")


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the one message of an update; none where the update is about the bot itself."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body", MAX_BYTES)) is not None:
        return large
    if isinstance(payload, Mapping):
        return (_message("", dict(payload), payload.get("from"), moment),)
    decoded = decode(payload)
    if not decoded.text.strip():
        return Problem("CHN-002", "request body", {"permanent": True})
    found = parse_json(decoded.text)
    if not (isinstance(found, dict) and "update_id" in found):
        return (Message(Channel.TELEGRAM, decoded.text, moment, doubts=(*decoded.doubts, "body_not_understood")),)
    name = next((one for one in _HOLDS if isinstance(found.get(one), dict)), "")
    if not name:
        return ()
    item = found[name]
    who = _dict(item.get("from")) or _dict(item.get("chat"))
    number = plain(who.get("id"))
    read_one = _message(plain(found["update_id"]), item, f"{TELEGRAM_PREFIX}{number}" if number else "", moment)
    edited = ("edited_later",) if name.startswith("edited") else ()
    return (replace(read_one, doubts=(*read_one.doubts, *edited)),)


def _message(number: str, item: Mapping[str, Any], contact: Any, moment: datetime) -> Message:
    reached, contact_doubts = contact_of(contact)
    text, text_doubts = _text(item)
    claimed_at, time_doubts = read_moment(item.get("date"), received_at=moment)
    language = plain(_dict(item.get("from")).get("language_code")).partition("-")[0].lower()
    return Message(
        # A forward is somebody else's word, whoever passes it on.
        channel=Channel.WHATSAPP_FORWARD if any(name in item for name in _FORWARDED) else Channel.TELEGRAM,
        text=text,
        received_at=moment,
        contact=reached,
        vendor_id=number,
        claimed_at=claimed_at,
        language_hint=language if len(language) in (2, 3) else "",
        doubts=tuple(dict.fromkeys((*text_doubts, *contact_doubts, *time_doubts))),
    )


def _text(item: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    said = words(item.get("text") if isinstance(item.get("text"), str) else item.get("caption"))
    media = next((name for name in _MEDIA if item.get(name)), "")
    place = _dict(item.get("location"))
    point = f"{place['latitude']}, {place['longitude']}" if {"latitude", "longitude"} <= set(place) else ""
    lines = [f"[{media}]" if media else "", said.text, plain(_dict(item.get("venue")).get("title")), point]
    whole = "\n".join(line for line in lines if line)
    mended = said.doubts if not whole.strip() else tuple(one for one in said.doubts if one != "text_empty")
    return whole, (*mended, *(("attachment_not_opened",) if media else ()))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when the call brings the secret token of the webhook, or why it is not believed.

    An update sent again is known by its number.
    """
    return "" if is_secret(secret, call.header("X-Telegram-Bot-Api-Secret-Token")) else not_believed()


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return nothing: Telegram does not tell a bot whether its message was read."""
    return ()


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well: replies go out as messages of their own."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request for one text; the bot's token is part of the address, which is therefore never shown."""
    base = options.get("url", "https://api.telegram.org").rstrip("/")
    chat = outgoing.to.reveal(purpose="send").removeprefix(TELEGRAM_PREFIX)
    return json_request(
        f"{base}/bot{secret.reveal(purpose='sign in')}/sendMessage", {"chat_id": chat, "text": outgoing.text}
    )


def understand(status: int, body: bytes) -> Handed:
    """Return what was answered. A number of theirs is of no use, for no report will name it."""
    return by_status(400 if status == 403 else status)
