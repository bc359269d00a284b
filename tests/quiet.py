"""Make the core keep still: while this holds, it opens no file or socket and reads no clock.

The linter sees names; this sees what really happens, however the call was reached. Only
code of the core is stopped: pytest, the debugger and the tests themselves go on as usual.
"""

from __future__ import annotations

import builtins
import io
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

CORE = Path(__file__).resolve().parent.parent / "src" / "tocsin" / "core"
# The one module that reads files, and it reads only the core's own data.
READER = CORE / "reference" / "load.py"
IMPORTING = "<frozen importlib._bootstrap>"


class NotPure(AssertionError):
    """The core reached for the world outside."""


def culprit(frame: FrameType | None, *, only_caller: bool = False) -> str | None:
    """Return the core file that stands behind this call, or None."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name == IMPORTING or name == str(READER):
            return None
        if name.startswith(f"{CORE}/") and not Path(name).name.startswith("test_"):
            return name
        if only_caller:
            return None
        frame = frame.f_back
    return None


def guarded(real: Callable[..., Any], what: str, *, only_caller: bool = False) -> Callable[..., Any]:
    """Return `real`, refusing to be called on behalf of the core."""

    def call(*args: Any, **kwargs: Any) -> Any:
        found = culprit(sys._getframe(1), only_caller=only_caller)
        if found:
            raise NotPure(f"{Path(found).relative_to(CORE)} {what}; take the value as an argument")
        return real(*args, **kwargs)

    return call


@contextmanager
def quiet_core() -> Iterator[None]:
    """Replace `open`, sockets and the clock, for the core alone."""

    class Socket(socket.socket):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            found = culprit(sys._getframe(1))
            if found:
                raise NotPure(f"{Path(found).relative_to(CORE)} opened a socket")
            super().__init__(*args, **kwargs)

    with (
        mock.patch.object(builtins, "open", guarded(builtins.open, "opened a file")),
        mock.patch.object(io, "open", guarded(io.open, "opened a file")),
        mock.patch.object(socket, "socket", Socket),
        mock.patch.object(time, "time", guarded(time.time, "read the clock", only_caller=True)),
    ):
        yield


HERE = {"localhost", "::1", "", None}


class LeftTheMachine(RuntimeError):
    """A test asked for another machine."""


def stay_on_this_machine(event: str, args: tuple[Any, ...]) -> None:
    """Refuse to look up or to speak to another machine; an audit hook, so nothing goes round it."""
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name not in HERE and not str(name).startswith("127."):
        raise LeftTheMachine(f"{event}: {name}")
