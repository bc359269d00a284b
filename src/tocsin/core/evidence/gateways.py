"""What every gateway offers, and the values that pass between it and us: calls in, requests out, delivery reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from tocsin.core.evidence.types import ChannelAdapter
from tocsin.core.reference.results import Hidden, Problem

MOST_VENDOR_ID: Final = 120


class Carried(StrEnum):
    """How far an outgoing message came, by what its gateway says. It only ever moves down this list."""

    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Call:
    """One call at a gateway's door, byte for byte as it came.

    `url` is the address the gateway called; `token` what stood in it behind the gateway's name.
    """

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    token: str = ""

    def header(self, name: str) -> str:
        """Return a header whatever the case of its name, empty where it is missing."""
        wanted = name.lower()
        return next((value.strip() for key, value in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Told:
    """What the gateway is told of one message it brought: its reference, the reply, whether we had it already."""

    ref: str
    reply: str
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer to a gateway. `holds_replies`: the gateway passes them on to the senders itself."""

    body: str
    content_type: str = "application/json"
    holds_replies: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a gateway says became of a message it took from us. It is a claim, and proves nothing."""

    vendor_id: str
    state: Carried
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out. `key` is the same at every try, so that a provider sends it once."""

    key: str
    to: Hidden[str]
    text: str
    report_to: str = ""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it is to be made. All of it is hidden: providers put numbers and tokens into every part."""

    url: Hidden[str]
    headers: Hidden[Mapping[str, str]]
    body: Hidden[bytes]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as it is to be handed to a mail server."""

    key: str
    to: Hidden[str]
    text: str


class Verdict(StrEnum):
    """What a provider's answer means: taken, worth another try, or of no use however often."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one try to hand a message over. `reason` is a code without any content."""

    verdict: Verdict
    vendor_id: str = ""
    reason: str = ""


class GatewayAdapter(ChannelAdapter, Protocol):
    """What a channel offers that comes through a gateway. Everything is pure: no clock, no network."""

    # What it carries out: "sms", "whatsapp", "telegram" or "email"; empty where it only brings messages in.
    CARRIES: str
    # The settings without which nothing can be sent by it.
    NEEDS: tuple[str, ...]

    def authenticate(self, call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
        """Return what makes the call known again (empty where the provider gives nothing), or why it is not believed.

        Everything is compared in constant time. A problem that passes by itself says ``permanent`` false.
        """
        ...

    def receipts(self, payload: bytes) -> tuple[DeliveryReport, ...]:
        """Return the delivery reports in a body; none where there is none. Never a problem."""
        ...

    def answer(self, told: Sequence[Told]) -> Answer:
        """Return what the provider expects to hear once everything is stored."""
        ...

    def compose(
        self, outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime
    ) -> HttpRequest | Letter:
        """Return the request that hands a message to the provider; `options` holds all that it needs."""
        ...

    def understand(self, status: int, body: bytes) -> Handed:
        """Return what the provider's answer to such a request means."""
        ...


def plain_answer(told: Sequence[Told]) -> Answer:
    """Return the answer for a provider that only wants to hear that all is well."""
    return Answer(json.dumps({"taken": len(told)}))


def json_request(url: str, value: object, **headers: str) -> HttpRequest:
    """Return a request that posts `value` as JSON; underscores in names of headers stand for dashes."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value, ensure_ascii=False).encode()
    return HttpRequest(Hidden(url), Hidden({"Content-Type": "application/json", **named}), Hidden(body))


def by_status(status: int, *, vendor_id: str = "") -> Handed:
    """Return what a status alone means: too busy, in trouble or not let in pass; anything else refused does not.

    A wrong password is ours to mend and the message is good, so it is worth another try.
    """
    if 200 <= status < 300:
        return Handed(Verdict.TAKEN, vendor_id[:MOST_VENDOR_ID])
    passes = status >= 500 or status in (401, 403, 404, 407, 408, 425, 429) or 300 <= status < 400
    return Handed(Verdict.LATER if passes else Verdict.NEVER, reason=f"http_{status}")
