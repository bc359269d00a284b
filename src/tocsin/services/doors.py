"""The doors by which messages come in: each reads its channel and hands the messages to intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin import channels
from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import intake
from tocsin.services.intake import Receipt
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, evidence

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


def take_hotline_sheet(viewer: Viewer, fields: Mapping[str, str], *, now: datetime) -> Receipt | Problem:
    """Take in a call sheet that a member of the mission filled in."""
    found = channels.get("hotline_sheet").read(fields, received_at=now)
    return found if isinstance(found, Problem) else intake.record_by_hand(viewer, found[0], now=now)


def take_sms(headers: Mapping[str, str], body: bytes, *, now: datetime) -> list[Receipt] | Problem:
    """Take in one signed call of a gateway, which may carry several messages.

    A problem here means that nothing was stored: the signature is wrong, or the body too large.
    The nonce is used up only together with what it carried: a call cut short by the store can be
    sent again as it was.
    """
    with transaction.atomic():
        gateway = intake.check_gateway(headers, body, now=now)
        if isinstance(gateway, Problem):
            return gateway
        found = channels.get("sms_http").read(body, received_at=now)
        return found if isinstance(found, Problem) else _receive_all(found, now, gateway=gateway)


def take_command(fields: Mapping[str, str], *, received_at: datetime, now: datetime) -> Receipt | Problem:
    """Take in a message given on the command line, as if it had come by its channel."""
    if fields.get("channel", "") not in _SPOKEN:
        facts = {"channel": fields.get("channel", ""), "expected": ", ".join(sorted(_SPOKEN)), "permanent": True}
        return Problem("CHN-006", "command line", facts)
    given = {"text": fields.get("text", ""), "sender": fields.get("from", "")}
    found = channels.get("command").read(given, received_at=received_at)
    if isinstance(found, Problem):
        return found
    message = replace(found[0], channel=Channel(fields["channel"]), vendor_id=fields.get("id", ""))
    return intake.receive(message, now=now)


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
    return [intake.receive(message, now=now, gateway=gateway) for message in found]
