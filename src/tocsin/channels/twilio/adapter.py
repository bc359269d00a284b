"""Read what Twilio posts, believe its signature, and compose what it is to send."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode

from tocsin.core.evidence.decoding import (
    contact_of,
    decode,
    parse_json,
    plain,
    read_fields,
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
)
from tocsin.core.evidence.signatures import not_believed
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "sms"
NEEDS: Final = ("account_sid", "from")
_WHATSAPP: Final = "whatsapp:"
_STATES: Final = {
    "sent": Carried.SENT, "delivered": Carried.DELIVERED, "read": Carried.READ,
    "undelivered": Carried.FAILED, "failed": Carried.FAILED,
}  # fmt: skip


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the one message of a call; none where the call only reports on a delivery."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "request body")) is not None:
        return large
    form = read_fields(payload)
    if form.raw is not None:
        if not form.raw.strip():
            return Problem("CHN-002", "request body", {"permanent": True})
        return (Message(Channel.SMS, form.raw, moment, doubts=form.doubts),)
    if form.get("MessageStatus") and not form.get("Body"):
        return ()
    sender = form.get("From") or form.get("from")
    is_whatsapp = sender.startswith(_WHATSAPP)
    contact, contact_doubts = contact_of(sender.removeprefix(_WHATSAPP))
    text, text_doubts = _text(form.values)
    return (
        Message(
            channel=_channel(form.values) if is_whatsapp else Channel.SMS,
            text=text,
            received_at=moment,
            contact=contact,
            vendor_id=form.get("MessageSid") or form.get("SmsSid"),
            doubts=tuple(dict.fromkeys((*form.doubts, *text_doubts, *contact_doubts))),
        ),
    )


def _channel(form: Mapping[str, str]) -> Channel:
    forwarded = "true" in {form.get("Forwarded", "").lower(), form.get("FrequentlyForwarded", "").lower()}
    return Channel.WHATSAPP_FORWARD if forwarded else Channel.WHATSAPP


def _text(form: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    said = words(form.get("Body", form.get("text", "")))
    point = ", ".join(form[name] for name in ("Latitude", "Longitude") if form.get(name))
    has_more = plain(form.get("NumMedia")) not in ("", "0")
    kinds = [form[name].partition("/")[0] for name in sorted(form) if name.startswith("MediaContentType")]
    lines = [said.text, point if "," in point else "", *(f"[{kind}]" for kind in kinds[:10])]
    whole = "\n".join(line for line in lines if line)
    empty = () if whole.strip() else ("text_empty",)
    mended = tuple(doubt for doubt in said.doubts if doubt != "text_empty")
    return whole, (*mended, *empty, *(("attachment_not_opened",) if has_more else ()))


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when Twilio signed this call, or why it is not believed.

    The signature is over the address as Twilio knows it and every field. It holds no moment; a call
    sent again is known by the number of its message.
    """
    fields = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    signed = call.url + "".join(name + value for name, value in sorted(set(fields)))
    expected = base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha1).digest())
    given = call.header("X-Twilio-Signature").encode()
    return "" if hmac.compare_digest(expected, given) else not_believed()


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the report of a call that carries one."""
    form = read_fields(payload)
    state = _STATES.get(form.get("MessageStatus"))
    number = form.get("MessageSid")
    if state is None or not number or form.get("Body"):
        return ()
    return (DeliveryReport(number, state, f"twilio_{plain(form.get('ErrorCode'))}" if form.get("ErrorCode") else ""),)


def answer(told: Sequence[Told]) -> Answer:
    """Return the replies as Twilio's own instructions: it sends each back to whoever wrote."""
    each = "".join(f"<Message>{escape(one.reply)}</Message>" for one in told if one.reply and not one.is_repeat)
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{each}</Response>'
    return Answer(body, "text/xml", holds_replies=True)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request for one message; `from` may be a number or a messaging service."""
    by_whom = "MessagingServiceSid" if options["from"].startswith("MG") else "From"
    form = {"To": outgoing.to.reveal(purpose="send"), by_whom: options["from"], "Body": outgoing.text}
    if outgoing.report_to:
        form["StatusCallback"] = outgoing.report_to
    account = options["account_sid"]
    login = base64.b64encode(f"{account}:{secret.reveal(purpose='sign in')}".encode()).decode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {login}",
        "Idempotency-Key": outgoing.key,
    }
    base = options.get("url", "https://api.twilio.com").rstrip("/")
    url = f"{base}/2010-04-01/Accounts/{account}/Messages.json"
    return HttpRequest(Hidden(url), Hidden(headers), Hidden(urlencode(form).encode()))


def understand(status: int, body: bytes) -> Handed:
    """Return what Twilio answered: its number of the message, or its code for why not."""
    found = parse_json(decode(body).text)
    value = found if isinstance(found, dict) else {}
    handed = by_status(status, vendor_id=plain(value.get("sid")))
    code = plain(value.get("code"))
    return Handed(handed.verdict, reason=f"twilio_{code}") if code and handed.verdict is not Verdict.TAKEN else handed
