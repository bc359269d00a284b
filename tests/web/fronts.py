"""What may stand between a telephone and the mission: a server that answers in the mission's name, or not at all."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ITS_OWN = {"content-length", "transfer-encoding", "connection"}
Answer = tuple[int, dict[str, str], bytes]


def refusal(status: int, code: str = "CHN-004", message: str = "nothing was written", **headers: str) -> Answer:
    """Return an answer of the door that refuses a report."""
    told = {"problem": {"code": code, "where": "offline form", "facts": {}}, "message": message}
    return status, {"Content-Type": "application/json", **headers}, json.dumps(told).encode()


class Front:
    """A server on a port of its own that passes everything on, but for what a test lays in `answers` or changes."""

    def __init__(self, target: int) -> None:
        self.answers: list[Answer] = []
        self.posts: list[bytes] = []
        self.heads: list[dict[str, str]] = []
        self.change: Callable[[str, bytes], bytes] = lambda path, body: body
        self.target = target
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._kind())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Give the port back."""
        self._server.shutdown()
        self._server.server_close()

    def _kind(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                front.pass_on(self, b"")

            def do_POST(self) -> None:
                front.pass_on(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def log_message(self, *words: Any) -> None:
                """Stay silent."""

        return Handler

    def pass_on(self, call: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer one call: as a test wants it, or as the mission does."""
        if call.command == "POST":
            self.posts.append(body)
            self.heads.append(dict(call.headers.items()))
            if self.answers:
                return self._give(call, *self.answers.pop(0))
        given = {name: value for name, value in call.headers.items() if name != "Accept-Encoding"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)) as far:
            far.request(call.command, call.path, body or None, given)
            answer = far.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _ITS_OWN}
            self._give(call, answer.status, kept, self.change(call.path, answer.read()))
        return None

    def _give(self, call: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        call.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(body)
