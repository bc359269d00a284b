"""The doors by which messages come in: each reads its channel and hands the messages to intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from tocsin import channels
from tocsin.core.evidence.decoding import MAX_BODY_BYTES, MAX_CONTACT_CHARACTERS
from tocsin.core.evidence.gateways import Answer, Call, Told
from tocsin.core.evidence.signatures import GATEWAY_HEADER, not_believed
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import gathering, intake, sending
from tocsin.services.intake import Receipt
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, evidence, gateways
from tocsin.store.writes import gateways as write_gateways

# So long whoever knocks at a bad moment waits before knocking again.
TRY_AGAIN_S: Final = 30
_SPOKEN = {channel.value for channel in Channel}


def take_web_form(fields: Mapping[str, str], *, now: datetime) -> Receipt | Problem:
    """Take in the public form; return the receipt, or what was wrong with the form."""
    found = channels.get("web_form").read(fields, received_at=now)
    return found if isinstance(found, Problem) else _receive_all(found, now)[0]


def take_offline_form(body: bytes, *, now: datetime) -> Receipt | Problem:
    """Take in a report that waited on a telephone; sent again, however late, it is the same report."""
    found = channels.get("offline_form").read(body, received_at=now)
    return found if isinstance(found, Problem) else _receive_all(found, now)[0]


def most_bytes(channel: str) -> int:
    """Return how much of a body a channel takes; a door reads no more than that."""
    limit: int = getattr(channels.get(channel), "MAX_BYTES", MAX_BODY_BYTES)
    return limit


def take_walk_in(viewer: Viewer, fields: Mapping[str, str], *, now: datetime) -> Receipt | Problem:
    """Take in what somebody told who came to a base, written down by a member of the mission."""
    found = channels.get("walk_in").read(fields, received_at=now)
    return found if isinstance(found, Problem) else intake.record_by_hand(viewer, found[0], now=now)


def take_radio_log(viewer: Viewer, fields: Mapping[str, str], *, now: datetime) -> list[Receipt] | Problem:
    """Take in the log of a radio room, a message a line, written down by a member of the mission."""
    found = channels.get("radio_log").read(fields, received_at=now)
    if isinstance(found, Problem):
        return found
    return [intake.record_by_hand(viewer, one, now=now) for one in found]


def take_hotline_sheet(viewer: Viewer, fields: Mapping[str, str], *, now: datetime) -> Receipt | Problem:
    """Take in a call sheet that a member of the mission filled in."""
    found = channels.get("hotline_sheet").read(fields, received_at=now)
    return found if isinstance(found, Problem) else intake.record_by_hand(viewer, found[0], now=now)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one call of a gateway: a receipt for each message, and what the gateway is told."""

    receipts: tuple[Receipt, ...]
    answer: Answer


def take_call(name: str, call: Call, *, now: datetime) -> Taken | Problem:
    """Take in one call of the gateway `name`, which may carry several messages and delivery reports.

    A problem here means that nothing was stored: the call is not believed, or its body too large.
    The nonce is used up only together with what it carried: a call cut short by the store can be
    sent again as it was.
    """
    with transaction.atomic():
        gateway = gateways.active(name)
        adapter = channels.gateway(gateway.channel if gateway else "")
        proof = adapter.authenticate(call, secret=gateways.secret_of(gateway), as_of=now)
        if isinstance(proof, Problem) or gateway is None:
            return proof if isinstance(proof, Problem) else not_believed()
        found, reports = adapter.read(call.body, received_at=now), adapter.receipts(call.body)
        # Only what holds no message is asked to come again: a call for help waits for no report.
        if not found and any(sending.is_early(gateway, given, now) for given in reports):
            return Problem("CHN-020", f"gateway {name}", {"seconds": TRY_AGAIN_S, "permanent": False})
        if proof and not write_gateways.take_nonce(name, proof, at=now):
            return Problem("CHN-014", f"gateway {name}", {"permanent": True})
        if isinstance(found, Problem):
            return found
        receipts = tuple(_receive(one, now, gateway=name) for one in found)
        for given in reports:
            sending.take_receipt(gateway, given, now)
        write_gateways.heard(gateway, at=now)
        answer = adapter.answer([Told(one.ref, one.reply, one.is_repeat) for one in receipts])
        if not answer.holds_replies:
            _put_out_replies(found, receipts, now)
        return Taken(receipts, answer)


def _put_out_replies(found: Sequence[Message], receipts: Sequence[Receipt], now: datetime) -> None:
    """Send receipts by a message of their own where the answer cannot hold them: one a minute to each sender."""
    for message, receipt in zip(found, receipts, strict=True):
        if receipt.ref and receipt.reply and not receipt.is_repeat:
            intake.put_out_reply(receipt, channel=message.channel, now=now)


