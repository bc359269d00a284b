"""Read what Africa's Talking posts. It signs nothing: the address or a password must prove where a call comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

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
    Verdict,
    by_status,
    plain_answer,
)
from tocsin.core.evidence.signatures import proves_by_password
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "sms"
NEEDS: Final = ("username",)
_STATES: Final = {
    "Sent": Carried.SENT, "Submitted": Carried.SENT, "Buffered": Carried.SENT, "Success": Carried.DELIVERED,
    "Rejected": Carried.FAILED, "Failed": Carried.FAILED, "AbsentSubscriber": Carried.FAILED, "Expired": Carried.FAILED,
}  # fmt: skip
# What cannot get better by trying again: the number itself, or that its holder wants no messages.
_NEVER: Final = frozenset({403, 404, 406, 409})
_TAKEN: Final = frozenset({100, 101, 102})


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
    if form.get("status") and "text" not in form.values:
        return ()
    said = words(form.values.get("text", ""))
    contact, contact_doubts = contact_of(form.get("from"))
    claimed_at, time_doubts = read_moment(form.get("date"), received_at=moment)
    # Their dates come without a zone as a habit: that is no doubt about this one message.
    unclear = tuple(doubt for doubt in time_doubts if doubt != "time_without_zone")
    return (
        Message(
            channel=Channel.SMS,
            text=said.text,
            received_at=moment,
            contact=contact,
            vendor_id=form.get("id"),
            claimed_at=claimed_at,
            doubts=tuple(dict.fromkeys((*form.doubts, *said.doubts, *contact_doubts, *unclear))),
        ),
    )


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return nothing to remember when the call brings the secret, or why it is not believed."""
    return proves_by_password(call, secret=secret)


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return the report of a call that carries one."""
    form = read_fields(payload)
    state = _STATES.get(form.get("status"))
    if state is None or not form.get("id") or "text" in form.values:
        return ()
    return (DeliveryReport(form.get("id"), state, plain(form.get("failureReason"))[:40]),)


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well: replies go out as messages of their own."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> HttpRequest:
    """Return a request for one message; without `from` their shared sender is used."""
    form = {"username": options["username"], "to": outgoing.to.reveal(purpose="send"), "message": outgoing.text}
    if options.get("from"):
        form["from"] = options["from"]
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "apiKey": secret.reveal(purpose="sign in"),
        "Idempotency-Key": outgoing.key,
    }
    base = options.get("url", "https://api.africastalking.com").rstrip("/")
    return HttpRequest(Hidden(f"{base}/version1/messaging"), Hidden(headers), Hidden(urlencode(form).encode()))


def understand(status: int, body: bytes) -> Handed:
    """Return what they answered: a good status can still hold a refusal of the one number asked for."""
    handed = by_status(status)
    one = _recipient(parse_json(decode(body).text))
    if handed.verdict is not Verdict.TAKEN:
        return handed
    code = one.get("statusCode")
    if code in _TAKEN:
        return Handed(Verdict.TAKEN, plain(one.get("messageId")))
    reason = f"africas_talking_{code}" if isinstance(code, int) else "africas_talking_unclear"
    return Handed(Verdict.NEVER if code in _NEVER else Verdict.LATER, reason=reason)


def _recipient(found: Any) -> dict[str, Any]:
    data = found.get("SMSMessageData") if isinstance(found, dict) else None
    each = data.get("Recipients") if isinstance(data, dict) else None
    return each[0] if isinstance(each, list) and each and isinstance(each[0], dict) else {}
