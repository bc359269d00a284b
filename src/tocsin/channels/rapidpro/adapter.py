"""Read what a RapidPro flow posts by webhook, or an aggregator in the form of its external channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence.decoding import (
    Fields,
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
from tocsin.core.evidence.identity import content_hash
from tocsin.core.evidence.signatures import proves_by_password
from tocsin.core.evidence.types import Message
from tocsin.core.evidence.ways import TELEGRAM_PREFIX
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "sms"
NEEDS: Final = ("url",)
MAX_BYTES: Final = 64 * 1024
_SCHEMES: Final = {
    "tel": Channel.SMS,
    "whatsapp": Channel.WHATSAPP,
    "telegram": Channel.TELEGRAM,
    "mailto": Channel.EMAIL,
}
_STATES: Final = {
    "sent": Carried.SENT, "s": Carried.SENT, "delivered": Carried.DELIVERED, "d": Carried.DELIVERED,
    "read": Carried.READ, "r": Carried.READ, "failed": Carried.FAILED, "f": Carried.FAILED,
}  # fmt: skip
# Three letters in RapidPro, two here.
_LANGUAGES: Final = {"eng": "en", "fra": "fr", "fre": "fr", "ara": "ar", "swa": "sw", "swh": "sw"}


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the message of one call; none where the call only reports on a delivery."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body", MAX_BYTES)) is not None:
        return large
    if isinstance(payload, bytes):
        found = parse_json(decode(payload).text)
        if isinstance(found, dict) and isinstance(found.get("contact"), dict):
            return (_of_flow(found, moment),)
    form = read_fields(payload)
    if form.raw is not None:
        if not form.raw.strip():
            return Problem("CHN-002", "request body", {"permanent": True})
        return (Message(Channel.SMS, form.raw, moment, doubts=form.doubts),)
    return () if _is_report(form) else (_of_channel(form, moment),)


def _of_flow(found: dict[str, Any], moment: datetime) -> Message:
    """Return what somebody wrote in a flow: their last words, or what the flow asked of them line by line."""
    who, asked, run = found["contact"], _dict(found.get("input")), _dict(found.get("run"))
    scheme, _, address = plain(asked.get("urn") or who.get("urn")).partition(":")
    channel = _SCHEMES.get(scheme, Channel.SMS)
    reached = f"{TELEGRAM_PREFIX}{address}" if channel is Channel.TELEGRAM and address else address
    contact, contact_doubts = contact_of(reached)
    said = words(plain_text(asked.get("text") or found.get("text")) or _results(found.get("results")))
    claimed_at, time_doubts = read_moment(asked.get("created_on"), received_at=moment)
    language = plain(who.get("language")).lower()
    return Message(
        channel=channel,
        text=said.text,
        received_at=moment,
        contact=contact,
        vendor_id=plain(asked.get("uuid")) or _step(plain(run.get("uuid")), said.text),
        claimed_at=claimed_at,
        language_hint=_LANGUAGES.get(language, language if len(language) == 2 else ""),
        doubts=tuple(dict.fromkeys((*said.doubts, *contact_doubts, *time_doubts))),
    )


def plain_text(value: Any) -> str:
    """Return a value where it is text, empty for anything else."""
    return value if isinstance(value, str) else ""


def _results(found: Any) -> str:
    """Return the answers of a flow, one line each, in the order they were given, without its own headings."""
    given = [each.get("input") or each.get("value") for each in _dict(found).values() if isinstance(each, dict)]
    return "\n".join(line for one in given if (line := plain_text(one).strip()))


def _of_channel(form: Fields, moment: datetime) -> Message:
    said = words(form.values.get("text", form.values.get("message", "")))
    contact, contact_doubts = contact_of(form.get("from") or form.get("sender") or form.get("phone"))
    claimed_at, time_doubts = read_moment(form.get("date") or form.get("time"), received_at=moment)
    return Message(
        channel=Channel.SMS,
        text=said.text,
        received_at=moment,
        contact=contact,
        vendor_id=form.get("id") or _step(form.get("run"), said.text),
        claimed_at=claimed_at,
        doubts=tuple(dict.fromkeys((*form.doubts, *said.doubts, *contact_doubts, *time_doubts))),
    )


def _step(run: str, text: str) -> str:
    """Return a number for one step of a run, which goes through several with one number of its own."""
    return f"{run}:{content_hash(text)[:16]}" if run else ""


def _is_report(form: Fields) -> bool:
    return bool(form.get("id") and form.get("status")) and not {"text", "message", "from", "sender"} & set(form.values)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when the call brings the secret, or why it is not believed."""
    return proves_by_password(call, secret=secret)


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the report of a call that carries one."""
    form = read_fields(payload)
    state = _STATES.get(form.get("status").lower())
    return (DeliveryReport(form.get("id"), state),) if state is not None and _is_report(form) else ()


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well: replies go out as messages of their own."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request for a broadcast to one address; `url` is the host of the installation."""
    digits = "".join(sign for sign in outgoing.to.reveal(purpose="send") if sign.isdecimal())
    value = {"urns": [f"tel:+{digits}"], "text": outgoing.text}
    url = f"{options['url'].rstrip('/')}/api/v2/broadcasts.json"
    token = secret.reveal(purpose="sign in")
    return json_request(url, value, Authorization=f"Token {token}", Idempotency_Key=outgoing.key)


def understand(status: int, body: bytes) -> Handed:
    """Return what was answered, with its number of the broadcast."""
    found = parse_json(decode(body).text)
    return by_status(status, vendor_id=plain(found.get("id")) if isinstance(found, dict) else "")
