"""ASGI entry: serves the event stream itself, and hands every other request to the pages in a thread."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")

from asgiref.sync import sync_to_async
from asgiref.wsgi import WsgiToAsgi, WsgiToAsgiInstance

from tocsin.web.wsgi import application as pages

THREADS: Final = 8
MOST_BODY_BYTES: Final = 2 * 1024 * 1024
_POOL: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="page")


class _Page(WsgiToAsgiInstance):
    """One request to the pages: its answer is made in a pool of threads and sent in one piece.

    The bridge as it comes runs every page in one and the same thread, and crosses between
    threads for every part of an answer; here it crosses once.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.parts: list[dict[str, Any]] = []
        with SpooledTemporaryFile(max_size=65536) as body:
            if not await _receive_into(body, receive):
                await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
                await send({"type": "http.response.body", "body": b""})
                return
            await sync_to_async(self._run, thread_sensitive=False, executor=_POOL)(body)
        for part in self.parts:
            await send(part)

    def _run(self, body: Any) -> None:
        environ = self.build_environ(self.scope, body)
        answer: Any = self.wsgi_application(environ, self.start_response)
        try:
            content = b"".join(answer)
        finally:
            # Django gives its database connection back here.
            if hasattr(answer, "close"):
                answer.close()
        # Django puts a blank before the value of a cookie, which HTTP does not allow there.
        start: dict[str, Any] = self.response_start
        start["headers"] = [(name, value.strip()) for name, value in start["headers"]]
        self.parts = [start, {"type": "http.response.body", "body": content}]


async def _receive_into(body: Any, receive: Any) -> bool:
    """Fill `body` with the request's; False as soon as it is larger than any form of ours."""
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BODY_BYTES:
            return False
        body.write(part)
        if not message.get("more_body"):
            body.seek(0)
            return True


class _Pages(WsgiToAsgi):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await _Page(self.wsgi_application, self.duplicate_header_limit)(scope, receive, send)


_PAGES: Final = _Pages(pages)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve one connection."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        # Loaded with the first listener, after the pages have set Django up.
        from tocsin.web.live import stream

        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await _PAGES(scope, receive, send)


async def _live_and_die(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
