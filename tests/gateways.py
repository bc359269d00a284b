"""A gateway for tests: a real server on this machine that takes, stalls, breaks and reports as a test tells it to.

It speaks the generic JSON exchange of `channels/sms_http`. A test sets how it behaves, one answer after the other:

    fake_gateway.behave("slow", "error", "take")     # then it goes on with the last
    fake_gateway.taken                                # every message handed over, in order, repeats included
    fake_gateway.report("delivered")                  # post a delivery report to our own door

`take` answers 200, `error` 500, `busy` 429, `refuse` 422 for good, `slow` answers after `slow_s` seconds, `stall` answers
once `go_on` is set, `drop` closes the line without an answer, `silent` takes the message and never answers, `garbage` takes it and answers nonsense.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tocsin.core.evidence.signatures import sign


@dataclass
class FakeGateway:
    """What the server was given and how it answers. Registered under `name` by `register`."""

    name: str = "fake"
    slow_s: float = 1.5
    go_on: threading.Event = field(default_factory=threading.Event)
    plan: list[str] = field(default_factory=lambda: ["take"])
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    secret: str = ""
    _calls: int = 0

    def behave(self, *answers: str) -> None:
        """Answer the next calls so, one after the other, and go on with the last."""
        self.plan = list(answers)

    def register(self, *, now: datetime, rank: int = 10) -> FakeGateway:
        """Make the mission know this gateway, to send by it and to hear from it."""
        from tocsin.services import gateways

        self.secret = gateways.make_gateway(
            self.name, channel="sms_http", now=now, options={"url": self.url}, rank=rank
        )
        return self

    @property
    def ids(self) -> list[str]:
        """Return each message's own key once, in the order they first came."""
        return list(dict.fromkeys(one["id"] for one in self.taken))

    def signed(self, value: object, *, now: datetime) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a call of this gateway to us."""
        self._calls += 1
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        stamp, nonce = str(int(now.timestamp())), f"{self.name}-nonce-{self._calls:06d}"
        signature = sign(self.secret.encode(), stamp, nonce, body)
        return {
            "X-Tocsin-Gateway": self.name, "X-Tocsin-Timestamp": stamp, "X-Tocsin-Nonce": nonce,
            "X-Tocsin-Signature": signature,
        }, body  # fmt: skip

    def report(self, status: str, number: str = "", *, now: datetime, times: int = 1) -> list[Any]:
        """Report on the last message taken, or on `number`, at our own door; the same report `times` over."""
        from tocsin.core.evidence.gateways import Call
        from tocsin.services import doors

        given = {"id": number or self.taken[-1]["id"], "status": status}
        return [doors.take_call(self.name, Call(*self.signed(given, now=now)), now=now) for _ in range(times)]


def _handler(gateway: FakeGateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            value = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            gateway.asked.append(value)
            act = gateway.plan.pop(0) if len(gateway.plan) > 1 else gateway.plan[0]
            if act in ("take", "slow", "stall", "silent", "garbage"):
                gateway.taken.append(value)
            if act == "stall":
                gateway.go_on.wait(timeout=120)
            if act in ("slow", "silent"):
                time.sleep(gateway.slow_s)
            with suppress(OSError):
                self._answer(act, value)

        def _answer(self, act: str, value: dict[str, Any]) -> None:
            if act in ("drop", "silent"):
                self.close_connection = True
                return
            body = b"<html>?" if act == "garbage" else json.dumps({"id": value["id"]}).encode()
            self.send_response({"error": 500, "busy": 429, "refuse": 422}.get(act, 200))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: Any) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that lost patience is what some tests are about."""


@pytest.fixture
def make_fake_gateway() -> Iterator[Callable[..., FakeGateway]]:
    """Return a maker of gateways: ``make_fake_gateway("north")``; each has a server of its own."""
    servers: list[_Server] = []

    def make(name: str = "fake") -> FakeGateway:
        gateway = FakeGateway(name)
        server = _Server(("127.0.0.1", 0), _handler(gateway))
        servers.append(server)
        gateway.url = f"http://127.0.0.1:{server.server_address[1]}/send"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return gateway

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def fake_gateway(make_fake_gateway: Callable[..., FakeGateway]) -> FakeGateway:
    """One gateway of that kind; call ``fake_gateway.register(now=…)`` to have the mission know it."""
    return make_fake_gateway()
