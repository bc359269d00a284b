"""The work that rows ask for, done stage by stage under a lease, in one transaction each."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from tocsin.services import alerting, intake, sending, verification
from tocsin.store import audit
from tocsin.store.queries import record as read
from tocsin.store.writes import record

_LOG = logging.getLogger("tocsin.work")
_SHOW_RAW_AFTER = 3
_SET_BACK = timedelta(minutes=1)
_read_last: list[datetime] = []

STAGES: Final[dict[str, Callable[[str, datetime], object]]] = {
    "read": intake.read_message,
    "weigh": verification.weigh,
    "alert": alerting.raise_for_report,
    "watch": alerting.watch,
    "send": sending.send,
}


class _LeaseLost(Exception):
    """Another worker took the item over; what was done here is rolled back."""


def do_next(worker: str, *, now: datetime, wall: datetime | None = None) -> bool:
    """Do the oldest thing that is due; False when nothing is.

    The effect and the mark that it is done are one transaction, so that a killed worker leaves
    either both or neither. What fails is given back with a growing pause and is never dropped.
    """
    clock = wall or _read_clock(now)
    item = record.claim(worker, now=now, wall=clock)
    if item is None:
        return False
    if item.verb == "read" and item.attempts > _SHOW_RAW_AFTER:
        # Whoever had it before may have died of it, and then nobody else put it up.
        intake.show_raw(item.subject, now)
    try:
        with transaction.atomic():
            STAGES[item.verb](item.subject, now)
            if not record.finish(item, wall=clock):
                raise _LeaseLost
    except _LeaseLost:
        _LOG.warning("lease lost: %s %s", item.verb, item.subject)
    except Exception as fault:  # noqa: BLE001  one broken item must not stop the others; it stays visible
        _LOG.error("failed: %s %s, %s, try %s", item.verb, item.subject, _where(fault), item.attempts)
        record.put_back(item, error=_where(fault), wall=clock)
        if item.verb == "read" and item.attempts >= _SHOW_RAW_AFTER:
            intake.show_raw(item.subject, now)
    return True


def _read_clock(now: datetime) -> datetime:
    """Return the real clock; where it was set back, call back what was planned by the wrong one."""
    clock = datetime.now(UTC)
    if _read_last and clock < _read_last[0] - _SET_BACK:
        _LOG.warning("the clock was set back by %s s: every next look is taken now", (_read_last[0] - clock).seconds)
        with transaction.atomic():
            record.call_back(now=now)
    _read_last[:] = [clock]
    return clock


def _where(fault: BaseException) -> str:
    """Return the kind of a fault and the line it came from, never its words: they may hold a report's."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(last.filename).name}:{last.lineno}"


def drain(worker: str, *, now: datetime, wall: datetime | None = None, most: int = 10_000) -> int:
    """Do everything that is due at `now`; return how many things were done."""
    done = 0
    while done < most and do_next(worker, now=now, wall=wall):
        done += 1
    return done


def seal_audit(now: datetime) -> int:
    """Seal the audit entries that wait; return how many."""
    return audit.seal_waiting(now)


def next_run_at() -> datetime | None:
    """Return when the next thing falls due."""
    return read.next_run_at()
