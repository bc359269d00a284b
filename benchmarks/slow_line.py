"""A line between a browser and a server that is slow, far, and loses much; or is cut altogether.

A program cannot lose segments of another's TCP, so their loss is played as it is felt: each lost segment
comes a time-out later, twice as late when it is lost again, and some connections end in the middle.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Final

_SEGMENT: Final = 1_200
_RESEND_S: Final = 1.0


@dataclass
class Line:
    """A port of its own that leads to `target`; what it does to those who use it can be changed at any time."""

    target: int
    bits_per_s: float = 0.0
    far_s: float = 0.0
    loss: float = 0.0
    seed: int = 0
    is_cut: bool = False
    loses_answers: bool = False
    port: int = 0
    to_server: int = 0
    to_browser: int = 0
    broken: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._luck = random.Random(self.seed)  # noqa: S311 - chance, not a secret
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._ear.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def become_bad(self, *, bits_per_s: float = 50_000, far_s: float = 0.3, loss: float = 0.1) -> None:
        """Be from now on what people at the edge of a network have; open connections end."""
        self.bits_per_s, self.far_s, self.loss = bits_per_s, far_s, loss
        self.hang_up()

    def hang_up(self) -> None:
        """End every connection that is open."""
        while self._open:
            _end(self._open.pop())

    def close(self) -> None:
        """Give the port back."""
        self._ear.close()
        self.hang_up()

    def _listen(self) -> None:
        while True:
            try:
                near, _address = self._ear.accept()
            except OSError:
                return
            if self.is_cut:
                _end(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                _end(near)
                continue
            self._open += [near, far]
            for source, sink, up in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, sink, up), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_SEGMENT):
                self._count(len(piece), up)
                self._wait(len(piece))
                # About one call in ten ends here: half of these before the server has it, half before its answer.
                breaks = self._luck.random() < self.loss / 2
                if self.is_cut or breaks or (not up and self.loses_answers):
                    self.broken += 1
                    break
                sink.sendall(piece)
        _end(source)
        _end(sink)

    def _count(self, size: int, up: bool) -> None:
        if up:
            self.to_server += size
        else:
            self.to_browser += size

    def _wait(self, size: int) -> None:
        late = _RESEND_S
        if self.bits_per_s:
            time.sleep(self.far_s + size * 8 / self.bits_per_s)
        while self._luck.random() < self.loss:
            time.sleep(late)
            late *= 2


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
