"""A clock that nobody can set: how long this machine has run, with the mark of its start.

The clock on the wall is set by people, by the network and by flat batteries. What must not be
postponed is counted by both, and the earlier of the two deadlines holds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Beat:
    """A moment of the steady clock: which start of the machine, and the seconds since."""

    boot: str
    seconds: float


def _boot_mark() -> str:
    """Return the mark of this start of the machine; where there is none, of this process alone."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return str(uuid.uuid4())


_boot = _boot_mark()


def _running_s() -> float:
    """Return how long the machine has run, sleep included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


# The tests put a clock of their own here.
reading: list[Callable[[], Beat]] = [lambda: Beat(_boot, _running_s())]


def beat() -> Beat:
    """Return the present moment of the steady clock."""
    return reading[-1]()


def elapsed(beats: Mapping[str, Any]) -> dict[str, timedelta]:
    """Return how long ago each moment was, for those of this start of the machine."""
    now = beat()
    return {
        name: timedelta(seconds=max(now.seconds - seconds, 0))
        for name, (boot, seconds) in beats.items()
        if boot == now.boot
    }


def stamped(beats: Mapping[str, Any], fields: Mapping[str, Any], counted: tuple[str, ...]) -> dict[str, Any]:
    """Return `beats` with this moment for every counted field that is set now."""
    now = beat()
    return {**beats, **{name: [now.boot, now.seconds] for name in counted if fields.get(name) is not None}}
