"""The event stream: tells an open page that something in its viewer's scope has changed.

It carries no content, only the word ``changed``: the page then asks for itself, through the gate.
One thread watches the database for all who listen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections
from django.http import HttpRequest

from tocsin.core.reference.viewer import Viewer
from tocsin.services.intake import account_viewer
from tocsin.store.queries import changes

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

WATCH_S: Final = 0.25
HEARTBEAT_S: Final = 15.0
# A listener that falls behind needs one word only: that something changed.
QUEUE: Final = 4
MOST_LISTENERS: Final = 500
_LOG = logging.getLogger("tocsin.live")


class Watcher:
    """One thread that looks for new history and hands the changed references to every listener."""

    def __init__(self, *, every_s: float = WATCH_S) -> None:
        self._every_s = every_s
        self._listeners: dict[asyncio.Queue[list[str]], asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def listen(self) -> asyncio.Queue[list[str]] | None:
        """Return a queue of changed references, None when too many listen already."""
        queue: asyncio.Queue[list[str]] = asyncio.Queue(QUEUE)
        with self._lock:
            if len(self._listeners) >= MOST_LISTENERS:
                return None
            self._listeners[queue] = asyncio.get_running_loop()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        return queue

    def leave(self, queue: asyncio.Queue[list[str]]) -> None:
        """Take a listener off; the thread ends with the last one."""
        with self._lock:
            self._listeners.pop(queue, None)

    def __len__(self) -> int:
        return len(self._listeners)

    def _watch(self) -> None:
        seen, stamp = -1, -1
        while self._listeners:
            try:
                seen, stamp = self._look(seen, stamp)
            except DatabaseTrouble as trouble:
                _LOG.warning("cannot look for changes: %s", type(trouble).__name__)
                close_old_connections()
            time.sleep(self._every_s)
        close_old_connections()

    def _look(self, seen: int, stamp: int) -> tuple[int, int]:
        now = changes.stamp()
        if now is not None and now == stamp:
            return seen, stamp
        newest = changes.newest()
        if 0 <= seen < newest:
            self._tell(changes.subjects_after(seen))
        return newest, -1 if now is None else now

    def _tell(self, subjects: list[str]) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            with contextlib.suppress(RuntimeError):  # that listener's loop has just closed
                loop.call_soon_threadsafe(_put, queue, subjects)


def _put(queue: asyncio.Queue[list[str]], subjects: list[str]) -> None:
    with contextlib.suppress(asyncio.QueueFull):
        queue.put_nowait(subjects)


WATCHER: Final = Watcher()


async def stream(scope: Scope, receive: Receive, send: Send, *, watcher: Watcher = WATCHER) -> None:
    """Serve one listener until it goes away or its session ends."""
    key = _session_key(scope)
    viewer = await _in_a_thread(_viewer, key)
    if viewer is None:
        await _answer(send, 403)
        return
    queue = watcher.listen()
    if queue is None:
        await _answer(send, 503)
        return
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await _begin(send)
        await _speak(send, queue, gone, key)
    finally:
        watcher.leave(queue)
        gone.cancel()


async def _speak(send: Send, queue: asyncio.Queue[list[str]], gone: asyncio.Future[None], key: str) -> None:
    while not gone.done():
        waiting = asyncio.ensure_future(queue.get())
        both: set[asyncio.Future[Any]] = {waiting, gone}
        await asyncio.wait(both, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            await _write(send, b": still here\n\n")
            # A session that was ended elsewhere hears nothing more.
            if await _in_a_thread(_viewer, key) is None:
                return
            continue
        subjects = waiting.result()
        while not queue.empty():
            subjects = [*subjects, *queue.get_nowait()]
        if await _in_a_thread(_concerns, key, subjects):
            await _write(send, b"event: changed\ndata: 1\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session_key(scope: Scope) -> str:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        found = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


async def _in_a_thread(look: Callable[..., T], *args: Any) -> T:
    """Return what `look` finds in a thread of the pool, whose old connection is given back first."""

    def call() -> T:
        close_old_connections()
        return look(*args)

    return await sync_to_async(call, thread_sensitive=False)()


def _viewer(key: str) -> Viewer | None:
    """Return whom a session belongs to: signed in, second factor given, account still open."""
    if not key:
        return None
    request = HttpRequest()
    request.session = SessionStore(key)
    account: Any = get_user(request)
    used = request.session.get("account_authentication_methods", ())
    if not account.is_authenticated or not account.is_active or not any(one.get("method") == "mfa" for one in used):
        return None
    return account_viewer(account)


def _concerns(key: str, subjects: list[str]) -> bool:
    viewer = _viewer(key)
    return viewer is not None and changes.concerns(viewer, subjects)


async def _begin(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _write(send, b"retry: 3000\n\n")


async def _answer(send: Send, status: int) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-length", b"0"), (b"cache-control", b"no-store")],
        }
    )
    await send({"type": "http.response.body", "body": b""})


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
