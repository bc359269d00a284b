"""A worker that dies at a chosen write, in a process forked from the test."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import connections

# Everything that a look at an alert, and a sending, writes: module and function.
WRITES: Final = (
    "record.claim_some",
    "alerts.mark_unreached",
    "alerts.tell",
    "alerts.put_out",
    "alerts.change_alert",
    "record.note",
    "record.plan",
    "record.finish",
)
POINTS: Final = tuple(f"{name}:{when}" for name in WRITES for when in ("before", "after"))


def die() -> None:
    """Stop at once, as a power cut of the process would."""
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(deed: Callable[..., Any], when: str) -> Callable[..., Any]:
    def perish(*words: Any, **named: Any) -> Any:
        if when == "after":
            deed(*words, **named)
        die()

    return perish


def worker_dies_at(point: str, now: datetime) -> bool:
    """Let a worker do what is due at `now` until it dies at `point`; return whether it came so far."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _work(point, now)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _work(point: str, now: datetime) -> None:
    from tocsin.services import work
    from tocsin.store.writes import alerts, record

    name, _, when = point.partition(":")
    module, _, function = name.partition(".")
    owner = {"alerts": alerts, "record": record}[module]
    setattr(owner, function, _dying(getattr(owner, function), when))
    work.drain(f"dying:{os.getpid()}", now=now)