def most_bytes_of_call(name: str) -> int:
    """Return how much of a body the gateway `name` may send; a stranger's is read no further than any message."""
    row = gateways.active(name)
    return most_bytes(row.channel) if row and row.channel in channels.GATEWAYS else MAX_BODY_BYTES


def address_of(called: str) -> str:
    """Return the address that a provider called, as it knows it: behind a proxy ours looks different."""
    base = str(settings.MISSION.get("public_address", "")).rstrip("/")
    parts = urlsplit(called)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}{parts.path}{query}" if base else called


def challenge(name: str, query: Mapping[str, str]) -> str | None:
    """Return what a provider wants to hear before it calls a gateway's address, None where it is not ours."""
    gateway = gateways.active(name)
    asked = getattr(channels.gateway(gateway.channel if gateway else ""), "challenge", None)
    answer: str | None = asked(query, secret=gateways.secret_of(gateway)) if asked else None
    return answer


def take_sms(headers: Mapping[str, str], body: bytes, *, now: datetime) -> list[Receipt] | Problem:
    """Take in one signed call of a gateway that names itself in a header."""
    call = Call(headers, body)
    taken = take_call(call.header(GATEWAY_HEADER), call, now=now)
    return taken if isinstance(taken, Problem) else list(taken.receipts)


def take_command(fields: Mapping[str, str], *, received_at: datetime, now: datetime) -> list[Receipt] | Problem:
    """Take in a message given on the command line, as if it had come by its channel."""
    given = {"text": fields.get("text", ""), "sender": fields.get("from", "")}
    return _by_command(fields, channels.get("command").read(given, received_at=received_at), now)


# Ways whose whole letter or log can be piped in; anything else piped is the text of one message.
_PIPED: Final = {Channel.EMAIL.value: "email", Channel.RADIO.value: "radio_log", Channel.HF_RADIO.value: "radio_log"}


def most_bytes_of_command(channel: str) -> int:
    """Return how much may be piped into the command line for a way."""
    return most_bytes(_PIPED.get(channel, "command"))


def take_piped(
    fields: Mapping[str, str], body: bytes, *, received_at: datetime, now: datetime
) -> list[Receipt] | Problem:
    """Take in what is piped into the command line: a letter, the log of a radio room, or the text of one message."""
    reader = _PIPED.get(fields.get("channel", ""))
    found = channels.get(reader or "command").read(body, received_at=received_at)
    if reader is None or isinstance(found, Problem):
        return _by_command(fields, found, now)
    is_hf = fields["channel"] == Channel.HF_RADIO.value
    return _receive_all([replace(one, channel=Channel.HF_RADIO) if is_hf else one for one in found], now)


def _by_command(
    fields: Mapping[str, str], found: tuple[Message, ...] | Problem, now: datetime
) -> list[Receipt] | Problem:
    if fields.get("channel", "") not in _SPOKEN:
        facts = {"channel": fields.get("channel", ""), "expected": ", ".join(sorted(_SPOKEN)), "permanent": True}
        return Problem("CHN-006", "command line", facts)
    if isinstance(found, Problem):
        return found
    sender = fields.get("from", "")[:MAX_CONTACT_CHARACTERS]
    contact = found[0].contact or (Hidden(sender) if sender else None)
    message = replace(found[0], channel=Channel(fields["channel"]), contact=contact, vendor_id=fields.get("id", ""))
    return [_receive(message, now)]


def what_came_of(receipt: Receipt, *, as_of: datetime) -> dict[str, Any]:
    """Return a receipt with the reports read from its message and the alerts they raised or joined."""
    row = evidence.message_row(receipt.ref)
    reports = (
        list(row.reports.select_related("message", "place", "observed_place", "incident").order_by("position"))
        if row
        else []
    )
    raised = {alert.ref: alert for report in reports if (alert := alerts.alert_of_report(SYSTEM, report))}
    return {
        "ref": receipt.ref,
        "reply": receipt.reply,
        "repeat": receipt.is_repeat,
        "reports": [evidence.state_of(report) for report in reports],
        "alerts": [alert_state(alert) for alert in raised.values()],
    }


def _receive_all(found: Sequence[Message], now: datetime, *, gateway: str = "") -> list[Receipt]:
    return [_receive(message, now, gateway=gateway) for message in found]


def _receive(message: Message, now: datetime, *, gateway: str = "") -> Receipt:
    if gathering.is_piece(message):
        with transaction.atomic():
            return gathering.take_piece(message, now=now, gateway=gateway)
    return intake.receive(message, now=now, gateway=gateway)
